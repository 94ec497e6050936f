"""How far a partner has read of its changes: opaque to it, kept by it alone, and right on every host and after a move. All of its
characters may stand in a query as they are.
"""

import re
from dataclasses import dataclass, replace
from hashlib import sha256
from hmac import compare_digest, digest
from typing import Self

from storage.model import Change, EntitledChange

_MOST = 8
"""Former sets that one cursor names: whoever's terms change more often before it has read anything begins anew."""
_POINT = r"(?:0|[1-9][0-9]{0,17})-(?:0|[1-9][0-9]{0,17})(?:-[0-9a-f]{8})?"
_SEEN = r"[1-9][0-9]{0,17}-[0-9a-f]{8}"
_CURSOR = re.compile(
    rf"(?:(?P<former>{_POINT}(?:\.{_POINT})*)~)?(?P<point>{_POINT})(?:_(?P<after>0|[1-9][0-9]{{0,17}}))?"
    rf"(?:!(?P<seen>{_SEEN}))?"
)


class BadCursor(ValueError):
    """What is no cursor of ours. The message is a sentence for whoever sent it."""


@dataclass(frozen=True, slots=True)
class Point:
    """A place in the log of a set of terms."""

    set_id: int
    """0: of nothing at all, where everybody begins."""
    number: int
    """Of the last entry that is known; 0 before the first."""
    mark: str = ""
    """Of that entry, as in `mark_of`: a log that was another from here on has another. '' where it was not kept any more."""

    def __str__(self) -> str:
        return f"{self.set_id}-{self.number}" + (f"-{self.mark}" if self.mark else "")

    @classmethod
    def of(cls, text: str) -> Self:
        set_id, number, *mark = text.split("-")
        return cls(int(set_id), int(number), *mark)


NOTHING = Point(0, 0)


@dataclass(frozen=True, slots=True)
class Seen:
    """The newest Change of the newsroom when something was told."""

    seq: int
    mark: str
    """As in `mark_of`."""

    def __str__(self) -> str:
        return f"{self.seq}-{self.mark}"

    @classmethod
    def of(cls, text: str) -> Self:
        seq, mark = text.split("-")
        return cls(int(seq), mark)

    @classmethod
    def at(cls, change: Change) -> Self:
        said = f"{change.seq} {change.at.isoformat()} {change.action} {change.subject} {change.subject_id}"
        return cls(change.seq, _marked(said))


@dataclass(frozen=True, slots=True)
class Cursor:
    """Written "7-123-MARK". Where the terms became others, whoever has what a former set saw up to a number is on its way to what
    the present one sees: "5-40-MARK~7-123-MARK_456". It was told of the articles up to the id 456; without an id it was told of
    all, and now is of what the log of the former set says after the number. Whoever begins comes from the set 0.

    On the way to the end of a log "!99-MARK" follows: articles are told as they are, so that who stops there has of some what is
    written further down, as of that Change.
    """

    point: Point
    """Of the present set: what its log says from there on is still to be told."""
    former: tuple[Point, ...] = ()
    """The first is the one that is being left."""
    after_id: int | None = None
    seen: Seen | None = None
    """None at the end of a log: there is nothing further down."""

    def __str__(self) -> str:
        former = ".".join(map(str, self.former))
        return (
            (f"{former}~" if former else "")
            + str(self.point)
            + (f"_{self.after_id}" if self.after_id is not None else "")
            + (f"!{self.seen}" if self.seen is not None else "")
        )

    @classmethod
    def of(cls, text: str) -> Self:
        """Raises BadCursor."""
        found = _CURSOR.fullmatch(text)
        if found is None or (found["after"] is not None and found["former"] is None):
            raise BadCursor("This is no cursor: send the `next` of the last answer, or none to begin.")
        former = tuple(map(Point.of, found["former"].split("."))) if found["former"] else ()
        return cls(
            Point.of(found["point"]),
            former,
            int(found["after"]) if found["after"] is not None else None,
            Seen.of(found["seen"]) if found["seen"] is not None else None,
        )

    @classmethod
    def begin(cls, point: Point) -> Self:
        """Of who has nothing. `point`: the end of the present set's log."""
        return cls(point, (NOTHING,), 0)

    def is_within(self, set_id: int) -> bool:
        """Whether it names no other set of terms."""
        return {self.point.set_id, *(one.set_id for one in self.former)} <= {NOTHING.set_id, set_id}

    def towards(self, point: Point) -> Self:
        """Of who has what this one says, or a part of it, and has another set of terms now. `point`: the end of its log.

        Raises BadCursor if it is the way from too many sets.
        """
        former = (*(one for one in self.former if one != NOTHING), self.point)
        if len(former) > _MOST:
            raise BadCursor("Your terms have changed too often since this cursor was given.")
        return type(self)(point, former, 0)

    def told(self, after_id: int | None) -> Self:
        """Told of the difference up to an article; None: to the end."""
        return replace(self, after_id=after_id)

    def read(self, point: Point) -> Self:
        """The log that is read, that of the first former set or else of the present one, is read up to there."""
        if self.former:
            return replace(self, former=(point, *self.former[1:]))
        return replace(self, point=point)

    def left(self) -> Self:
        """The first of the former sets is left behind."""
        return replace(self, former=self.former[1:], after_id=0 if self.former[1:] else None)


class Signing:
    """Cursors as partners are given them: nobody can make one that names what others see, and be told in what that differs."""

    def __init__(self, secret: bytes) -> None:
        """`secret`: the site's, which all hosts share."""
        self._secret = secret

    def sign(self, cursor: Cursor) -> str:
        text = str(cursor)
        return f"{text}*{self._signature(text)}"

    def open(self, text: str) -> tuple[str, bool]:
        """The cursor without its signature, and whether that is ours."""
        cursor, _, signature = text.partition("*")
        return cursor, compare_digest(signature.encode(errors="replace"), self._signature(cursor).encode())

    def _signature(self, text: str) -> str:
        return digest(self._secret, f"cursor {text}".encode(errors="replace"), sha256).hex()[:16]


def mark_of(set_id: int, entry: EntitledChange) -> str:
    """By which an entry of a log is known again: one of the same number, of a log that went on from a backup, has another."""
    said = f"{set_id} {entry.number} {entry.action} {entry.article_id} {entry.guid} {entry.at.isoformat()}"
    return _marked(said)


def _marked(said: str) -> str:
    return sha256(said.encode(errors="replace")).hexdigest()[:8]


def point_at(set_id: int, entry: EntitledChange) -> Point:
    return Point(set_id, entry.number, mark_of(set_id, entry))
