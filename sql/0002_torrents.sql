-- Torrents, and sources whose bytes come from one. Nothing here names a
-- torrent: info-hash, magnet and .torrent lie sealed in resume/, what it calls
-- itself is sealed in its row.

CREATE TABLE torrent (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,         -- of its payload folder, 32 hex digits, random
  hash_index BLOB NOT NULL UNIQUE,   -- HMAC of the info-hash
  label TEXT NOT NULL DEFAULT '',    -- sealed: what it calls itself; '': not known yet
  own_path BLOB,                     -- the own file that is shared; NULL: none
  title_id INTEGER REFERENCES title (id) ON DELETE SET NULL, -- what a person or its files say it is
  wanted TEXT NOT NULL DEFAULT 'active' CHECK (wanted IN ('active', 'paused')),
  problem TEXT CHECK (problem IN ('no_peers', 'metadata_timeout', 'tracker_error', 'stalled', 'disk_full', 'corrupt')),
  size INTEGER NOT NULL DEFAULT 0,   -- 0: no metadata yet
  n_files INTEGER NOT NULL DEFAULT 0,
  piece_size INTEGER NOT NULL DEFAULT 0,
  n_pieces INTEGER NOT NULL DEFAULT 0,
  file_index INTEGER NOT NULL DEFAULT -1, -- the chosen file, -1: none, -2: several
  is_windowed INTEGER NOT NULL DEFAULT 0,
  is_pinned INTEGER NOT NULL DEFAULT 0,
  is_wanted INTEGER NOT NULL DEFAULT 1, -- fetched although nobody watches it
  admitted INTEGER NOT NULL DEFAULT 0, -- bytes
  uploaded INTEGER NOT NULL DEFAULT 0,
  downloaded INTEGER NOT NULL DEFAULT 0,
  upload_limit INTEGER NOT NULL DEFAULT 0, -- bytes per second, 0: none
  download_limit INTEGER NOT NULL DEFAULT 0,
  ratio_limit REAL NOT NULL DEFAULT 0, -- 0: the setting's
  added_by TEXT,                     -- user id, NULL: from the terminal
  added_at INTEGER NOT NULL,
  finished_at INTEGER,
  last_used_at INTEGER NOT NULL
) STRICT;
CREATE INDEX torrent_by_title ON torrent (title_id);

-- The same table with a second kind; rows keep their ids, since keys and
-- reasons point at them.
CREATE TABLE source_new (
  id INTEGER PRIMARY KEY,
  title_id INTEGER NOT NULL REFERENCES title (id) ON DELETE CASCADE,
  episode_id INTEGER REFERENCES episode (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('file', 'torrent')),
  library_file_id INTEGER UNIQUE REFERENCES library_file (id) ON DELETE CASCADE,
  torrent_id INTEGER REFERENCES torrent (id) ON DELETE CASCADE,
  file_index INTEGER,                -- in the torrent
  quality TEXT NOT NULL CHECK (quality IN ('8K', '4K', '2K', 'FHD', 'HD', 'SD')),
  video_codec TEXT NOT NULL DEFAULT '', -- 'H264', 'HEVC', 'VP9', 'AV1' …
  size INTEGER NOT NULL,
  container TEXT,                    -- of a torrent's file: 'mp4', 'matroska', 'webm' …
  duration REAL,                     -- of a torrent's file, seconds
  probe TEXT,                        -- of a torrent's file, JSON: struct media of lib/library/media.h
  state TEXT NOT NULL DEFAULT 'ok' CHECK (state IN ('ok', 'dead')),
  match_confidence REAL NOT NULL DEFAULT 0, -- 0…1: how sure the match to the title is
  created_at INTEGER NOT NULL,
  CHECK (kind <> 'torrent' OR (torrent_id IS NOT NULL AND file_index IS NOT NULL AND library_file_id IS NULL))
) STRICT;
INSERT INTO source_new (id, title_id, episode_id, kind, library_file_id, quality,
  video_codec, size, state, match_confidence, created_at)
SELECT id, title_id, episode_id, kind, library_file_id, quality, video_codec,
  size, state, match_confidence, created_at FROM source;
DROP TABLE source;
ALTER TABLE source_new RENAME TO source;
CREATE INDEX source_by_title ON source (title_id, COALESCE(episode_id, 0));
CREATE INDEX source_by_episode ON source (episode_id);
CREATE UNIQUE INDEX source_by_torrent ON source (torrent_id, file_index, title_id, COALESCE(episode_id, 0));
