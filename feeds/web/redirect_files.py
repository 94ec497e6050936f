"""Files of redirects: rows of old and new, as WordPress's plugins export them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from feeds.clean.fields import read
from feeds.web.redirects import RedirectFields, keep_redirects
from storage.errors import Invalid
from storage.model import Outcome
from storage.protocol import Store

_AT_ONCE = 200
_NAMED = 20
"""How many that were refused are named; the others are counted."""
_OLD = frozenset(("old", "source", "origin", "from", "source url", "request", "url"))
_NEW = frozenset(("new", "target", "to", "destination", "target url"))
_PATTERN = frozenset(("regex", "format"))
"""Names of columns: Redirection's, Yoast's, and those that a person would write."""


@dataclass(slots=True)
class Told:
    """What became of a file's rows."""

    counts: Counter[Outcome] = field(default_factory=Counter)
    refused: int = 0
    named: list[str] = field(default_factory=list)

    def refuse(self, number: int, old: str, why: str) -> None:
        self.refused += 1
        if len(self.named) < _NAMED:
            self.named.append(f"line {number}, {old[:100]}: {why}")

    def lines(self) -> Iterator[str]:
        """For a person."""
        yield f"Redirects: {', '.join(f'{self.counts[outcome]} {outcome.value}' for outcome in _COUNTED)}"
        if self.refused:
            yield f"  refused ({self.refused}):"
            yield from (f"    {one}" for one in self.named)
        if self.refused > len(self.named):
            yield f"    and {self.refused - len(self.named)} more"


_COUNTED = (Outcome.ADDED, Outcome.CHANGED, Outcome.UNCHANGED)


@dataclass(frozen=True, slots=True)
class _Columns:
    old: int = 0
    new: int = 1
    pattern: int = -1

    @classmethod
    def named(cls, row: Sequence[str]) -> "_Columns | None":
        """Those that a first row names; None of one that is a redirect itself."""
        names = [name.strip().casefold() for name in row]
        old = next((at for at, name in enumerate(names) if name in _OLD), None)
        new = next((at for at, name in enumerate(names) if name in _NEW), None)
        if old is None or new is None:
            return None
        return cls(old, new, next((at for at, name in enumerate(names) if name in _PATTERN), -1))


async def keep_rows(store: Store, base: str, rows: Iterable[Sequence[str]]) -> Told:
    """Keep the redirects of a file's rows, some at a time, each in its order. `base`: the site's own address."""
    told, columns = Told(), _Columns()
    batch: list[tuple[int, RedirectFields]] = []
    for number, row in enumerate(rows, 1):
        if number == 1 and (named := _Columns.named(row)) is not None:
            columns = named
        elif any(cell.strip() for cell in row):
            fields = _fields(row, columns, number, told)
            batch += [(number, fields)] if fields is not None else []
        if len(batch) >= _AT_ONCE:
            await _keep(store, base, batch, told)
            batch = []
    await _keep(store, base, batch, told)
    return told


def _fields(row: Sequence[str], columns: _Columns, number: int, told: Told) -> RedirectFields | None:
    """None of what is refused."""
    old, new, pattern = (
        row[at].strip() if 0 <= at < len(row) else "" for at in (columns.old, columns.new, columns.pattern)
    )
    if pattern.casefold() not in ("", "0", "plain", "false", "no"):
        told.refuse(number, old, "it is a pattern, for many addresses: add those that are asked for")
        return None
    if not new:
        told.refuse(number, old, "it leads nowhere")
        return None
    try:
        return read(RedirectFields, {"old": _path_of(old), "new": new if "://" in new else f"/{new.lstrip('/')}"})
    except Invalid as error:
        told.refuse(number, old, "; ".join(error.fields.values()))
        return None


def _path_of(old: str) -> str:
    """Plugins write it with the old site's address, or without its first slash."""
    if "://" in old:
        try:
            parts = urlsplit(old)
        except ValueError:
            return old
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return f"/{old.lstrip('/')}"


async def _keep(store: Store, base: str, batch: Sequence[tuple[int, RedirectFields]], told: Told) -> None:
    if not batch:
        return
    kept = await keep_redirects(store, base, [fields for _, fields in batch])
    for (number, fields), redirected in zip(batch, kept, strict=True):
        if redirected.outcome is None:
            told.refuse(number, fields.old, redirected.why)
        else:
            told.counts[redirected.outcome] += 1
