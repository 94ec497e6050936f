"""A store in a few lists, naive enough to be seen right: what the real one is compared with after each write."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from storage.model import Article, Comment, CommentStatus
from storage.scopes import lists_of_article, lists_of_comment

Order = tuple[datetime, int]
"""What an entry is ordered by: its time, its id."""
Grave = tuple[Order, frozenset[str]]
"""Where an entry stood when it went, and in which lists."""


@dataclass
class Shown:
    """A list: what stands in it, and whose tombstones, each in its order."""

    entries: list[int]
    graves: list[int]


@dataclass
class Replica:
    """Articles and comments by id, as they were handed over; which articles are public, and where what went stood."""

    articles: dict[int, Article] = field(default_factory=dict)
    comments: dict[int, Comment] = field(default_factory=dict)
    public: set[int] = field(default_factory=set)
    article_graves: dict[int, Grave] = field(default_factory=dict)
    comment_graves: dict[int, Grave] = field(default_factory=dict)
    paths: dict[str, int] = field(default_factory=dict)
    """Every path that was public once."""

    def write_article(self, article: Article, now: datetime) -> None:
        """`article` is new, or takes the place of the one with its id."""
        public = article.public_at is not None and article.public_at <= now
        self._turn(article, public)

    def pass_time(self, now: datetime) -> None:
        """What is due becomes public."""
        for article in list(self.articles.values()):
            if article.public_at is not None and article.public_at <= now and article.id not in self.public:
                self._turn(article, public=True)

    def write_comment(self, comment: Comment) -> None:
        before = self._public_comments()
        self.comments[comment.id] = comment
        self._bury_comments(before)

    def _turn(self, article: Article, public: bool) -> None:
        before = self._public_comments()
        old = self.articles.get(article.id)
        if old is not None and old.id in self.public and not public:
            self.article_graves[old.id] = (order(old), lists_of_article(old))
        self.articles[article.id] = article
        if public:
            self.public.add(article.id)
            self.article_graves.pop(article.id, None)
            self.paths[article.path] = article.id
        else:
            self.public.discard(article.id)
        self._bury_comments(before)

    def _public_comments(self) -> dict[int, frozenset[str]]:
        """The public ones, each with its lists."""
        return {
            comment.id: lists_of_comment(self.articles[comment.article_id])
            for comment in self.comments.values()
            if comment.status is CommentStatus.APPROVED and comment.article_id in self.public
        }

    def _bury_comments(self, before: dict[int, frozenset[str]]) -> None:
        after = self._public_comments()
        for comment_id, lists in before.items():
            if comment_id not in after:
                self.comment_graves[comment_id] = (order_of(self.comments[comment_id]), lists)
        for comment_id in after:
            self.comment_graves.pop(comment_id, None)

    def scopes(self) -> set[str]:
        """Every list that anything stands in, stood in or could."""
        lists = {"home", "comments", "section:nowhere"}
        for article in self.articles.values():
            if article.day is not None:
                lists |= lists_of_article(article) | lists_of_comment(article)
        for _, stood in (*self.article_graves.values(), *self.comment_graves.values()):
            lists |= stood
        return lists

    def shown(self, scope: str, limit: int | None) -> Shown:
        if scope == "comments" or scope.startswith("comments:"):
            standing = [
                (order_of(self.comments[id_]), id_) for id_, lists in self._public_comments().items() if scope in lists
            ]
            return _window(standing, self.comment_graves, scope, limit)
        standing = [
            (order(self.articles[id_]), id_) for id_ in self.public if scope in lists_of_article(self.articles[id_])
        ]
        return _window(standing, self.article_graves, scope, limit)

    def comment_count(self, article_id: int) -> int:
        return sum(
            comment.article_id == article_id and comment.status is CommentStatus.APPROVED
            for comment in self.comments.values()
        )


def order(article: Article) -> Order:
    assert article.published_at is not None
    return (article.published_at, article.id)


def order_of(comment: Comment) -> Order:
    return (comment.created_at, comment.id)


def _window(standing: Iterable[tuple[Order, int]], graves: dict[int, Grave], scope: str, limit: int | None) -> Shown:
    newest = sorted(standing, reverse=True)[:limit]
    last = newest[-1][0] if newest and len(newest) == limit else None
    stones = sorted(((place, id_) for id_, (place, lists) in graves.items() if scope in lists), reverse=True)
    seen = [id_ for place, id_ in stones if last is None or place >= last]
    return Shown([id_ for _, id_ in newest], seen[:limit])
