-- The list of arrivals holds what came late alone: what came at its time stands among the newest.
DELETE FROM article_listings
WHERE scope_id = (SELECT id FROM scopes WHERE name = 'arrivals')
    AND item_id IN (SELECT id FROM articles WHERE arrived_at - published_at < 3600000000);
