-- How what a key was made for comes to the device, and what that decodes.

ALTER TABLE stream_key ADD COLUMN method TEXT NOT NULL DEFAULT 'direct'
  CHECK (method IN ('direct', 'remux', 'sound', 'transcode'));
ALTER TABLE stream_key ADD COLUMN reason TEXT NOT NULL DEFAULT 'unknown'; -- why, a code
ALTER TABLE stream_key ADD COLUMN device TEXT NOT NULL DEFAULT ''; -- JSON, as sent with Play; '': nothing
