"""A post of Ghost's as an article."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from feeds.clean.html import sanitize_article
from feeds.clean.text import slugify
from feeds.importers.base import Desk
from feeds.importers.bylines import without_email
from feeds.importers.ghost.documents import lexical_html, mobiledoc_html
from feeds.importers.ghost.related import Related
from feeds.importers.ghost.rows import Row, id_of, text_of
from feeds.importers.markup import name, text
from feeds.importers.paragraphs import add_paragraphs
from feeds.importers.report import A_PAGE
from feeds.importers.slugs import decoded_slug, not_reserved
from feeds.importers.standing import digest_of, no_article, page_of
from feeds.importers.values import TERMS_OF_USE, foreign, instant, language_tag, web_url_or_empty
from feeds.media_types import media_type
from feeds.newsroom.submissions import RESERVED_ARTICLE_SLUGS
from storage.model import Article, ArticleRecord, ArticleStatus, Author, Image, ImportSource, PageRecord, Tag

SITE = "__GHOST_URL__"
"""What stands in an export for the site's own address."""
_PUBLIC = frozenset({"published", "scheduled"})
_UNSAID = (*TERMS_OF_USE, "dateline", "correction", "embargoed_until", "source", "enclosures")
"""Fields of which Ghost says nothing. Of sections it says what whoever imports makes of its tags."""
_SAID = ("title", "html", "plaintext", "markdown", "slug", "status", "visibility")
"""What a page is made of."""
_KEPT = ("lexical", "mobiledoc")
"""And where it has no HTML."""
_CARDS = re.compile(r"<!--kg-card-(?:begin|end): ?\w+-->|<!--members-only-->")
_PREVIEWED = "/p/{}/"
_INTERNAL = "internal"
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Articles:
    """Makes articles of the posts of one export."""

    desk: Desk
    related: Related

    def record(self, post: Row) -> ArticleRecord:
        """The article; the report names what does not come along."""
        article = self._article(post)
        unsaid = dict.fromkeys(_UNSAID if article.sections else (*_UNSAID, "sections"))
        return ArticleRecord(
            article=article,
            old_paths=tuple(sorted(_old_paths(post))),
            said=unsaid,
            source=self._source(),
            former_page=self._origin(post) if self.related.site else "",
        )

    def no_article(self, post: Row) -> ArticleRecord:
        """A page, which may have been a post: as an article it is gone."""
        return no_article(self._source(), id_of(post), title_of(post), A_PAGE)

    def _source(self) -> ImportSource | None:
        return ImportSource(names=(f"ghost:{self.related.site}",), whole=True) if self.related.site else None

    def _origin(self, post: Row) -> str:
        return f"ghost:{self.related.site} {id_of(post)}"

    def page(self, post: Row) -> PageRecord:
        """One that is no article, at its own path."""
        record = self.record(post)
        public = text_of(post, "status") == "published" and record.article.status is ArticleStatus.PUBLISHED
        path = f"/{record.article.slug or f'page-{id_of(post)}'}/"
        return PageRecord(
            page=page_of(record.article, path, public=public),
            old_paths=tuple(one for one in record.old_paths if one != path),
            origin=self._origin(post),
            digest=digest_of(str(post.get(name) or "") for name in (*_SAID, *(() if post.get("html") else _KEPT))),
        )

    def _article(self, post: Row) -> Article:
        post_id, headline = id_of(post), title_of(post)
        published, updated = _moment(post, "published_at"), _moment(post, "updated_at")
        status, note = self._status(post, published)
        self._count_stripped(post, headline)
        tags = tuple(self._tags(post_id, headline))
        return Article(
            # As Ghost's own feeds have it.
            guid=post_id,
            slug=not_reserved(decoded_slug(text_of(post, "slug")) or slugify(headline), RESERVED_ARTICLE_SLUGS),
            day=published.astimezone(self.desk.zone).date() if published else None,
            headline=headline,
            summary=text(escape(text_of(post, "custom_excerpt"), quote=False)),
            body_html=self._body(post, headline),
            image=self._image(post, post_id),
            authors=tuple(self._authors(post, post_id)),
            # A tag that is a section as well stays one, with its feed.
            sections=self.desk.placement.sections((tag.name, tag.slug) for tag in tags),
            tags=tags,
            language=foreign(language_tag(text_of(post, "locale")), self.desk.language),
            canonical_url=web_url_or_empty(text_of(post, "canonical_url")),
            status=status,
            published_at=published,
            updated_at=max(filter(None, (published, updated)), default=None),
            editorial_note=note,
            created_at=_moment(post, "created_at"),
        )

    def _status(self, post: Row, published: datetime | None) -> tuple[ArticleStatus, str]:
        """What it becomes, and the editors' note that tells what it was; the report names what a few readers could see."""
        status, visibility = text_of(post, "status"), text_of(post, "visibility")
        why = ""
        if status == "sent" or self.related.meta(id_of(post)).get("email_only"):
            why = "sent as a newsletter alone"
        elif visibility not in ("", "public"):
            why = f"for {visibility.replace('paid', 'paying members')} alone"
        elif status in _PUBLIC and published is None and not is_page(post):
            why = "without a date"
        elif status not in _PUBLIC and status != "draft":
            why = status or "without a status"
        if why:
            self.desk.report.made_drafts.add(title_of(post), why)
            return ArticleStatus.DRAFT, f"In Ghost: {why}."
        return (ArticleStatus.PUBLISHED if status in _PUBLIC else ArticleStatus.DRAFT), ""

    def _body(self, post: Row, headline: str) -> str:
        html = _CARDS.sub("", text_of(post, "html"))
        if not html.strip():
            html = self._written(post, headline)
        return sanitize_article(_at_home(html), _at_home(text_of(post, "url")))

    def _written(self, post: Row, headline: str) -> str:
        """A body of which the export has no HTML: as the editor kept it, else its words."""

        def stripped(name: str) -> None:
            self.desk.report.stripped.add(name, headline)

        if html := lexical_html(text_of(post, "lexical"), stripped) or mobiledoc_html(
            text_of(post, "mobiledoc"), stripped
        ):
            return html
        if words := text_of(post, "plaintext") or text_of(post, "markdown"):
            self.desk.report.not_understood.add("a body of which the export has the plain words alone", headline)
        return add_paragraphs(escape(words, quote=False))

    def _image(self, post: Row, post_id: str) -> Image | None:
        url = _address(text_of(post, "feature_image") or text_of(post, "image"))
        if not url:
            return None
        meta = self.related.meta(post_id)
        return Image(
            url=url,
            type=media_type(urlsplit(url).path),
            alt=name(text_of(meta, "feature_image_alt")),
            caption=text(text_of(meta, "feature_image_caption")),
        )

    def _authors(self, post: Row, post_id: str) -> Iterator[Author]:
        users = [*self.related.authors(post_id)] or [self.related.user(id_of(post, "author_id"))]
        seen: set[str] = set()
        for user in users:
            byline = name(without_email(text_of(user, "name")))
            its_slug = decoded_slug(text_of(user, "slug")) or slugify(byline)
            if byline and its_slug and "@" not in its_slug and its_slug not in seen:
                seen.add(its_slug)
                yield Author(slug=its_slug, name=byline, url=web_url_or_empty(text_of(user, "website")))

    def _tags(self, post_id: str, headline: str) -> Iterator[Tag]:
        seen: set[str] = set()
        for tag in self.related.tags(post_id):
            written = name(text_of(tag, "name"))
            if text_of(tag, "visibility") == _INTERNAL or written.startswith("#"):
                self.desk.report.stripped.add(f"internal tag {written}", headline)
                continue
            its_slug = decoded_slug(text_of(tag, "slug")) or slugify(written)
            if its_slug and its_slug not in seen:
                seen.add(its_slug)
                yield Tag(slug=its_slug, name=written or its_slug)

    def _count_stripped(self, post: Row, headline: str) -> None:
        meta = self.related.meta(id_of(post))
        if any(text_of(row, f"codeinjection_{place}").strip() for row in (post, meta) for place in ("head", "foot")):
            self.desk.report.stripped.add("injected code", headline)


def title_of(post: Row) -> str:
    return name(text_of(post, "title")) or f"#{id_of(post)}"


def is_page(post: Row) -> bool:
    return text_of(post, "type") == "page" or post.get("page") in (1, True)


def _moment(row: Row, column: str) -> datetime | None:
    """A date in UTC: text, or in old exports milliseconds since 1970."""
    value = row.get(column)
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            value = datetime.fromtimestamp(value / 1000, UTC).isoformat()
        except (OverflowError, OSError, ValueError):
            return None
    return instant(value, "", _UTC) if isinstance(value, str) else None


def _at_home(html: str) -> str:
    """With the site's own addresses as paths."""
    return html.replace(f"{SITE}/", "/").replace(SITE, "/")


def _address(url: str) -> str:
    """An absolute address, or the path of a file of the site's own; '' for what is neither."""
    url = _at_home(url.strip())
    return url if url.startswith("/") and not url.startswith("//") else web_url_or_empty(url)


def _old_paths(post: Row) -> Iterator[str]:
    """Where Ghost served it: at its slug unless a newsroom's routes say otherwise, and to whom it was shown before."""
    if its_slug := decoded_slug(text_of(post, "slug")):
        yield f"/{its_slug}/"
    if uuid := decoded_slug(text_of(post, "uuid")):
        yield _PREVIEWED.format(uuid)
