-- Signing in on a device by another one on which somebody is signed in
-- (RFC 8628).

-- A code that a device shows while it waits. The row goes when the device has
-- taken its session, at the latest some time after it has expired.
CREATE TABLE device_code (
  hash BLOB PRIMARY KEY,             -- SHA-256 of what the device alone knows
  user_code_hash BLOB NOT NULL UNIQUE, -- keyed: what people type is too short for a plain hash
  device TEXT NOT NULL,              -- its name, for who is asked
  address TEXT NOT NULL,             -- network address that asked for the code
  state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'approved', 'denied')),
  user_id TEXT REFERENCES user (id) ON DELETE CASCADE, -- who has answered
  interval_s INTEGER NOT NULL,       -- least pause between two questions of the device
  polled_at INTEGER,                 -- its last question
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX device_code_by_expiry ON device_code (expires_at);
CREATE INDEX device_code_by_address ON device_code (address, created_at);
CREATE INDEX device_code_by_user ON device_code (user_id) WHERE user_id IS NOT NULL;
