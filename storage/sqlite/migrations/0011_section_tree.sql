-- What stands directly in a section, '' for the uppermost: pages show these, and none of the others.
ALTER TABLE sections ADD COLUMN parent TEXT GENERATED ALWAYS AS (
    rtrim(rtrim(path, replace(path, '/', '')), '/')
) VIRTUAL;

CREATE INDEX sections_by_parent ON sections (parent, path);
