-- The master key can be replaced by another one. While that is under way, `next`
-- tells by which.
ALTER TABLE key_proof ADD COLUMN next TEXT;      -- the same text, sealed by the key that takes over; NULL: none does
ALTER TABLE key_proof ADD COLUMN index_key TEXT; -- sealed: the key of the blind index; NULL: the one that the master key gives
ALTER TABLE key_proof ADD COLUMN since INTEGER;  -- when this key took over; NULL: it was there before that was noted
