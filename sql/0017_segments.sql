-- Marks by hand: where the opening, the recap, the credits and the preview of a
-- film or an episode lie. One person's mark holds for everybody.
CREATE TABLE segment_mark (
  title_id INTEGER NOT NULL REFERENCES title (id) ON DELETE CASCADE,
  season INTEGER NOT NULL DEFAULT -1,  -- its number; -1: a film
  episode INTEGER NOT NULL DEFAULT -1, -- its number; -1: all of the season, or a film
  kind TEXT NOT NULL CHECK (kind IN ('intro', 'recap', 'credits', 'preview')),
  is_none INTEGER NOT NULL DEFAULT 0,  -- there is none, whatever chapters or the season say
  is_from_end INTEGER NOT NULL DEFAULT 0, -- seconds are counted back from the end
  starts_at REAL NOT NULL,             -- seconds
  ends_at REAL NOT NULL,
  changed_at INTEGER NOT NULL,
  PRIMARY KEY (title_id, season, episode, kind)
) STRICT, WITHOUT ROWID;
