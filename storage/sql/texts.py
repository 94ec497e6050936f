"""Text that no database keeps: U+0000, which PostgreSQL's text cannot hold, and lone surrogates, which UTF-8 cannot.

A write that has some is Invalid, on every engine. What is looked up by it is not there.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from storage.sql.engine import Connection, Cursor

_NO_CHARACTER = re.compile("[\0\ud800-\udfff]")
_NOWHERE = "\uffff\ufffe\uffff"
"""Three code points that are no characters, and never will be: no text that was kept holds them."""


class NulCharacter(ValueError):
    """A text to be kept holds U+0000."""


def keepable(text: str) -> str:
    """The text with U+FFFD in the place of what no database keeps."""
    return _NO_CHARACTER.sub("\ufffd", text)


class _Wrapped:
    def __init__(self, db: Connection) -> None:
        self._db = db

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)


class Finding(_Wrapped):
    """A connection on which text that cannot be kept is not found."""

    def execute(self, sql: str, parameters: Sequence[object] = (), /) -> Cursor:
        return self._db.execute(sql, [_findable(value) for value in parameters])

    def array(self, values: Iterable[int] | Iterable[str]) -> object:
        return self._db.array([_findable(value) for value in values])


def _findable(value: Any) -> Any:
    return _NOWHERE if isinstance(value, str) and _NO_CHARACTER.search(value) else value


class Keeping(_Wrapped):
    """A connection that keeps no U+0000: raises NulCharacter. For an engine that would."""

    def execute(self, sql: str, parameters: Sequence[object] = (), /) -> Cursor:
        # Twenty times a write: not by another call.
        for value in parameters:
            if type(value) is str and "\0" in value:
                raise NulCharacter
        return self._db.execute(sql, parameters)

    def executemany(self, sql: str, rows: Iterable[Sequence[object]], /) -> object:
        given = rows if isinstance(rows, list) else list(rows)
        for row in given:
            for value in row:
                if type(value) is str and "\0" in value:
                    raise NulCharacter
        return self._db.executemany(sql, given) if given else None

    def array(self, values: Iterable[int] | Iterable[str]) -> object:
        given: list[Any] = list(values)
        _require_text(given)
        return self._db.array(given)


def _require_text(values: Iterable[object]) -> None:
    for value in values:
        if type(value) is str and "\0" in value:
            raise NulCharacter
