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
from feeds.importers.base import Desk, Named
from feeds.importers.bylines import without_email
from feeds.importers.ghost.documents import FOR_MEMBERS, lexical_html, mobiledoc_html
from feeds.importers.ghost.related import Related
from feeds.importers.ghost.rows import Row, id_of, text_of
from feeds.importers.markup import name, scripts, text
from feeds.importers.paragraphs import add_paragraphs
from feeds.importers.report import A_PAGE
from feeds.importers.slugs import decoded_slug, not_reserved
from feeds.importers.standing import digest_of, no_article, page_of
from feeds.importers.values import TERMS_OF_USE, foreign, instant, language_tag, web_url_or_empty
from feeds.media_types import media_type
from feeds.newsroom.submissions import RESERVED_ARTICLE_SLUGS
from storage.model import (
    Article,
    ArticleRecord,
    ArticleStatus,
    Author,
    Image,
    ImportSource,
    NameOf,
    PageRecord,
    SaidName,
    Tag,
)

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
_GATE = re.compile(r"<!--\s*+kg-gated-block:begin\b")
_GATE_ENDS = re.compile(r"<!--\s*+kg-gated-block:end\b[^<>]*+>")
_FOR_ALL = re.compile(r"\bnonMember:[\"']?true\b")
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

    def names(self) -> Iterator[Named]:
        """What the export calls authors and tags, where it says of which site it is."""
        if (source := self._source()) is None:
            return
        for author in filter(None, map(_author, self.related.all("users"))):
            yield Named(source=source, name=SaidName(of=NameOf.AUTHOR, key=author.slug, said=author.name))
            yield Named(source=source, name=SaidName(of=NameOf.AUTHOR_URL, key=author.slug, said=author.url))
        for row in self.related.all("tags"):
            if not _is_internal(row) and (tag := _tag(row)).slug:
                yield Named(source=source, name=SaidName(of=NameOf.TAG, key=tag.slug, said=tag.name))

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
        status, visibility = text_of(post, "status"), post.get("visibility")
        why = ""
        if status == "sent" or self.related.meta(id_of(post)).get("email_only"):
            why = "sent as a newsletter alone"
        elif visibility not in (None, "", "public"):
            # What is no word of Ghost's is not said to be for everybody.
            readers = visibility if isinstance(visibility, str) else "readers that the export does not name"
            why = f"for {readers.replace('paid', 'paying members')} alone"
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
        shown = self._for_everybody(html, headline)
        html = shown if html.strip() else self._written(post, headline)
        for script in scripts(html):
            self.desk.report.stripped.add(script, headline)
        return sanitize_article(_at_home(html), _at_home(text_of(post, "url")))

    def _for_everybody(self, html: str, headline: str) -> str:
        """A body without the parts whose readers the editors chose. One that never ends hides the rest."""
        out: list[str] = []
        at = 0
        while gate := _GATE.search(html, at):
            out.append(html[at : gate.start()])
            begun = html.find("-->", gate.end())
            end = _GATE_ENDS.search(html, begun) if begun >= 0 else None
            if begun >= 0 and _FOR_ALL.search(html[gate.end() : begun]):
                out.append(html[begun + 3 : end.start() if end else len(html)])
            else:
                self.desk.report.stripped.add(FOR_MEMBERS, headline)
            at = end.end() if end else len(html)
        return "".join((*out, html[at:]))

    def _written(self, post: Row, headline: str) -> str:
        """A body of which the export has no HTML: as the editor kept it, else its words."""

        gone: set[str] = set()

        def stripped(name: str) -> None:
            gone.add(name)
            self.desk.report.stripped.add(name, headline)

        html = lexical_html(text_of(post, "lexical"), stripped) or mobiledoc_html(text_of(post, "mobiledoc"), stripped)
        # The plain words hold those for members alone as well.
        if html or FOR_MEMBERS in gone:
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
            author = _author(user)
            if author and author.slug not in seen:
                seen.add(author.slug)
                yield author

    def _tags(self, post_id: str, headline: str) -> Iterator[Tag]:
        seen: set[str] = set()
        for tag in self.related.tags(post_id):
            if _is_internal(tag):
                self.desk.report.stripped.add(f"internal tag {name(text_of(tag, 'name'))}", headline)
                continue
            made = _tag(tag)
            if made.slug and made.slug not in seen:
                seen.add(made.slug)
                yield made

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
    url = f"https:{url}" if url.startswith("//") else url
    return url if url.startswith("/") else web_url_or_empty(url)


def _old_paths(post: Row) -> Iterator[str]:
    """Where Ghost served it: at its slug unless a newsroom's routes say otherwise, and to whom it was shown before."""
    if its_slug := decoded_slug(text_of(post, "slug")):
        yield f"/{its_slug}/"
    if uuid := decoded_slug(text_of(post, "uuid")):
        yield _PREVIEWED.format(uuid)


def _author(user: Row) -> Author | None:
    byline = name(without_email(text_of(user, "name")))
    slug = decoded_slug(text_of(user, "slug")) or slugify(byline)
    if not byline or not slug or "@" in slug:
        return None
    return Author(slug=slug, name=byline, url=web_url_or_empty(text_of(user, "website")))


def _is_internal(tag: Row) -> bool:
    return text_of(tag, "visibility") == _INTERNAL or name(text_of(tag, "name")).startswith("#")


def _tag(tag: Row) -> Tag:
    """Its slug is '' where it has none."""
    written = name(text_of(tag, "name"))
    slug = decoded_slug(text_of(tag, "slug")) or slugify(written)
    return Tag(slug=slug, name=written or slug)
