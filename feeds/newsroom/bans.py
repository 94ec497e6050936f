"""Bans: whose replies go to the trash as they come, and how a moderator says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Protocol

from pydantic import Field

from feeds.aside import aside
from feeds.clean.fields import Fields, Id, Line, read
from feeds.newsroom.ban_targets import target_in_words, target_of
from feeds.newsroom.reply_policy import Policy
from storage.clock import Clock
from storage.errors import Invalid, NotFound
from storage.lifecycle import IP_HASHES_KEPT
from storage.model import Ban, BanKind, CommentStatus
from storage.protocol import Bans, Comments, Moderation

_AT_ONCE = 200
"""Comments that go to the trash in one transaction."""


class Banning(Bans, Comments, Moderation, Protocol):
    """What banning asks of a store."""


class BanFields(Fields):
    kind: Annotated[BanKind, Field(strict=False)]
    value: Line = Field(default="", repr=False)
    """An email, or `@host.example` for all of a host; a name; an IP address; or a network, as in `203.0.113.0/24`."""
    comment: Id | None = None
    """Instead of a value: the comment whose email, name, address or network it is."""
    note: Line = ""
    """For moderators: why."""
    trash_held: bool = False
    """What waits of whom it bans is put in the trash. Of a network that was given in digits that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Banned:
    ban: Ban
    is_new: bool
    """Whether it was not there already."""
    trashed: int
    """Comments that waited, and were put in the trash."""


async def ban(store: Banning, data: Mapping[str, object], *, policy: Policy, by: str, clock: Clock) -> Banned:
    """Keep the ban that `BanFields` describe. One that is known by a keyed hash ends when these are forgotten.

    Raises Invalid naming every wrong field.
    """
    fields = await aside(read, BanFields, data)
    if (fields.comment is None) == (not fields.value):
        raise Invalid({"value": "Give a value, or a comment that has it"})
    if fields.comment is None:
        target = target_in_words(fields.kind, fields.value or "", policy.secret)
    else:
        try:
            target = target_of(fields.kind, await store.get_comment(fields.comment))
        except NotFound:
            raise Invalid({"comment": "There is no such comment"}) from None
    now = clock()
    kept, is_new = await store.add_ban(
        Ban(
            kind=target.kind,
            key=target.key,
            shown=target.shown,
            note=fields.note or "",
            by=by,
            created_at=now,
            ends_at=now + IP_HASHES_KEPT if target.is_hashed else None,
        )
    )
    trashed = 0
    if fields.trash_held:
        waiting = await store.held_under([kept.key])
        for first in range(0, len(waiting), _AT_ONCE):
            decided = await store.moderate(
                waiting[first : first + _AT_ONCE], CommentStatus.TRASH, by=by, list_after=policy.list_after
            )
            trashed += len(decided)
    return Banned(ban=kept, is_new=is_new, trashed=trashed)
