"""What a subscriber of the old feed would notice, who is answered by the new one from now on. Pure: two feeds in, a judgement out.

Such a reader has seen what the old feed shows, and knows an entry by its id. Whatever has an id that it has not seen it shows as
new; what is newer than all that the old feed has is new indeed. What the old feed shows, and this one does not, is missing.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from feeds.comparing.entries import Entry
from feeds.comparing.reasons import Differs, Why
from feeds.urls import COMMENT, THREAD_PAGE

OURS = "urn:uuid:"
"""How ids begin that were given here: to what was written here, after the move."""
_IN_THREAD = re.compile(rf"(?:^|&)(?:{COMMENT}|{THREAD_PAGE})=[0-9]+(?=&|$)")
_TYPOGRAPHY = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\xa0": " "})

Place = tuple[str, str]
"""Where a link leads on whatever host: path and query, decoded, on whatever page of a thread; and the fragment."""


class Finding(NamedTuple):
    entry: Entry
    why: Why
    detail: str = ""


class Difference(NamedTuple):
    entry: Entry
    """As it is in the old feed."""
    what: Differs
    there: str
    here: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    known: int = 0
    """Entries that are in both feeds."""
    new: tuple[Finding, ...] = ()
    missing: tuple[Finding, ...] = ()
    written_here: int = 0
    """New entries that are new indeed."""
    withheld: int = 0
    """Entries of the old feed that a password protects, and that are not here: nobody could read them."""
    left_behind: tuple[Finding, ...] = ()
    """Comments on pages, which its readers have seen, and which have no place here."""
    differences: tuple[Difference, ...] = ()

    @property
    def same(self) -> bool:
        return not self.new and not self.missing


def judge(
    old: Sequence[Entry],
    new: Sequence[Entry],
    leads: Mapping[str, str] | None = None,
    *,
    newest: datetime | None = None,
) -> Judgement:
    """Compare two feeds, each of whose ids is in it once.

    `leads`: of links of old entries, where they lead to here, '' for nowhere. `newest`: the date of the newest article that was
    imported, by which what came later is told from what was left out; unless it is given it is that of the newest entry here.
    """
    leads = leads or {}
    here, there = {entry.id: entry for entry in new}, {entry.id: entry for entry in old}
    pairs = [(entry, here[entry.id]) for entry in old if entry.id in here]
    absent = [entry for entry in old if entry.id not in here]
    unknown = [entry for entry in new if entry.id not in there]
    renamed, absent, unknown = _renamed(absent, unknown, leads)

    last = max(filter(None, (entry.at for entry in old)), default=None)
    written, unknown = _parted(unknown, lambda entry: _is_written_here(entry, last))
    withheld, absent = _parted(absent, lambda entry: entry.protected)
    # A place that one entry left, the next older one takes: only what is beyond as many as there were is of a longer feed.
    older, added = _parted(unknown, _before(old))
    outside, missing = _parted(absent, _before(new))
    longer = older[: max(0, len(older) - len(missing) - len(withheld))] if older else []
    shorter = outside[: max(0, len(outside) - len(written) - len(added))] if outside else []

    newest = newest or max(filter(None, (entry.at for entry in new)), default=None)
    return Judgement(
        known=len(pairs),
        new=(
            *(Finding(mine, Why.ANOTHER_ID, _how(theirs.id, mine.id)) for theirs, mine in renamed),
            *(Finding(entry, Why.ADDED) for entry in added),
            *(Finding(entry, Why.LONGER) for entry in longer),
        ),
        missing=(
            *(Finding(entry, _why_missing(entry, newest)) for entry in missing),
            *(Finding(entry, Why.SHORTER) for entry in shorter),
        ),
        written_here=len(written),
        withheld=len(withheld),
        differences=tuple(one for pair in pairs for one in _differences(*pair, leads)),
    )


def place_of(link: str) -> Place:
    parts = _split(link)
    if parts is None:
        return link, ""
    query = _IN_THREAD.sub("", parts.query).lstrip("&")
    return unquote(parts.path or "/") + (f"?{query}" if query else ""), parts.fragment


def links_to_follow(old: Sequence[Entry], new: Sequence[Entry]) -> list[str]:
    """Of the old entries' links those of which it has to be known where they lead to here, each once, without fragments."""
    places = {entry.id: place_of(entry.link) for entry in new}
    links = (entry.link for entry in old if entry.link and places.get(entry.id) != place_of(entry.link))
    return list(dict.fromkeys(link.partition("#")[0] for link in links))


def _present(link: str, leads: Mapping[str, str]) -> Place:
    """Where an old link leads to by now; its own place, where that is not known."""
    bare, _, fragment = link.partition("#")
    return (place_of(leads[bare])[0] if leads.get(bare) else place_of(bare)[0]), fragment


def _renamed(
    absent: Sequence[Entry], unknown: Sequence[Entry], leads: Mapping[str, str]
) -> tuple[list[tuple[Entry, Entry]], list[Entry], list[Entry]]:
    """Pairs of what is one entry under two ids, by its link or by title and date; and what is left on both sides."""
    pairs: list[tuple[Entry, Entry]] = []
    left, right = list(absent), list(unknown)
    keys: tuple[tuple[Callable[[Entry], object], Callable[[Entry], object]], ...] = (
        (lambda entry: _present(entry.link, leads) if entry.link else None, lambda entry: _place(entry.link)),
        (_title_and_date, _title_and_date),
    )
    for of_old, of_new in keys:
        waiting: dict[object, list[Entry]] = {}
        for entry in reversed(right):
            waiting.setdefault(of_new(entry), []).append(entry)
        waiting.pop(None, None)
        taken: set[str] = set()
        rest = []
        for entry in left:
            same = waiting.get(of_old(entry))
            if same:
                pairs.append((entry, same.pop()))
                taken.add(pairs[-1][1].id)
            else:
                rest.append(entry)
        left, right = rest, [entry for entry in right if entry.id not in taken]
    return pairs, left, right


def _place(link: str) -> Place | None:
    return place_of(link) if link else None


def _title_and_date(entry: Entry) -> object:
    return (folded(entry.title), entry.at) if entry.title and entry.at else None


def _is_written_here(entry: Entry, last: datetime | None) -> bool:
    newer = last is not None and entry.at is not None and entry.at > last
    return newer or entry.id.startswith(OURS)


def _before(shown: Sequence[Entry]) -> Callable[[Entry], bool]:
    """Whether an entry is older than all that are shown."""
    first = min(filter(None, (entry.at for entry in shown)), default=None)
    return lambda entry: first is not None and entry.at is not None and entry.at < first


def _parted(entries: Iterable[Entry], is_one: Callable[[Entry], bool]) -> tuple[list[Entry], list[Entry]]:
    """Those that are and those that are not, in their order."""
    yes: list[Entry] = []
    no: list[Entry] = []
    for entry in entries:
        (yes if is_one(entry) else no).append(entry)
    return yes, no


def _why_missing(entry: Entry, newest: datetime | None) -> Why:
    """As far as feeds tell: whoever knows the store can say more."""
    newer = newest is not None and entry.at is not None and entry.at > newest
    return Why.NEWER if newer else Why.NOT_IMPORTED


def _how(there: str, here: str) -> str:
    """In what two ids of one entry differ."""
    one, two = _split(there), _split(here)
    if one is None or two is None or not one.netloc or not two.netloc:
        return f"there {there}, here {here}"
    if one.scheme != two.scheme and one[1:] == two[1:]:
        return f"there it begins with {one.scheme}:, here with {two.scheme}:"
    if one.netloc != two.netloc and one[2:] == two[2:]:
        return f"there it is of {one.netloc}, here of {two.netloc}"
    return f"there {there}, here {here}"


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:
        return None


def _differences(old: Entry, new: Entry, leads: Mapping[str, str]) -> Iterable[Difference]:
    if folded(old.title) != folded(new.title):
        yield Difference(old, Differs.TITLE, old.title, new.title)
    if old.at != new.at and old.at is not None:
        yield Difference(old, Differs.DATE, _shown(old.at), _shown(new.at))
    if old.link and place_of(old.link) != place_of(new.link):
        bare = old.link.partition("#")[0]
        led = leads.get(bare)
        if led == "" or _present(old.link, leads) != place_of(new.link):
            yield Difference(old, Differs.LINK, old.link, "leads nowhere" if led == "" else new.link)


def folded(title: str) -> str:
    """A title as it is compared: WordPress prints other quotes and dashes than were typed."""
    return " ".join(title.translate(_TYPOGRAPHY).replace("---", "-").replace("--", "-").split())


def _shown(at: datetime | None) -> str:
    return at.isoformat() if at else "none"
