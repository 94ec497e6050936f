-- The sites that the newsroom had before, and what their addresses were made of.
CREATE TABLE former_sites (
    address TEXT PRIMARY KEY, -- 'old.example/blog'
    path TEXT NOT NULL, -- '/blog', or '' at the root of its host
    permalinks TEXT NOT NULL, -- '/%year%/%monthnum%/%postname%/', or ''
    category_base TEXT NOT NULL,
    tag_base TEXT NOT NULL,
    author_base TEXT NOT NULL
) STRICT, WITHOUT ROWID;
