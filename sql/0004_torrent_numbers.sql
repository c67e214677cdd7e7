-- The last number that a torrent was given. People and reasons name a torrent by
-- it, so that of one that was removed is not given again.
CREATE TABLE torrent_number (
  last INTEGER NOT NULL
) STRICT;
INSERT INTO torrent_number (last) SELECT COALESCE(MAX(id), 0) FROM torrent;
