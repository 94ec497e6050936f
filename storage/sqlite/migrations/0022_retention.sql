-- Old Changes are let go.
ALTER TABLE site ADD COLUMN pruned_seq INTEGER NOT NULL DEFAULT 0; -- of the newest Change that is kept no more
