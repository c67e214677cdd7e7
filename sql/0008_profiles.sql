-- Who is watching: what a title asks of its viewers, and what a profile may see.

-- As it was given ('PG-13', 'FSK 12'); the number alone decides.
ALTER TABLE title ADD COLUMN certification TEXT;
-- Years; NULL: nobody has rated it.
ALTER TABLE title ADD COLUMN minimum_age INTEGER CHECK (minimum_age BETWEEN 0 AND 21);
-- Totals for any viewer are counted along these.
CREATE INDEX title_by_age ON title (kind, year, minimum_age);
CREATE INDEX title_playable_by_age ON title (kind, year, minimum_age) WHERE is_playable = 1;

-- Titles that ask for more years do not exist for the profile; NULL: no limit.
ALTER TABLE profile ADD COLUMN maturity_limit INTEGER CHECK (maturity_limit BETWEEN 0 AND 21);
-- Whether it sees what nobody has rated, although it has a limit.
ALTER TABLE profile ADD COLUMN allows_unrated INTEGER NOT NULL DEFAULT 0 CHECK (allows_unrated IN (0, 1));
-- One of the app's own drawings, and one of its colours, by name.
ALTER TABLE profile ADD COLUMN avatar TEXT NOT NULL DEFAULT 'cat';
ALTER TABLE profile ADD COLUMN colour TEXT NOT NULL DEFAULT 'blue';
-- argon2id, encoded form; NULL: none.
ALTER TABLE profile ADD COLUMN pin_hash TEXT;
