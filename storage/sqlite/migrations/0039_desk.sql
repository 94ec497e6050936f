ALTER TABLE comments ADD COLUMN held_why TEXT NOT NULL DEFAULT ''; -- why the rules did not show it when it came, a reason a line
ALTER TABLE comments ADD COLUMN newsroom INTEGER NOT NULL DEFAULT 0; -- whether the newsroom itself wrote it
