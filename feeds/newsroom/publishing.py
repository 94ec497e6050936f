"""What happens to an article or a section beyond one store call: defaults, dates, paths and edits that meet."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime, tzinfo
from typing import Protocol
from uuid import uuid4

from pydantic import BaseModel

from feeds.aside import aside
from feeds.clean.fields import read
from feeds.clean.text import one_line, slugify
from feeds.media_files import NO_FILES, MediaFiles
from feeds.newsroom.revising import ATTEMPTS, Stale, revise
from feeds.newsroom.submissions import (
    RESERVED_ARTICLE_SLUGS,
    RESERVED_SECTION_SLUGS,
    ArticleFields,
    ArticlePatch,
    NewArticle,
    NewSection,
    SectionPatch,
    SubmissionContext,
)
from feeds.newsroom.unchanged import Unchanged
from storage.clock import Clock
from storage.errors import Conflict, Invalid, NotFound
from storage.lifecycle import was_seen
from storage.model import Article, ArticleStatus, Once, Section
from storage.protocol import Articles, Sections


class Newsroom(Articles, Sections, Protocol):
    """What publishing asks of a store."""


async def create(
    store: Newsroom,
    data: Mapping[str, object],
    *,
    clock: Clock,
    zone: tzinfo,
    media: MediaFiles = NO_FILES,
    guid: str | None = None,
    once: Once[Article] | None = None,
) -> Article:
    """Keep a new article made of `NewArticle`'s fields. `zone`, the newsroom's, decides on its day. Files that it names
    are described by what they are, if `media` has them. `guid`: that of its address, which the fields may not contradict.

    Raises Invalid naming every wrong field, Conflict if the guid is taken, Repeated where `once` is known.
    """
    async with _naming_all(store, NewArticle, data, guid=guid):
        fields = await aside(read, NewArticle, data, SubmissionContext(guid=guid))
        blank = Article(guid=uuid4().urn, slug="", headline="")
        article = _edited(blank, fields, now=clock(), zone=zone)
        return await store.add_article(await _described(article, fields, media), once=once)


async def edit(
    store: Newsroom,
    article_id: int,
    data: Mapping[str, object],
    *,
    clock: Clock,
    zone: tzinfo,
    media: MediaFiles = NO_FILES,
    if_version: frozenset[int] | None = None,
) -> Article:
    """Change the fields of `ArticlePatch` that are there; nothing is written when nothing differs. Files as in `create`.

    `if_version`: the versions at which alone it may be changed; None for any.
    Raises NotFound, Stale, Invalid naming every wrong field, Conflict if the guid is taken or too many edits meet.
    """

    async def write(kept: Article) -> Article:
        async with _naming_all(store, ArticlePatch, data, kept):
            patch = await aside(read, ArticlePatch, data, SubmissionContext(article=kept))
            edited = _edited(kept, patch, now=clock(), zone=zone, significant=patch.significant)
            changed = await _described(edited, patch, media)
            return kept if changed == kept else await store.update_article(changed, if_version=kept.version)

    return await revise(lambda: store.get_article(article_id), write, if_version=if_version)


async def put(
    store: Newsroom,
    guid: str,
    data: Mapping[str, object],
    *,
    clock: Clock,
    zone: tzinfo,
    media: MediaFiles = NO_FILES,
    if_version: frozenset[int] | None = None,
    only_kept: bool = False,
    digest: bytes = b"",
    unchanged: Unchanged | None = None,
) -> tuple[Article, bool]:
    """Keep an article of this guid made of `NewArticle`'s fields: a new one, or in place of all that is kept of it; and whether it
    is new. The slug, the status and the publication's date stay where they are absent or null. Nothing is written when nothing
    differs. Files as in `create`.

    `if_version`: the versions at which alone it may be replaced; None for any. `only_kept`: no new one is wanted.
    `digest`: of the fields as they were sent, by which it is `unchanged` that they changed nothing before.
    Raises Stale, Invalid naming every wrong field, Conflict if too many edits meet, Unreadable.
    """
    named = one_line(guid)
    data = data if data.get("guid") is not None else {**data, "guid": guid}

    async def write(kept: Article) -> Article:
        same = unchanged.find(named, digest, kept) if unchanged else None
        if same is not None and await _with_files(same, media) == kept:
            return kept
        async with _naming_all(store, NewArticle, data, kept, named):
            fields = await aside(read, NewArticle, data, SubmissionContext(article=kept, guid=named))
            edited = _edited(kept, fields, now=clock(), zone=zone, whole=True)
            changed = await _described(edited, fields, media)
            if changed != kept:
                return await store.update_article(changed, if_version=kept.version)
            if unchanged:
                unchanged.note(named, digest, edited, kept)
            return kept

    for attempt in range(1, ATTEMPTS + 1):
        try:
            return await revise(lambda: store.find_article(named), write, if_version=if_version), False
        except NotFound:
            if only_kept or if_version is not None:
                raise Stale("There is no article of this guid; read it again") from None
        try:
            return await create(store, data, clock=clock, zone=zone, media=media, guid=named), True
        except Conflict:
            # Where another of this guid came first it is replaced.
            if attempt == ATTEMPTS:
                raise
    raise AssertionError("the last attempt returns or raises")


async def withdraw(
    store: Articles, article_id: int, *, note: str = "", if_version: frozenset[int] | None = None
) -> Article:
    """Take an article from readers for good, with a line more in its editorial note; one that is withdrawn already stays as it is.

    Raises NotFound, Stale, Conflict.
    """

    async def write(kept: Article) -> Article:
        if kept.status is ArticleStatus.WITHDRAWN:
            return kept
        noted = "\n".join(line for line in (kept.editorial_note, note) if line)
        changed = replace(kept, status=ArticleStatus.WITHDRAWN, editorial_note=noted)
        return await store.update_article(changed, if_version=kept.version)

    return await revise(lambda: store.get_article(article_id), write, if_version=if_version)


async def create_section(
    store: Newsroom, data: Mapping[str, object], *, clock: Clock, once: Once[Section] | None = None
) -> Section:
    """Keep a new section made of `NewSection`'s fields. Raises Invalid, Conflict if its path is or was taken, Repeated where `once`
    is known.
    """
    async with _naming_all(store, NewSection, data):
        fields = await aside(read, NewSection, data, SubmissionContext())
        slug = fields.slug or _made_slug(fields.title, RESERVED_SECTION_SLUGS, fallback="section")
        return await store.add_section(
            Section(
                path=f"{fields.parent}/{slug}" if fields.parent else slug,
                title=fields.title,
                description=fields.description or "",
                created_at=clock(),
            ),
            once=once,
        )


async def edit_section(store: Newsroom, path: str, data: Mapping[str, object]) -> Section:
    """Change the fields of `SectionPatch` that are there. Raises NotFound, Invalid."""
    kept = await find_section(store, path)
    patch = await aside(read, SectionPatch, data)
    changed = replace(kept, **patch.model_dump(exclude_unset=True))
    return kept if changed == kept else await store.update_section(changed)


async def find_section(store: Newsroom, path: str) -> Section:
    """Raises NotFound."""
    for section in await store.get_sections():
        if section.path == path:
            return section
    raise NotFound("There is no such section")


@asynccontextmanager
async def _naming_all(
    store: Newsroom,
    model: type[BaseModel],
    data: Mapping[str, object],
    article: Article | None = None,
    guid: str | None = None,
) -> AsyncIterator[None]:
    """A write finds out by itself whether there are the sections that fields name, and so these are read once. What is wrong with
    other fields is found before it: where anything is, all sections are read, so that every wrong field is named.
    """
    try:
        yield
    except Invalid:
        sections = frozenset(section.path for section in await store.get_sections())
        await aside(read, model, data, SubmissionContext(sections=sections, article=article, guid=guid))
        raise


def _edited(
    kept: Article,
    fields: ArticleFields,
    *,
    now: datetime,
    zone: tzinfo,
    significant: bool = False,
    whole: bool = False,
) -> Article:
    article = replace(kept, **fields.changes(kept, whole=whole))
    published_at = article.published_at
    if published_at is None and article.status is ArticleStatus.PUBLISHED:
        published_at = now
    return replace(
        article,
        slug=article.slug or _made_slug(article.headline, RESERVED_ARTICLE_SLUGS, fallback="article"),
        published_at=published_at,
        day=_day(kept, published_at, zone),
        corrected_at=_corrected_at(kept, article, now),
        updated_at=_updated_at(kept, published_at, now if significant else None),
    )


async def _described(article: Article, fields: ArticleFields, media: MediaFiles) -> Article:
    # What is not sent is not looked at: a file that has changed since is no edit of the article.
    return article if fields.model_fields_set.isdisjoint({"image", "enclosures"}) else await _with_files(article, media)


async def _with_files(article: Article, media: MediaFiles) -> Article:
    return await aside(media.described, article) if article.image or article.enclosures else article


def _made_slug(words: str, reserved: frozenset[str], *, fallback: str) -> str:
    slug = slugify(words) or fallback
    # Nobody asked for the reserved word: it is numbered, as an imported one is.
    return f"{slug}-2" if slug in reserved else slug


def _day(kept: Article, published_at: datetime | None, zone: tzinfo) -> date | None:
    if published_at is None:
        # What readers have seen has a path that leads to it for ever.
        return kept.day if was_seen(kept) else None
    # An edit does not move an article because the newsroom has moved to another zone since.
    if published_at == kept.published_at:
        return kept.day
    return published_at.astimezone(zone).date()


def _corrected_at(kept: Article, article: Article, now: datetime) -> datetime | None:
    if not article.correction:
        return None
    return kept.corrected_at if article.correction == kept.correction else now


def _updated_at(kept: Article, published_at: datetime | None, significant_at: datetime | None) -> datetime | None:
    """RFC 4287, 4.2.15: the publication, then each edit that the newsroom calls significant."""
    if not was_seen(kept):
        return published_at
    moments = (kept.updated_at, published_at, significant_at)
    return max((moment for moment in moments if moment is not None), default=None)
