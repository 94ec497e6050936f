"""How far down in lists a write reaches: whoever is shown the newest of them alone need not be told of what lies below."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Literal, NamedTuple

from storage.model import Article
from storage.scopes import NEWEST, lists_of_article, older_scope
from storage.sql.engine import Connection, Cursor
from storage.sql.rows import to_us

What = Literal["article", "comment"]
Place = tuple[int, int]
"""What an entry is ordered by: its time in microseconds, its id."""
_RECENT = timedelta(days=2)
"""An entry of this age is taken for one of the newest: of what a newsroom writes, hardly anything is asked for."""


class Touched(NamedTuple):
    """What of lists a write touches."""

    lists: Collection[str] = ()
    """None of an entry that is taken for one of the newest."""
    place: Place = (0, 0)
    """Of an entry that moves the newer one."""
    is_new: bool = False
    """Nothing of it stood anywhere before."""


class Depths:
    """Of a transaction in which nobody else writes. Each list is asked for once: what else the write brings in or takes away raises
    the list's own scope if it is among the newest.
    """

    def __init__(self, db: Connection, now: datetime) -> None:
        self._db = db
        self._recent = to_us(now - _RECENT)
        self._sought: set[tuple[What, str | int]] = set()
        """Lists and ids of which the answers are known, or on their way."""
        self._expected: defaultdict[What, list[Touched]] = defaultdict(list)
        self._asked: list[tuple[What, Cursor, Cursor]] = []
        self._floors: dict[str, Place] = {}
        """Of a list the place of the last of its newest; of a shorter one none."""
        self._late: set[tuple[What, str, int]] = set()
        """What is shown beside the newest of a list, because it came late."""

    def of_article(self, *versions: Article | None) -> Touched:
        """The lists that versions of an article stand in, or left tombstones in, the older one first; None where there was none."""
        listed = [(to_us(one.published_at), one) for one in versions if one and one.published_at and _is_listed(one)]
        at, last = max(listed, key=itemgetter(0), default=(0, None))
        if last is None or at > self._recent:
            return Touched()
        lists = frozenset[str]().union(*(lists_of_article(one) for _, one in listed))
        return Touched(lists, (at, last.id), is_new=versions[0] is None)

    def of_new_article(self, article: Article) -> Touched:
        """The same of an article with a date that is yet to be put."""
        assert article.published_at is not None, "it has a date"
        at = to_us(article.published_at)
        return Touched() if at > self._recent else Touched(lists_of_article(article), (at, article.id), is_new=True)

    def of_new_comments(self, lists: Collection[str], items: Iterable[Place]) -> Touched:
        place = max(items)
        return Touched(lists if place[0] <= self._recent else (), place, is_new=True)

    def expect(self, what: What, touched: Iterable[Touched]) -> None:
        """What the write may touch: where any of it is asked for, all of it is."""
        self._expected[what].extend(touched)

    def ask(self, what: What, touched: Collection[Touched]) -> None:
        """Ask for what `raised` is about to need, so that it is waited for together with other things."""
        if not any(self._unknown(what, touched)):
            return
        expected = self._expected.pop(what, [])
        names, ids = self._unknown(what, (*touched, *expected))
        self._sought.update((what, name) for name in names)
        self._sought.update((what, id_) for id_ in ids)
        last = f"FROM {what}_listings WHERE scope_id = scopes.id AND gone = 0 ORDER BY at DESC, item_id DESC LIMIT 1"
        floors = self._db.execute(
            f"""
            SELECT name, (SELECT at {last} OFFSET {NEWEST - 1}), (SELECT item_id {last} OFFSET {NEWEST - 1})
            FROM scopes WHERE {self._db.among("name")}
            """,
            (self._db.array(sorted(names)),),
        )
        late = self._db.execute(
            f"""
            SELECT scopes.name, arrivals.item_id FROM {what}_arrivals AS arrivals
                CROSS JOIN scopes ON scopes.id = arrivals.scope_id
            WHERE {self._db.among("arrivals.item_id")}
            """,
            (self._db.array(sorted(ids)),),
        )
        self._asked.append((what, floors, late))

    def raised(self, what: What, raised: Iterable[str], touched: Touched, but: Collection[str] = ()) -> frozenset[str]:
        """What a write raises: of the lists that it touches below the newest, the scope of the older entries alone.

        `but`: lists in which the entry is shown beside the newest from now on.
        """
        self.ask(what, [touched])
        for asked, floors, late in self._asked:
            self._floors.update((name, (at, id_)) for name, at, id_ in floors.fetchall() if at is not None)
            self._late.update((asked, name, id_) for name, id_ in late.fetchall())
        self._asked.clear()
        below = {name for name in touched.lists if self._is_below(what, name, touched.place)}.difference(but)
        return frozenset(older_scope(name) if name in below else name for name in raised)

    def _unknown(self, what: What, touched: Iterable[Touched]) -> tuple[set[str], set[int]]:
        """The lists, and the ids of what stood in some before, that nobody asked for."""
        listed = [one for one in touched if one.lists]
        names = {name for one in listed for name in one.lists if (what, name) not in self._sought}
        ids = {one.place[1] for one in listed if not one.is_new and (what, one.place[1]) not in self._sought}
        return names, ids

    def _is_below(self, what: What, name: str, place: Place) -> bool:
        floor = self._floors.get(name)
        return floor is not None and place < floor and (what, name, place[1]) not in self._late


def _is_listed(article: Article) -> bool:
    """Whether it stands in lists, or its tombstone."""
    return article.day is not None and (article.public or article.gone_at is not None)
