"""Whether a key opens anything, mostly from memory: the digest of a key leads to its partner until a Change says otherwise."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeVar

from feeds.http.throttle import Throttle
from feeds.newsroom.partners.form import Entitled
from feeds.newsroom.partners.keys import key_hash
from storage.clock import Clock
from storage.model import Change, PartnerAccess, Subject
from storage.protocol import Partners

T = TypeVar("T")
_KNOWN, _UNKNOWN = 100_000, 4_096
"""Keys that are remembered, some 1,500 bytes each, and guesses."""


class Claim(NamedTuple):
    """What a request says of who it is from. The key itself is not kept."""

    digest: str
    """Of the key, as stores keep it."""
    name: str | None
    """The partner's, casefolded, where the key came with one."""
    in_path: bool

    @classmethod
    def of(cls, key: str, *, name: str | None = None, in_path: bool = False) -> "Claim":
        return cls(key_hash(key), None if name is None else name.casefold(), in_path)


class Refusal(NamedTuple):
    status: int
    """401, 403."""
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """Who a request is from, and what it may see."""

    access: PartnerAccess
    entitled: Entitled
    entitlements: str
    """Its name in keys of caches."""
    throttle: Throttle | None
    """Of the partner, whichever key it uses; None: it may ask as often as it likes."""

    @property
    def links(self) -> bool:
        """Whether the reader sends its key by itself wherever a link leads."""
        return self.entitled.links


UNKNOWN = Refusal(401, "This key is unknown, or was ended.")
_OTHERS = Refusal(401, "This key is not of the partner of that name.")
_KEY_IS_OVER = Refusal(401, "This key has ended.")
_PARTNER_IS_OVER = Refusal(403, "What this partner was granted has ended.")
_NOT_IN_PATH = Refusal(403, "Send the key in Authorization: for this partner it may not stand in an address.")


class _Opened(NamedTuple):
    """What a key opens."""

    access: PartnerAccess
    name: str
    by_field: Admitted
    by_path: Admitted

    def judge(self, claim: Claim, now: datetime) -> Admitted | Refusal:
        partner, key = self.access.partner, self.access.key
        if claim.name is not None and claim.name != self.name:
            return _OTHERS
        if key.expires_at is not None and key.expires_at <= now:
            return _KEY_IS_OVER
        if partner.expires_at is not None and partner.expires_at <= now:
            return _PARTNER_IS_OVER
        if not claim.in_path:
            return self.by_field
        return self.by_path if partner.key_in_path else _NOT_IN_PATH


class KnownPartners:
    """What keys open, as far as this worker was asked. Right while the follower is current: a Change of a partner empties it."""

    def __init__(self, store: Partners, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._opened: OrderedDict[str, _Opened] = OrderedDict()
        self._unknown: OrderedDict[str, None] = OrderedDict()
        """Guesses: nobody pushes out keys by them."""
        self._forgotten = 0
        """How often everything was."""
        self._throttles: dict[int, tuple[int, Throttle]] = {}
        """With the rate of each, by partner."""

    def judge(self, claim: Claim, now: datetime) -> Admitted | Refusal | None:
        """From memory alone; None where the store has to be asked. Only ask while the follower is current."""
        opened = self._opened.get(claim.digest)
        if opened is not None:
            return opened.judge(claim, now)
        return UNKNOWN if claim.digest in self._unknown else None

    async def find(self, claim: Claim) -> Admitted | Refusal:
        """The same by the store, remembered from then on. Raises Unavailable."""
        forgotten = self._forgotten
        access = await self._store.find_partner(claim.digest)
        is_news = forgotten == self._forgotten
        if access is None:
            if is_news:
                _remember(self._unknown, claim.digest, None, _UNKNOWN)
            return UNKNOWN
        opened = self._open(access)
        if is_news:
            _remember(self._opened, claim.digest, opened, _KNOWN)
        return opened.judge(claim, self._clock())

    def look_at(self, changes: Iterable[Change]) -> None:
        if any(change.subject is Subject.PARTNER for change in changes):
            self.forget()

    def forget(self) -> None:
        self._opened.clear()
        self._unknown.clear()
        self._forgotten += 1

    def _open(self, access: PartnerAccess) -> _Opened:
        partner, throttle = access.partner, self._throttle_of(access.partner.id, access.partner.rate)
        by_field, by_path = [
            Admitted(access=access, entitled=entitled, entitlements=entitled.name, throttle=throttle)
            for entitled in (
                Entitled(set_id=partner.set_id, terms=partner.terms, links=links) for links in (True, False)
            )
        ]
        return _Opened(access, partner.name.casefold(), by_field, by_path)

    def _throttle_of(self, partner_id: int, rate: int) -> Throttle | None:
        if not rate:
            return None
        known, throttle = self._throttles.get(partner_id, (0, None))
        if throttle is None or known != rate:
            throttle = Throttle(rate, rate, known_as=str)
            self._throttles[partner_id] = rate, throttle
        return throttle


def _remember(known: OrderedDict[str, T], digest: str, what: T, room: int) -> None:
    known[digest] = what
    if len(known) > room:
        known.popitem(last=False)
