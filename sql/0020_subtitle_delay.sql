-- Subtitles of a file that come too early or too late do so for everybody.

ALTER TABLE source ADD COLUMN subtitle_delay INTEGER NOT NULL DEFAULT 0; -- ms that they are shown later
