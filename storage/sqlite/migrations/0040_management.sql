-- By what a list of all articles is narrowed down, drafts included: each section with those above it, each tag, each author. It
-- takes the place of the table of sections alone.
CREATE TABLE article_facets (
    facet TEXT NOT NULL, -- as its scope is named: 'section:world', 'tag:nato', 'author:jane-doe'
    article_id INTEGER NOT NULL REFERENCES articles,
    PRIMARY KEY (facet, article_id)
) STRICT, WITHOUT ROWID;

-- Of a row that is damaged nothing is known: it is in no list either.
INSERT INTO article_facets (facet, article_id)
WITH RECURSIVE
    named (kind, value, type, article_id) AS (
        SELECT 'section', named.value, named.type, articles.id
        FROM articles, json_each(CASE WHEN json_valid(sections) THEN sections ELSE '[]' END) AS named
        UNION ALL
        SELECT 'tag', named.value, named.type, articles.id
        FROM articles, json_each(CASE WHEN json_valid(tags) THEN tags ELSE '[]' END) AS named
        UNION ALL
        SELECT 'author', named.value, named.type, articles.id
        FROM articles, json_each(CASE WHEN json_valid(authors) THEN authors ELSE '[]' END) AS named
    ),
    facets (kind, value, article_id) AS (
        SELECT kind, value, article_id FROM named WHERE type = 'text' AND value <> ''
        UNION
        SELECT kind, rtrim(rtrim(value, replace(value, '/', '')), '/'), article_id FROM facets
        WHERE kind = 'section' AND value LIKE '_%/%'
    )
SELECT kind || ':' || value, article_id FROM facets WHERE value <> '' ORDER BY 1, 2;

DROP TABLE article_sections;

-- Of an index in the order of their ids nothing can be asked by a date: of few edits this is read, of many the articles are.
CREATE INDEX articles_by_modified ON articles (modified_at);

-- What was answered to requests that named a key (Idempotency-Key), for a day.
CREATE TABLE kept_answers (
    token TEXT NOT NULL REFERENCES tokens ON DELETE CASCADE,
    key TEXT NOT NULL, -- SHA-256, in hex
    digest TEXT NOT NULL, -- of the request: SHA-256, in hex
    at INTEGER NOT NULL,
    status INTEGER NOT NULL, -- 0: what was kept is forgotten, and the answer with it
    fields TEXT NOT NULL, -- JSON object: of the answer's header
    body TEXT NOT NULL,
    size INTEGER NOT NULL, -- of the body, in bytes
    comment_id INTEGER, -- where it tells of one
    PRIMARY KEY (token, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX kept_answers_by_age ON kept_answers (at, size);

CREATE INDEX kept_answers_by_comment ON kept_answers (comment_id) WHERE comment_id IS NOT NULL;
