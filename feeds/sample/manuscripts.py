"""The sample edition as it is written, before it has dates: one text file per article, `newsroom.toml` for the rest.

An article's file is TOML between two lines of '+++', then its body in HTML; its name is the slug. In the TOML,
`ago` is a table of timedelta's arguments: how long before the load it was published (negative = scheduled,
absent = no date). `updated` and a comment's `after` count from the publication in the same way. A comment's
`reply_to` is the number of an earlier one, from 1. `also` names further sections.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files
from typing import Any
from uuid import UUID, uuid5

from feeds.clean.html import sanitize_article, sanitize_comment
from feeds.clean.text import slugify
from feeds.paths import MEDIA
from feeds.sample import pictures, sound
from storage.model import Article, ArticleStatus, Author, CommentStatus, Enclosure, Image, Source, Tag

MEDIA_FOLDER = "sample"
"""Below the media folder."""

_NAMESPACE = UUID("7d9f2c1e-53ab-4c0e-9b0e-0d5a7e6f4b21")
"""Guids are made from slugs under it: the same article has the same guid wherever it is loaded."""

Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleReply:
    """A comment without its date. `reply_to` is the place of an earlier one in the thread, from 0."""

    guid: str
    name: str
    email: str
    body_html: str
    status: CommentStatus
    reply_to: int | None
    after: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Manuscript:
    """An article without its dates and its id."""

    article: Article
    ago: timedelta | None
    """None for what has no date."""
    updated: timedelta | None
    """The correction's time too, where it has one."""
    thread: tuple[SampleReply, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionPlan:
    path: str
    title: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manuscripts:
    sections: tuple[SectionPlan, ...]
    """Parents first."""
    articles: tuple[Manuscript, ...]
    """The oldest first, those without a date last."""
    media: Mapping[str, bytes]
    """Pictures and sounds by file name, as they stand in MEDIA_FOLDER."""


def read_manuscripts() -> Manuscripts:
    """Read the files of this package, and draw their pictures."""
    folder = files(__package__)
    newsroom = tomllib.loads(folder.joinpath("newsroom.toml").read_text("utf-8"))
    media: dict[str, bytes] = {}
    articles = [
        _manuscript(file.name.removesuffix(".html"), file.read_text("utf-8"), newsroom["agencies"], media)
        for file in folder.joinpath("articles").iterdir()
        if file.name.endswith(".html")
    ]
    articles.sort(key=lambda text: (text.ago is None, -(text.ago or timedelta()), text.article.slug))
    sections = tuple(SectionPlan(**section) for section in newsroom["sections"])
    return Manuscripts(sections=sections, articles=tuple(articles), media=media)


def sample_guids() -> frozenset[str]:
    """Those of the edition's articles, without reading these."""
    articles = files(__package__).joinpath("articles").iterdir()
    return frozenset(_guid(file.name.removesuffix(".html")) for file in articles if file.name.endswith(".html"))


def _manuscript(slug: str, text: str, agencies: Mapping[str, str], media: dict[str, bytes]) -> Manuscript:
    _, front_matter, body = text.split("+++\n", 2)
    front = tomllib.loads(front_matter)
    agency = front.get("agency")
    article = Article(
        guid=_guid(slug),
        slug=slug,
        headline=front["headline"],
        summary=front["summary"],
        body_html=sanitize_article(body),
        dateline=front.get("dateline", ""),
        source=Source(name=agency, url=agencies[agency]) if agency else None,
        image=_image(slug, front["image"], media) if "image" in front else None,
        enclosures=_enclosures(slug, media) if front.get("sound") else (),
        sections=(front["section"], *front.get("also", ())),
        authors=tuple(Author(slug=slugify(name), name=name) for name in front["authors"]),
        tags=tuple(Tag(slug=slugify(name), name=name) for name in front["tags"]),
        language=front.get("language", "en"),
        status=ArticleStatus(front.get("status", "published")),
        comments_open=front.get("comments_open", True),
        editorial_note=front.get("note", ""),
        correction=front.get("correction", ""),
    )
    return Manuscript(
        article=article,
        ago=timedelta(**front["ago"]) if "ago" in front else None,
        updated=timedelta(**front["updated"]) if "updated" in front else None,
        thread=tuple(_reply(slug, number, table) for number, table in enumerate(front.get("comments", ()), 1)),
    )


def _reply(slug: str, number: int, table: Table) -> SampleReply:
    return SampleReply(
        guid=_guid(f"{slug}#{number}"),
        name=table["name"],
        email=f"{uuid5(_NAMESPACE, table['name']).hex[:12]}@readers.example",
        body_html=sanitize_comment(f"<p>{table['text']}</p>"),
        status=CommentStatus(table.get("status", "approved")),
        reply_to=table["reply_to"] - 1 if "reply_to" in table else None,
        after=timedelta(**table["after"]),
    )


def _guid(name: str) -> str:
    return uuid5(_NAMESPACE, name).urn


def _image(slug: str, table: Table, media: dict[str, bytes]) -> Image:
    name = f"{slug}.png"
    media[name] = pictures.draw(table["scene"], table["palette"], slug)
    return Image(
        url=f"{MEDIA}{MEDIA_FOLDER}/{name}",
        type="image/png",
        length=len(media[name]),
        width=pictures.WIDTH,
        height=pictures.HEIGHT,
        alt=table["alt"],
        caption=table["caption"],
        credit=table["credit"],
    )


def _enclosures(slug: str, media: dict[str, bytes]) -> tuple[Enclosure, ...]:
    name = f"{slug}.wav"
    media[name] = sound.chime(slug)
    return (Enclosure(url=f"{MEDIA}{MEDIA_FOLDER}/{name}", type="audio/wav", length=len(media[name])),)
