-- Whether what is known of a source's file was read before all of it had come: then it
-- is looked into again when it is whole.

ALTER TABLE source ADD COLUMN is_ahead INTEGER NOT NULL DEFAULT 0 CHECK (is_ahead IN (0, 1));
