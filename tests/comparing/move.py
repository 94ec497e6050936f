"""A newsroom that moved in, on a real socket, beside the site that it left."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import httpx2

from feeds.comparing.asking import Site
from feeds.comparing.comparison import Comparison
from feeds.comparing.results import Results, Verdict
from feeds.importers import import_file
from feeds.main import site_state
from feeds.outbound import Networks, Resolve, system_resolve
from feeds.settings import Settings
from storage.model import Article
from storage.protocol import Store
from tests.kinds.newsroom import SettableClock
from tests.server.listening import listening
from tests.stores import file_in
from tests.web.site import application

NOW = datetime(2022, 6, 1, 12, 0, tzinfo=UTC)
FUTURE = "https://news.example"


@dataclass
class Compared:
    """What a comparison left."""

    verdict: Verdict
    feeds: dict[str, dict[str, Any]]
    """Rows by the path there."""
    addresses: dict[str, dict[str, Any]]
    done: list[tuple[str, int, int | None]] = field(default_factory=list)
    """What was told of its progress."""

    def entries(self, path: str, what: str) -> list[tuple[str, str]]:
        """Titles and reasons of what is 'new' or 'missing' in a feed."""
        return [(entry["title"], entry["why"]) for entry in self.feeds[path][what]]


class Former(Protocol):
    """A site that a newsroom leaves: ours in miniature, or a real one."""

    url: str

    def export(self) -> str:
        """The WXR of all that it has."""


@dataclass(frozen=True)
class Move:
    old: Former
    store: Store
    settings: Settings
    folder: Path
    here: str
    """Where this server can be asked now."""

    async def import_all(self) -> None:
        path = self.folder / "newsroom.wxr.xml"
        path.write_text(self.old.export())
        await import_file(self.store, path, settings=self.settings, clock=self.store.now)

    async def article(self, headline: str) -> Article:
        [found] = [one for one in await self.store.list_articles(limit=1000) if one.headline == headline]
        return found

    async def compare(self, *, sample: int = 0) -> Compared:
        return await compared(self.old.url, self.here, self.store, sample=sample)


async def compared(
    old: str, here: str, store: Store, *, sample: int = 0, at_once: int = 4, resolve: Resolve = system_resolve
) -> Compared:
    """`resolve`: where names are, all of them on this machine."""
    networks = Networks.of("127.0.0.0/8") if resolve is not system_resolve else Networks()
    done: list[tuple[str, int, int | None]] = []
    with TemporaryDirectory() as folder:
        async with (
            Site(httpx2.URL(old), networks=networks, at_once=at_once, pause=0.01, resolve=resolve) as theirs,
            Site(httpx2.URL(here), networks=Networks(), at_once=at_once, future=httpx2.URL(FUTURE), pause=0.01) as ours,
        ):
            results = Results(Path(folder), old=theirs.name, here=ours.name, at=NOW)
            try:
                comparison = Comparison(
                    theirs, ours, store, results, Path(folder), sample=sample, progress=lambda *step: done.append(step)
                )
                await comparison.run()
                return Compared(
                    results.verdict,
                    {row["url"].removeprefix(old.rstrip("/")): row for row in results.feeds},
                    {row["url"].removeprefix(old.rstrip("/")): row for row in results.addresses},
                    done,
                )
            finally:
                results.close()


@asynccontextmanager
async def moving(old: Former, folder: Path, **chosen: Any) -> AsyncIterator[Move]:
    """The newsroom's server, with nothing in its store yet."""
    usual: dict[str, Any] = {
        "database_url": file_in(folder),
        "base_url": FUTURE,
        "media_dir": folder / "media",
        "synchronous": "NORMAL",
        "feed_items": 5,
    }
    settings = Settings(**usual | chosen)
    async with site_state(settings, SettableClock(NOW)) as state, listening(application(state), state) as server:
        yield Move(old, state.store, settings, folder, f"http://127.0.0.1:{server.port}")
