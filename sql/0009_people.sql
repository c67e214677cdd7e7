-- How people come in without e-mail: codes that an administrator hands over. A
-- code works once; its row goes with its use, and the audit log remembers it.

-- A link that makes one account.
CREATE TABLE invitation (
  id TEXT PRIMARY KEY,
  code_hash BLOB NOT NULL UNIQUE,    -- SHA-256 of the code
  role TEXT NOT NULL CHECK (role IN ('user', 'admin')),
  created_by TEXT REFERENCES user (id) ON DELETE CASCADE, -- NULL: from the terminal
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX invitation_by_maker ON invitation (created_by);
CREATE INDEX invitation_by_expiry ON invitation (expires_at);

-- A code with which somebody sets a new password; a newer one takes the place
-- of the one before.
CREATE TABLE password_reset (
  user_id TEXT PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
  code_hash BLOB NOT NULL UNIQUE,    -- SHA-256 of the code
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX password_reset_by_expiry ON password_reset (expires_at);
