"""Which feeds a write moved, told from what a poller of all of them saw before and after."""

from collections.abc import Iterable, Mapping
from email.utils import parsedate_to_datetime

from storage.model import Article
from tests.web.site import Client, Site, in_every_format

LISTS = ("/", "/2023/03/01/", "/2023/03/", "/2023/", "/section/world/", "/section/world/africa/", "/section/business/")
"""Pages of the lists of articles of the day on which the newsroom was founded."""
ARTICLE_FEEDS = frozenset(in_every_format(*LISTS))
COMMENT_FEEDS = frozenset(in_every_format("/comments/"))


def thread_feeds(*articles: Article) -> frozenset[str]:
    return frozenset(in_every_format(*(article.path for article in articles)))


class Poller:
    """Polls feeds as readers do, with what it has; it never asks in the second of a change, when dates are still in doubt."""

    def __init__(self, site: Site, client: Client, feeds: Iterable[str]) -> None:
        self._site = site
        self._client = client
        self._feeds = sorted(feeds)
        self._seen: Mapping[str, tuple[str, str, bytes]] = {}

    async def moved(self) -> set[str]:
        """The feeds that moved since the last call. ETag, bytes and both ways to ask agree, and no date ever goes back."""
        self._site.clock.advance(seconds=2)
        before, self._seen = self._seen, await self._client.validators(self._feeds)
        moved = set()
        for path, (etag, date, body) in before.items():
            new_etag, new_date, new_body = self._seen[path]
            assert (etag == new_etag) == (body == new_body), path
            assert _second(new_date) >= _second(date), path
            if etag != new_etag:
                moved.add(path)
                assert _second(new_date) > _second(date), path
            by_tag = await self._client.ask(path, If_None_Match=etag)
            by_date = await self._client.ask(path, If_Modified_Since=date)
            assert by_tag.status == (200 if path in moved else 304), path
            assert by_date.status == (200 if new_date != date else 304), path
        return moved

    def dates(self) -> Mapping[str, str]:
        """Last-Modified of each feed."""
        return {path: date for path, (_, date, _) in self._seen.items()}


def _second(http_date: str) -> float:
    return parsedate_to_datetime(http_date).timestamp()
