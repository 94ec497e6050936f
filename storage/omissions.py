"""What a list leaves out, because it cannot be read, built or shown: one damaged row never takes a list away from everybody."""

import logging
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from storage.errors import StoreError, Unreadable
from storage.model import Change, Omission, Subject

T = TypeVar("T")
M = TypeVar("M")

_log = logging.getLogger(__name__)
_ROOT = Path(__file__).parent.parent
_REMEMBERED = 1000
"""Omissions that are known at a time: each is in the log once. Where there are more, the store needs a backup."""


class BadRow(ValueError):
    """A row that is not as the store writes it. The message names no values, and may be shown."""


@dataclass(frozen=True, slots=True)
class Name:
    """What something is known by where it is left out."""

    subject: str
    """A Subject, or what is the subject of no Change."""
    id: int
    seq: int = 0


def sift(
    things: Sequence[T], make: Callable[[T], M], name: Callable[[T], Name]
) -> tuple[list[M], tuple[Omission, ...]]:
    """What can be made of the things, in their order, and what is left out. Where all can be made it costs nothing.

    `make` may be called twice for a thing. What a store raises on purpose is no fault of a thing's, and comes out of this.
    """
    try:
        return [make(thing) for thing in things], ()
    except StoreError:
        raise
    except Exception:
        pass
    made: list[M] = []
    left_out = []
    for thing in things:
        try:
            made.append(make(thing))
        except StoreError:
            raise
        except Exception as error:
            left_out.append(omission(name(thing), error))
    return made, tuple(left_out)


def omission(name: Name, error: Exception) -> Omission:
    return Omission(name.subject, name.id, name.seq, str(error) if isinstance(error, BadRow) else _place(error))


def _place(error: Exception) -> str:
    """'KeyError at feeds/kinds/items.py:42', the last place of ours that it came through."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_ROOT) and ".venv" not in frame.filename]
    if not ours:
        return type(error).__name__
    return f"{type(error).__name__} at {Path(ours[-1].filename).relative_to(_ROOT)}:{ours[-1].lineno}"


class Omissions:
    """What was left out since the start, each logged when it is met first. Threads may share it."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], Omission] = {}

    def __iter__(self) -> Iterator[Omission]:
        """By subject and id."""
        return iter(sorted(self._known.values(), key=lambda one: (one.subject, one.id)))

    def note(self, left_out: Iterable[Omission]) -> None:
        for one in left_out:
            key = (one.subject, one.id)
            known = len(self._known) >= _REMEMBERED or self._known.setdefault(key, one) is not one
            if not known:
                _log.error("%s is left out of lists: %s; `dateline check` names all such", one.name, one.why)

    def forget(self, subject: str, id: int) -> None:
        """What is no more."""
        self._known.pop((subject, id), None)

    def written(self, changes: Iterable[Change]) -> None:
        """Forget what was written anew: if it still cannot be shown, that is news."""
        if self._known:
            for change in changes:
                if change.subject in (Subject.ARTICLE, Subject.COMMENT):
                    self._known.pop((change.subject, int(change.subject_id)), None)

    @contextmanager
    def alone(self, name: Name) -> Iterator[None]:
        """What is shown by itself within the block: where it cannot be, it is noted, and Unreadable is raised."""
        try:
            yield
        except StoreError:
            raise
        except Exception as error:
            self.note([omission(name, error)])
            raise Unreadable(f"{name.subject.capitalize()} {name.id} cannot be shown: the log has more.") from None

    def sift(self, things: Sequence[T], make: Callable[[T], M], name: Callable[[T], Name]) -> list[M]:
        """As `sift`; what is left out is noted."""
        made, left_out = sift(things, make, name)
        self.note(left_out)
        return made
