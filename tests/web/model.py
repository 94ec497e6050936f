"""What readers are shown of a newsroom's threads, worked out anew each time from the plainest record of what was done."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from storage.model import CommentStatus

INTERVAL = timedelta(minutes=10)
"""Of comment counts in article feeds."""
LISTS = {
    "": "/",
    "world": "/section/world/",
    "world/africa": "/section/world/africa/",
    "business": "/section/business/",
}
ALL_COMMENTS = "/comments/"

Entry = tuple[object, ...]


@dataclass
class ModelComment:
    number: int
    article: int
    parent: int | None
    name: str
    body: str
    status: CommentStatus
    shown: bool = False
    revision: int = 0
    """How often readers were told to look at it again."""
    erased: bool = False
    grave: frozenset[str] = frozenset()
    """Pages of the feeds that hold its tombstone."""

    def forget(self, *, erase: bool) -> None:
        self.erased = erase or self.status is not CommentStatus.APPROVED
        if self.erased:
            self.name, self.body, self.status = "", "", CommentStatus.TRASH
        else:
            self.revision += self.shown
            self.name = "Nobody"


@dataclass
class ModelArticle:
    number: int
    path: str
    sections: tuple[str, ...]
    public: bool = True
    revision: int = 0
    listed: int = 0
    """The count that feeds show."""
    listed_at: datetime | None = None
    due_at: datetime | None = None
    grave: frozenset[str] = frozenset()

    def pages(self) -> frozenset[str]:
        """Of the feeds that list it."""
        return frozenset(page for path, page in LISTS.items() if not path or self.is_in(path))

    def comment_pages(self) -> frozenset[str]:
        within = (f"{page}comments/" for path, page in LISTS.items() if path and self.is_in(path))
        return frozenset({ALL_COMMENTS, self.path, *within})

    def is_in(self, section: str) -> bool:
        return any(f"{own}/".startswith(f"{section}/") for own in self.sections)


@dataclass
class Model:
    articles: list[ModelArticle] = field(default_factory=list)
    comments: list[ModelComment] = field(default_factory=list)
    """In the order in which they came."""

    def settle(self, now: datetime) -> None:
        """What follows from what was just done."""
        for comment in self.comments:
            article = self.articles[comment.article]
            shown = article.public and comment.status is CommentStatus.APPROVED
            if shown and comment.grave:
                comment.grave = frozenset()
                comment.revision += 1
            if comment.shown and not shown:
                comment.grave = article.comment_pages()
            comment.shown = shown
        for article in self.articles:
            self._count(article, now)

    def pass_time(self, now: datetime) -> None:
        for article in self.articles:
            if article.due_at is not None and article.due_at <= now:
                article.listed, article.listed_at, article.due_at = self.count(article), now, None

    def _count(self, article: ModelArticle, now: datetime) -> None:
        count = self.count(article)
        if not article.public or count == article.listed:
            article.due_at = None
        elif article.listed_at is None or now - article.listed_at >= INTERVAL:
            article.listed, article.listed_at, article.due_at = count, now, None
        else:
            article.due_at = article.listed_at + INTERVAL

    def count(self, article: ModelArticle) -> int:
        approved = (
            comment.status is CommentStatus.APPROVED for comment in self.comments if comment.article == article.number
        )
        return sum(approved)

    def toggle(self, article: ModelArticle, now: datetime) -> None:
        """Withdraw it, or publish it again."""
        article.public = not article.public
        if article.public:
            article.revision += 1
            article.grave = frozenset()
            article.listed = self.count(article)
        else:
            article.grave = article.pages()
        article.listed_at = now if article.listed else None

    def feeds(self) -> Iterator[tuple[str, tuple[Entry, ...] | None, frozenset[str]]]:
        """Of each page: what its feed's entries say, newest first (None: there is no such feed now), and its tombstones."""
        for page in LISTS.values():
            listed = [one for one in reversed(self.articles) if one.public and page in one.pages()]
            entries = tuple((one.path, one.revision, one.sections, one.listed) for one in listed)
            yield page, entries, frozenset(one.path for one in self.articles if page in one.grave)
        for page in (ALL_COMMENTS, *(f"{page}comments/" for path, page in LISTS.items() if path)):
            yield page, self._comments(page), self._graves(page)
        for article in self.articles:
            yield article.path, self._comments(article.path) if article.public else None, self._graves(article.path)

    def _comments(self, page: str) -> tuple[Entry, ...]:
        return tuple(
            (comment.number, comment.revision, comment.name, comment.body, self._answered(comment))
            for comment in reversed(self.comments)
            if comment.shown and page in self.articles[comment.article].comment_pages()
        )

    def _answered(self, comment: ModelComment) -> str | None:
        parent = None if comment.parent is None else self.comments[comment.parent]
        return parent.name if parent and parent.shown else None

    def _graves(self, page: str) -> frozenset[str]:
        return frozenset(str(comment.number) for comment in self.comments if page in comment.grave)
