-- Sign-in by a key of the person's own device (WebAuthn level 2). Of a passkey
-- the server knows only its public half.

CREATE TABLE passkey (
  id INTEGER PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  credential BLOB NOT NULL UNIQUE,   -- credential id, chosen by the device
  rp_id TEXT NOT NULL,               -- host name for which it was made
  algorithm INTEGER NOT NULL,        -- COSE: -7 ES256, -8 EdDSA, -257 RS256
  public_key BLOB NOT NULL,          -- raw, as libfido2 has it
  sign_count INTEGER NOT NULL,       -- 0: the device does not count
  transports TEXT NOT NULL DEFAULT '', -- 'internal,hybrid': a hint for the browser
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER
) STRICT;
CREATE INDEX passkey_by_user ON passkey (user_id, id);

-- What was given out to be signed: each once, for a short time.
CREATE TABLE passkey_challenge (
  hash BLOB PRIMARY KEY,             -- SHA-256 of the challenge
  user_id TEXT REFERENCES user (id) ON DELETE CASCADE, -- who registers; NULL: a sign-in
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX passkey_challenge_by_expiry ON passkey_challenge (expires_at);
CREATE INDEX passkey_challenge_by_user ON passkey_challenge (user_id);
