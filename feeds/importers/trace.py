"""What the reading of one article asks and tells, so that it need not be read again as long as each answer is the same.

An article of an export is made of what stands in it, and of what it refers to elsewhere: pictures, reusable blocks, files. What is
asked of these is noted with a digest of each answer, what is told to the report is noted as it was told; both are kept with the
article as its receipt. Where the source says the same again and every answer is the one it was, what would be made is known.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, update_wrapper
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import Any, Concatenate, NamedTuple, ParamSpec, Protocol, TypeVar

import feeds
import storage

_LONGEST = 10_000
"""Characters of a receipt."""

Note = tuple[str, Sequence[Any], Any]
"""What was asked, of what, and the answer, shortened; of what was told there is none."""


class Receipt(NamedTuple):
    """What is known of an article that was read."""

    digest: str
    """Of all that it was made of but for the answers."""
    asked: Sequence[Note]
    told: Sequence[Note]
    counted: Sequence[Any]
    """What a summary counts of it (see `Report.count_again`)."""

    def written(self) -> str:
        """'' where it is too long to be kept: such an article is read each time."""
        written = json.dumps(self, ensure_ascii=False, separators=(",", ":"))
        return written if len(written) <= _LONGEST else ""

    @classmethod
    def read(cls, written: str) -> "Receipt | None":
        """None of what is none."""
        try:
            return cls(*json.loads(written)) if written else None
        except (ValueError, TypeError):
            return None


@dataclass(slots=True)
class Trace:
    """Of one import. Notes what `question` and `statement` mark while an article is read."""

    answers: dict[str, Callable[..., object]] = field(default_factory=dict)
    """Who answers what is asked, by the names of questions."""
    hears: dict[str, Callable[..., object]] = field(default_factory=dict)
    """Who is told what."""
    _is_noting: bool = False
    _asked: list[Note] = field(default_factory=list)
    _told: list[Note] = field(default_factory=list)

    def note_asked(self, name: str, args: Sequence[Any], answer: object) -> None:
        if self._is_noting:
            self._asked.append((name, args, brief(answer)))

    def note_told(self, name: str, args: Sequence[Any]) -> None:
        if self._is_noting:
            self._told.append((name, args, None))

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Within, what is asked and told is noted, for `receipt`."""
        self._asked, self._told = [], []
        self._is_noting = True
        try:
            yield
        finally:
            self._is_noting = False

    @property
    def asked(self) -> Sequence[Note]:
        """For the article that was read last."""
        return self._asked

    def receipt(self, digest: str, counted: Sequence[Any]) -> Receipt:
        """Of the article that was read last."""
        return Receipt(digest, self._asked, self._told, counted)

    def holds(self, receipt: Receipt) -> bool:
        """Whether each question has the answer that it had. They are asked in their order, as who reads the article would ask them,
        up to the first whose answer is another.
        """
        return all(
            name in self.answers and brief(self.answers[name](*args)) == answer for name, args, answer in receipt.asked
        ) and all(name in self.hears for name, _, _ in receipt.told)

    def tell_again(self, receipt: Receipt) -> None:
        for name, args, _ in receipt.told:
            self.hears[name](*args)


def brief(answer: object) -> Any:
    """An answer, as it is compared."""
    if answer is None or isinstance(answer, bool | int):
        return answer
    return blake2b(repr(answer).encode(errors="replace"), digest_size=8).hexdigest()


class _Traced(Protocol):
    @property
    def trace(self) -> Trace: ...


S = TypeVar("S", bound=_Traced)
P = ParamSpec("P")
T = TypeVar("T")
_Method = Callable[Concatenate[S, P], T]


def question(name: str) -> Callable[[_Method[S, P, T]], _Method[S, P, T]]:
    """Marks a method whose answers decide what is made of an article. Arguments are positional: numbers and text."""

    def mark(method: _Method[S, P, T]) -> _Method[S, P, T]:
        def ask(self: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
            answer = method(self, *args, **kwargs)
            self.trace.note_asked(name, args, answer)
            return answer

        update_wrapper(ask, method)
        return ask

    return mark


def statement(name: str) -> Callable[[_Method[S, P, T]], _Method[S, P, T]]:
    """Marks a method whose calls do something, such as count, that is to be done each time that the article comes."""

    def mark(method: _Method[S, P, T]) -> _Method[S, P, T]:
        def tell(self: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
            self.trace.note_told(name, args)
            return method(self, *args, **kwargs)

        update_wrapper(tell, method)
        return tell

    return mark


def digest_of(*said: object) -> str:
    """Of values that are written as JSON."""
    written = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return blake2b(written.encode(errors="surrogatepass"), digest_size=16).hexdigest()


@cache
def digest_of_rules() -> str:
    """Of the program: another release may make something else of the same words."""
    said = blake2b(digest_size=16)
    for package in (feeds, storage):
        folder = Path(package.__file__ or "").parent
        for path in sorted(folder.rglob("*.py")):
            said.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes())
    said.update(f"{python_version()} {version('nh3')}".encode())
    return said.hexdigest()
