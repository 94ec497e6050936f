"""The lines of our own export: which fields they hold, in which order, and what may be in them.

A value that the store could hold comes back as it was; whatever else a file says is refused or made safe.
"""

from datetime import date, timedelta
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from feeds.clean.fields import Count, Fields, Id, Instant, Language, OptionalMediaType, SourceType
from feeds.clean.html import MAX_DEPTH, sanitize_article, sanitize_comment, too_deep
from feeds.clean.text import one_line, xml_safe
from feeds.importers.slugs import may_be_slug
from feeds.newsroom.ban_targets import ban_in_words
from feeds.newsroom.standing import page_path
from feeds.newsroom.submissions import RESERVED_ARTICLE_SLUGS, RESERVED_SECTION_SLUGS
from feeds.wordpress.permalinks import Permalinks
from storage.errors import Invalid
from storage.model import ArticleStatus, Ban, BanKind, CommentStatus, PageStatus, list_at

FORMAT = "dateline"
VERSION = 1


def _one_line(text: str) -> str:
    line = one_line(text)
    if not line:
        raise ValueError("is empty")
    return line


def _slug(text: str) -> str:
    if not may_be_slug(text):
        raise ValueError("cannot be part of a path")
    return text


def _article_slug(text: str) -> str:
    if text in RESERVED_ARTICLE_SLUGS:
        raise ValueError("is kept for the addresses of feeds")
    return _slug(text)


def _section_path(text: str) -> str:
    if any(not may_be_slug(part) or part in RESERVED_SECTION_SLUGS for part in text.split("/")):
        raise ValueError("cannot be the path of a section")
    return text


def _url(text: str) -> str:
    url = xml_safe(text)
    if url and not url.startswith(("http://", "https://")) and (not url.startswith("/") or url.startswith("//")):
        raise ValueError("is no http or https address, nor a path on this site")
    return url


def _old_path(text: str) -> str:
    path = xml_safe(text)
    if not path.startswith("/") or path == "/":
        raise ValueError("is no path")
    return path


def _site_path(text: str) -> str:
    return _old_path(text).rstrip("/") if text else ""


def _structure(text: str) -> str:
    return Permalinks.parse(text).structure if text else ""


def _alias_page(text: str) -> str:
    page = xml_safe(text)
    if kind_and_name := list_at(page):
        kind, name = kind_and_name
        if not all(map(may_be_slug, name.split("/") if kind == "section" else [name])):
            raise ValueError("is not the page of a section, a tag or an author")
    if page != one_line(page) or not page.startswith(("/", "http://", "https://")) or page.startswith("//"):
        raise ValueError("is no path of this site, and no absolute http or https URL")
    return page


def _page_path(text: str) -> str:
    if page_path(text) != text:
        raise ValueError("is not the path of a page, as /about/team/ is")
    return text


def _shallow(html: str) -> str:
    if too_deep(html):
        raise ValueError(f"has more than {MAX_DEPTH} elements within each other")
    return html


Line = Annotated[str, AfterValidator(one_line)]
Name = Annotated[str, AfterValidator(_one_line)]
Text = Annotated[str, AfterValidator(xml_safe)]
Slug = Annotated[str, AfterValidator(_slug)]
Url = Annotated[str, AfterValidator(_url)]
OldPath = Annotated[str, Field(max_length=2_000), AfterValidator(_old_path)]
SitePath = Annotated[str, Field(max_length=2_000), AfterValidator(_site_path)]
Structure = Annotated[str, AfterValidator(_structure)]
AliasPage = Annotated[str, Field(max_length=2_000), AfterValidator(_alias_page)]
PagePath = Annotated[str, Field(max_length=2_000), AfterValidator(_page_path)]
SectionPath = Annotated[str, Field(max_length=2_000), AfterValidator(_section_path)]
Body = Annotated[str, AfterValidator(_shallow), AfterValidator(sanitize_article)]
CommentBody = Annotated[str, AfterValidator(_shallow), AfterValidator(sanitize_comment)]


Digests = Annotated[str, Field(max_length=2_000, pattern=r"^[A-Za-z0-9+/.]*$")]


class HeaderLine(Fields):
    """The first line."""

    format: Literal["dateline"]
    version: Literal[1]
    private: bool
    """Whether it holds what readers may not see."""


class SectionFields(Fields):
    path: SectionPath
    title: Name
    description: Text = ""
    created_at: Instant


class AliasFields(Fields):
    """A path that leads elsewhere."""

    path: OldPath
    page: AliasPage


class StandingFields(Fields):
    path: PagePath
    title: Name
    body_html: Body = ""
    status: PageStatus
    created_at: Instant | None = None
    modified_at: Instant | None = None
    published_at: Instant | None = None


class FormerSiteFields(Fields):
    """A site that the newsroom had before."""

    address: Name
    path: SitePath = ""
    permalinks: Structure = ""
    category_base: Line = ""
    tag_base: Line = ""
    author_base: Line = ""


class BanFields(Fields):
    """A reader whose replies are taken no more."""

    kind: BanKind
    value: Annotated[Name, Field(repr=False)]
    note: Line = ""
    by: Name
    created_at: Instant
    ends_at: Instant | None = None

    @model_validator(mode="after")
    def _of_something(self) -> Self:
        self.ban()
        return self

    def ban(self) -> Ban:
        """Raises ValueError where the value is nothing of this kind."""
        try:
            key, shown = ban_in_words(self.kind, self.value)
        except Invalid as error:
            raise ValueError("; ".join(error.fields.values())) from None
        return Ban(
            kind=self.kind,
            key=key,
            shown=shown,
            note=self.note,
            by=self.by,
            created_at=self.created_at,
            ends_at=self.ends_at,
        )


class AuthorFields(Fields):
    slug: Slug
    name: Name
    url: Url = ""
    about: Line = ""


class TagFields(Fields):
    slug: Slug
    name: Name


class SourceFields(Fields):
    name: Name
    url: Url = ""


class ImageFields(Fields):
    url: Annotated[Url, Field(min_length=1)]
    type: OptionalMediaType = ""
    length: Count = 0
    width: Count = 0
    height: Count = 0
    alt: Text = ""
    caption: Text = ""
    credit: Text = ""


class EnclosureFields(Fields):
    url: Annotated[Url, Field(min_length=1)]
    type: Text
    length: Count = 0
    duration: Count = 0
    episode: Count = 0
    season: Count = 0
    episode_type: Literal["", "full", "trailer", "bonus"] = ""
    explicit: bool = False
    transcript: Url = ""
    chapters: Url = ""


class ArticleFields(Fields):
    id: Id
    guid: Annotated[Text, Field(min_length=1)]
    slug: Annotated[str, AfterValidator(_article_slug)]
    day: date | None = None
    headline: Line
    summary: Text = ""
    body_html: Body = ""
    dateline: Text = ""
    source: SourceFields | None = None
    image: ImageFields | None = None
    enclosures: tuple[EnclosureFields, ...] = ()
    sections: tuple[SectionPath, ...] = ()
    authors: tuple[AuthorFields, ...] = ()
    tags: tuple[TagFields, ...] = ()
    language: Language = ""
    rights: Text = ""
    canonical_url: Url = ""
    digital_source_type: SourceType = ""
    credit_line: Text = ""
    republish_until: Instant | None = None
    status: ArticleStatus
    published_at: Instant | None = None
    embargoed_until: Instant | None = None
    updated_at: Instant | None = None
    comments_open: bool = True
    editorial_note: Text = ""
    correction: Text = ""
    corrected_at: Instant | None = None
    edited_at: Instant | None = None
    gone_at: Instant | None = None
    arrived_at: Instant | None = None
    created_at: Instant | None = None
    modified_at: Instant | None = None

    @model_validator(mode="after")
    def _dated(self) -> Self:
        # What was public once keeps the day in its path, whatever becomes of its date.
        if (self.day is None) != (self.published_at is None) and not (self.day and self.gone_at):
            raise ValueError("day and published_at come together")
        if self.day and self.published_at and abs(self.day - self.published_at.date()) > timedelta(days=1):
            raise ValueError("day is not the day of published_at, in any time zone")
        if (self.correction == "") != (self.corrected_at is None):
            raise ValueError("correction and corrected_at come together")
        if self.status is ArticleStatus.PUBLISHED and self.published_at is None:
            raise ValueError("what is published has a published_at")
        return self


class CommentFields(Fields):
    id: Id
    guid: Annotated[Text, Field(min_length=1)]
    parent_id: Id | None = None
    author_name: Name
    author_email: Annotated[Line, Field(repr=False)] = ""
    author_url: Url = ""
    body_html: CommentBody
    status: CommentStatus
    created_at: Instant
    updated_at: Instant | None = None
    ip_hash: Annotated[Line, Field(repr=False)] = ""
    network_hash: Annotated[Line, Field(repr=False)] = ""
    held_why: Text = ""
    newsroom: bool = False
    gone_at: Instant | None = None


class ImportSourceFields(Fields):
    """A feed, or a site's export, that articles were imported from; without a name: one that an earlier release did not note."""

    names: tuple[Line, ...] = ()
    site: Line = ""
    whole: bool = False
    address: Line = ""


class ImportedFields(Fields):
    """What a source called it, and digests of what it said and of what was kept."""

    source: ImportSourceFields
    guid: Annotated[Text, Field(min_length=1)]
    said: Digests = ""
    kept: Digests = ""


class SectionLine(Fields):
    section: SectionFields


class AliasLine(Fields):
    alias: AliasFields


class FormerSiteLine(Fields):
    former_site: FormerSiteFields


class BanLine(Fields):
    ban: BanFields


class FrontFields(Fields):
    """What stands in the navigation, and what the front page begins with."""

    navigation: tuple[SectionPath, ...] = ()
    pinned: tuple[Text, ...] = ()


class FrontLine(Fields):
    front: FrontFields


class PageLine(Fields):
    page: StandingFields
    old_paths: tuple[OldPath, ...] = ()
    origin: Text = ""
    digest: Text = ""


class ArticleLine(Fields):
    article: ArticleFields
    comments: tuple[CommentFields, ...] = ()
    old_paths: tuple[OldPath, ...] = ()
    imported: tuple[ImportedFields, ...] | None = None
    """From where it came; None in the export of an earlier release, which did not tell."""
    imported_comments: tuple[ImportedFields, ...] = ()
