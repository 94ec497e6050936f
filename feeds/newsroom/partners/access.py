"""Whether a key opens anything, mostly from memory: the digest of a key leads to its partner until a Change says otherwise."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple, TypeVar

from feeds.http.throttle import Throttle
from feeds.newsroom.partners.form import Entitled
from feeds.newsroom.partners.keys import key_hash
from storage.clock import Clock
from storage.model import Change, Partner, PartnerAccess, PartnerKey, Subject
from storage.protocol import Partners

T = TypeVar("T")
_NEVER = datetime.max.replace(tzinfo=UTC)
_KNOWN, _UNKNOWN = 100_000, 4_096
"""Keys that are remembered, some 900 bytes each, and guesses."""


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
    """401, 403, 410."""
    why: str
    of: PartnerAccess | None = None
    """Of a member's key in a path that opens nothing any more: who holds it reads by it, and is told what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """Who a request is from, and what it may see."""

    access: PartnerAccess
    entitled: Entitled
    entitlements: str
    """Its name in keys of caches."""
    throttle: Throttle | None
    """Of the partner, whichever key it uses; None: it may ask as often as it likes."""
    until: datetime
    """To below when, as long as nothing is changed about it."""

    @property
    def links(self) -> bool:
        """Whether the reader sends its key by itself wherever a link leads."""
        return self.entitled.links

    @property
    def asker(self) -> str:
        """Whose requests count together: a partner's, whichever key it uses, and each member's by themselves."""
        return self.access.key.hash if self.access.key.of_member else self.access.partner.name


UNKNOWN = Refusal(401, "This key is unknown, or was ended.")
_OTHERS = Refusal(401, "This key is not of the partner of that name.")
_KEY_IS_OVER = Refusal(401, "This key has ended.")
_PARTNER_IS_OVER = Refusal(403, "What this partner was granted has ended.")
_NOT_IN_PATH = Refusal(403, "Send the key in Authorization: for this partner it may not stand in an address.")


class _Granted:
    """What all keys of a partner open: kept once, however many members it has."""

    __slots__ = ("entitled", "name", "names", "partner", "throttle")

    def __init__(self, partner: Partner, throttle: Throttle | None) -> None:
        self.partner = partner
        self.name = partner.name.casefold()
        self.throttle = throttle
        # By a field, and by the path.
        self.entitled = tuple(
            Entitled(set_id=partner.set_id, terms=partner.terms, links=links) for links in (True, False)
        )
        self.names = tuple(entitled.name for entitled in self.entitled)


class _Opened:
    """What a key opens."""

    __slots__ = ("_admitted", "_granted", "access")

    def __init__(self, granted: _Granted, key: PartnerKey) -> None:
        self.access = PartnerAccess(partner=granted.partner, key=key)
        self._granted = granted
        self._admitted: list[Admitted | None] = [None, None]

    def judge(self, claim: Claim, now: datetime) -> Admitted | Refusal:
        partner, key = self.access.partner, self.access.key
        if claim.name is not None and claim.name != self._granted.name:
            return _OTHERS
        if key.expires_at is not None and key.expires_at <= now:
            return self._key_is_over(claim)
        if partner.expires_at is not None and partner.expires_at <= now:
            return _PARTNER_IS_OVER
        if claim.in_path and not partner.key_in_path:
            return _NOT_IN_PATH
        return self._admitted[claim.in_path] or self._admit(claim.in_path)

    def _admit(self, in_path: bool) -> Admitted:
        """Made when it is asked for: members come by one of the ways."""
        granted = self._granted
        admitted = self._admitted[in_path] = Admitted(
            access=self.access,
            entitled=granted.entitled[in_path],
            entitlements=granted.names[in_path],
            throttle=granted.throttle,
            until=self.access.until or _NEVER,
        )
        return admitted

    def _key_is_over(self, claim: Claim) -> Refusal:
        if not (claim.in_path and self.access.key.of_member):
            return _KEY_IS_OVER
        if self.access.key.ended:
            return Refusal(410, "This address was one reader's own, and has ended.", self.access)
        return Refusal(403, "The time of the member whose address this is has ended.", self.access)


class KnownPartners:
    """What keys open, as far as this worker was asked. Right while the follower is current: a Change of a partner empties it."""

    def __init__(self, store: Partners, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._opened: OrderedDict[str, _Opened] = OrderedDict()
        self._members: dict[int, str] = {}
        """The digests of those that are members', by their ids."""
        self._granted: dict[int, _Granted] = {}
        """By partner."""
        self._unknown: OrderedDict[str, None] = OrderedDict()
        """Guesses: nobody pushes out keys by them."""
        self.state = 0
        """Another number whenever something that was known is known no more."""
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
        state = -1
        while state != self.state:
            # What was read may be what a Change that came meanwhile has ended: whoever waits for the next one would not hear of it.
            state = self.state
            access = await self._store.find_partner(claim.digest)
        if access is None:
            _remember(self._unknown, claim.digest, None, _UNKNOWN)
            return UNKNOWN
        opened = _Opened(self._granted_to(access.partner), access.key)
        self._keep(opened)
        return opened.judge(claim, self._clock())

    def look_at(self, changes: Iterable[Change]) -> None:
        for change in changes:
            if change.subject is Subject.PARTNER:
                self.forget()
            elif change.subject is Subject.MEMBER:
                self._forget_members(map(int, change.subject_id.split()))

    def forget(self) -> None:
        self._opened.clear()
        self._members.clear()
        self._granted.clear()
        self._unknown.clear()
        self.state += 1

    def _forget_members(self, ids: Iterable[int]) -> None:
        """Of many members some end each day: the others' keys stay known."""
        self.state += 1
        for id_ in ids:
            digest = self._members.pop(id_, None)
            if digest is not None:
                self._opened.pop(digest, None)

    def _keep(self, opened: _Opened) -> None:
        key = opened.access.key
        pushed_out = _remember(self._opened, key.hash, opened, _KNOWN)
        if key.of_member and not key.ended:
            self._members[key.member] = key.hash
        if pushed_out is not None and not pushed_out.access.key.ended:
            self._members.pop(pushed_out.access.key.member, None)

    def _granted_to(self, partner: Partner) -> _Granted:
        granted = self._granted.get(partner.id)
        if granted is None or granted.partner != partner:
            granted = _Granted(partner, self._throttle_of(partner.id, partner.rate))
            self._granted[partner.id] = granted
        return granted

    def _throttle_of(self, partner_id: int, rate: int) -> Throttle | None:
        if not rate:
            return None
        known, throttle = self._throttles.get(partner_id, (0, None))
        if throttle is None or known != rate:
            throttle = Throttle(rate, rate, known_as=str)
            self._throttles[partner_id] = rate, throttle
        return throttle


def _remember(known: OrderedDict[str, T], digest: str, what: T, room: int) -> T | None:
    """Returns what it pushed out."""
    known[digest] = what
    return known.popitem(last=False)[1] if len(known) > room else None
