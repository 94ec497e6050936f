"""A WordPress post as an article."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from feeds.clean.text import slugify
from feeds.importers.base import Desk
from feeds.importers.markup import plain, said_of_html, text, title
from feeds.importers.media import upload_url
from feeds.importers.seen import Seen
from feeds.importers.slugs import decoded_slug, not_reserved
from feeds.importers.values import foreign, instant, number, web_url_or_empty
from feeds.importers.wxr.attachments import Attachment, Attachments
from feeds.importers.wxr.body import Bodies
from feeds.importers.wxr.comments import thread
from feeds.importers.wxr.site import Site
from feeds.importers.wxr.values import meta, path_of, terms
from feeds.importers.wxr.xmltree import Node
from feeds.media_types import is_picture, media_type
from feeds.newsroom.submissions import RESERVED_ARTICLE_SLUGS
from storage.model import Article, ArticleRecord, ArticleStatus, Author, Enclosure, Image, Tag

_PUBLIC = frozenset({"publish", "future"})
_UNDATED = frozenset({"draft", "pending"})
_UNSAID = ("correction", "dateline", "embargoed_until")
"""Fields of which WordPress says nothing."""
_PRIMARY = ("_yoast_wpseo_primary_category", "rank_math_primary_category")
"""Where the two plugins that let an editor choose keep the term id of the category an article sits in."""


@dataclass(frozen=True, slots=True)
class Articles:
    """Makes articles of the items of one export."""

    site: Site
    desk: Desk
    attachments: Attachments
    guids: Seen
    """Those given so far."""
    bodies: Bodies

    def record(self, item: Node) -> ArticleRecord | None:
        """The article with its thread, or None for one refused, which the report then names."""
        article_id = number(item.get("wp:post_id"))
        guid = self._guid(item, article_id)
        if guid is None:
            self.desk.report.refused.add(self.name(item), "it has no guid of its own, and no id")
            return None
        article = self._article(item, article_id, guid)
        return ArticleRecord(
            article=article,
            comments=thread(item, guid=guid, zone=self.desk.zone),
            old_paths=_old_paths(item, article),
            source=self.site.source,
            said={**dict.fromkeys(_UNSAID), "body_html": said_of_html(item.get("content:encoded"), article.body_html)},
            all_comments=True,
        )

    def trashed(self, item: Node, status: str) -> ArticleRecord | None:
        """A post in the trash: if it is here, it is withdrawn, and nothing else of it changes. None for one without a guid."""
        article_id = number(item.get("wp:post_id"))
        guid = self._guid(item, article_id)
        if guid is None:
            return None
        article = Article(
            id=article_id,
            guid=guid,
            slug=f"article-{article_id}",
            headline=self.name(item),
            status=ArticleStatus.WITHDRAWN,
            updated_at=_dates(item, self.desk.zone).updated,
        )
        unsaid = dict.fromkeys(field.name for field in fields(Article) if field.name != "status")
        return ArticleRecord(article=article, source=self.site.source, said=unsaid, left_out=status)

    def name(self, item: Node) -> str:
        """What a person calls it."""
        return title(item.get("title")) or f"#{item.get('wp:post_id').strip()}"

    def keep_picture(self, item: Node) -> None:
        """Copy an attachment's file."""
        relative = self.bodies.upload(item.get("wp:attachment_url").strip())
        if relative is not None:
            self.desk.media.keep(relative)

    def _guid(self, item: Node, article_id: int) -> str | None:
        """As it is; where it is empty or another item's, the address by id, which is how WordPress makes them."""
        by_id = f"{self.site.url}/?p={article_id}" if article_id else ""
        for guid in (item.get("guid").strip(), by_id):
            if guid and self.guids.first(guid):
                return guid
        return None

    def _article(self, item: Node, article_id: int, guid: str) -> Article:
        headline = title(item.get("title"))
        dates = _dates(item, self.desk.zone)
        status, note = self._status(item, dates.published)
        return Article(
            id=article_id,
            guid=guid,
            slug=not_reserved(decoded_slug(item.get("wp:post_name")) or slugify(headline), RESERVED_ARTICLE_SLUGS)
            or f"article-{article_id}",
            day=dates.published.astimezone(self.desk.zone).date() if dates.published else None,
            headline=headline,
            summary=text(item.get("excerpt:encoded")),
            body_html=self.bodies.article(
                item.get("content:encoded"), lambda ids: self._gallery(article_id, ids), item.get("link").strip()
            ),
            image=self._image(item),
            enclosures=tuple(self._enclosures(item)),
            sections=self._sections(item),
            authors=self._authors(item),
            tags=tuple(_tags(item)),
            language=foreign(self.site.language, self.desk.language),
            status=status,
            published_at=dates.published,
            updated_at=dates.updated,
            comments_open=item.get("wp:comment_status").strip() == "open",
            editorial_note=note,
            created_at=dates.begun,
        )

    def _status(self, item: Node, published: datetime | None) -> tuple[ArticleStatus, str]:
        """What it becomes, and the editors' note that tells what it was; the report names what readers could see or waited for."""
        status = item.get("wp:status").strip()
        why = ""
        if item.get("wp:post_password"):
            why = "protected by a password"
        elif status in _PUBLIC and published is None:
            why = "without a date"
        elif status == "pending":
            why = "waiting for review"
        elif status not in _PUBLIC and status != "draft":
            why = status or "without a status"
        if why:
            self.desk.report.made_drafts.add(self.name(item), why)
            return ArticleStatus.DRAFT, f"In WordPress: {why}."
        return (ArticleStatus.PUBLISHED if status in _PUBLIC else ArticleStatus.DRAFT), ""

    def _sections(self, item: Node) -> tuple[str, ...]:
        """Its categories, as WordPress lists them, but for the first: the one an editor chose, else the deepest, which says most.

        Of several as deep, the first that is listed.
        """
        paths = list(dict.fromkeys(self.site.path(nicename) for nicename, _ in terms(item, "category")))
        chosen = [
            self.site.path(self.site.category_ids.get(number(value), ""))
            for key in _PRIMARY
            for value in meta(item, key)
        ]
        first = next((path for path in chosen if path in paths), None) or max(paths, key=_depth, default="")
        return tuple(sorted(paths, key=lambda path: path != first))

    def _authors(self, item: Node) -> tuple[Author, ...]:
        login = item.get("dc:creator").strip()
        return (self.site.author(login),) if login else ()

    def _image(self, item: Node) -> Image | None:
        for value in meta(item, "_thumbnail_id"):
            shown = self.attachments.get(number(value))
            if shown is not None:
                shown = self._at_home(shown)
                return Image(
                    url=shown.url,
                    type=media_type(urlsplit(shown.url).path),
                    length=shown.length,
                    width=shown.width,
                    height=shown.height,
                    alt=shown.alt,
                    caption=shown.caption,
                    credit=shown.credit,
                )
            self.desk.media.missing += 1
        return None

    def _gallery(self, article_id: int, ids: str) -> Iterable[Attachment]:
        if not ids.strip():
            return [self._at_home(shown) for shown in self.attachments.of_parent(article_id) if is_picture(shown.url)]
        found = (self.attachments.get(number(one)) for one in ids.split(",")[:500])
        return [self._at_home(shown) for shown in found if shown is not None]

    def _at_home(self, shown: Attachment) -> Attachment:
        """With the address it has here, if it was an upload of the site."""
        relative = self.bodies.upload(shown.url)
        return shown if relative is None else shown._replace(url=upload_url(relative))

    def _enclosures(self, item: Node) -> Iterable[Enclosure]:
        for value in meta(item, "enclosure"):
            url, length, media, *_ = *value.split("\n")[:3], "", "", ""
            if address := web_url_or_empty(url):
                relative = self.bodies.upload(address)
                here = address if relative is None else upload_url(relative)
                kind = plain(media) or media_type(urlsplit(here).path) or "application/octet-stream"
                yield Enclosure(url=here, type=kind, length=number(length))


class _Dates(NamedTuple):
    published: datetime | None
    updated: datetime | None
    begun: datetime | None
    """Where nothing else is known."""


def _dates(item: Node, zone: ZoneInfo) -> _Dates:
    """An item's dates. `updated` is never before `published`: a scheduled one was modified before its time comes."""
    gmt, local = item.get("wp:post_date_gmt"), item.get("wp:post_date")
    updated = instant(item.get("wp:post_modified_gmt"), item.get("wp:post_modified"), zone)
    published = instant(gmt, local, zone)
    if item.get("wp:status").strip() in _UNDATED and instant(gmt, "", zone) is None:
        # WordPress dates such a draft when it is published; until then its date only says when it was begun.
        return _Dates(None, updated, published)
    return _Dates(published, max(filter(None, (published, updated)), default=None), None)


def _depth(path: str) -> int:
    return path.count("/")


def _tags(item: Node) -> Iterable[Tag]:
    seen: set[str] = set()
    for nicename, name in terms(item, "post_tag"):
        its_slug = decoded_slug(nicename) or slugify(plain(name))
        if its_slug and its_slug not in seen:
            seen.add(its_slug)
            yield Tag(slug=its_slug, name=plain(name) or its_slug)


def _old_paths(item: Node, article: Article) -> tuple[str, ...]:
    """Where WordPress served it: its link, the same with former slugs, and its address by id."""
    paths = set()
    link = path_of(item.get("link"))
    if link:
        parent = link.removesuffix("/").rpartition("/")[0]
        paths = {link} | {f"{parent}/{old}/" for value in meta(item, "_wp_old_slug") if (old := decoded_slug(value))}
    if article.id:
        paths.add(f"/?p={article.id}")
    return tuple(sorted(paths - {article.path}))
