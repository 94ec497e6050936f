"""Members: readers of a partner's feeds, each with a key of its own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from storage.model import Leak, Member, MemberUse


class Members(Protocol):
    """Of a partner that is known by its name, whatever the case; of a member, the newsroom's own id.

    `Partners.find_partner` finds by their keys as well, those that were ended included, as long as these are remembered. A write by
    which a key opens less, or for another time, appends a Change of the key, and raises no scope; a new key appends none, since
    nobody can have come with it before.
    """

    async def keep_member(self, partner: str, member: Member) -> Member:
        """Keep a new member, with its key; of one that is there already, the end alone. Returns it as kept: a hash that is not the
        one given is that of a key made before.

        Raises NotFound for the partner.
        """

    async def replace_member_key(self, partner: str, name: str, hash: str) -> Member:
        """End a member's key, and give it this one, which is not flagged. Returns it as kept. Raises NotFound for either name."""

    async def clear_member(self, partner: str, name: str) -> Member:
        """Take the flag from a member's key, and begin to count its networks anew. Raises NotFound for either name."""

    async def end_members(self, partner: str, names: Sequence[str]) -> int:
        """End the keys of members, and forget the members. Returns how many there were.

        Their keys are remembered as ended. Raises NotFound for the partner.
        """

    async def get_member(self, partner: str, name: str) -> Member:
        """A member. Raises NotFound for either name."""

    async def list_members(
        self, partner: str, *, after: str = "", limit: int, flagged: bool = False
    ) -> tuple[Member, ...]:
        """So many at most, by name, after a name; `flagged`: those alone whose keys seem to have leaked. Raises NotFound."""

    async def note_member_uses(self, uses: Sequence[MemberUse], at: datetime) -> tuple[Leak, ...]:
        """Keep from where keys were used, and the day at which they were; of those that there are. Returns what seems to have
        leaked and did not seem to before: those keys are flagged, or ended where the partner's terms say so.

        Of a key no more networks of a day are kept than its partner's terms expect, and one. No Change, but of keys that are ended.
        """
