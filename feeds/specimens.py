"""Entries with all that an entry can have: what settings, or a new release, render otherwise is told by their bytes."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import blake2b

from feeds.clean.source_types import SCHEME
from feeds.document import FeedItem
from feeds.formats import PARTNER_FORMATS
from feeds.formats.base import Format
from feeds.kinds.base import Publication
from feeds.kinds.items import article_items, comment_items
from storage.model import (
    Article,
    ArticleStatus,
    Author,
    Comment,
    CommentedArticle,
    CommentEntry,
    CommentStatus,
    Enclosure,
    Image,
    Section,
    Source,
    Subject,
    Tag,
)

_AT = datetime(2023, 3, 22, 12, tzinfo=UTC)
_LATER = datetime(2023, 3, 23, 12, tzinfo=UTC)
_FULL = Article(
    id=1,
    guid="urn:uuid:00000000-0000-4000-8000-000000000001",
    slug="specimen",
    headline="A headline & more",
    summary="A summary.",
    body_html='<h2>Words</h2><p>Some <a href="/tag/words/">words</a>.</p><img src="/media/words.png" alt="Words">',
    dateline="Brussels, Belgium",
    source=Source(name="Xinhua", url="https://agency.example/"),
    image=Image(
        url="/media/photo.jpg",
        type="image/jpeg",
        length=1,
        width=2,
        height=3,
        alt="Alt",
        caption="Caption",
        credit="Credit",
    ),
    enclosures=tuple(
        Enclosure(url=f"/media/{name}", type=type, length=length)
        for name, type, length in (
            ("a.mp3", "audio/mpeg", 1),
            ("b.mp4", "video/mp4", 2),
            ("c.pdf", "application/pdf", 0),
        )
    ),
    sections=("world",),
    authors=(Author(slug="jane", name="Jane"), Author(slug="kofi", name="Kofi", url="https://kofi.example/")),
    tags=(Tag(slug="nato", name="NATO"),),
    language="x-specimen",
    rights="Rights",
    canonical_url="https://agency.example/first",
    digital_source_type=f"{SCHEME}trainedAlgorithmicMedia",
    credit_line="Credit",
    republish_until=_LATER,
    status=ArticleStatus.PUBLISHED,
    published_at=_AT,
    updated_at=_LATER,
    day=_AT.date(),
    correction="A correction.",
    corrected_at=_LATER,
    listed_comment_count=2,
)
_PHOTO_ALONE = replace(_FULL, id=3, enclosures=())
"""Its photo takes a file's place."""
_EPISODE = replace(
    _FULL,
    id=4,
    image=Image(url="/media/cover.jpg", type="image/jpeg", width=1400, height=1400),
    enclosures=(
        Enclosure(
            url="/media/d.m4a", type="audio/mp4", length=1, duration=2, episode=3, season=4, episode_type="bonus", explicit=True,
            transcript="/media/d.vtt", chapters="/media/d.json",
        ),
    ),
)  # fmt: skip
_BARE = Article(
    id=2, guid="2", slug="bare", headline="", body_html="<p>Words alone.</p>", status=ArticleStatus.PUBLISHED, published_at=_AT,
    day=_AT.date(), sections=(),
)  # fmt: skip
_SECTION = Section(path="world", title="World", created_at=_AT)
_COMMENTED = CommentedArticle(id=1, guid=_FULL.guid, path="/2023/03/22/specimen/", headline=_FULL.headline)
_REPLY, _PARENT = (
    Comment(
        id=id_, guid=f"urn:uuid:00000000-0000-4000-8000-00000000001{id_}", article_id=1, author_name="Miriam", author_email="",
        author_url="https://miriam.example/", body_html="<p>Quite so.</p>", status=CommentStatus.APPROVED, created_at=_AT,
    )
    for id_ in (2, 1)
)  # fmt: skip


def rendering_of(format: Format, publication: Publication, subject: Subject | None) -> str:
    """Six hexadecimal digits that are others when entries of a subject are rendered otherwise; of a feed without any, zeros.

    What reaches no bytes of an entry moves nothing: a new release has the digits of the one before.
    """
    if subject is None:
        return "0" * 6
    # Since when there is the newsroom is said by feeds, and by no entry.
    return _digits(format.extension, replace(publication, created_at=_AT), subject)


@lru_cache(maxsize=64)
def _digits(extension: str, publication: Publication, subject: Subject) -> str:
    digest = blake2b(f"{publication.language.casefold()} {publication.zone.key}".encode(), digest_size=3)
    for item in _entries(publication, subject):
        digest.update(PARTNER_FORMATS[extension].item(item))
    return digest.hexdigest()


def _entries(publication: Publication, subject: Subject) -> list[FeedItem]:
    if subject is Subject.ARTICLE:
        articles = (_FULL, _PHOTO_ALONE, _EPISODE, _BARE)
        return article_items(articles, sections=(_SECTION,), site_version=1, publication=publication)[0]
    replies = (CommentEntry(comment=_REPLY, article=_COMMENTED, parent=_PARENT),)
    return [
        item
        for alone in (True, False)
        for item in comment_items(replies, publication=publication, site_version=1, of_one_article=alone)[0]
    ]
