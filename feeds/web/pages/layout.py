"""What stands around the content of every page: head, masthead, navigation and the feeds to subscribe to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from feeds import paths
from feeds.formats import FORMATS
from feeds.kinds.base import Publication
from feeds.kinds.latest import latest_listing
from feeds.kinds.listing import Listing
from feeds.urls import encode_path
from feeds.web.pages.display import direction
from feeds.wording import Wording
from storage.model import Around, Section
from storage.model.lists import MOST_AT_TOP
from storage.scopes import with_ancestors

_NOTHING = Around()


@dataclass(frozen=True, slots=True)
class Link:
    url: str
    """A path of this site, percent-encoded, or an absolute URL."""
    text: str
    current: str = ""
    """ARIA's word where it leads to the page it stands on ('page'), or to what that page is part of ('true')."""
    rel: str = ""
    """Of a link between the pages of a list: 'prev' or 'next'."""
    inside: tuple["Link", ...] = ()
    """To parts of what it leads to, which stand below it."""


def home_link(wording: Wording) -> Link:
    return Link(paths.HOME(), wording.gettext("Home"))


@dataclass(frozen=True, slots=True)
class FeedAddress:
    """One representation of a feed."""

    label: str
    """'Atom'"""
    media_type: str
    """Without parameters."""
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLinks:
    """A feed in every format."""

    title: str
    page_url: str
    about: str
    """One sentence on what it holds; '' where the page says it already."""
    addresses: tuple[FeedAddress, ...]
    below_latest: bool = False
    """It is no list of articles: who subscribes on its page wants the newsroom's own, which is named before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What the base template asks for."""

    site: Publication
    today: date
    """In the newsroom's time zone: every page carries it in its header."""
    today_in_words: str
    title: str
    """Of the window."""
    subject: str
    """Of what is shared: the title without the newsroom's, which stands beside it then."""
    description: str
    canonical: str
    """Absolute; '' for a page that has no address of its own, such as an error."""
    language: str
    dir: str
    navigation: tuple[Link, ...]
    trail: tuple[Link, ...]
    """The breadcrumb, from 'Home' to this page; () where there is none."""
    feeds: tuple[FeedLinks, ...]
    """Those that it names, in their order."""
    footer: tuple[Link, ...]
    """To standing pages."""
    profiles: tuple[str, ...] = ()
    """Pages elsewhere of whom it is about, the newsroom or an author: absolute URLs."""
    private: bool = False
    """Made for one reader: search engines are asked to stay away."""


def layout(
    site: Publication,
    now: datetime,
    *,
    path: str,
    title: str = "",
    description: str = "",
    canonical: str = "",
    sections: Iterable[Section] = (),
    around: Around = _NOTHING,
    here: str = "",
    trail: Sequence[Link] = (),
    feed: FeedLinks | None = None,
    profiles: tuple[str, ...] | None = None,
    private: bool = False,
) -> Layout:
    """`path` is the page's, unencoded, or ''; `here` the section it is in; `sections` and `around` are for its navigation. An empty
    `title` is the newsroom's own page; `profiles` are the newsroom's where none are given.
    """
    today = now.astimezone(site.zone).date()
    return Layout(
        site=site,
        today=today,
        today_in_words=site.wording.dates.full(today),
        title=f"{title} – {site.title}" if title else site.title,
        subject=title or site.title,
        description=description or site.description,
        canonical=canonical or (site.urls.of(path) if path else ""),
        language=site.language,
        dir=direction(site.language),
        navigation=_navigation(path, sections, around, here, site.wording),
        trail=tuple(trail),
        feeds=named_feeds(site, feed),
        footer=tuple(_current(Link(encode_path(leads_to), text), path) for leads_to, text in around.footer),
        profiles=site.profiles if profiles is None else profiles,
        private=private,
    )


def feed_links(
    site: Publication, path: str, title: str, about: str = "", *, query: str = "", page: str = ""
) -> FeedLinks:
    """The feed below an unencoded path, with a query that begins with '?'; `page` is its page where that is elsewhere."""
    return FeedLinks(
        title=title,
        page_url=page or encode_path(path),
        about=about,
        addresses=tuple(
            FeedAddress(
                format.label, format.media_type.partition(";")[0], site.urls.feed(path, format.extension) + query
            )
            for format in FORMATS.values()
        ),
    )


def latest_feed(site: Publication) -> FeedLinks:
    return listed_feed(site, latest_listing(site))


def listed_feed(site: Publication, listing: Listing) -> FeedLinks:
    return feed_links(site, listing.page, listing.label, listing.about)


def named_feeds(site: Publication, own: FeedLinks | None) -> tuple[FeedLinks, ...]:
    """What a page names in its head and its Link field: many readers (FreshRSS, SimplePie) subscribe to the first, unasked.

    The page's `own`, then the newsroom's latest; of an article's page, whose own feed is its comments', the other way round.
    """
    latest = latest_feed(site)
    if own is None or own == latest:
        return (latest,)
    return (latest, own) if own.below_latest else (own, latest)


def section_link(path: str, title: str) -> Link:
    return Link(encode_path(paths.SECTION(section=path)), title)


def archive_links(day: date, wording: Wording) -> tuple[Link, ...]:
    """To the pages of a day, its month and its year."""
    return (
        Link(paths.day_path(day), wording.dates.full(day)),
        Link(paths.month_path(day), wording.dates.month_of(day)),
        Link(paths.year_path(day), wording.dates.year(day)),
    )


def section_trail(path: str, titles: Mapping[str, str], wording: Wording) -> list[Link]:
    """'world/africa' gives links to Home, World and Africa."""
    trail = reversed([*with_ancestors(path)])
    return [home_link(wording), *(section_link(above, titles.get(above, above)) for above in trail)]


def _current(link: Link, path: str) -> Link:
    return replace(link, current="page") if link.url == encode_path(path) else link


def _navigation(
    path: str, sections: Iterable[Section], around: Around, here: str, wording: Wording
) -> tuple[Link, ...]:
    """With the sections that the newsroom put there, or the uppermost."""
    page, above = encode_path(path), {section_link(part, "").url for part in with_ancestors(here)}

    def marked(link: Link) -> Link:
        current = "page" if link.url == page else "true" if link.url in above else ""
        return replace(link, current=current, inside=tuple(map(marked, link.inside)))

    shown = (
        around.navigation
        or tuple((section.path, section.title) for section in sections if section.parent is None)[:MOST_AT_TOP]
    )
    links = (
        home_link(wording),
        *_nested(shown),
        Link(paths.COMMENTS(), wording.gettext("Comments")),
        Link(paths.SEARCH_PAGE, wording.gettext("Search")),
        Link(paths.DIRECTORY, wording.gettext("Feeds")),
    )
    return tuple(map(marked, links))


def _nested(sections: Sequence[tuple[str, str]]) -> Iterator[Link]:
    """Each below the uppermost of those shown that it is part of: however deep the tree, the navigation has two levels."""
    shown = {path for path, _ in sections}
    heads = {path: [above for above in with_ancestors(path) if above in shown][-1] for path in shown}
    for path, title in sections:
        if heads[path] == path:
            inside = tuple(section_link(part, name) for part, name in sections if part != path and heads[part] == path)
            yield replace(section_link(path, title), inside=inside)
