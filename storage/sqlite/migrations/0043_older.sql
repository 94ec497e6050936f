-- Topics depend on what stands further down in their lists, too, until they are looked at.
INSERT OR IGNORE INTO push_topic_scopes (scope, topic_id)
SELECT 'older:' || scope, topic_id FROM push_topic_scopes
WHERE substr(scope, 1, instr(scope || ':', ':') - 1) IN ('home', 'day', 'month', 'year', 'section', 'tag', 'author', 'comments');
