-- What a write costs does not grow with the newsroom, nor with the thread.

-- Since which Change the entries of comments name their article, or whom they answer, as they do: a row where that was ever
-- another. The comments themselves are not written then.
CREATE TABLE article_names (
    article_id INTEGER PRIMARY KEY REFERENCES articles,
    seq INTEGER NOT NULL
) STRICT;

CREATE TABLE comment_names (
    comment_id INTEGER PRIMARY KEY REFERENCES comments ON DELETE CASCADE,
    seq INTEGER NOT NULL
) STRICT;

-- Whether the same was written already is asked of those that are as long.
CREATE INDEX comments_by_length ON comments (article_id, email_key, length(body_html));

-- Of the full text indexes a part is merged now and then ('automerge', 64 pages a level). That all of a level is merged at
-- once, which takes seconds in a large newsroom, within one write, is left to the case in which nothing else would help.
INSERT INTO article_search (article_search, rank) VALUES ('crisismerge', 1000);

INSERT INTO comment_search (comment_search, rank) VALUES ('crisismerge', 1000);
