"""A feed, made: of a kind, in a format, with all that its answers need to say; with or without a request."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from hashlib import blake2b

from feeds.cache.cache import RepresentationCache
from feeds.document import FeedDocument
from feeds.formats import FORMATS, NINJS
from feeds.formats.base import Format, with_extension
from feeds.http.delta import Terms
from feeds.http.freshness import CachePolicy
from feeds.http.negotiation import Coding
from feeds.http.representation import CacheKey, Fields, Representation, represent
from feeds.kinds import ARTICLE_KINDS, COMMENT_KINDS
from feeds.kinds.base import Kind, NoSuchFeed, Publication
from feeds.kinds.paging import shown_down_to
from feeds.kinds.single import build_article
from feeds.licence import MEDIA_TYPE
from feeds.newsroom.partners.form import Entitled, in_form, publication_of, without_links
from feeds.render import render_in_turns
from feeds.settings import Settings
from feeds.site import SiteState
from feeds.specimens import rendering_of
from feeds.topics import Topic
from feeds.validity import Validity
from feeds.wording import saying
from storage.model import ShownArticles, Subject
from storage.scopes import SITE, in_view, within_view

LINK = b"link"
PRIVATE_VARY = b"accept-encoding, authorization"
OF_SECRET_ADDRESSES: Fields = ((b"referrer-policy", b"no-referrer"), (b"x-robots-tag", b"noindex"))
"""Of what is read at an address that is a secret: whoever follows a link from there tells nobody of it, and no search engine that
found it shows it.
"""


def format_of(extension: str, formats: Mapping[str, Format] = FORMATS) -> Format:
    """By what stands behind the last dot of a feed's path. Raises NoSuchFeed, which says what there is."""
    format = formats.get(f".{extension}")
    if format is None:
        raise NoSuchFeed(saying("feeds come as %(formats)s", formats=", ".join(formats)))
    return format


async def make_feed(
    site: SiteState,
    kind: Kind,
    format: Format,
    params: Mapping[str, str],
    before: Representation | None = None,
    *,
    since: int | None = None,
    entitled: Entitled | None = None,
) -> Representation:
    """The feed that `params` name, or with the validators of all of it what changed after a sequence.

    `params`: what stands in the path and in the kind's parameters of the query, decoded; `before`: what was made of it when it was
    asked for last, whose bytes it gets where it would be the same; `entitled`: for whom it is, whose view has been brought up to
    date; None: for anybody.
    Raises what the kind does: NoSuchFeed, FeedGone, FeedMoved, BadDate; and Unavailable.
    """
    store, publication = site.store, site.publication
    if entitled is not None:
        if kind in COMMENT_KINDS and not entitled.terms.comments:
            raise NoSuchFeed("what was agreed upon has no comments")
        store, publication = store.within(entitled.set_id), publication_of(publication, entitled)
    document = await kind.build(store, publication, params, site.clock(), site.kept_items)
    if entitled is not None:
        document = await in_form(document, entitled.terms, publication, site.kept_items)
    made = await _represented(site, kind, format, document, before, since=since, entitled=entitled)
    if made.shown is not None and kind in ARTICLE_KINDS and not document.paging.previous:
        listed, *_ = kind.scopes(params)
        made.shown = replace(made.shown, listed=listed, down_to=shown_down_to(document.paging))
    return made


async def make_item(site: SiteState, params: Mapping[str, str], entitled: Entitled) -> Representation:
    """An article by itself, in ninjs. Raises NotFound, FeedGone, FeedMoved; and Unavailable."""
    publication = publication_of(site.publication, entitled)
    document = await build_article(site.store.within(entitled.set_id), publication, params)
    document = await in_form(document, entitled.terms, publication)
    made = represent(
        NINJS.document(document.items[0], document),
        media_type=NINJS.media_type,
        snapshot=document.snapshot,
        policy=CachePolicy.of(site.settings.max_age, private=True),
        validity=document.validity,
        fields=usage_fields(publication),
    )
    made.shown = _shown(document, NINJS, entitled)
    return for_partners(made, entitled)


def for_partners(made: Representation, entitled: Entitled) -> Representation:
    """With what answers to partners say; it depends on the lists of their own view, not on those of the public."""
    view = in_view(entitled.set_id, "")
    made.vary = PRIVATE_VARY
    made.scopes = frozenset(within_view(view, scope) for scope in made.scopes)
    if not entitled.links:
        made.fields += OF_SECRET_ADDRESSES
    return made


async def _represented(
    site: SiteState,
    kind: Kind,
    format: Format,
    document: FeedDocument,
    before: Representation | None = None,
    *,
    since: int | None = None,
    entitled: Entitled | None = None,
) -> Representation:
    linked = document if entitled is None or entitled.links else without_links(document)
    source = linked.digest
    body: bytes | Representation
    whole = None
    if since is None and before is not None and before.source == source:
        # Most changes of a list are further down than it shows: of 3 ms that a feed takes when it is made again, half is spared.
        body = before
    else:
        body, shown = await render_in_turns(format, linked, site.kept_items)
        if shown is not linked:
            # Whether it can be rendered another time, nobody knows.
            document, source = replace(document, items=shown.items, omissions=shown.omissions), b""
        if since is not None:
            whole = body
            body, _ = await render_in_turns(format, shown.since(since), site.kept_items)
    site.store.omissions.note(document.omissions)
    delta = _delta_terms(document, format, site.publication)
    made = represent(
        body,
        whole=whole,
        media_type=format.media_type,
        snapshot=document.snapshot,
        seq=document.seq,
        policy=_policy(site.settings, document, private=kind.private or entitled is not None),
        validity=document.validity,
        fields=(_links_field(document, format), *usage_fields(site.publication)),
        delta=delta if entitled is None else _told_apart(delta, entitled),
        source=source,
        shared_cache=site.shared_cache,
    )
    if entitled is None:
        return made
    made.shown = _shown(document, format, entitled)
    return for_partners(made, entitled)


def _shown(document: FeedDocument, format: Format, entitled: Entitled) -> ShownArticles:
    return ShownArticles(
        set_id=entitled.set_id,
        number=document.snapshot.number,
        articles=tuple(item.id for item in document.items if item.subject is Subject.ARTICLE),
        withdrawn=tuple(one.guid for one in document.deleted) if format.tells_withdrawals else (),
    )


def _told_apart(delta: Terms, entitled: Entitled) -> Terms:
    """Who has what other terms grant is sent the whole: no sequence tells in what they differ."""
    rendering = blake2b(f"{delta.rendering} {entitled.name}".encode(), digest_size=3).hexdigest()
    return delta._replace(rendering=rendering)


async def fetch_feed(site: SiteState, topic: Topic, entitled: Entitled | None = None) -> Representation:
    """A topic's feed, as who polls it is sent it: what is kept, or made now, with its bytes.

    `entitled`: as in `make_feed`; a partner's feed is made for somebody, a public one for anybody. Raises as `make_feed` does.
    """
    if bool(topic.holder) is not (entitled is not None):
        raise NoSuchFeed("it is for a partner alone" if topic.holder else "it is for anybody")
    make = partial(make_feed, site, topic.kind, topic.format, topic.params, entitled=entitled)
    return await _cache_of(site, topic).fetch(_key(topic, entitled), make)


async def fetch_bytes(site: SiteState, topic: Topic, entitled: Entitled | None = None) -> tuple[Representation, bytes]:
    """The same, with its bytes in no coding."""
    representation = await fetch_feed(site, topic, entitled)
    body = await _cache_of(site, topic).body(_key(topic, entitled), representation, Coding.IDENTITY)
    return representation, body


def _key(topic: Topic, entitled: Entitled | None) -> CacheKey:
    # What no address answers with is kept under a name that no request can have.
    return CacheKey(
        topic.target if topic.is_polled else f"no address: {topic.target}", entitled.name if entitled else ""
    )


def _cache_of(site: SiteState, topic: Topic) -> RepresentationCache:
    return site.side_cache if topic.has_query else site.cache


async def make_changes(site: SiteState, topic: Topic, since: int) -> Representation | None:
    """A topic's feed with only what changed after a Change, for whoever has all of it as it was then. None where that would not
    make it whole, or nothing in it changed.

    Nobody says how what they have was rendered: since the names of sections or the settings changed, it may be otherwise.
    Raises as `make_feed` does.
    """
    document = await topic.kind.build(site.store, site.publication, topic.params, site.clock(), site.kept_items)
    changed = document.since(since)
    state = document.snapshot.scopes.get(SITE)
    floor = max(_delta_floor(document, topic.format), state.version if state else 0)
    if since < floor or not (changed.items or changed.deleted):
        return None
    return await _represented(site, topic.kind, topic.format, document, since=since)


def _policy(settings: Settings, document: FeedDocument, *, private: bool) -> CachePolicy:
    if private:
        return CachePolicy.of(settings.max_age, private=True)
    return policy_of(settings, document.validity, most=settings.max_age_most)


def policy_of(settings: Settings, validity: Validity, *, most: int = 0) -> CachePolicy:
    """How long anybody may keep a feed or a page, by the newsroom's settings.

    `most`: seconds to which that grows while nothing changes; what is finished is kept for long at once.
    """
    if validity.finished:
        return CachePolicy.of(settings.finished_max_age)
    return CachePolicy.of(settings.max_age, most=most)


def _links_field(document: FeedDocument, format: Format) -> tuple[bytes, bytes]:
    """Link (RFC 8288): the feed itself, its hubs and its HTML twin, before it is read. Each answer carries it: it is short."""
    own = with_extension(document.feed_url, format.extension)
    links = (
        subscription_links(own, document.hubs),
        f'<{document.page_url}>; rel="alternate"; type="text/html"',
        *licence_links(document.licence_url),
    )
    return LINK, ", ".join(links).encode()


def subscription_links(topic: str, hubs: Sequence[str]) -> str:
    """What is to be subscribed to and where (WebSub, section 4), in one field and first in it: some subscribers read no other."""
    return ", ".join((f'<{topic}>; rel="self"', *(f'<{hub}>; rel="hub"' for hub in hubs)))


def licence_links(url: str) -> tuple[str, ...]:
    """The licence (RSL 1.0), for the field Link; none where there is none."""
    return (f'<{url}>; rel="license"; type="{MEDIA_TYPE}"',) if url else ()


def usage_fields(publication: Publication) -> Fields:
    """What AI may be made of what is answered, as the newsroom prefers it (Content-Usage, of the IETF's AI preferences)."""
    return ((b"content-usage", publication.content_usage.encode()),) if publication.content_usage else ()


def _delta_terms(document: FeedDocument, format: Format, publication: Publication) -> Terms:
    subject = document.items[0].subject if document.items else None
    return Terms(_delta_floor(document, format), rendering_of(format, publication, subject), document.window)


def _delta_floor(document: FeedDocument, format: Format) -> int:
    return document.delta_floor if format.tells_withdrawals else max(document.delta_floor, document.last_withdrawal)
