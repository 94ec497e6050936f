-- The words of articles and comments, as storage/words.py makes them. `vector` has each of them once, with the parts that it stands
-- in as weights: candidates are found by it. `words` has them in order, a space before and behind each, a line for each part: phrases
-- are looked for there. Both stand beside the row, so that an index scan over many matches reads little.
CREATE TABLE article_words (
    article_id BIGINT PRIMARY KEY REFERENCES articles ON DELETE CASCADE,
    at BIGINT NOT NULL, -- when it was published
    oversized BOOLEAN NOT NULL, -- more words than a tsvector holds: all are looked for in `words`
    vector tsvector NOT NULL,
    words TEXT COLLATE "C" NOT NULL
) WITH (toast_tuple_target = 128);

ALTER TABLE article_words ALTER COLUMN vector SET STORAGE EXTERNAL;

CREATE INDEX article_words_in_order ON article_words (at, article_id);

CREATE INDEX article_words_by_word ON article_words USING gin (vector) WITH (gin_pending_list_limit = 1024);

-- Tells what many have from what few have, at a 128th of the cost.
CREATE INDEX article_words_sampled ON article_words USING gin (vector) WITH (gin_pending_list_limit = 64)
WHERE article_id % 128 = 0;

CREATE TABLE comment_words (
    comment_id BIGINT PRIMARY KEY REFERENCES comments ON DELETE CASCADE,
    oversized BOOLEAN NOT NULL,
    vector tsvector NOT NULL,
    words TEXT COLLATE "C" NOT NULL
) WITH (toast_tuple_target = 128);

ALTER TABLE comment_words ALTER COLUMN vector SET STORAGE EXTERNAL;

CREATE INDEX comment_words_by_word ON comment_words USING gin (vector) WITH (gin_pending_list_limit = 1024);

CREATE INDEX comment_words_sampled ON comment_words USING gin (vector) WITH (gin_pending_list_limit = 64)
WHERE comment_id % 128 = 0;
