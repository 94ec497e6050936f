"""Edits that meet: what is kept is read, changed and written, and all of it once more where another write came between."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from storage.errors import Conflict
from storage.model import Article, Comment, Page, Partner

ATTEMPTS = 30
"""Tries to write what others write at the same time."""

Kept = TypeVar("Kept", Article, Comment, Page, Partner)


class Stale(Exception):
    """The article, the comment, the page or the partner is not at a version that the caller named (RFC 9110, section 13.1.1)."""


async def revise(
    read: Callable[[], Awaitable[Kept]],
    write: Callable[[Kept], Awaitable[Kept]],
    *,
    if_version: frozenset[int] | None,
) -> Kept:
    """What `write` made of what `read` found: it changes that and writes it, if it still is at its version.

    `if_version`: the versions at which alone it may be changed; None for any.
    Raises Stale, what the two raise, and Conflict where too many edits meet, or for what is wrong at any version.
    """
    for attempt in range(1, ATTEMPTS + 1):
        kept = await read()
        if if_version is not None and kept.version not in if_version:
            raise Stale(f"The {type(kept).__name__.lower()} is at version {kept.version} by now; read it again")
        try:
            return await write(kept)
        except Conflict:
            # A guid that is taken is so at any version, and what was erased is; another edit moved the version, so look again.
            if attempt == ATTEMPTS or (await read()).version == kept.version:
                raise
    raise AssertionError("the last attempt returns or raises")
