-- Subtitles from OpenSubtitles, each fetched once: the file itself is
-- subtitles/<its number> in the state folder.
CREATE TABLE fetched_subtitle (
  file_id INTEGER PRIMARY KEY,       -- its number there
  format TEXT NOT NULL CHECK (format IN ('srt', 'vtt', 'ass')),
  language TEXT NOT NULL,            -- BCP 47
  release TEXT NOT NULL,             -- what it was made for, in its maker's words
  is_forced INTEGER NOT NULL,
  is_sdh INTEGER NOT NULL,
  fetched_at INTEGER NOT NULL
) STRICT;

-- What it is shown with, for everybody who plays that.
CREATE TABLE source_subtitle (
  source_id INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
  file_id INTEGER NOT NULL REFERENCES fetched_subtitle (file_id) ON DELETE CASCADE,
  is_exact INTEGER NOT NULL,         -- made for this very file, by its hash
  PRIMARY KEY (source_id, file_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX source_subtitle_by_file ON source_subtitle (file_id);

-- What a service lets us fetch until when, as it said last.
CREATE TABLE service_quota (
  service TEXT PRIMARY KEY,
  remaining INTEGER NOT NULL,
  reset_at INTEGER NOT NULL          -- 0: not told
) STRICT, WITHOUT ROWID;
