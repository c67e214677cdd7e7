-- Where films can be begun. A file of the library or of a torrent that was looked into
-- has a row; one without is looked into (again), which is how files that were known
-- before this table get what is now told about them.
CREATE TABLE media_index (
  id INTEGER PRIMARY KEY,
  library_file_id INTEGER UNIQUE REFERENCES library_file (id) ON DELETE CASCADE,
  torrent_id INTEGER REFERENCES torrent (id) ON DELETE CASCADE,
  file_index INTEGER,                -- in the torrent
  size INTEGER NOT NULL,             -- of the file as it was read; another one is another film
  modified_at INTEGER NOT NULL,      -- of a torrent's file: 0
  is_read INTEGER NOT NULL,          -- 0: the container has no index, all of the file is yet to be read
  tick_num INTEGER NOT NULL,         -- a tick is so many
  tick_den INTEGER NOT NULL,         -- parts of a second
  begins INTEGER NOT NULL,           -- ticks: the first picture is shown
  ends INTEGER NOT NULL,             -- ticks: the last one has been shown
  keys BLOB NOT NULL,                -- lib/store/media_index.c
  CHECK ((library_file_id IS NULL) <> (torrent_id IS NULL)),
  CHECK ((torrent_id IS NULL) = (file_index IS NULL))
) STRICT;
CREATE UNIQUE INDEX media_index_by_torrent ON media_index (torrent_id, file_index)
  WHERE torrent_id IS NOT NULL;
CREATE INDEX media_index_waiting ON media_index (id) WHERE is_read = 0;
