-- The seq of the last Change that gave a section another title: entries that name it are others since.
ALTER TABLE sections ADD COLUMN seq INTEGER NOT NULL DEFAULT 0;
