"""What an article or a section may be made of, as it is submitted. Reading it cleans it and names all that is wrong.

A field that is absent says nothing; null empties one that may be empty.
"""

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, ConfigDict, Field, ValidationInfo

from feeds.clean.fields import (
    Count,
    Fields,
    FileUrl,
    Instant,
    Language,
    Line,
    MediaType,
    OptionalFileUrl,
    OptionalMediaType,
    SourceType,
    Text,
    WebUrl,
    Words,
)
from feeds.clean.html import MAX_DEPTH, sanitize_article, too_deep
from feeds.clean.text import SLUG_LENGTH, one_line, slugify
from storage.lifecycle import was_seen
from storage.model import Article, ArticleStatus, Author, Enclosure, Image, Source, Tag

T = TypeVar("T", Author, Tag)

MAX_SECTIONS, MAX_AUTHORS, MAX_ENCLOSURES, MAX_TAGS = 50, 100, 100, 200
"""Of one article; of what is imported, the first so many are kept."""

RESERVED_ARTICLE_SLUGS = frozenset({"comments", "feed"})
RESERVED_SECTION_SLUGS = frozenset({"comments", "feed", "page"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionContext:
    """What the store knows that decides whether fields are right."""

    sections: frozenset[str] | None = None
    """Paths of all sections; None leaves it to the store whether there are those that are named."""
    article: Article | None = None
    """The article as it is kept; None for a new one."""
    guid: str | None = None
    """The one that the address names, which the fields may not contradict; None where it names none."""


def slug_of(name: str) -> str:
    """A slug for any name that can be read; a name of signs alone, such as an emoji, gets their code points."""
    return slugify(name) or "-".join(f"{ord(char):x}" for char in name.split()[0])[:SLUG_LENGTH].rstrip("-")


def _slug(text: str) -> str:
    slug = slugify(one_line(text))
    if not slug:
        raise ValueError("Write at least one letter or digit")
    return slug


def _unreserved(slug: str, reserved: frozenset[str]) -> str:
    if slug in reserved:
        raise ValueError("This word is kept for the addresses of feeds and lists")
    return slug


def _known(info: ValidationInfo) -> SubmissionContext:
    assert isinstance(info.context, SubmissionContext), "read with what the store knows"
    return info.context


def _known_section(text: str, info: ValidationInfo) -> str:
    path, sections = one_line(text).strip("/"), _known(info).sections
    if sections is not None and path not in sections:
        raise ValueError("There is no such section")
    return path


def _steady_guid(text: str, info: ValidationInfo) -> str:
    guid, article, named = one_line(text), _known(info).article, _known(info).guid
    if not guid:
        raise ValueError("Write something that can be read")
    if named is not None and guid != named:
        raise ValueError("The address names another: leave it out here")
    if article is not None and was_seen(article) and guid != article.guid:
        raise ValueError("An identifier is forever once readers have seen it")
    return guid


def _body(html: str) -> str:
    if too_deep(html):
        raise ValueError(f"The HTML has more than {MAX_DEPTH} elements within each other")
    return sanitize_article(html)


Guid = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_steady_guid)]
Slug = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_slug)]
ArticleSlug = Annotated[Slug, AfterValidator(partial(_unreserved, reserved=RESERVED_ARTICLE_SLUGS))]
SectionSlug = Annotated[Slug, AfterValidator(partial(_unreserved, reserved=RESERVED_SECTION_SLUGS))]
SectionPath = Annotated[str, Field(max_length=2_000), AfterValidator(_known_section)]
Body = Annotated[str, AfterValidator(_body)]


class AuthorFields(Fields):
    name: Words
    slug: Slug | None = None
    """Identifies the author; made from the name when absent."""
    url: WebUrl = ""
    """The author's own page elsewhere."""


class SourceFields(Fields):
    name: Words
    url: WebUrl = ""


class ImageFields(Fields):
    url: FileUrl
    type: OptionalMediaType = ""
    length: Count = 0
    """In bytes; 0 = unknown."""
    width: Count = 0
    """In pixels; 0 = unknown."""
    height: Count = 0
    """In pixels; 0 = unknown."""
    alt: Line = ""
    caption: Line = ""
    credit: Line = ""


class EnclosureFields(Fields):
    url: FileUrl
    type: MediaType
    length: Count = 0
    """In bytes; 0 = unknown."""
    duration: Count = 0
    """Of sound or film, in seconds; 0 = unknown."""
    episode: Count = 0
    """Its number in a podcast; 0 = it has none."""
    season: Count = 0
    """The number of its season; 0 = it has none."""
    episode_type: Literal["", "full", "trailer", "bonus"] = ""
    explicit: bool = False
    """It is not for children."""
    transcript: OptionalFileUrl = ""
    """Where its words are."""
    chapters: OptionalFileUrl = ""
    """Where its chapters are, as a file of JSON Chapters."""


class ArticleFields(Fields):
    slug: ArticleSlug | None = None
    """The last part of its path; made from the headline when absent or null."""
    section: SectionPath | None = None
    """Path of the section it sits in, as in `world/africa`; the first of the further ones when there is none."""
    sections: Annotated[list[SectionPath], Field(max_length=MAX_SECTIONS)] | None = None
    """Paths of further sections."""
    summary: Text = ""
    """Plain text."""
    body_html: Annotated[Body | None, AfterValidator(lambda html: html or "")] = ""
    """HTML. Scripts, styles, forms and handlers are taken out; frames and other embeds become links or pictures (with `class`
    "embed"), pictures that are loaded late plain ones; of ids those stay that the body itself links to."""
    authors: Annotated[list[AuthorFields], Field(max_length=MAX_AUTHORS)] | None = None
    dateline: Line = ""
    """The place it was filed from."""
    source: SourceFields | None = None
    """The agency it comes from."""
    image: ImageFields | None = None
    enclosures: Annotated[list[EnclosureFields], Field(max_length=MAX_ENCLOSURES)] | None = None
    tags: Annotated[list[Words], Field(max_length=MAX_TAGS)] | None = None
    """Their names."""
    language: Language = ""
    """Where it differs from the site's (RFC 5646)."""
    rights: Line = ""
    canonical_url: WebUrl = ""
    """Where it was published first."""
    digital_source_type: SourceType = ""
    """By what it was made, such as a language model: a term of IPTC's NewsCodes `digitalsourcetype`, or its URI."""
    credit_line: Line = ""
    """What whoever republishes it must print with it."""
    republish_until: Instant | None = None
    """Whoever republishes it may do so until then."""
    guid: Guid | None = None
    """Identifies the article forever; a `urn:uuid:` is made when absent."""
    published_at: Instant | None = None
    """Now, when absent or null in a published article; still to come = scheduled. Null in any other: no date."""
    embargoed_until: Instant | None = None
    """Readers do not see it before."""
    status: Annotated[ArticleStatus, Field(strict=False)] = ArticleStatus.DRAFT
    comments_open: bool = True
    editorial_note: Text = ""
    """Never shown to readers."""
    correction: Text = ""
    """Plain text that tells readers what was wrong: shown with its date under the article, on its page and in feeds."""

    def changes(self, kept: Article, *, whole: bool = False) -> dict[str, Any]:
        """The fields of the article that were sent, as it keeps them. `whole`: of all others the defaults, but for those that stay
        where they are absent or null.
        """
        sent = self.model_fields_set
        if whole:
            said = {name for name in sent if getattr(self, name) is not None}
            sent = set(type(self).model_fields) - (_STAYING - said)
        changes = {name: getattr(self, name) for name in sent & _KEPT_AS_SENT}
        if self.guid is not None:
            changes["guid"] = self.guid
        if "slug" in sent:
            changes["slug"] = self.slug or ""
        if sent & {"section", "sections"}:
            home = [self.section] if "section" in sent else kept.sections[:1]
            further = self.sections or [] if "sections" in sent else kept.sections[1:]
            changes["sections"] = tuple(dict.fromkeys(path for path in [*home, *further] if path))
        if "source" in sent:
            changes["source"] = Source(**self.source.model_dump()) if self.source else None
        if "image" in sent:
            changes["image"] = Image(**self.image.model_dump()) if self.image else None
        if "enclosures" in sent:
            changes["enclosures"] = tuple(Enclosure(**file.model_dump()) for file in self.enclosures or ())
        if "authors" in sent:
            authors = [
                Author(slug=author.slug or slug_of(author.name), name=author.name, url=author.url or "")
                for author in self.authors or ()
            ]
            changes["authors"] = _first_of_each_slug(authors)
        if "tags" in sent:
            changes["tags"] = _first_of_each_slug([Tag(slug=slug_of(name), name=name) for name in self.tags or ()])
        return changes


_KEPT_AS_SENT = {
    "headline", "summary", "body_html", "dateline", "language", "rights", "canonical_url",
    "digital_source_type", "credit_line", "republish_until",
    "published_at", "embargoed_until", "status", "comments_open", "editorial_note",
    "correction",
}  # fmt: skip
_STAYING = {"slug", "published_at", "status"}
"""Of an article that is replaced: it goes on being found where it is, in public or not, with its date."""


def without_defaults(schema: dict[str, Any]) -> None:
    """What is absent from a patch stays as it is."""
    for field in schema["properties"].values():
        field.pop("default", None)


class NewArticle(ArticleFields):
    headline: Words


class ArticlePatch(ArticleFields):
    model_config = ConfigDict(json_schema_extra=without_defaults)

    headline: Words = ""
    significant: bool = False
    """Moves the entry's `updated`, so that readers see it again. An argument, not a field: it is not kept."""


class NewSection(Fields):
    slug: SectionSlug | None = None
    """The last part of its path; made from the title when absent."""
    title: Words
    parent: SectionPath | None = None
    """Path of the section it lies in; absent at the root."""
    description: Text = ""


class SectionPatch(Fields):
    model_config = ConfigDict(json_schema_extra=without_defaults)

    title: Words = ""
    description: Text = ""


def _first_of_each_slug(values: list[T]) -> tuple[T, ...]:
    folded: dict[str, T] = {}
    for value in values:
        folded.setdefault(value.slug, value)
    return tuple(folded.values())
