-- What was wrong in an article that readers saw, in words for them, and when that was last written.
ALTER TABLE articles ADD COLUMN correction TEXT NOT NULL DEFAULT '';
ALTER TABLE articles ADD COLUMN corrected_at INTEGER;
