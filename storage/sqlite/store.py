"""The SQLite store: its topics, and its life cycle."""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Self

from storage.errors import Unavailable
from storage.omissions import Omissions
from storage.sqlite.aliases import AliasTopic
from storage.sqlite.articles import ArticleTopic
from storage.sqlite.changes import ChangeTopic
from storage.sqlite.checks import CheckTopic
from storage.sqlite.comments import CommentTopic
from storage.sqlite.connection import Database
from storage.sqlite.dates import DateTopic, last_date
from storage.sqlite.days import DayTopic
from storage.sqlite.due import ClockTopic
from storage.sqlite.latest import CurrentTopic
from storage.sqlite.lists import ListTopic
from storage.sqlite.moderation import ModerationTopic
from storage.sqlite.names import NameTopic
from storage.sqlite.periods import PeriodTopic
from storage.sqlite.privacy import PrivacyTopic
from storage.sqlite.reindexing import ReindexingTopic
from storage.sqlite.schema import migrate as apply_migrations
from storage.sqlite.schema import require_current
from storage.sqlite.search import SearchTopic
from storage.sqlite.sections import SectionTopic
from storage.sqlite.sessions import SessionTopic
from storage.sqlite.sitemaps import SitemapTopic
from storage.sqlite.sites import SiteTopic
from storage.sqlite.sources import SourceTopic
from storage.sqlite.tokens import TokenTopic
from storage.sqlite.transfer import TransferTopic
from storage.sqlite.views import ViewTopic

OLDEST_SQLITE = (3, 37)
"""The first with strict tables (3.37 of 2021)."""


class SQLiteStore(
    ArticleTopic,
    ListTopic,
    CurrentTopic,
    DayTopic,
    PeriodTopic,
    ViewTopic,
    SearchTopic,
    ReindexingTopic,
    CommentTopic,
    PrivacyTopic,
    ModerationTopic,
    SectionTopic,
    SitemapTopic,
    NameTopic,
    ChangeTopic,
    ClockTopic,
    DateTopic,
    SiteTopic,
    TokenTopic,
    SessionTopic,
    TransferTopic,
    AliasTopic,
    SourceTopic,
    CheckTopic,
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
