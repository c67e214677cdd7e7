-- The foundation: people, sessions, titles, sources, the library, progress.
-- Times (…_at) are integer milliseconds UTC; durations and positions are
-- seconds; sizes are bytes. Identifiers of people and sessions are UUIDs.

-- What was applied; written by the migrator itself.
-- (table migration is made by lib/db before the first migration runs)

-- A person who may sign in.
CREATE TABLE user (
  id TEXT PRIMARY KEY,
  email TEXT NOT NULL,               -- as written
  email_key TEXT NOT NULL UNIQUE,    -- case-folded, for sign-in
  name TEXT NOT NULL,                -- user name for sign-in: part before '@' unless chosen
  name_key TEXT NOT NULL UNIQUE,     -- case-folded
  display_name TEXT NOT NULL,
  password_hash TEXT NOT NULL,       -- argon2id, encoded form
  role TEXT NOT NULL CHECK (role IN ('user', 'admin')),
  state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'disabled')),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX user_by_role ON user (role);

-- Who is watching; each user has at least one. Progress, history and lists
-- belong to a profile, never to the user.
CREATE TABLE profile (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  language TEXT NOT NULL DEFAULT 'en', -- BCP 47
  preferences TEXT NOT NULL DEFAULT '{}', -- JSON object, shape in docs/openapi.yaml
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX profile_by_user ON profile (user_id, created_at);

-- One sign-in on one device. Refresh tokens are stored as SHA-256 only.
CREATE TABLE session (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  profile_id TEXT NOT NULL REFERENCES profile (id) ON DELETE CASCADE,
  device TEXT NOT NULL,              -- name made from the user agent, or given
  address TEXT NOT NULL,             -- network address at sign-in
  refresh_hash BLOB NOT NULL,        -- SHA-256 of the current refresh token
  refresh_counter INTEGER NOT NULL DEFAULT 0, -- rotations so far
  previous_hash BLOB,                -- of the token before, for the grace time
  rotated_at INTEGER,                -- when previous_hash was replaced
  client_hash BLOB NOT NULL,         -- who rotated last: user agent and network
  refresh_expires_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,       -- end of the chain, whatever happens
  last_used_at INTEGER NOT NULL,
  revoked_at INTEGER,
  revoked_reason TEXT                -- 'logout', 'reuse', 'password', 'role', 'removed'
) STRICT, WITHOUT ROWID;
CREATE INDEX session_by_user ON session (user_id, created_at);
CREATE INDEX session_by_profile ON session (profile_id);
CREATE INDEX session_by_expiry ON session (refresh_expires_at);
CREATE INDEX session_by_revocation ON session (revoked_at) WHERE revoked_at IS NOT NULL;

-- A film or a show. `pid` is its public number, unique per kind: the TMDB id
-- where known when first seen, else the next from 2,000,000,000.
CREATE TABLE title (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('movie', 'show')),
  pid INTEGER NOT NULL,
  tmdb_id INTEGER,
  imdb_id TEXT,                      -- 'tt…'
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,            -- for sorting and matching (str_to_key)
  year INTEGER NOT NULL DEFAULT 0,   -- 0: unknown, so that it can be a sort key
  overview TEXT NOT NULL DEFAULT '',
  tagline TEXT NOT NULL DEFAULT '',
  released_on TEXT,                  -- 'YYYY-MM-DD': release or first air date
  last_aired_on TEXT,                -- shows
  runtime INTEGER,                   -- minutes, as catalogues give it; films
  popularity REAL NOT NULL DEFAULT 0,
  rating REAL,                       -- 0…10
  poster TEXT,                       -- name in the image store, NULL: none yet
  backdrop TEXT,
  logo TEXT,
  origin TEXT NOT NULL,              -- 'file', 'catalogue', 'person': who made the row
  is_locked INTEGER NOT NULL DEFAULT 0, -- edited by a person: never overwritten
  is_playable INTEGER NOT NULL DEFAULT 0, -- a usable source exists (kept by store/sources)
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (kind, pid)
) STRICT;
CREATE UNIQUE INDEX title_by_tmdb ON title (kind, tmdb_id) WHERE tmdb_id IS NOT NULL;
CREATE UNIQUE INDEX title_by_imdb ON title (imdb_id) WHERE imdb_id IS NOT NULL;
-- Those for which a placard is to be drawn.
CREATE INDEX title_bare ON title (id) WHERE poster IS NULL AND is_playable = 0;
CREATE INDEX title_by_match ON title (kind, name_key, year);
CREATE INDEX title_by_name ON title (name_key, id);
CREATE INDEX title_by_created ON title (created_at DESC, id DESC);
CREATE INDEX title_by_year ON title (year DESC, id DESC);
CREATE INDEX title_by_popularity ON title (popularity DESC, id DESC);
CREATE INDEX title_kind_by_name ON title (kind, name_key, id);
CREATE INDEX title_kind_by_created ON title (kind, created_at DESC, id DESC);
CREATE INDEX title_kind_by_year ON title (kind, year DESC, id DESC);
CREATE INDEX title_kind_by_popularity ON title (kind, popularity DESC, id DESC);
-- The same for lists of what can be played: few among many.
CREATE INDEX title_playable_by_name ON title (name_key, id) WHERE is_playable = 1;
CREATE INDEX title_playable_by_created ON title (created_at DESC, id DESC) WHERE is_playable = 1;
CREATE INDEX title_playable_by_year ON title (year DESC, id DESC) WHERE is_playable = 1;
CREATE INDEX title_playable_by_popularity ON title (popularity DESC, id DESC) WHERE is_playable = 1;
CREATE INDEX title_playable_kind_by_name ON title (kind, name_key, id) WHERE is_playable = 1;
CREATE INDEX title_playable_kind_by_created ON title (kind, created_at DESC, id DESC) WHERE is_playable = 1;
CREATE INDEX title_playable_kind_by_year ON title (kind, year DESC, id DESC) WHERE is_playable = 1;
CREATE INDEX title_playable_kind_by_popularity ON title (kind, popularity DESC, id DESC) WHERE is_playable = 1;
-- Whether a picture is in use.
CREATE INDEX title_by_poster ON title (poster) WHERE poster IS NOT NULL;
CREATE INDEX title_by_backdrop ON title (backdrop) WHERE backdrop IS NOT NULL;
CREATE INDEX title_by_logo ON title (logo) WHERE logo IS NOT NULL;
-- What a sweep may remove.
CREATE INDEX title_removable ON title (id) WHERE origin = 'file' AND is_playable = 0 AND is_locked = 0;

-- Next public number per kind for titles without a TMDB id.
CREATE TABLE counter (
  name TEXT PRIMARY KEY,             -- 'movie', 'show'
  next INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO counter (name, next) VALUES ('movie', 2000000000), ('show', 2000000000);

CREATE TABLE genre (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  slug TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE title_genre (
  title_id INTEGER NOT NULL REFERENCES title (id) ON DELETE CASCADE,
  genre_id INTEGER NOT NULL REFERENCES genre (id) ON DELETE CASCADE,
  place INTEGER NOT NULL,            -- order in which they are named
  PRIMARY KEY (title_id, genre_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX title_genre_by_genre ON title_genre (genre_id, title_id);

CREATE TABLE season (
  id INTEGER PRIMARY KEY,
  title_id INTEGER NOT NULL REFERENCES title (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,           -- 0: specials
  name TEXT NOT NULL,
  overview TEXT NOT NULL DEFAULT '',
  aired_on TEXT,
  poster TEXT,
  UNIQUE (title_id, number)
) STRICT;
CREATE INDEX season_by_poster ON season (poster) WHERE poster IS NOT NULL;

CREATE TABLE episode (
  id INTEGER PRIMARY KEY,
  title_id INTEGER NOT NULL REFERENCES title (id) ON DELETE CASCADE,
  season_id INTEGER NOT NULL REFERENCES season (id) ON DELETE CASCADE,
  season INTEGER NOT NULL,           -- the season's number
  number INTEGER NOT NULL,
  name TEXT NOT NULL,
  overview TEXT NOT NULL DEFAULT '',
  aired_on TEXT,
  runtime INTEGER,                   -- minutes
  still TEXT,                        -- name in the image store
  is_playable INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  UNIQUE (title_id, season, number)
) STRICT;
CREATE INDEX episode_by_season ON episode (season_id, number);
CREATE INDEX episode_by_still ON episode (still) WHERE still IS NOT NULL;

-- A folder whose files belong to the household.
CREATE TABLE library_folder (
  id INTEGER PRIMARY KEY,
  path BLOB NOT NULL UNIQUE,         -- bytes as the kernel has them, absolute, resolved
  state TEXT NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'scanning', 'ok', 'gone', 'unreadable')),
  n_files INTEGER NOT NULL DEFAULT 0, -- video files seen by the last scan
  n_refused INTEGER NOT NULL DEFAULT 0,
  scanned_at INTEGER,
  created_at INTEGER NOT NULL
) STRICT;

-- A video file seen in a folder; refused ones stay, with a reason row.
CREATE TABLE library_file (
  id INTEGER PRIMARY KEY,
  folder_id INTEGER NOT NULL REFERENCES library_folder (id) ON DELETE CASCADE,
  path BLOB NOT NULL,                -- relative to the folder, bytes as they are
  display TEXT NOT NULL,             -- the same, fit to show
  size INTEGER NOT NULL,
  modified_at INTEGER NOT NULL,      -- of the file
  inode INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('found', 'ok', 'refused', 'gone')),
  seen_at INTEGER NOT NULL,          -- last scan that saw it
  container TEXT,                    -- 'mp4', 'matroska', 'webm' …
  duration REAL,                     -- seconds
  probe TEXT,                        -- JSON: struct media of lib/library/media.h
  UNIQUE (folder_id, path)
) STRICT;
CREATE INDEX library_file_by_state ON library_file (state, id);
CREATE INDEX library_file_waiting ON library_file (folder_id, id) WHERE state = 'found';
CREATE INDEX library_file_folder_by_state ON library_file (folder_id, state, path);
CREATE INDEX library_file_by_seen ON library_file (folder_id, seen_at);
CREATE INDEX library_file_by_inode ON library_file (folder_id, inode, size);

-- Where the bytes of a film or an episode come from.
CREATE TABLE source (
  id INTEGER PRIMARY KEY,
  title_id INTEGER NOT NULL REFERENCES title (id) ON DELETE CASCADE,
  episode_id INTEGER REFERENCES episode (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('file')),
  library_file_id INTEGER UNIQUE REFERENCES library_file (id) ON DELETE CASCADE,
  quality TEXT NOT NULL CHECK (quality IN ('8K', '4K', '2K', 'FHD', 'HD', 'SD')),
  video_codec TEXT NOT NULL DEFAULT '', -- 'H264', 'HEVC', 'VP9', 'AV1' …
  size INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'ok' CHECK (state IN ('ok', 'dead')),
  match_confidence REAL NOT NULL DEFAULT 0, -- 0…1: how sure the match to the title is
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX source_by_title ON source (title_id, COALESCE(episode_id, 0));
CREATE INDEX source_by_episode ON source (episode_id);

-- Subtitles beside a file.
CREATE TABLE subtitle (
  id INTEGER PRIMARY KEY,
  library_file_id INTEGER NOT NULL REFERENCES library_file (id) ON DELETE CASCADE,
  path BLOB NOT NULL,                -- relative to the folder
  format TEXT NOT NULL CHECK (format IN ('srt', 'vtt', 'ass')),
  language TEXT NOT NULL DEFAULT 'und', -- BCP 47
  title TEXT NOT NULL DEFAULT '',
  is_default INTEGER NOT NULL DEFAULT 0,
  is_forced INTEGER NOT NULL DEFAULT 0,
  is_sdh INTEGER NOT NULL DEFAULT 0,
  UNIQUE (library_file_id, path)
) STRICT;

-- A key in the path of a stream's address.
CREATE TABLE stream_key (
  hash BLOB PRIMARY KEY,             -- SHA-256 of the key
  user_id TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  session_id TEXT NOT NULL REFERENCES session (id) ON DELETE CASCADE,
  profile_id TEXT NOT NULL REFERENCES profile (id) ON DELETE CASCADE,
  title_id INTEGER NOT NULL REFERENCES title (id) ON DELETE CASCADE,
  episode_id INTEGER REFERENCES episode (id) ON DELETE CASCADE,
  source_id INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
  quality TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL,
  revoked_at INTEGER                 -- set by sign-out, revocation, role change
) STRICT, WITHOUT ROWID;
CREATE INDEX stream_key_by_session ON stream_key (session_id);
CREATE INDEX stream_key_by_user ON stream_key (user_id);
CREATE INDEX stream_key_by_source ON stream_key (source_id);
CREATE INDEX stream_key_by_profile ON stream_key (profile_id);
CREATE INDEX stream_key_by_title ON stream_key (title_id);
CREATE INDEX stream_key_by_episode ON stream_key (episode_id);
CREATE INDEX stream_key_by_created ON stream_key (created_at);
CREATE INDEX stream_key_by_use ON stream_key (last_used_at);

-- Where a profile stopped watching.
CREATE TABLE progress (
  id INTEGER PRIMARY KEY,
  profile_id TEXT NOT NULL REFERENCES profile (id) ON DELETE CASCADE,
  title_id INTEGER NOT NULL REFERENCES title (id) ON DELETE CASCADE,
  episode_id INTEGER REFERENCES episode (id) ON DELETE CASCADE,
  position REAL NOT NULL,            -- seconds
  duration REAL NOT NULL,            -- seconds, 0: unknown
  fraction REAL NOT NULL,            -- 0…1
  status TEXT NOT NULL CHECK (status IN ('watching', 'paused', 'completed')),
  updated_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX progress_one ON progress (profile_id, title_id, COALESCE(episode_id, 0));
CREATE INDEX progress_by_time ON progress (profile_id, updated_at DESC);
CREATE INDEX progress_by_title ON progress (title_id);
CREATE INDEX progress_by_episode ON progress (episode_id);

-- Each time something was watched to its end.
CREATE TABLE history (
  id INTEGER PRIMARY KEY,
  profile_id TEXT NOT NULL REFERENCES profile (id) ON DELETE CASCADE,
  title_id INTEGER NOT NULL REFERENCES title (id) ON DELETE CASCADE,
  episode_id INTEGER REFERENCES episode (id) ON DELETE CASCADE,
  watched_at INTEGER NOT NULL
) STRICT;
CREATE INDEX history_by_profile ON history (profile_id, watched_at DESC);
CREATE INDEX history_by_title ON history (title_id);
CREATE INDEX history_by_episode ON history (episode_id);

-- Settings changed by a person. Secrets are sealed ('v1:…').
CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  updated_by TEXT                    -- user id, NULL: from the terminal
) STRICT, WITHOUT ROWID;

-- Scheduler's memory, so that nothing is forgotten over a restart.
CREATE TABLE task_state (
  name TEXT PRIMARY KEY,
  is_paused INTEGER NOT NULL DEFAULT 0,
  last_started_at INTEGER,
  last_finished_at INTEGER,
  last_result TEXT,                  -- 'ok', 'error'
  last_error TEXT,
  failures INTEGER NOT NULL DEFAULT 0, -- in a row; decides the back-off
  next_at INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- Why something was decided or refused.
CREATE TABLE reason (
  id INTEGER PRIMARY KEY,
  subject TEXT NOT NULL,             -- 'file:12', 'movie-2000000001', 'folder:3', 'source:7'
  code TEXT NOT NULL,                -- machine code, snake_case
  sentence TEXT NOT NULL,            -- for a person
  inputs TEXT NOT NULL DEFAULT '{}', -- JSON object: what it was decided from
  created_at INTEGER NOT NULL,
  UNIQUE (subject, code)
) STRICT;

-- What happened to accounts and rights.
CREATE TABLE audit_log (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  actor TEXT,                        -- user id, NULL: the terminal or nobody
  event TEXT NOT NULL,               -- 'session.reused', 'user.created' …
  target TEXT,
  address TEXT,
  request_id TEXT,
  detail TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE INDEX audit_log_by_time ON audit_log (at DESC);

-- Failed sign-ins, per address and per (account, address), for the delay.
CREATE TABLE login_failure (
  key BLOB PRIMARY KEY,              -- HMAC of the address, or of account and address
  failures INTEGER NOT NULL,
  blocked_until INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX login_failure_by_time ON login_failure (updated_at);
