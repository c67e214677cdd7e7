-- What a person took out of the row of what they go on with; watching on brings
-- it back.
ALTER TABLE progress ADD COLUMN is_hidden INTEGER NOT NULL DEFAULT 0 CHECK (is_hidden IN (0, 1));
