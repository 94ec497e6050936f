"""What changed on a site since it was read: what is new, what was edited, and what is gone."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from feeds.importers.wordpress.api import Api
from feeds.importers.wordpress.kinds import Kind
from feeds.importers.wordpress.reading import PAGE, ListReader, Progress, ask, ask_along, ask_for, things
from feeds.importers.wordpress.shelf import Shelf
from feeds.importers.wordpress.values import number, text

OVERLAP = timedelta(minutes=5)
"""What was modified so long before the last look is read again: a site's clocks may differ by so much."""
MOST_LAG = timedelta(hours=1)
"""By so much the clock that dates what is written may lag behind the one that dates answers, which may be another machine's."""
_DUE = timedelta(days=1)
"""So long after its time WordPress may publish what was scheduled: it looks at it when somebody visits."""
_COUNTED = frozenset({"posts", "pages", "blocks", "comments"})
"""Kinds of which it must be known what is gone."""
_SCHEDULED = frozenset({"posts", "pages"})
_STATES = {"approved": "approve", "hold": "hold"}
"""Statuses of comments that a list of them has, and how the API is asked for each."""


class Changes:
    """Takes changes of a site that was read as a whole."""

    def __init__(self, api: Api, shelf: Shelf, progress: Progress, unreadable: Callable[[str], None]) -> None:
        self._api = api
        self._shelf = shelf
        self._progress = progress
        self._unreadable = unreadable

    async def read(self, kind: Kind, since: datetime) -> None:
        """Bring what the shelf has of a kind up to date. Raises ImportRefused."""
        total = await ListReader(self._api, self._shelf, kind, self._progress, self._unreadable).read()
        if kind.part:
            return
        if kind.is_dated:
            await self._modified(kind, self._last_edit(kind, since) - OVERLAP)
            await self._again(kind, self._shelf.ids(kind.name, "future"))
            if kind.name in _SCHEDULED and "status" not in kind.params:
                await self._came_due(kind, since - _DUE)
        elif kind.name == "comments":
            await self._newest(kind)
        else:
            await self._a_part(kind)
        if kind.name in _COUNTED:
            await self._again(kind, set(self._shelf.unread(kind.name)))
            gap = await self._gap(kind, total)
            if any(gap) and str(gap) != self._shelf.fact(f"gap {kind.name}"):
                await self._compare(kind)
                self._shelf.note(f"gap {kind.name}", str(await self._gap(kind, total)))
            elif not gap:
                self._unreadable(
                    f"how many {kind.name} it has: what is deleted is noticed by the next import of the whole"
                )

    async def _modified(self, kind: Kind, since: datetime) -> None:
        """What was edited. What never was has the date that its author gave it, whatever that is: such a one is found by its id."""
        last = since.strftime("%Y-%m-%dT%H:%M:%S")
        # Releases before 5.7 do not know the first of these.
        newest: dict[str, str | int] = {"modified_after": f"{last}Z", "orderby": "modified", "order": "desc"}
        async for found in ask_along(self._api, kind, newest):
            self._shelf.keep(kind.name, found)
            if found and text(found[-1], "modified_gmt") < last:
                return

    def _last_edit(self, kind: Kind, since: datetime) -> datetime:
        """Since when to look for edits, by the clock that dates them: the newest that is known was made before the next one is."""
        newest = self._shelf.fact(f"newest {kind.name}")
        try:
            known = datetime.fromisoformat(newest).replace(tzinfo=UTC) if newest else since
        except ValueError:
            known = since
        return max(min(since, known), since - MOST_LAG)

    async def _came_due(self, kind: Kind, since: datetime) -> None:
        """What was scheduled, and is public by now: no date of a change tells readers of it."""
        async for found in ask_along(self._api, kind, {"after": f"{since:%Y-%m-%dT%H:%M:%S}Z"}):
            self._shelf.keep(kind.name, found)

    async def _a_part(self, kind: Kind) -> None:
        """Of a list that has no dates of changes, at each look the next hundred: terms and authors get other names."""
        start = int(self._shelf.fact(f"again {kind.name}") or 0)
        answer = await ask(self._api, kind, {"offset": start, "per_page": PAGE})
        self._shelf.keep(kind.name, things(answer))
        self._shelf.note(f"again {kind.name}", str(start + PAGE if len(answer.found) == PAGE else 0))

    async def _newest(self, kind: Kind) -> None:
        async for found in ask_along(self._api, kind, {"order": "desc"}, rows=PAGE):
            self._shelf.keep(kind.name, found)

    async def _again(self, kind: Kind, ids: set[int]) -> None:
        """Look at these anew; those that are not given any more are gone."""
        found, gone = await ask_for(self._api, kind, ids)
        self._shelf.keep(kind.name, found)
        self._shelf.lose(kind.name, gone)

    async def _gap(self, kind: Kind, total: int | None) -> tuple[int, ...]:
        """How many more a site counts than the shelf, of comments by status; () where it does not say. Some it counts and shows to
        nobody: a gap may stay.
        """
        here = Counter(self._states(kind).values())
        if kind.name != "comments" or "status" not in kind.params:
            return () if total is None else (total - here.total(),)
        gaps = []
        for state, asked in _STATES.items():
            answer = await ask(self._api, kind, {"status": asked, "per_page": 1, "_fields": "id"})
            if answer.total is None:
                return ()
            gaps.append(answer.total - here[state])
        return tuple(gaps)

    def _states(self, kind: Kind) -> dict[int, str]:
        """Statuses by id, of what the list has."""
        states = self._shelf.states(kind.name)
        if kind.name == "comments":
            return {one: state for one, state in states.items() if state in _STATES}
        return states

    async def _compare(self, kind: Kind) -> None:
        """Go through the ids and statuses of the whole list."""
        here, there = self._states(kind), dict[int, str]()
        async for found in ask_along(self._api, kind, {"_fields": "id,status"}):
            there.update((number(thing, "id"), text(thing, "status")) for thing in found)
        await self._again(kind, {one for one in here.keys() | there.keys() if here.get(one) != there.get(one)})
