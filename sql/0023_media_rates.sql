-- What a copy of a film asks of decoders and of a line, known since its index was read.
ALTER TABLE media_index ADD COLUMN codecs TEXT NOT NULL DEFAULT ''; -- of the picture and of each sound track, by commas; empty: as the probe has it
ALTER TABLE media_index ADD COLUMN peak INTEGER NOT NULL DEFAULT 0; -- bit/s of any segments that follow each other, with one sound track; 0: unknown
