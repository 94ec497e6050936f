"""A list of the API from its beginning to its end, by ids: nothing is passed over, whatever is written there meanwhile."""

from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping
from enum import Enum, auto

from feeds.importers.file import ImportRefused
from feeds.importers.wordpress.api import Answer, Api, Broken, NotGiven
from feeds.importers.wordpress.kinds import Kind
from feeds.importers.wordpress.shelf import Place, Shelf
from feeds.importers.wordpress.values import Thing, number

PAGE = 100
"""Things in an answer: as many as WordPress gives."""
MOST_UNREADABLE = 20
"""Of a list, until it is taken for the site that fails, not a few of its posts."""
MOST_IN_A_ROW = 3
"""The same, of things that stand beside each other."""
MOST_EMPTY = 3
"""Pages of a list that have nothing new, until that is its end."""
_RESTS = (2.0, 8.0)
"""Seconds before a thing that cannot be read is asked for once more."""

Progress = Callable[[str, int, int], None]
"""Told the name of a list, how many of it are read, and of how many."""


class _Page(Enum):
    """What is looked at in a page."""

    CHECKED = auto()
    """Whether it begins with the last thing of the page before: else what was before it is gone in part, and the rest moved up."""
    BACK = auto()
    """The same of one further up, which may show nothing: of some things an API counts the rows, and does not show them."""
    TRUSTED = auto()


class ListReader:
    """Reads one list, from where its reading was."""

    def __init__(
        self, api: Api, shelf: Shelf, kind: Kind, progress: Progress, unreadable: Callable[[str], None]
    ) -> None:
        """`unreadable` is told of what the site cannot give without an error."""
        self._api = api
        self._shelf = shelf
        self._kind = kind
        self._progress = progress
        self._unreadable = unreadable
        self._size = PAGE
        self._skipped = 0
        self._in_a_row = 0
        self._page = _Page.CHECKED
        self._by_number = kind.by_number
        self._total = 0
        self._is_uncounted = False
        self._was_back = False
        self._empty = self._furthest = self._seen_to = 0

    async def read(self) -> int | None:
        """Read it to its end; return how many rows it has, None where that is not said. Raises ImportRefused."""
        place = self._shelf.place(self._kind.place)
        self._seen_to = place.rows
        if place.done and self._by_number:
            # Its last page may have more by now.
            place = place._replace(rows=max(0, place.rows - 1) // PAGE * PAGE)
        while True:
            start = place.rows if self._by_number else max(0, place.rows - (1 if self._size > 1 else 0))
            try:
                answer = await ask(self._api, self._kind, self._part(start))
            except Broken as error:
                place = await self._narrow(place, start, error)
                continue
            except NotGiven:
                if not (start and self._by_number and self._is_uncounted):
                    raise
                # Of pages by their numbers there is none behind the last.
                answer = Answer([], None, None)
            self._is_uncounted = answer.total is None
            found = things(answer)
            ids = [number(thing, "id") for thing in found]
            if self._begins_anew(ids, start, place):
                place = place._replace(rows=place.rows // PAGE * PAGE)
                continue
            end = start + self._size
            total = answer.total if answer.total is not None else self._total_by(ids, start, place)
            if start and self._is_moved(ids, total, place):
                self._page, self._total, self._was_back = _Page.BACK, total, True
                place = place._replace(rows=self._further_up(start))
                continue
            place = Place(max([place.last, *ids]), min(end, total), end >= total)
            if place.done and answer.total is None:
                place = place._replace(rows=self._seen_to)
            self._shelf.keep(self._kind.name, found, self._kind.place, place)
            self._progress(self._kind.place, place.rows, total)
            if place.done:
                return answer.total
            self._size, self._in_a_row, self._total = min(PAGE, self._size * 3), 0, total
            self._page = _Page.TRUSTED if self._page is _Page.BACK else _Page.CHECKED

    def _total_by(self, ids: list[int], start: int, place: Place) -> int:
        """How many rows there are at least, where that is not said, as where a proxy takes the field away. The end is where several
        pages have nothing that is new: what nobody may see is left out of pages, and may be all of one.
        """
        if any(one > place.last for one in ids):
            self._empty, self._was_back = 0, False
        elif start >= self._furthest:
            self._empty += 1
        self._furthest = max(self._furthest, start)
        if ids:
            self._seen_to = start + len(ids)
        is_end = self._empty >= MOST_EMPTY or not (start or ids)
        return start if is_end else start + self._size + 1

    def _part(self, start: int) -> dict[str, str | int]:
        if self._by_number:
            return {"page": start // PAGE + 1, "per_page": PAGE}
        return {"offset": start, "per_page": self._size}

    def _further_up(self, start: int) -> int:
        if self._by_number:
            return start - PAGE
        return start - PAGE + 1 if start > PAGE else 0

    def _is_moved(self, ids: list[int], total: int, place: Place) -> bool:
        """Whether what was before this page is gone in part."""
        if self._by_number:
            return not self._is_uncounted and total < self._total
        if self._page is _Page.TRUSTED or self._size == 1 or (self._is_uncounted and self._was_back and not ids):
            return False
        return min(ids) > place.last if ids else self._page is _Page.CHECKED

    async def _narrow(self, place: Place, start: int, error: Broken) -> Place:
        """Ask for less at a time until what cannot be read stands alone, and pass that over. Raises Broken where the site fails."""
        if self._by_number:
            raise error
        if self._size > 1:
            self._size = max(1, self._size // 3)
            return place
        for rest in _RESTS:
            self._api.rest(rest)
            try:
                await ask(self._api, self._kind, {"offset": start, "per_page": 1})
            except Broken:
                continue
            return place
        # Where even this fails, it is the whole site.
        await self._api.get("")
        self._skipped += 1
        self._in_a_row += 1
        if self._skipped > MOST_UNREADABLE or self._in_a_row > MOST_IN_A_ROW:
            raise error
        self._unreadable(f"number {start + 1:,} of its {self._kind.name}: {error}")
        self._page = _Page.TRUSTED
        return place._replace(rows=start + 1)

    def _begins_anew(self, ids: list[int], start: int, place: Place) -> bool:
        """Whether the list does not know where to go on: then it is asked for its pages by their numbers, in which what goes away
        may be overlooked. Raises ImportRefused if it does not know these, either.
        """
        if not start or not ids or ids[0] == place.last or ids[0] != self._shelf.first(self._kind.name):
            return False
        if self._by_number:
            raise ImportRefused(
                f"its {self._kind.name} begin anew on every page: a cache or a plugin before its REST API takes away what is "
                "asked (page); let it pass"
            )
        self._by_number, self._size = True, PAGE
        return True


async def ask(api: Api, kind: Kind, params: Mapping[str, str | int]) -> Answer:
    """A part of a list, by id. Raises NotGiven, also where it is no list."""
    try:
        answer = await api.get(kind.route, {**kind.params, "orderby": "id", "order": "asc", **params})
    except NotGiven as error:
        raise NotGiven(f"its {kind.name}: {error}") from None
    if not isinstance(answer.found, list):
        raise NotGiven(f"its {kind.name}: {kind.route} is no list")
    return answer


async def ask_along(
    api: Api, kind: Kind, params: Mapping[str, str | int], rows: int | None = None
) -> AsyncIterator[list[Thing]]:
    """All of a list, or its first rows: what goes away meanwhile may make a few be passed over. So is what is an error there.

    Raises Broken where that is the site.
    """
    start, size, skipped, in_a_row, empty = 0, PAGE, 0, 0, 0
    before: list[Thing] = []
    while rows is None or start < rows:
        try:
            answer = await ask(api, kind, {**params, "per_page": size, "offset": start})
        except Broken:
            if size > 1:
                size = max(1, size // 3)
                continue
            skipped, in_a_row = skipped + 1, in_a_row + 1
            if skipped > MOST_UNREADABLE or in_a_row > MOST_IN_A_ROW:
                raise
            start += 1
            continue
        found = things(answer)
        yield found
        # The same again says that nobody knows where to go on.
        empty, before = (0, found) if found and found != before else (empty + 1, before)
        start, size, in_a_row = start + size, min(PAGE, size * 3), 0
        if empty >= MOST_EMPTY if answer.total is None else start >= answer.total:
            return


async def ask_for(api: Api, kind: Kind, ids: Collection[int]) -> tuple[list[Thing], set[int]]:
    """Those of them that the site still has, whatever became of them, and shows to whom asks; and the ids of those that it does
    not. What is an error there is neither.
    """
    whatever = {"status": "any"} if kind.name == "comments" and "status" in kind.params else {}
    found: list[Thing] = []
    gone: set[int] = set()
    parts = list(_parts(sorted(ids), PAGE))
    while parts:
        some = parts.pop()
        try:
            answer = await ask(api, kind, {**whatever, "include": ",".join(map(str, some)), "per_page": PAGE})
        except Broken:
            parts += _parts(some, (len(some) + 1) // 2) if len(some) > 1 else ()
            continue
        here = [thing for thing in things(answer) if number(thing, "id") in some]
        found += here
        gone |= set(some) - {number(thing, "id") for thing in here}
    return found, gone


def things(answer: Answer) -> list[Thing]:
    return [thing for thing in answer.found if isinstance(thing, dict) and number(thing, "id")]


def _parts(ids: list[int], size: int) -> Iterator[list[int]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
