"""The newest of the whole newsroom, with what arrived late."""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from storage.model import ArticleList, CurrentList
from storage.scopes import DAYS, HOME, day_scope
from storage.sqlite.days import stands_beside
from storage.sqlite.listings import listing_of
from storage.sqlite.lists import read_articles
from storage.sqlite.mixin import StoreMixin
from storage.sqlite.periods import periods_beside


class CurrentMixin(StoreMixin):
    async def read_current(
        self, *, limit: int, day: date, late_since: datetime, also: Sequence[str] = ()
    ) -> CurrentList:
        def work(db: sqlite3.Connection) -> CurrentList:
            newest = read_articles(db, HOME, limit, None, (DAYS, *also), late_since)
            return CurrentList(
                newest=replace(newest, beside=periods_beside(db, day_scope(day))), day_goes_on=_goes_on(db, newest, day)
            )

        return await self._read(work)


def _goes_on(db: sqlite3.Connection, newest: ArticleList, day: date) -> bool:
    if not newest.older or not newest.articles:
        return False
    return stands_beside(db, day_scope(day), listing_of(newest.articles[-1]), newer=False)
