-- When readers last saw an article change without being told to look again. What was corrected or updated before has those dates.
ALTER TABLE articles ADD COLUMN edited_at INTEGER;

-- When each page of the sitemap last changed: the date of a scope of its own, which a write of what it says raises from now on.
INSERT INTO scopes (name, version, modified_at)
SELECT
    'locations:' || ((id - 1) / 50000 + 1), 0,
    max(max(published_at, coalesce(updated_at, published_at), coalesce(corrected_at, published_at)))
FROM articles WHERE public = 1 GROUP BY (id - 1) / 50000;
