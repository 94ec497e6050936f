"""The newest of the whole newsroom, with what arrived late."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from storage.model import ArticleList, CurrentList
from storage.scopes import DAYS, HOME, day_scope
from storage.sql.days import stands_beside
from storage.sql.engine import Connection
from storage.sql.listings import listing_of
from storage.sql.lists import read_articles
from storage.sql.mixin import StoreMixin
from storage.sql.periods import periods_beside


class CurrentMixin(StoreMixin):
    async def read_current(
        self, *, limit: int, day: date, late_since: datetime, also: Sequence[str] = ()
    ) -> CurrentList:
        [home, today, *names] = self._lists(HOME, day_scope(day), DAYS, *also)

        def work(db: Connection) -> CurrentList:
            newest = read_articles(db, self._kept, home, limit, None, names, late_since)
            return CurrentList(
                newest=replace(newest, beside=periods_beside(db, today)), day_goes_on=_goes_on(db, newest, today)
            )

        return await self._read_shown(work)


def _goes_on(db: Connection, newest: ArticleList, day: str) -> bool:
    if not newest.older or not newest.articles:
        return False
    return stands_beside(db, day, listing_of(newest.articles[-1]), newer=False)
