"""Partners, who take articles on terms, and what a set of terms was told."""

import json
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from storage.model.changes import Action

LEAK_NETWORKS = 20
"""Networks from which a member's key is used in a day at most, unless a partner says otherwise: a telephone that is carried about
has some ten, the readers at home and at work two, one in a data centre a few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What of the newsroom a partner sees, and in which form. Of a tuple, () means all; names are in order, and none stands twice.

    Equal terms are one set, whoever has them.
    """

    sections: tuple[str, ...] = ()
    """Paths, with all that lies below them."""
    without_sections: tuple[str, ...] = ()
    """The same of what is not seen, though one of `sections` has it too."""
    tags: tuple[str, ...] = ()
    """Slugs; one of them is enough."""
    sources: tuple[str, ...] = ()
    """Names of agencies, whatever their case; '' = what the newsroom wrote itself."""
    languages: tuple[str, ...] = ()
    """Ranges (RFC 4647, section 3.3.1): 'en' is also 'en-GB'; '' = what names none, and so is in the newsroom's own."""
    full_text: bool = True
    """Else a summary stands for the text."""
    images: bool = True
    comments: bool = False
    embargoed: bool = False
    """Whether articles are seen before their embargo ends."""
    days: int = 0
    """How far back; 0: to the beginning."""
    items: int = 0
    """Entries that a feed shows; 0: as many as the newsroom's."""
    delay: int = 0
    """Seconds after readers."""
    preset: str = ""
    """A name of the formats that partners demand; '' = the newsroom's own form."""
    embargo_line: bool = False
    """Whether the text of what is under embargo begins with a line that says so."""

    def __post_init__(self) -> None:
        for name in ("sections", "without_sections", "tags", "sources", "languages"):
            object.__setattr__(self, name, tuple(sorted(set(getattr(self, name)))))

    @property
    def canonical(self) -> str:
        """The same text for equal terms: a JSON object of what is not as it is by default."""
        asked = {name: value for name, value in asdict(self).items() if value != _DEFAULTS[name]}
        return json.dumps(asked, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    @property
    def digest(self) -> str:
        return sha256(self.canonical.encode()).hexdigest()

    @classmethod
    def of(cls, canonical: str) -> "Terms":
        """What a later release calls otherwise is passed over."""
        asked: dict[str, Any] = {
            name: tuple(said) if isinstance(said, list) else said
            for name, said in json.loads(canonical).items()
            if name in _DEFAULTS
        }
        return cls(**asked)


_DEFAULTS = {field.name: field.default for field in fields(Terms)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """Who takes articles on terms. Set by the store, whatever the caller put there: `id`, `set_id`, `created_at`, `version`."""

    id: int = 0
    name: str
    """Unique, whatever its case; without ':', which ends a user's name in Basic (RFC 7617, section 2)."""
    contact: str = ""
    terms: Terms = field(default_factory=Terms)
    set_id: int = 0
    """Of its terms."""
    rate: int = 0
    """Requests a minute; 0: as many as it likes."""
    expires_at: datetime | None = None
    key_in_path: bool = True
    """Whether a key may stand in a URL, for readers that know nothing else."""
    silence: int = 0
    """Hours without a request after which the newsroom is told; 0: it is not."""
    renewal_url: str = ""
    """Where a member is sent whose key opens nothing any more; '' = nowhere."""
    networks: int = LEAK_NETWORKS
    """From which a member's key is used in a day at most: one that is used from more seems to have leaked; 0: any."""
    end_leaked: bool = False
    """Whether such a key is ended."""
    created_at: datetime | None = None
    version: int = 0
    """Counts every edit: 1, 2, ..."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerKey:
    """What a partner, or one of a partner's members, proves itself with. Only its SHA-256 (hex) is kept."""

    name: str
    """Of a member's, the newsroom's own id of the member; '' once it is ended."""
    hash: str = field(repr=False)
    created_at: datetime
    expires_at: datetime | None = None
    used_at: datetime | None = None
    """When a request last used it, as far as was noted: to the hour, a member's to the day; None = not yet."""
    member: int = 0
    """The id of a member's key; 0 of a partner's own."""
    ended: bool = False
    """It was ended at `expires_at`, and nothing brings it back. Of a partner's own nobody knows that."""

    @property
    def of_member(self) -> bool:
        return self.member > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerAccess:
    """What a key opens."""

    partner: Partner
    key: PartnerKey

    @property
    def until(self) -> datetime | None:
        """From when on it opens nothing; None: it never ends by itself."""
        ends = [end for end in (self.partner.expires_at, self.key.expires_at) if end is not None]
        return min(ends, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerRead:
    """How far a partner has come in the log of a set of terms."""

    set_id: int
    number: int
    """Of the last entry that it has."""
    at: datetime
    """When it said so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntitledChange:
    """An entry of the log of a set of terms: numbers go up by one."""

    number: int
    action: Action
    """Withdraw: the set does not see it any more, whatever the reason."""
    article_id: int
    guid: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Who reads a partner's feeds with a key of its own."""

    name: str
    """The newsroom's own id of the member, which says nothing to anybody else."""
    hash: str = field(repr=False)
    """Of the key: SHA-256, in hex."""
    created_at: datetime
    """Of the key."""
    expires_at: datetime | None = None
    used_at: datetime | None = None
    """When a request last used the key, as far as was noted: to the day; None = not yet."""
    flagged_at: datetime | None = None
    """Since when the key seems to have leaked; None = it does not."""
    networks: int = 0
    """From which it was used on the day that it was flagged, as far as they were counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberUse:
    """A member's key was used from a network."""

    hash: str = field(repr=False)
    """Of the key."""
    day: int
    """Since 1970, in UTC."""
    network: int
    """Keyed hash of 63 bits; 0 where it does not count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """A member's key was used from more networks in a day than its partner's terms expect."""

    partner: str
    member: str
    networks: int
    ended: bool


class Unseen(StrEnum):
    """Why a set of terms does not see an article."""

    NOT_PUBLISHED = "not published"
    EMBARGO = "under embargo"
    DELAY = "not yet, by the delay"
    AGE = "older than the terms reach"
    LICENCE = "not to be republished any more"
    SECTION = "in none of the sections"
    TAG = "with none of the tags"
    SOURCE = "of none of the sources"
    LANGUAGE = "in none of the languages"
    WITHHELD = "of an agency that is not passed on"
