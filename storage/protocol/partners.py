"""Partners, their keys and terms."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from storage.model import (
    Once,
    Partner,
    PartnerAccess,
    PartnerKey,
    PartnerNotes,
    PartnerPickup,
    PartnerRead,
    PartnerVisit,
    Terms,
)


class Partners(Protocol):
    """Partners are known by their names, whatever the case of these.

    A write that a request of a partner could depend on appends a Change of it, with the scope of the partner alone.
    """

    async def add_partner(self, partner: Partner, *, once: Once[Partner] | None = None) -> Partner:
        """Keep a new partner and return it as kept: with the set of its terms, which is made where nobody had these.

        Raises Repeated where `once` is known; Conflict if the name is taken, Invalid if a section is unknown (fields 'sections',
        'without_sections').
        """

    async def update_partner(self, partner: Partner, *, if_version: int) -> Partner:
        """Replace the partner with this id, if it still is at `if_version`; return it as kept. Its keys stay.

        A set that nobody has any more is kept, from now on for a while: see `prune_sets`.
        Raises NotFound, Conflict if another write came first or the name is taken, Invalid as `add_partner`.
        """

    async def get_partner(self, name: str) -> Partner:
        """The partner of that name. Raises NotFound."""

    async def list_partners(self) -> tuple[Partner, ...]:
        """All of them, by name."""

    async def remove_partner(self, name: str, *, if_version: int | None = None) -> None:
        """Forget a partner and its keys; `if_version`: only if it still is at this one.

        Raises NotFound, Conflict if another write came first.
        """

    async def add_partner_key(self, name: str, key: PartnerKey) -> None:
        """Keep a further key. Raises NotFound, Conflict if the partner has a key of that name."""

    async def list_partner_keys(self, name: str) -> tuple[PartnerKey, ...]:
        """A partner's, by name. Raises NotFound."""

    async def revoke_partner_key(self, name: str, key: str) -> None:
        """Forget a key. Raises NotFound for either name."""

    async def find_partner(self, hash: str) -> PartnerAccess | None:
        """What the key whose SHA-256, in hex, this is opens, be it over by now or not; None if there is no such key."""

    async def note_partner_use(self, name: str, key: str, at: datetime) -> None:
        """Keep when a key was last used, unless that was noted within TOKEN_USE_INTERVAL before `at`, or it is gone. No Change."""

    async def note_partners(self, notes: PartnerNotes) -> None:
        """Keep what was seen of partners, of those that there are; in one transaction. No Change. What says no more than is kept
        changes nothing: of pick-ups the first stays.
        """

    async def partner_visits(self) -> Mapping[int, PartnerVisit]:
        """Who was here, by id."""

    async def partner_pickups(
        self, partner_id: int, set_id: int, articles: Collection[int], *, after: int
    ) -> tuple[PartnerPickup, ...]:
        """What a partner took of these articles on these terms; and of all articles, up to a number above `after`. Kept as long as
        the logs of sets.
        """

    async def withdrawal_known(self, article_id: int) -> Mapping[int, datetime | None]:
        """The partners, by id, whose terms were told of an article and do not see it any more, with since when each provably knows;
        None: it does not. Whoever had it by former terms counts until it has read on within the present ones, has answered that it
        is to go, or, where it reads feeds alone, was shown a list in which it would stand and does not. Those that have members
        alone, and no key of their own, are left out: nobody answers for readers.
        """

    async def partner_reads(self) -> Mapping[int, PartnerRead]:
        """How far each has come, as far as was noted, by id."""

    async def silent_partners(self) -> Mapping[int, datetime]:
        """The partners, by id, that have not been here for as many hours as their `silence` says, with since when: their last
        request, else their making. Not those whose time is over.
        """

    async def note_silences(self) -> tuple[Mapping[int, datetime], Mapping[int, datetime]]:
        """Those of them of which that was not noted yet, and those noted that were here again, with since when each was silent.
        Noted by this: of all who ask, one is told of each. No Change.
        """

    async def get_terms(self, set_id: int) -> Terms:
        """The terms of a set. Raises NotFound."""

    async def withhold_source(self, label: str) -> None:
        """Pass an agency's articles on to no partner, from now on: by its name, whatever the case. All views are filled anew.

        Twice does no harm.
        """

    async def pass_on_source(self, label: str) -> None:
        """The opposite. Raises NotFound if it is not withheld."""

    async def withheld_sources(self) -> Mapping[str, str]:
        """Names of agencies whose articles are passed on to nobody, as they were written, by the casefolded name."""
