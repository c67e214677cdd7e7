-- Titles that can be played and have no poster yet: those of torrents get a
-- placard, those of files a frame of the film, so there are never many.
CREATE INDEX title_posterless ON title (id) WHERE poster IS NULL AND is_playable = 1;
