-- Sheets of small pictures of a film, shown over the bar that one seeks with. A file
-- with a row is not tried again until it has become another one.
CREATE TABLE thumbnails (
  id INTEGER PRIMARY KEY,
  library_file_id INTEGER UNIQUE REFERENCES library_file (id) ON DELETE CASCADE,
  torrent_id INTEGER REFERENCES torrent (id) ON DELETE CASCADE,
  file_index INTEGER,                -- in the torrent
  size INTEGER NOT NULL,             -- of the file as it was read
  modified_at INTEGER NOT NULL,      -- of a torrent's file: 0
  folder TEXT NOT NULL UNIQUE,       -- below thumbnails/ in the state folder; not there when there is a problem
  problem TEXT,                      -- why there are none
  step INTEGER NOT NULL,             -- seconds from one picture to the next
  width INTEGER NOT NULL,            -- of each, pixels
  height INTEGER NOT NULL,
  count INTEGER NOT NULL,            -- pictures in all sheets
  bytes INTEGER NOT NULL,            -- that the sheets take
  made_at INTEGER NOT NULL,
  CHECK ((library_file_id IS NULL) <> (torrent_id IS NULL)),
  CHECK ((torrent_id IS NULL) = (file_index IS NULL))
) STRICT;
CREATE UNIQUE INDEX thumbnails_by_torrent ON thumbnails (torrent_id, file_index)
  WHERE torrent_id IS NOT NULL;

-- Folders whose row has gone, with its film or by itself: yet to be removed.
CREATE TABLE thumbnails_gone (folder TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TRIGGER thumbnails_go AFTER DELETE ON thumbnails BEGIN
  INSERT INTO thumbnails_gone (folder) VALUES (OLD.folder);
END;
