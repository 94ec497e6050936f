"""Members as a newsroom's membership system submits them: what may be, and what it becomes."""

import unicodedata
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field

from feeds.aside import aside
from feeds.clean.fields import Fields, Instant, read
from feeds.newsroom.partners.keys import key_hash, new_key
from storage.clock import Clock
from storage.errors import Invalid
from storage.model import Member
from storage.protocol import Members

MAX_ID, MAX_ENDED = 200, 200
"""Characters of an id; members that are ended at once."""


def member_id(text: str) -> str:
    """The newsroom's own id of a member. Raises ValueError."""
    if not text or len(text) > MAX_ID or text != text.strip():
        raise ValueError(f"Send an id of 1 to {MAX_ID} characters, without spaces around it")
    if "/" in text or text in (".", "..") or any(unicodedata.category(char)[0] == "C" for char in text):
        raise ValueError("Leave out '/' and control characters")
    if "@" in text:
        raise ValueError("Send your own id of the member, not an email address: none is to be kept here")
    return text


class MemberFields(Fields):
    expires_at: Instant | None = None
    """From when on its key opens nothing, be that past; null: never."""


class EndedMembers(Fields):
    members: Annotated[list[Annotated[str, AfterValidator(member_id)]], Field(min_length=1, max_length=MAX_ENDED)]
    """Their ids; those that there are not are passed over."""


async def keep_member(
    store: Members, partner: str, id: str, data: Mapping[str, object], *, clock: Clock
) -> tuple[Member, str]:
    """The member of this id, until when `MemberFields` says; and the secret of its key, '' where it had one already.

    Nobody can tell the secret again. Raises NotFound, Invalid naming every wrong field.
    """
    fields = await aside(read, MemberFields, data)
    try:
        name = member_id(id)
    except ValueError as error:
        raise Invalid({"member": str(error)}) from None
    secret = new_key()
    new = Member(name=name, hash=key_hash(secret), created_at=clock(), expires_at=fields.expires_at)
    member = await store.keep_member(partner, new)
    return member, secret if member.hash == new.hash else ""


async def replace_key(store: Members, partner: str, id: str) -> tuple[Member, str]:
    """The member with another key, and its secret; the one before is ended. Raises NotFound."""
    secret = new_key()
    return await store.replace_member_key(partner, id, key_hash(secret)), secret


async def end_members(store: Members, partner: str, data: Mapping[str, object]) -> int:
    """How many of `EndedMembers` there were. Raises NotFound, Invalid naming every wrong field."""
    fields = await aside(read, EndedMembers, data)
    return await store.end_members(partner, fields.members)
