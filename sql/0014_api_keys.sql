-- Keys for programs, and passwords for players that cannot do more.

-- A person's key. Who signs in by it, and what they play, ends with its row.
CREATE TABLE api_key (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  profile_id TEXT NOT NULL REFERENCES profile (id) ON DELETE CASCADE, -- who watches by it
  kind TEXT NOT NULL CHECK (kind IN ('key', 'password')),
  name TEXT NOT NULL,
  scope TEXT NOT NULL CHECK (scope IN ('read', 'full')),
  hash BLOB NOT NULL UNIQUE,         -- SHA-256; the key itself is shown once and kept nowhere
  created_at INTEGER NOT NULL,
  expires_at INTEGER,                -- NULL: never
  last_used_at INTEGER,
  last_address TEXT                  -- network address of the last use
) STRICT, WITHOUT ROWID;
CREATE INDEX api_key_by_user ON api_key (user_id, created_at);
CREATE INDEX api_key_by_profile ON api_key (profile_id);
CREATE INDEX api_key_by_expiry ON api_key (expires_at) WHERE expires_at IS NOT NULL;

-- The key by which a session lives. That of the key's own id is what its requests
-- go by and is no device; the others were begun by an app password.
ALTER TABLE session ADD COLUMN api_key_id TEXT REFERENCES api_key (id) ON DELETE CASCADE;
CREATE INDEX session_by_api_key ON session (api_key_id) WHERE api_key_id IS NOT NULL;
