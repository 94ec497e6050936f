"""Why an entry of the old feed is not in ours: what the store knows of it that no reader sees."""

from collections.abc import AsyncIterator, Mapping
from typing import Protocol

from feeds.comparing.asking import Answer
from feeds.comparing.judging import Finding, place_of
from feeds.comparing.reasons import Why
from storage.model import Article, ArticleStatus, Comment, CommentStatus, Position
from storage.protocol import Articles, Comments, Moderation, Pages

_PAGE = 200
_MOST = 100_000
"""Guids that are remembered: what has more drafts and spam than that is told of as not imported."""
_OF_COMMENT = {CommentStatus.PENDING: Why.PENDING, CommentStatus.SPAM: Why.SPAM, CommentStatus.TRASH: Why.TRASH}
_GONE, _OK = 410, 200


class Hidden(Articles, Comments, Moderation, Pages, Protocol):
    """What an explanation needs of our store."""


class Explainer:
    """Looks through what readers do not see once, when it is first asked."""

    def __init__(self, store: Hidden) -> None:
        self._store = store
        self._hidden: dict[str, Why] | None = None

    async def explain(self, found: Finding, leads: Mapping[str, Answer]) -> Finding:
        """The finding with its reason; `leads`: how this server answers the links of old entries.

        Whoever would say that it was not imported may find it here under its id, or by its link.
        """
        if found.why not in (Why.NOT_IMPORTED, Why.NEWER):
            return found
        hidden = await self._all_hidden()
        # A comment's id is its article's with a fragment.
        for its_id in (found.entry.id, found.entry.id.rpartition("#")[0]):
            if its_id in hidden:
                return found._replace(why=hidden[its_id])
        answer = leads.get(found.entry.link.partition("#")[0])
        is_comment = bool(place_of(found.entry.link)[1])
        if answer is not None and answer.status == _GONE:
            return found._replace(why=Why.WITHDRAWN)
        if is_comment and answer is not None and answer.status == _OK and await self.is_page(answer.url.path):
            return found._replace(why=Why.ON_PAGE)
        if answer is not None and answer.status == _OK and not is_comment and answer.url.path != "/":
            return found._replace(why=Why.ELSEWHERE, detail=f"it is at {answer.url.path}")
        return found

    async def is_page(self, path: str) -> bool:
        """Whether a page stands at a path, which no comments do."""
        return await self._store.view_page(path) is not None

    async def _all_hidden(self) -> Mapping[str, Why]:
        if self._hidden is None:
            self._hidden = {}
            async for guid, why in self._read():
                if len(self._hidden) < _MOST:
                    self._hidden[guid] = why
        return self._hidden

    async def _read(self) -> AsyncIterator[tuple[str, Why]]:
        for status, why in ((ArticleStatus.DRAFT, Why.DRAFT), (ArticleStatus.WITHDRAWN, Why.WITHDRAWN)):
            async for article in self._articles(status):
                yield article.guid, why
        async for article in self._waiting():
            yield article.guid, Why.SCHEDULED
        for comment_status, why in _OF_COMMENT.items():
            async for comment in self._comments(comment_status):
                yield comment.guid, why

    async def _waiting(self) -> AsyncIterator[Article]:
        after: Position | None = None
        while page := await self._store.list_waiting(after=after, limit=_PAGE):
            for article in page:
                yield article
            last = page[-1]
            assert last.public_at is not None, "what waits for the clock has a date"
            after = Position(last.public_at, last.id)

    async def _articles(self, status: ArticleStatus) -> AsyncIterator[Article]:
        before: int | None = None
        while page := await self._store.list_articles(status=status, before_id=before, limit=_PAGE):
            for article in page:
                yield article
            before = page[-1].id

    async def _comments(self, status: CommentStatus) -> AsyncIterator[Comment]:
        before: int | None = None
        while page := await self._store.list_comments(status=status, before_id=before, limit=_PAGE):
            for comment in page:
                yield comment
            before = page[-1].id
