"""The SQLite store: its topics, and its life cycle."""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Self

from storage.errors import Unavailable
from storage.omissions import Omissions
from storage.sqlite.aliases import AliasMixin
from storage.sqlite.articles import ArticleMixin
from storage.sqlite.changes import ChangeMixin
from storage.sqlite.checks import CheckMixin
from storage.sqlite.comments import CommentMixin
from storage.sqlite.connection import Database
from storage.sqlite.dates import DateMixin, last_date
from storage.sqlite.days import DayMixin
from storage.sqlite.due import ClockMixin
from storage.sqlite.latest import CurrentMixin
from storage.sqlite.lists import ListMixin
from storage.sqlite.moderation import ModerationMixin
from storage.sqlite.names import NameMixin
from storage.sqlite.periods import PeriodMixin
from storage.sqlite.privacy import PrivacyMixin
from storage.sqlite.reindexing import ReindexingMixin
from storage.sqlite.schema import migrate as apply_migrations
from storage.sqlite.schema import require_current
from storage.sqlite.search import SearchMixin
from storage.sqlite.sections import SectionMixin
from storage.sqlite.sessions import SessionMixin
from storage.sqlite.sitemaps import SitemapMixin
from storage.sqlite.sites import SiteMixin
from storage.sqlite.sources import SourceMixin
from storage.sqlite.tokens import TokenMixin
from storage.sqlite.transfer import TransferMixin
from storage.sqlite.views import ViewMixin

OLDEST_SQLITE = (3, 37)
"""The first with strict tables (3.37 of 2021)."""


class SQLiteStore(
    ArticleMixin,
    ListMixin,
    CurrentMixin,
    DayMixin,
    PeriodMixin,
    ViewMixin,
    SearchMixin,
    ReindexingMixin,
    CommentMixin,
    PrivacyMixin,
    ModerationMixin,
    SectionMixin,
    SitemapMixin,
    NameMixin,
    ChangeMixin,
    ClockMixin,
    DateMixin,
    SiteMixin,
    TokenMixin,
    SessionMixin,
    TransferMixin,
    AliasMixin,
    SourceMixin,
    CheckMixin,
):
    """A `storage.protocol.Store` in one file."""

    @classmethod
    async def open(
        cls,
        path: str,
        *,
        clock: Callable[[], datetime],
        migrate: bool = False,
        synchronous: str = "FULL",
        busy_timeout: float = 5.0,
    ) -> Self:
        """As `storage.connect.open_store` says. `busy_timeout`: how long to wait for another process's lock, in seconds."""
        if sqlite3.sqlite_version_info < OLDEST_SQLITE:
            raise Unavailable(f"Python comes with SQLite {sqlite3.sqlite_version}: 3.37 or later is needed.")

        dated: datetime | None = None

        def prepare(db: sqlite3.Connection) -> None:
            nonlocal dated
            if migrate:
                apply_migrations(db, clock)
            require_current(db)
            dated = last_date(db)

        database = await Database.open(
            path, create=migrate, synchronous=synchronous, busy_timeout=busy_timeout, prepare=prepare
        )
        store = cls(database, clock)
        if dated is not None:
            # The clock may have been put back before this process began.
            store._date_after(dated)
        return store

    @property
    def omissions(self) -> Omissions:
        return self._database.omissions

    def fault(self) -> str | None:
        return self._database.fault()

    async def close(self) -> None:
        if self._has_written and not self._late:
            # All its dates are right: nothing is left to the next process.
            self._has_written = False
            with suppress(Unavailable):
                await self._database.write(
                    lambda db: db.execute("DELETE FROM last_writes WHERE writer = ?", (self._writer,)).rowcount
                )
        await self._database.close()
