"""An entry of a feed, whatever its format, as an article."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from html import escape
from urllib.parse import unquote

from feeds.clean.fields import MAX_LINE
from feeds.clean.html import moved_html, sanitize_article
from feeds.clean.text import one_line, shorten, xml_safe
from feeds.clean.tokenizer import resolved
from feeds.importers.base import Desk, Placement
from feeds.importers.bylines import beside_email, holds_email
from feeds.importers.file import ImportFile, ImportRefused
from feeds.importers.markup import name, plain, scripts, text
from feeds.importers.paragraphs import add_missing_paragraphs
from feeds.importers.seen import Seen
from feeds.importers.slugs import not_reserved
from feeds.importers.values import TERMS_OF_USE, foreign, web_url_or_empty
from feeds.newsroom.submissions import RESERVED_ARTICLE_SLUGS, slug_of
from storage.keys import LONGEST_KEY, is_long
from storage.model import Article, ArticleRecord, ArticleStatus, Author, Enclosure, Image, ImportSource, Tag
from storage.model import Source as Agency

LARGEST = 64 * 1024 * 1024
"""Bytes of a feed: its parsers hold it whole."""
ENTRIES = 100_000
"""In a feed."""
LARGEST_BODY = 4 * 1024 * 1024
"""Characters of an entry's body or summary: sanitising takes fifty times as many bytes."""

_LONGEST_TEXT = 20_000
_WORDS_OF_HEADLINE = 12
_LONGEST_DATE = 40
_LONGEST_URL = 2_000
_UNSAID = (*TERMS_OF_USE, "slug", "dateline", "embargoed_until", "comments_open", "editorial_note", "correction")
"""What no feed says: once the article is here, the newsroom decides it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of a feed. All but its body is plain text; addresses are absolute, or ''."""

    guid: str
    """As the feed gives it; '' if it gives none."""
    link: str
    headline: str
    summary: str
    body: str
    """HTML as it came."""
    base: str
    """What relative addresses in the body are relative to."""
    authors: Sequence[Author]
    categories: Sequence[Sequence[str]]
    """Of each, the names it goes by, the one for people first."""
    published: datetime | None
    updated: datetime | None
    enclosures: Sequence[Enclosure]
    image: Image | None
    language: str
    """A tag; '' where the feed does not say."""
    rights: str
    source: Agency | None
    """The agency it comes from."""
    unread_dates: Sequence[str] = ()
    """As the feed gives them: nobody knows what they say."""


def byline(written: str, url: str = "") -> Author | None:
    """An author by name, which may be written as WordPress does, with references, or with markup around it, as of a link; None
    where nothing is written.

    An email address is nobody's to publish: neither as a name nor in the address of a page.
    """
    line = plain(written)
    line = name(beside_email(text(line) if "</" in line else line))
    page = web_url_or_empty(url)
    return (
        Author(slug=slug_of(line), name=line, url="" if holds_email(unquote(page[:_LONGEST_URL])) else page)
        if line
        else None
    )


def agency(title: str, *links: str) -> Agency | None:
    """A source by its title, or where it has none by its first address; None where it has neither."""
    url = next(filter(None, map(web_url_or_empty, links)), "")
    written = name(beside_email(plain(title))) or url
    return Agency(name=written, url=url) if written else None


def with_link(html: str, url: str) -> str:
    """The text of an entry, and the page elsewhere that it is about, or on, unless it leads there itself."""
    written = escape(url)
    return html if not url or url in html or written in html else f'{html}<p><a href="{written}">{written}</a></p>'


def check_size(source: ImportFile) -> None:
    """Raises ImportRefused for a feed that is too large to be held."""
    if source.size > LARGEST:
        raise ImportRefused(f"larger than {LARGEST // 1024**2} MiB, the most that a feed may be")


def check_count(entries: int) -> None:
    """Raises ImportRefused for a feed of more entries than any has."""
    if entries > ENTRIES:
        raise ImportRefused(f"it has more than {ENTRIES:,} entries: import it in parts")


def records(entries: Iterable[Entry], desk: Desk, source: ImportSource) -> Iterator[ArticleRecord]:
    """Every entry that can be kept, as an article; the report names the others."""
    with closing(Seen()) as guids:
        for number, entry in enumerate(entries, 1):
            guid = xml_safe(entry.guid).strip() or entry.link
            if not guid:
                why = "it has no id and no link"
            elif is_long(guid):
                why = f"its id is longer than {LONGEST_KEY:,} bytes"
            elif not guids.first(guid):
                why = "another entry of the feed has its id"
            elif max(len(entry.body), len(entry.summary)) > LARGEST_BODY:
                why = "it is too large"
            else:
                title = name(entry.headline) or f"entry {number}"
                if entry.unread_dates or (entry.published or entry.updated) is None:
                    _tell_undated(entry, title, desk)
                for script in scripts(entry.body):
                    desk.report.stripped.add(script, title)
                yield _record(entry, guid, desk, source)
                continue
            desk.report.refused.add(name(entry.headline) or f"entry {number}", why)


def _tell_undated(entry: Entry, title: str, desk: Desk) -> None:
    if not entry.unread_dates:
        desk.report.cut.add(title, "it has no date there: that of its first import stands for it")
        return
    written = ", ".join(f"'{shorten(one_line(date)[:_LONGEST_DATE], 9)}'" for date in entry.unread_dates)
    if entry.published is not None:
        why = "kept without the date of its change, which cannot be read"
    else:
        instead = "of its change" if entry.updated is not None else "of its first import"
        why = f"kept without its date, which cannot be read: that {instead} stands for it"
    desk.report.cut.add(f"{title}, of {written}", why)


def _record(entry: Entry, guid: str, desk: Desk, source: ImportSource) -> ArticleRecord:
    sections, tags = _placed(entry.categories, desk.placement)
    article = _article(entry, guid, desk, sections, tags)
    return ArticleRecord(article=article, source=source, said=_said(entry, sections))


def _article(entry: Entry, guid: str, desk: Desk, sections: tuple[str, ...], tags: tuple[Tag, ...]) -> Article:
    body = sanitize_article(add_missing_paragraphs(entry.body), entry.link)
    if entry.base:
        body = sanitize_article(moved_html(body, entry.base))
    read = text(body)
    summary = xml_safe(entry.summary).strip()[:_LONGEST_TEXT]
    headline = name(entry.headline) or name(shorten(summary or read, _WORDS_OF_HEADLINE)) or _nameless(entry, guid)
    published = entry.published or entry.updated or desk.now
    return Article(
        guid=guid,
        slug=not_reserved(slug_of(headline), RESERVED_ARTICLE_SLUGS),
        day=published.astimezone(desk.zone).date(),
        headline=headline,
        summary="" if one_line(summary) == one_line(read) else summary,
        body_html=body,
        source=entry.source,
        image=entry.image,
        enclosures=tuple(entry.enclosures),
        sections=sections,
        authors=_authors(entry),
        tags=tags,
        language=foreign(entry.language, desk.language),
        rights=one_line(resolved(entry.rights[:_LONGEST_TEXT]))[:MAX_LINE],
        canonical_url=entry.link,
        status=ArticleStatus.PUBLISHED,
        published_at=published,
        updated_at=max(published, entry.updated) if entry.updated else None,
    )


def _nameless(entry: Entry, guid: str) -> str:
    return name(entry.link) or beside_email(name(guid)) or "Untitled"


def _authors(entry: Entry) -> tuple[Author, ...]:
    """Each once."""
    authors: dict[str, Author] = {}
    for author in entry.authors:
        authors.setdefault(author.slug, author)
    return tuple(authors.values())


def _placed(categories: Sequence[Sequence[str]], placement: Placement) -> tuple[tuple[str, ...], tuple[Tag, ...]]:
    """The sections that an entry goes to, and the tags that its other categories become."""
    tags: dict[str, Tag] = {}
    labelled = [[label for label in map(plain, names) if label] for names in categories]
    for labels in labelled:
        if labels and placement.path_of(labels) is None:
            tag = Tag(slug=slug_of(labels[0]), name=labels[0])
            tags.setdefault(tag.slug, tag)
    return placement.sections(labelled), tuple(tags.values())


def _said(entry: Entry, sections: Sequence[str]) -> dict[str, str | None]:
    """What the entry says in its own words: not what is made of it here, which another release may make otherwise."""
    said: dict[str, str | None] = dict.fromkeys(_UNSAID)
    said |= {"summary": entry.summary, "body_html": entry.body, "language": entry.language, "rights": entry.rights}
    if entry.headline.strip():
        said["headline"] = entry.headline
    said["published_at"] = entry.published.isoformat() if entry.published is not None else None
    if not sections:
        said["sections"] = None
    return said
