-- Aliases lead anywhere: what leads to a path is found by it.
CREATE INDEX aliases_by_page ON aliases (page);
