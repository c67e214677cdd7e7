-- A key may be for playing alone.

-- What a key opens; the words of before stay true.
ALTER TABLE api_key ADD COLUMN opens TEXT NOT NULL DEFAULT 'play'
  CHECK (opens IN ('play', 'read', 'full'));
UPDATE api_key SET opens = scope;
ALTER TABLE api_key DROP COLUMN scope;
ALTER TABLE api_key RENAME COLUMN opens TO scope;
