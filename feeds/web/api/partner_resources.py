"""Partners as the API answers with them."""

from datetime import datetime

from feeds import paths
from feeds.urls import Urls
from feeds.web.api.resources import Resource
from storage import model


class PartnerUrls(Resource):
    feeds: str
    """Below it are the feeds, for whoever has a key."""
    api: str


class Partner(Resource):
    name: str
    version: int
    """Counts its edits; the ETag."""
    contact: str
    sections: list[str]
    without_sections: list[str]
    tags: list[str]
    """Slugs."""
    sources: list[str]
    languages: list[str]
    text: str
    """`full` or `summary`."""
    images: bool
    comments: bool
    embargoed: bool
    embargo_line: bool
    delay: int
    """Seconds after readers."""
    days: int
    """How far back; 0: to the beginning."""
    items: int
    """Entries that a feed shows; 0: as many as the newsroom's own."""
    preset: str
    rate: int
    """Requests a minute; 0: as many as it likes."""
    silence: int
    """Hours without a request after which the newsroom is told; 0: it is not."""
    expires_at: datetime | None
    key_in_path: bool
    renewal_url: str
    """Where members are sent whose keys open nothing any more."""
    networks: int
    """From which a member's key is used in a day at most; 0: from any."""
    end_leaked: bool
    """Whether a key that is used from more is ended."""
    created_at: datetime | None
    urls: PartnerUrls

    @classmethod
    def of(cls, partner: model.Partner, urls: Urls) -> "Partner":
        terms = partner.terms
        return cls(
            name=partner.name,
            version=partner.version,
            contact=partner.contact,
            sections=list(terms.sections),
            without_sections=list(terms.without_sections),
            tags=list(terms.tags),
            sources=list(terms.sources),
            languages=list(filter(None, terms.languages)),
            text="full" if terms.full_text else "summary",
            images=terms.images,
            comments=terms.comments,
            embargoed=terms.embargoed,
            embargo_line=terms.embargo_line,
            delay=terms.delay,
            days=terms.days,
            items=terms.items,
            preset=terms.preset,
            rate=partner.rate,
            silence=partner.silence,
            expires_at=partner.expires_at,
            key_in_path=partner.key_in_path,
            renewal_url=partner.renewal_url,
            networks=partner.networks,
            end_leaked=partner.end_leaked,
            created_at=partner.created_at,
            urls=PartnerUrls(feeds=urls.of(paths.PARTNER), api=urls.api_partner(partner.name)),
        )


class PartnerPage(Resource):
    items: list[Partner]
    next: str | None
    """The cursor of the next page; null at the end."""


class PartnerKey(Resource):
    name: str
    created_at: datetime
    expires_at: datetime | None
    """From when on it opens nothing; null: never."""
    used_at: datetime | None
    """When it was last used, to the hour; null as long as it was not."""

    @classmethod
    def of(cls, key: model.PartnerKey) -> "PartnerKey":
        return cls(name=key.name, created_at=key.created_at, expires_at=key.expires_at, used_at=key.used_at)


class PartnerKeys(Resource):
    items: list[PartnerKey]
    next: str | None
    """Null: they come at once."""


class MadePartnerKey(PartnerKey):
    key: str
    """What the partner proves itself with. It cannot be told again: only its hash is kept."""


class Webhook(Resource):
    id: int
    url: str
    created_at: datetime
    ended_at: datetime | None
    """When it ended; null as long as it did not."""
    ended_why: str
    waiting: int
    """Events that are to be sent."""
    acknowledged_at: datetime | None
    """When one was taken last; null as long as none was, or it is long ago."""
    due_at: datetime | None
    """When it is tried again; null: with the next change."""
    error: str
    """Why the last attempt failed; empty where it did not."""
    error_at: datetime | None
    """When one failed last."""

    @classmethod
    def of(cls, one: model.Webhook) -> "Webhook":
        return cls(
            id=one.id,
            url=one.url,
            created_at=one.created_at,
            ended_at=one.ended_at,
            ended_why=one.ended_why,
            waiting=one.waiting,
            acknowledged_at=one.acknowledged_at,
            due_at=one.due_at,
            error=one.last_error,
            error_at=one.last_error_at,
        )


class Webhooks(Resource):
    items: list[Webhook]
    next: str | None
    """Null: they come at once."""


class MadeWebhook(Webhook):
    secret: str
    """With which its messages are signed (Standard Webhooks). It cannot be told again."""


class WithheldSource(Resource):
    name: str


class WithheldSources(Resource):
    items: list[WithheldSource]
    """Agencies whose articles are passed on to no partner."""
    next: str | None
    """Null: they come at once."""
