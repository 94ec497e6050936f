"""A WordPress post as an article."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote, urlsplit

from feeds.clean.text import slugify
from feeds.importers.base import Desk, Remember, Unread
from feeds.importers.episodes import with_episode
from feeds.importers.markup import plain, said_of_html, text, title
from feeds.importers.report import A_PAGE
from feeds.importers.seen import Seen
from feeds.importers.slugs import decoded_slug, not_reserved
from feeds.importers.standing import no_article
from feeds.importers.trace import digest_of
from feeds.importers.values import TERMS_OF_USE, foreign, number, web_url_or_empty
from feeds.importers.wxr.body import Bodies, Post
from feeds.importers.wxr.comments import thread
from feeds.importers.wxr.dates import dates_of, was_missed
from feeds.importers.wxr.episodes import EPISODE_FIELDS, Told, enclosures_of, episode_of
from feeds.importers.wxr.members import READERS_FIELDS, for_everybody, is_for_members
from feeds.importers.wxr.memory import Memory, Waiting, lacking
from feeds.importers.wxr.paths import old_paths, paths_of_picture
from feeds.importers.wxr.people import AUTHOR_FIELD, AUTHOR_TERMS, authors_of
from feeds.importers.wxr.site import Site
from feeds.importers.wxr.terms import CATEGORIES, LANGUAGE_FIELDS, Term, nicenames
from feeds.importers.wxr.values import is_protected, meta, own_fields
from feeds.importers.wxr.xmltree import Node
from feeds.media_types import media_type
from feeds.newsroom.submissions import RESERVED_ARTICLE_SLUGS
from feeds.paths import UPLOADS
from storage.model import Alias, Article, ArticleRecord, ArticleStatus, Enclosure, Image, Section

_PUBLIC = frozenset({"publish", "future"})
_UNSAID = (*TERMS_OF_USE, "correction", "dateline", "embargoed_until")
"""Fields of which WordPress says nothing."""
_PRIMARY = (
    "_yoast_wpseo_primary_category",
    "rank_math_primary_category",
    "_primary_term_category",
    "epc_primary_category",
)
"""Where plugins that let an editor choose keep the term id of the category an article sits in: Yoast SEO, Rank Math, The SEO
Framework, Easy Primary Category.
"""
ANOTHER_COPY = "it is there twice, in these files or in one, and the other copy is newer or came first"
_BUILDERS = (
    "_elementor_data",
    "_fl_builder_data",
    "_bricks_page_content_2",
    "_breakdance_data",
    "_cornerstone_data",
    "_themify_builder_settings_json",
    "ct_builder_json",
    "ct_builder_shortcodes",
    "panels_data",
)
"""Where plugins keep what they make a page of: Elementor, Beaver Builder, Bricks, Breakdance, Cornerstone, Themify, Oxygen, Page
Builder. Most write its text into the post as well.
"""
_EXPIRES = "_expiration-date"
"""Where PublishPress Future keeps when it takes a post down, in seconds since 1970."""
_PHOTO = "_thumbnail_id"
_PHOTO_ELSEWHERE, _ALT_ELSEWHERE = "fifu_image_url", "fifu_image_alt"
"""A photo at an address of its own, by Featured Image from URL."""
_READ_FIELDS = frozenset({_PHOTO_ELSEWHERE, _ALT_ELSEWHERE, *EPISODE_FIELDS, "footnotes", *_PRIMARY, *LANGUAGE_FIELDS})
WAITING_FIELDS = _READ_FIELDS | READERS_FIELDS | {_PHOTO, AUTHOR_FIELD, "_wp_old_slug", "_wp_old_date"}
"""Custom fields that are kept of an article that lacks something."""


@dataclass(frozen=True, slots=True)
class Articles:
    """Makes articles of the items of one export."""

    site: Site
    desk: Desk
    given: Seen
    """Guids so far."""
    bodies: Bodies
    memory: Memory
    context: str = ""
    """Of all that decides, beside an item, what is made of it, but for what `unread` asks."""

    def _said(self, item: Node, article: Article) -> dict[str, str | None]:
        """What the export's own words are, or that it has none: of a photo that is in another part of it, this one says nothing."""
        photos = map(number, meta(item, _PHOTO)) if article.image is None else ()
        unsaid = (*_UNSAID, "image") if any(map(self.site.attachments.is_public, photos)) else _UNSAID
        return {**dict.fromkeys(unsaid), "body_html": said_of_html(item.get("content:encoded"), article.body_html)}

    def is_chosen(self, item: Node) -> bool:
        """Whether the post is to be read; the report names it if not: parts of an export may overlap, and be of several days."""
        is_chosen = not number(item.get("wp:post_id")) or self.memory.is_chosen(item)
        if not is_chosen:
            self.desk.report.left_out.add(self.name(item), ANOTHER_COPY)
        return is_chosen

    def unread(self, item: Node) -> Iterator[Unread]:
        """The article with its thread; nothing for one refused, which the report names."""
        guid = self.guid(item)
        if guid is None:
            self.refuse(item)
        else:
            yield self.unread_of(item, guid)

    def refuse(self, item: Node) -> None:
        self.desk.report.refused.add(self.name(item), "it has no guid of its own, and no id")

    def unread_of(self, item: Node, guid: str) -> Unread:
        """The same of one whose guid is known."""
        article_id = number(item.get("wp:post_id"))
        terms = self.site.terms.of(item)
        return Unread(
            source=self.site.source,
            guid=guid,
            discover=lambda: self._discovered(terms),
            digest=lambda: self._digest(item, terms),
            read=lambda: self._record(item, article_id, guid, terms),
            left=lambda: self._left(item, terms),
        )

    def waiting(self, waiting: Waiting) -> Iterator[Unread]:
        """An article of an earlier import that lacked something."""
        item, receipt = waiting
        guid = self.guid(item)
        terms = self.site.terms.of(item)
        if guid is None:
            return
        yield Unread(
            source=self.site.source,
            guid=guid,
            discover=lambda: self._discovered(terms),
            digest=lambda: self._digest_of_others(item, terms),
            read=lambda: self._again(item, guid, terms),
            receipt=receipt,
            left=lambda: self._left(item, terms),
        )

    def _again(self, item: Node, guid: str, terms: Mapping[str, list[Term]]) -> ArticleRecord:
        article_id = number(item.get("wp:post_id"))
        article = self._article(item, article_id, guid, terms)
        return ArticleRecord(
            article=article,
            old_paths=self._old_paths(item, article_id),
            source=self.site.source,
            said=self._said(item, article),
            again=True,
            other_guid=self._other_guid(item, guid),
        )

    def _left(self, item: Node, terms: Mapping[str, list[Term]]) -> Iterator[Remember]:
        """The article's words, if it lacks what other files may have."""
        asked = lacking(self.desk.trace)
        if asked is None and self._is_unlisted(item, terms):
            asked = self.desk.trace.asked
        digest = "" if asked is None else self._digest_of_others(item, terms)
        yield from self.memory.of(self.site.source, item, digest, asked)

    def _is_unlisted(self, item: Node, terms: Mapping[str, list[Term]]) -> bool:
        """Whether an author of it or a category is named by it alone."""
        people, categories = self.site.people, self.site.categories
        creator = item.get("dc:creator").strip()
        return (
            (bool(creator) and not people.is_listed(creator))
            or any(not people.knows_term(*term) for taxonomy in AUTHOR_TERMS for term in terms.get(taxonomy, ()))
            or any(people.of_molongui(value) is None for value in meta(item, AUTHOR_FIELD))
            or any(categories.is_partial(nicename) for nicename, _ in self._categories(terms))
        )

    def _digest_of_others(self, item: Node, terms: Mapping[str, list[Term]]) -> str:
        """Of what decides, beside the item and what is asked for it."""
        authors = [(author.slug, author.name, author.url) for author in authors_of(item, self.site.people, terms)]
        is_unlisted = self._is_unlisted(item, terms)
        return digest_of(authors, self._sections(item, terms), self.site.terms.said(), is_unlisted)

    def _digest(self, item: Node, terms: Mapping[str, list[Term]]) -> str:
        """Who wrote it, and where it sits, other items decide as well."""
        authors = [(author.slug, author.name, author.url) for author in authors_of(item, self.site.people, terms)]
        return digest_of(self.context, item.said(), authors, self._sections(item, terms), self._was_missed(item))

    def _record(self, item: Node, article_id: int, guid: str, terms: Mapping[str, list[Term]]) -> ArticleRecord:
        article = self._article(item, article_id, guid, terms)
        self._count(item, terms, article)
        return ArticleRecord(
            article=article,
            comments=thread(item, guid=guid, zone=self.desk.zone, stripped=self._stripped(item)),
            old_paths=self._old_paths(item, article_id),
            source=self.site.source,
            said=self._said(item, article),
            all_comments=True,
            former_page=self.origin(item, guid),
            other_guid=self._other_guid(item, guid),
        )

    def _old_paths(self, item: Node, article_id: int) -> tuple[str, ...]:
        return old_paths(item, article_id, self.site.picture_pages.of(article_id), self.site.places)

    def gone(self, item: Node, why: str) -> Iterator[Unread]:
        """What is no article, or no more, such as a post in the trash or what is a page by now: if it is here as one, it is
        withdrawn. Nothing for one without a guid.
        """
        guid = self.guid(item)
        if guid is not None:
            yield self.no_article(item, guid, why)

    def no_article(self, item: Node, guid: str, why: str) -> Unread:
        """The same of one whose guid is known."""
        return Unread(
            source=self.site.source,
            guid=guid,
            discover=tuple,
            digest=str,
            read=lambda: no_article(
                self.site.source,
                guid,
                self.name(item),
                why,
                number=number(item.get("wp:post_id")),
                updated_at=dates_of(item, self.desk.zone).updated,
                former_page="" if why == A_PAGE else self.origin(item, guid),
                other_guid=self._other_guid(item, guid),
            ),
        )

    def origin(self, item: Node, guid: str | None) -> str:
        """By what an item is known as a page: the old site's address, without what may be another in its next export, and what it
        calls the item, whose guid is `guid`, unless it has none that is its own.
        """
        url = self.site.blog_url or self.site.url
        site = url.partition("//")[2].removeprefix("www.").rstrip("/")
        own = guid if item.get("guid").strip() else ""
        return f"{site} {own or number(item.get('wp:post_id'))}"

    def _discovered(self, terms: Mapping[str, Iterable[Term]]) -> Iterator[Section]:
        """Sections of categories that only articles name."""
        for nicename, name in self._categories(terms):
            if self.site.categories.discover(nicename, name):
                yield from self.site.categories.around(nicename, self.desk.now)

    def name(self, item: Node) -> str:
        """What a person calls it."""
        return title(item.get("title")) or f"#{item.get('wp:post_id').strip()}"

    def keep_picture(self, item: Node) -> Iterator[Alias]:
        """Copy an attachment's file. It had a page of its own, which people may have replied to: of one that was uploaded for no
        article, it leads to the file, where that is here.
        """
        here = unquote(self.bodies.uploads.at_home(item.get("wp:attachment_url").strip()))
        is_here = here.startswith(UPLOADS) and self.desk.media.holds(here.removeprefix(UPLOADS))
        if is_here and not number(item.get("wp:post_parent")):
            yield from (Alias(path, here) for path in paths_of_picture(item))
        replies = thread(item, guid=item.get("guid"), zone=self.desk.zone, stripped=self._stripped(item))
        self.desk.report.leave_comments("a picture's comments", self.name(item), replies)

    def guid(self, item: Node) -> str | None:
        """As it is; where it is empty or another item's, the address by id, which is how WordPress makes them. To be asked once."""
        article_id = number(item.get("wp:post_id"))
        own, by_id = item.get("guid").strip(), self._by_id(article_id)
        if own and article_id and self.memory.is_anothers(own, article_id):
            own = ""
        return next((guid for guid in (own, by_id) if guid and self.given.first(guid)), None)

    def _by_id(self, article_id: int) -> str:
        return f"{self.site.blog_url or self.site.url}/?p={article_id}" if article_id else ""

    def _other_guid(self, item: Node, guid: str) -> str:
        """What the item is called as well where `guid` is another's, in another file or an earlier import."""
        names = (item.get("guid").strip(), self._by_id(number(item.get("wp:post_id"))))
        return next((name for name in names if name != guid), "")

    def _stripped(self, item: Node) -> Callable[[str], None]:
        """Counts what the article had, by name."""
        return lambda what: self.desk.report.stripped.add(what, self.name(item), item.get("wp:post_id"))

    def _count(self, item: Node, terms: Mapping[str, Iterable[Term]], article: Article) -> None:
        """What the article has that is not taken over."""
        stripped = self._stripped(item)
        built = next((key for key in _BUILDERS if any(meta(item, key))), "")
        if built and not article.body_html:
            what = f"a body that stands in the custom field {built} alone"
            self.desk.report.not_understood.add(what, self.name(item), item.get("wp:post_id"))
        if article.public_at and any(number(value) > self.desk.now.timestamp() for value in meta(item, _EXPIRES)):
            stripped("a date at which it was to be taken down")
        for taxonomy in self.site.terms.left_out(terms):
            stripped(f"taxonomy {taxonomy}")
        for key in own_fields(item):
            if key not in _READ_FIELDS:
                stripped(f"custom field {key}")
        if item.get("wp:is_sticky").strip() == "1":
            stripped("sticky: stood before newer ones")

    def _article(self, item: Node, article_id: int, guid: str, terms: Mapping[str, list[Term]]) -> Article:
        headline = title(item.get("title"))
        dates = dates_of(item, self.desk.zone)
        status, note = self._status(item, dates.published)
        return Article(
            id=article_id,
            guid=guid,
            slug=self._slug(item.get("wp:post_name"), headline, article_id),
            day=dates.published.astimezone(self.desk.zone).date() if dates.published else None,
            headline=headline,
            summary=text(for_everybody(item.get("excerpt:encoded"), self._stripped(item))),
            body_html=self.bodies.article(item.get("content:encoded"), self._post(item, article_id)),
            image=self._image(item),
            enclosures=tuple(self._enclosures(item)),
            sections=self._sections(item, terms),
            authors=authors_of(item, self.site.people, terms),
            tags=tuple(self.site.terms.tags(terms)),
            language=foreign(self.site.terms.language(item, terms) or self.site.language, self.desk.language),
            status=status,
            published_at=dates.published,
            updated_at=dates.updated,
            comments_open=item.get("wp:comment_status").strip() == "open",
            editorial_note=note,
            created_at=dates.begun,
        )

    def _post(self, item: Node, article_id: int) -> Post:
        return Post(article_id, self.name(item), item.get("link").strip(), next(iter(meta(item, "footnotes")), ""))

    def _status(self, item: Node, published: datetime | None) -> tuple[ArticleStatus, str]:
        """What it becomes, and the editors' note that tells what it was; the report names what readers could see or waited for."""
        status = item.get("wp:status").strip()
        why = ""
        if is_protected(item):
            why = "protected by a password"
        elif is_for_members(item):
            why = "for subscribers alone"
        elif status in _PUBLIC and published is None and item.get("wp:post_type").strip() != "page":
            why = "without a date"
        elif self._was_missed(item):
            why = "its time had come, and WordPress had not published it"
        elif status == "pending":
            why = "waiting for review"
        elif status not in _PUBLIC and status != "draft":
            why = status or "without a status"
        if why:
            self.desk.report.made_drafts.add(self.name(item), why)
            return ArticleStatus.DRAFT, f"In WordPress: {why}."
        return (ArticleStatus.PUBLISHED if status in _PUBLIC else ArticleStatus.DRAFT), ""

    def _was_missed(self, item: Node) -> bool:
        return was_missed(item, self.desk.zone, self.site.exported_at)

    def _slug(self, nicename: str, headline: str, article_id: int) -> str:
        slug = decoded_slug(nicename) or slugify(headline)
        return not_reserved(slug, RESERVED_ARTICLE_SLUGS) or f"article-{article_id}"

    def _categories(self, terms: Mapping[str, Iterable[Term]]) -> Iterator[tuple[str, str]]:
        return nicenames(terms.get(CATEGORIES, ()), self.site.categories.nicename_of)

    def _sections(self, item: Node, terms: Mapping[str, Iterable[Term]]) -> tuple[str, ...]:
        """Its categories, as WordPress lists them, but for the first: the one an editor chose, else the deepest, which says most.

        Of several as deep, the first that is listed.
        """
        categories = self.site.categories
        paths = list(dict.fromkeys(categories.path(nicename) for nicename, _ in self._categories(terms)))
        chosen = [categories.path_by_id(number(value)) for key in _PRIMARY for value in meta(item, key)]
        first = next((path for path in chosen if path in paths), None) or max(paths, key=_depth, default="")
        return tuple(sorted(paths, key=lambda path: path != first))

    def _image(self, item: Node) -> Image | None:
        if url := next(filter(None, map(web_url_or_empty, meta(item, _PHOTO_ELSEWHERE))), ""):
            alt = next(iter(meta(item, _ALT_ELSEWHERE)), "")
            return Image(url=self.bodies.uploads.at_home(url), type=media_type(urlsplit(url).path), alt=plain(alt))
        for value in meta(item, _PHOTO):
            shown = self.site.attachments.get(number(value))
            if shown is not None:
                url = self.bodies.uploads.at_home(shown.url)
                return Image(
                    url=url,
                    type=media_type(urlsplit(url).path),
                    length=shown.length,
                    width=shown.width,
                    height=shown.height,
                    alt=shown.alt,
                    caption=shown.caption,
                    credit=shown.credit,
                )
            self.bodies.uploads.miss(f"attachment {value}")
        return None

    def _enclosures(self, item: Node) -> Iterable[Enclosure]:
        files = list(map(self._enclosure, enclosures_of(item)))
        return with_episode(filter(None, files), episode_of(item))

    def _enclosure(self, told: Told) -> Enclosure | None:
        url = web_url_or_empty(told.url)
        if not url:
            return None
        here = self.bodies.uploads.at_home(url)
        kind = plain(told.type) or media_type(urlsplit(here).path) or "application/octet-stream"
        facts = told.facts
        for name in ("transcript", "chapters"):
            if facts.get(name):
                facts[name] = self.bodies.uploads.at_home(facts[name])
        return Enclosure(url=here, type=kind, length=number(told.length), **facts)


def _depth(path: str) -> int:
    return path.count("/")
