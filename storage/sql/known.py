"""What articles name, and a write has to know of: sections, authors, tags. Each is asked for once, however many name it."""

from collections.abc import Iterable, Mapping

from storage.model import Article, Author, Tag
from storage.sql.engine import Connection
from storage.sql.rows import known_names, one_of


class Known:
    """Of a transaction in which nobody else writes."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self.sections: set[str] = set()
        """Their paths."""
        self.authors: dict[str, Author] = {}
        self.tags: dict[str, Tag] = {}
        self._asked: tuple[set[str], set[str], set[str]] = (set(), set(), set())

    def note(self, article: Article) -> None:
        """An article as it was read in this transaction: its authors and tags are there; so are its sections, if it is public."""
        authors = {author.slug: author for author in article.authors}
        tags = {tag.slug: tag for tag in article.tags}
        self._take(article.sections if article.public else (), authors, tags)

    def ask(self, articles: Iterable[Article]) -> None:
        """See which of these there are."""
        paths, authors, tags = set[str](), set[str](), set[str]()
        for article in articles:
            paths.update(article.sections)
            authors.update(author.slug for author in article.authors)
            tags.update(tag.slug for tag in article.tags)
        for wanted, asked in zip((paths, authors, tags), self._asked, strict=True):
            wanted -= asked
            asked |= wanted
        rows: Iterable[tuple[str]] = ()
        if paths:
            test, parameters = one_of(self._db, "path", sorted(paths))
            rows = self._db.execute(f"SELECT path FROM sections WHERE {test}", parameters)
        there = known_names(self._db, authors, tags)
        self._take([path for (path,) in rows], *there)

    def add(self, authors: Iterable[Author], tags: Iterable[Tag]) -> None:
        """Keep those that are new: the first name of each stays."""
        new_authors = {author.slug: author for author in reversed([*authors]) if author.slug not in self.authors}
        new_tags = {tag.slug: tag for tag in reversed([*tags]) if tag.slug not in self.tags}
        if new_authors:
            self._db.executemany(
                "INSERT INTO authors (slug, name, url, about) VALUES (?, ?, ?, ?)",
                [(author.slug, author.name, author.url, author.about) for author in new_authors.values()],
            )
        if new_tags:
            self._db.executemany(
                "INSERT INTO tags (slug, name) VALUES (?, ?)", [(tag.slug, tag.name) for tag in new_tags.values()]
            )
        self._take((), new_authors, new_tags)

    def _take(self, paths: Iterable[str], authors: Mapping[str, Author], tags: Mapping[str, Tag]) -> None:
        self.sections.update(paths)
        self.authors.update(authors)
        self.tags.update(tags)
        asked_paths, asked_authors, asked_tags = self._asked
        asked_paths.update(paths)
        asked_authors.update(authors)
        asked_tags.update(tags)
