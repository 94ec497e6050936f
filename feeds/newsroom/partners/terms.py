"""Partners and their terms as they are submitted, whether by the API or on the command line: what may be, and what it becomes."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, Literal, Protocol

from pydantic import AfterValidator, ConfigDict, Field, ValidationInfo

from feeds.aside import aside
from feeds.clean.fields import MAX_WORDS, Fields, Instant, Line, WebUrl, read, words
from feeds.newsroom.partners.keys import key_hash, new_key
from feeds.newsroom.partners.presets import PRESETS
from feeds.newsroom.revising import revise
from feeds.newsroom.submissions import SectionPath, SubmissionContext, slug_of, without_defaults
from storage.clock import Clock
from storage.errors import Invalid
from storage.model import LEAK_NETWORKS, Once, Partner, PartnerKey
from storage.protocol import Partners, Sections

MAX_NAME = 100
MAX_NAMES = 200
"""Of sections, tags, agencies and languages each."""
MAX_DAYS, MAX_ITEMS, MAX_DELAY, MAX_RATE, MAX_SILENCE = 36_500, 1_000, 366 * 86_400, 1_000_000, 366 * 24
MAX_NETWORKS = 1_000
_OF_MEMBERS = frozenset({"members", "ended-members"})
_LANGUAGE = r"^([A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*)$"


class PartnerStore(Partners, Sections, Protocol):
    """Where partners are kept, and the sections that their terms may name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _TermsContext(SubmissionContext):
    """What decides whether a partner's fields are right."""

    now: datetime
    expires_at: datetime | None = None
    """As it is kept: it may be over."""


def _name(text: str) -> str:
    name = words(text)
    if any(unicodedata.category(char) == "Cc" for char in name):
        raise ValueError("Leave out control characters")
    return name


_OF_A_PARTNER = ("/keys", "/account", "/webhooks")


def _partner_name(text: str) -> str:
    name = _name(text)
    if ":" in name:
        raise ValueError("Leave out ':', which ends a user's name where partners sign in")
    if word := next((word for word in _OF_A_PARTNER if word in f"/{name}".casefold()), ""):
        raise ValueError(f"Leave out {word!r}, which stands in addresses of what belongs to a partner")
    if not _OF_MEMBERS.isdisjoint(name.casefold().split("/")[1:]):
        raise ValueError("Leave out '/members', which stands in addresses of what belongs to a partner")
    return name


def _key_name(text: str) -> str:
    name = _name(text)
    if "/" in name:
        raise ValueError("Leave out '/', which ends a name in addresses")
    return name


def _preset(name: str) -> str:
    if name not in ("", *PRESETS):
        raise ValueError(f"There is no such preset: choose one of {', '.join(PRESETS)}")
    return name


def _later(at: datetime | None, info: ValidationInfo) -> datetime | None:
    known = info.context
    assert isinstance(known, _TermsContext), "read with what is known"
    if at is not None and at <= known.now and at != known.expires_at:
        raise ValueError("Give a time that is still to come")
    return at


Names = Field(max_length=MAX_NAMES)
Expiry = Annotated[Instant | None, AfterValidator(_later)]


class PartnerFields(Fields):
    contact: Line = ""
    """Whom to write to: a name, an address."""
    sections: Annotated[list[SectionPath], Names] | None = None
    """Paths, with all that lies below them; all when empty."""
    without_sections: Annotated[list[SectionPath], Names] | None = None
    """Paths of what is left out, with all that lies below them."""
    tags: Annotated[list[Annotated[str, Field(max_length=500), AfterValidator(words)]], Names] | None = None
    """Names, of which one is enough; all when empty."""
    sources: Annotated[list[Line], Names] | None = None
    """Names of agencies; `""` is what the newsroom wrote itself; all when empty."""
    languages: Annotated[list[Annotated[str, Field(max_length=35, pattern=_LANGUAGE)]], Names] | None = None
    """Language ranges (RFC 4647, basic filtering): `en` is also `en-GB`, with the newsroom's own goes what names none; all when
    empty."""
    text: Literal["full", "summary"] = "full"
    """The text of articles, or a summary of it."""
    images: bool = True
    comments: bool = False
    embargoed: bool = False
    """Whether articles are there before their embargo ends."""
    embargo_line: bool = False
    """Whether the text of what is under embargo begins with a line that says so."""
    delay: Annotated[int, Field(ge=0, le=MAX_DELAY)] = 0
    """Seconds after readers."""
    days: Annotated[int, Field(ge=0, le=MAX_DAYS)] = 0
    """How far back; 0: to the beginning."""
    items: Annotated[int, Field(ge=0, le=MAX_ITEMS)] = 0
    """Entries that a feed shows; 0: as many as the newsroom's own."""
    preset: Annotated[str, Field(max_length=50), AfterValidator(_preset)] = ""
    """The form that a partner demands; empty: the newsroom's own."""
    rate: Annotated[int, Field(ge=0, le=MAX_RATE)] = 0
    """Requests a minute; 0: as many as it likes."""
    silence: Annotated[int, Field(ge=0, le=MAX_SILENCE)] = 0
    """Hours without a request after which the newsroom is told; 0: it is not."""
    expires_at: Expiry = None
    """From when on nothing is answered; null: never."""
    key_in_path: bool = True
    """Whether a key may stand in a URL, for readers that know nothing else."""
    renewal_url: WebUrl = ""
    """Where members are sent whose keys open nothing any more; empty: nowhere."""
    networks: Annotated[int, Field(ge=0, le=MAX_NETWORKS)] = LEAK_NETWORKS
    """From which a member's key is used in a day at most: one that is used from more is flagged; 0: from any."""
    end_leaked: bool = False
    """Whether a member's key is ended instead."""

    def changes(self, kept: Partner, language: str) -> dict[str, Any]:
        """The fields of the partner that were sent, as it keeps them. `language`: the newsroom's own."""
        sent = self.model_fields_set
        changes = {name: getattr(self, name) for name in sent & _KEPT_AS_SENT}
        terms = {name: getattr(self, name) for name in sent & _TERMS}
        terms |= {name: tuple(getattr(self, name) or ()) for name in sent & _LISTS}
        if "tags" in sent:
            terms["tags"] = tuple(map(slug_of, self.tags or ()))
        if "languages" in sent and any(is_in_range(language, wanted) for wanted in terms["languages"]):
            terms["languages"] += ("",)
        if "text" in sent:
            terms["full_text"] = self.text == "full"
        return {**changes, "terms": replace(kept.terms, **terms)}


_KEPT_AS_SENT = {
    "name", "contact", "rate", "silence", "expires_at", "key_in_path", "renewal_url", "networks", "end_leaked",
}  # fmt: skip
_TERMS = {"images", "comments", "embargoed", "embargo_line", "delay", "days", "items", "preset"}
_LISTS = {"sections", "without_sections", "sources", "languages"}
PartnerName = Annotated[str, Field(min_length=1, max_length=MAX_NAME), AfterValidator(_partner_name)]


class NewPartner(PartnerFields):
    name: PartnerName
    """Unique, whatever its case; also the user's name in Basic."""


class PartnerPatch(PartnerFields):
    model_config = ConfigDict(json_schema_extra=without_defaults)

    name: PartnerName = ""


class NewPartnerKey(Fields):
    name: Annotated[str, Field(min_length=1, max_length=MAX_NAME), AfterValidator(_key_name)]
    """What it is for, or from when."""
    expires_at: Expiry = None
    """From when on it opens nothing; null: never."""


def is_in_range(language: str, wanted: str) -> bool:
    """Basic filtering (RFC 4647, section 3.3.1): 'en-GB' is in 'en'."""
    language, wanted = language.casefold(), wanted.casefold()
    return language == wanted or language.startswith(f"{wanted}-")


async def create_partner(
    store: PartnerStore, data: Mapping[str, object], *, clock: Clock, language: str, once: Once[Partner] | None = None
) -> Partner:
    """Keep a new partner made of `NewPartner`'s fields; `language`: the newsroom's own.

    Raises Invalid naming every wrong field, Conflict if the name is taken, Repeated where `once` is known.
    """
    fields = await aside(read, NewPartner, data, await _known(store, clock))
    blank = Partner(name=fields.name)
    return await store.add_partner(replace(blank, **fields.changes(blank, language)), once=once)


async def edit_partner(
    store: PartnerStore,
    name: str,
    data: Mapping[str, object],
    *,
    clock: Clock,
    language: str,
    if_version: frozenset[int] | None = None,
) -> Partner:
    """Change the fields of `PartnerPatch` that are there; nothing is written when nothing differs.

    `if_version`: the versions at which alone it may be changed; None for any.
    Raises NotFound, Stale, Invalid naming every wrong field, Conflict if the name is taken or too many edits meet.
    """
    known = await _known(store, clock, await store.get_partner(name))
    fields = await aside(read, PartnerPatch, data, known)

    async def write(kept: Partner) -> Partner:
        edited = replace(kept, **fields.changes(kept, language))
        return kept if edited == kept else await store.update_partner(edited, if_version=kept.version)

    return await revise(lambda: store.get_partner(name), write, if_version=if_version)


async def delete_partner(store: Partners, name: str, *, if_version: frozenset[int] | None = None) -> None:
    """Raises NotFound, Stale, Conflict if too many edits meet."""

    async def write(kept: Partner) -> Partner:
        await store.remove_partner(name, if_version=kept.version)
        return kept

    await revise(lambda: store.get_partner(name), write, if_version=if_version)


async def create_key(store: Partners, name: str, data: Mapping[str, object], *, clock: Clock) -> tuple[PartnerKey, str]:
    """A further key of a partner, made of `NewPartnerKey`'s fields; and its secret, which nobody can tell again.

    Raises NotFound, Invalid naming every wrong field, Conflict if the partner has a key of that name.
    """
    now = clock()
    fields = await aside(read, NewPartnerKey, data, _TermsContext(now=now))
    secret = new_key()
    key = PartnerKey(name=fields.name, hash=key_hash(secret), created_at=now, expires_at=fields.expires_at)
    await store.add_partner_key(name, key)
    return key, secret


def source_label(text: str) -> str:
    """An agency's name as it may be withheld. Raises Invalid."""
    try:
        return words(text[:MAX_WORDS])
    except ValueError:
        raise Invalid({"source": "Write the name of an agency."}) from None


async def _known(store: Sections, clock: Clock, kept: Partner | None = None) -> _TermsContext:
    """Sections that were named may have been deleted since: that keeps nobody from changing the rest."""
    sections = {section.path for section in await store.get_sections()}
    if kept is not None:
        sections |= {*kept.terms.sections, *kept.terms.without_sections}
    return _TermsContext(now=clock(), sections=frozenset(sections), expires_at=kept.expires_at if kept else None)
