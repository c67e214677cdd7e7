-- By which master key this database is sealed: a known text, sealed. Who opens
-- the database with another key, or without one, is refused before writing.
CREATE TABLE key_proof (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  sealed TEXT NOT NULL
) STRICT;
