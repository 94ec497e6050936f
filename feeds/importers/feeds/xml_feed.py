"""RSS 0.9x, 1.0 and 2.0, and Atom 0.3 and 1.0, by feedparser, which other imports need not load: a process has less to hold."""

import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING, Any

from feeds.importers.base import Desk, Imported
from feeds.importers.dates import FileDates
from feeds.importers.episodes import episode_facts, seconds, with_episode
from feeds.importers.feeds.article import Entry, agency, byline, check_count, check_size, records, with_link
from feeds.importers.feeds.blogger import exported, is_draft, is_export, is_kind, terms
from feeds.importers.feeds.identity import feed_source
from feeds.importers.feeds.pictures import is_picture, photo
from feeds.importers.feeds.things import Thing, get_text, get_thing, get_things
from feeds.importers.file import ImportFile
from feeds.importers.markup import text, title
from feeds.importers.paragraphs import add_paragraphs
from feeds.importers.values import language_tag, number, resolved, type_of
from storage.model import Author, Enclosure, Image, ImportSource

if TYPE_CHECKING:
    from feeds.importers.feeds.reader import FeedReader

_PROLOGUE = re.compile(r"\s+|\ufeff|<\?[^>]*>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[[^\]]*\]\s*)?>", re.S | re.I)
_ROOT = re.compile(r"<(?:[\w.-]+:)?(?:rss|RDF|feed)(?=[\s>/])")
_LONGEST_BYLINE = 500
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_WRITTEN = _HTML | {"text/plain"}
_LONGEST_TYPE = 80
_ORIGINALS = ("feedburner_origlink", "pheedo_origlink")
"""Where the services that served feeds, and counted clicks by links of their own, kept an entry's link."""
_CDATA = "<![CDATA["
_FLASH = "application/x-shockwave-flash"
"""No file of a film: a player that nobody has any more."""
_DATES = ("published", "created", "updated")


class XmlFeed:
    name = "feed (RSS or Atom)"
    takes_placement = True
    tells_addresses = False

    def recognises(self, head: str) -> bool:
        at = 0
        while found := _PROLOGUE.match(head, at):
            at = found.end()
        return _ROOT.match(head, at) is not None

    def read(self, source: ImportFile, desk: Desk) -> Generator[Imported, None, None]:
        from feeds.importers.feeds.reader import read_feed

        check_size(source)
        reader = read_feed(source)
        check_count(len(reader.entries))
        feed = _Feed(reader, source, desk)
        if is_export(reader.entries):
            yield from exported(reader.entries, feed.entry, desk, feed.source)
        else:
            yield from records(map(feed.entry, _public(reader.entries, desk)), desk, feed.source)


def _public(entries: Sequence[Thing], desk: Desk) -> Iterator[Thing]:
    """Without the drafts that a feed for editors holds (RFC 5023, 13.1.1): what is published later comes then."""
    for entry in entries:
        if is_draft(entry):
            desk.report.left_out.add(title(get_text(entry, "title")) or get_text(entry, "id"), "a draft")
        else:
            yield entry


class _Feed:
    """Makes entries of one feed's."""

    def __init__(self, reader: "FeedReader", source: ImportFile, desk: Desk) -> None:
        self._feed: Thing = reader.feeddata
        self._desk = desk
        self._url = source.url
        self._fetched = source.addresses
        self._link = _link(self._feed, source.url)
        # RFC 4287, 4.2.1. In RSS whoever edits the channel has not written what is in it.
        self._authors = _authors(self._feed) if reader.version.startswith("atom") else []
        things = (self._feed, *reader.entries)
        self._dates = FileDates(desk.zone, (get_text(thing, key) for thing in things for key in _DATES))

    @property
    def source(self) -> ImportSource:
        """A page or an archive of a feed names the feed as `current` (RFC 5005)."""
        links = get_things(self._feed, "links")
        own = [
            resolved(get_text(link, "href"), self._url)
            for rel in ("current", "self")
            for link in links
            if get_text(link, "rel") == rel
        ]
        names = (get_text(self._feed, key) for key in ("id", "title"))
        return feed_source(own, self._fetched, self._link, *names)

    def entry(self, entry: Thing) -> Entry:
        own_link = _link(entry, self._link or self._url)
        link = next(filter(None, (resolved(get_text(entry, key), own_link) for key in _ORIGINALS)), own_link)
        content, summary = _content(entry), _summary(entry)
        shown = content or summary
        # YouTube's entries have no words but their film's.
        of_film = {} if get_text(shown, "value") else _words_of_film(entry)
        # Most feeds say no base, and hold what stood on the entry's page.
        base = get_text(shown, "base")
        base = base if base and base != self._url else link or self._link or self._url
        base = resolved(base, self._link or self._url)
        source = get_thing(entry, "source")
        files = with_episode(_enclosures(entry, base), _episode(entry, base))
        headline = _read(get_thing(entry, "title_detail"))
        image = photo(entry, files, base)
        for kind in _unread(entry):
            self._desk.report.stripped.add(f"content of the type {kind}", headline or link)
        published, updated = (
            self._date(entry, "published") or self._date(entry, "created"),
            self._date(entry, "updated"),
        )
        return Entry(
            guid=get_text(entry, "id") or own_link,
            link=link,
            headline=headline,
            summary=_read(summary) if content else "",
            body=with_link(_html(of_film or shown), _page_elsewhere(entry, base)),
            base=base,
            # What names an author, be it by an email address alone, is by nobody else.
            authors=next((_authors(one) for one in (entry, source) if _names_author(one)), self._authors),
            categories=[
                [get_text(tag, "label"), term]
                for tag in get_things(entry, "tags")
                if not is_kind(tag)
                for term in terms(entry, tag)
            ],
            published=published,
            updated=updated,
            unread_dates=[
                get_text(entry, key)
                for key, read in (("published", published), ("updated", updated))
                if get_text(entry, key).strip() and read is None
            ],
            enclosures=[file for file in files if image is None or file.url != image.url],
            image=_with_own_words(image, headline, of_film or shown),
            language=self._language(entry, shown),
            rights=get_text(entry, "rights") or get_text(source, "rights") or get_text(self._feed, "rights"),
            source=agency(get_text(source, "title"), _link(source, base), get_text(source, "href"))
            or agency(get_text(self._feed, "title"), self._link, self._url),
        )

    def _date(self, entry: Thing, key: str) -> datetime | None:
        return self._dates.read(get_text(entry, key))

    def _language(self, entry: Thing, shown: Thing) -> str:
        written = (
            get_text(thing, "language") for thing in (entry, shown, get_thing(entry, "title_detail"), self._feed)
        )
        return next(filter(None, map(language_tag, written)), "")


def _link(thing: Thing, base: str) -> str:
    """Where a person reads it. A guid is a link unless it says otherwise: also one that nobody meant as an address, a number."""
    alternates = (get_text(link, "href") for link in get_things(thing, "links") if get_text(link, "rel") == "alternate")
    own = get_text(thing, "link")
    if own == get_text(thing, "id") and not (own.startswith("/") or "://" in own):
        own = ""
    return next(filter(None, (resolved(url, base) for url in (own, *alternates))), "")


def _content(entry: Thing) -> Thing:
    """The first text of an entry that is all of it, in HTML if there is one; nothing if there is none."""
    texts = [one for one in get_things(entry, "content") if get_text(one, "value")]
    html = (one for one in texts if get_text(one, "type") in _HTML)
    plain = (one for one in texts if get_text(one, "type") == "text/plain")
    return next(html, None) or next(plain, {})


def _page_elsewhere(entry: Thing, base: str) -> str:
    """The page that is the text of an entry which does not hold it (RFC 4287, 4.1.3.2)."""
    pages = (one for one in get_things(entry, "content") if get_text(one, "type") in _WRITTEN)
    return next(filter(None, (resolved(get_text(one, "src"), base) for one in pages)), "")


def _unread(entry: Thing) -> list[str]:
    """The types of contents that are no text and name no file: XML of another kind, or bytes in base64."""
    kinds = (get_text(one, "type") for one in get_things(entry, "content") if not get_text(one, "src"))
    return [kind[:_LONGEST_TYPE] for kind in kinds if kind and kind not in _WRITTEN]


def _summary(entry: Thing) -> Thing:
    """A summary of the entry's own: where there is none, feedparser repeats the content."""
    own = get_thing(entry, "summary_detail")
    if get_text(own, "value"):
        return own
    return {"value": get_text(entry, "dc_description") or get_text(entry, "itunes_summary"), "type": "text/html"}


def _html(shown: Thing) -> str:
    value = _unwrapped(get_text(shown, "value"))
    return value if get_text(shown, "type") in _HTML else add_paragraphs(escape(value, quote=False))


def _words_of_film(entry: Thing) -> Thing:
    """What Media RSS says of all that an entry shows, or of its first film or sound; nothing if it says nothing."""
    media = [get_thing(entry, "media"), *(one for one in get_things(entry, "media_content") if not is_picture(one))]
    described = next((one for one in media if get_text(one, "caption")), {})
    kind = "text/html" if get_text(described, "caption_type") == "html" else "text/plain"
    return {"value": get_text(described, "caption"), "type": kind} if described else {}


def _with_own_words(image: Image | None, headline: str, shown: Thing) -> Image | None:
    """The photo without what the article says anyway: its headline, its text."""
    if image is None:
        return None
    caption = "" if image.caption == text(_html(shown)) else image.caption
    return replace(image, alt="" if image.alt == headline else image.alt, caption=caption)


def _read(shown: Thing) -> str:
    """The text of what may be HTML."""
    value = _unwrapped(get_text(shown, "value"))
    return text(value) if get_text(shown, "type") in _HTML else value


def _unwrapped(text: str) -> str:
    """Without a section of CDATA around all of it, which software put in a text that it escaped afterwards."""
    bare = text.strip()
    while bare.startswith(_CDATA) and bare.endswith("]]>") and "]]>" not in bare[:-3]:
        text = bare = bare[len(_CDATA) : -3].strip()
    return text


def _authors(thing: Thing) -> list[Author]:
    """By name alone: an email address is nobody's to publish."""
    written = (
        byline(get_text(one, "name")[:_LONGEST_BYLINE], get_text(one, "href")) for one in get_things(thing, "authors")
    )
    return [author for author in written if author]


def _names_author(thing: Thing) -> bool:
    return any(get_text(one, name).strip() for one in get_things(thing, "authors") for name in ("name", "email"))


def _episode(entry: Thing, base: str) -> dict[str, Any]:
    return episode_facts(
        duration=get_text(entry, "itunes_duration"),
        episode=get_text(entry, "itunes_episode"),
        season=get_text(entry, "itunes_season"),
        type=get_text(entry, "itunes_episodetype"),
        explicit=get_text(entry, "itunes_explicit"),
        transcript=get_text(entry, "podcast_transcript"),
        chapters=get_text(entry, "podcast_chapters"),
        base=base,
    )


def _enclosures(entry: Thing, base: str) -> Iterator[Enclosure]:
    """Enclosures, and what is not among them: sounds and films of Media RSS, and a file that is an entry's content."""
    links = [link for link in get_things(entry, "links") if get_text(link, "rel") == "enclosure"]
    media = [
        medium
        for medium in get_things(entry, "media_content")
        if not is_picture(medium) and get_text(medium, "type") != _FLASH
    ]
    contents = [one for one in get_things(entry, "content") if get_text(one, "type") not in _WRITTEN]
    files = [(link, "href", "length") for link in links] + [(one, "url", "filesize") for one in media]
    seen: set[str] = set()
    for file, key, length in [*files, *((one, "src", "") for one in contents)]:
        url = resolved(get_text(file, key), base)
        if url and url not in seen:
            seen.add(url)
            kind = type_of(get_text(file, "type"), url) or "application/octet-stream"
            duration = seconds(get_text(file, "duration"))
            yield Enclosure(url=url, type=kind, length=number(get_text(file, length)), duration=duration)
