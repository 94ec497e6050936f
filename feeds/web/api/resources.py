"""What the API answers with: articles, sections, pages, comments, changes and tokens as JSON. Times are in UTC, with a 'Z'."""

from datetime import datetime
from typing import Any

from pydantic import Field

from feeds import paths
from feeds.described import Described
from feeds.newsroom.media import KeptMedia
from feeds.topics import split_holder
from feeds.urls import Urls
from feeds.web.redirects import reference
from storage import model
from storage.lifecycle import was_seen


class Resource(Described):
    """Base of what is answered."""


class Author(Resource):
    name: str
    slug: str
    url: str


class Source(Resource):
    name: str
    url: str


class Image(Resource):
    url: str
    type: str
    length: int
    """In bytes; 0 = unknown."""
    width: int
    """In pixels; 0 = unknown."""
    height: int
    """In pixels; 0 = unknown."""
    alt: str
    caption: str
    credit: str


class Enclosure(Resource):
    url: str
    type: str
    length: int
    """In bytes; 0 = unknown."""
    duration: int
    """In seconds; 0 = unknown."""
    episode: int
    """Its number in a podcast; 0 = it has none."""
    season: int
    """The number of its season; 0 = it has none."""
    episode_type: str
    """`full`, `trailer` or `bonus`; empty where nobody said."""
    explicit: bool
    transcript: str
    chapters: str

    @classmethod
    def of(cls, file: model.Enclosure) -> "Enclosure":
        return cls(
            url=file.url,
            type=file.type,
            length=file.length,
            duration=file.duration,
            episode=file.episode,
            season=file.season,
            episode_type=file.episode_type,
            explicit=file.explicit,
            transcript=file.transcript,
            chapters=file.chapters,
        )


class Media(Resource):
    url: str
    """A path on this site, made of the file's content: what an article's image names, or the HTML of its body."""
    type: str
    """By its content."""
    bytes: int
    width: int
    """In pixels, as it is shown; 0 of what is no picture."""
    height: int
    """In pixels, as it is shown; 0 of what is no picture."""

    @classmethod
    def of(cls, kept: KeptMedia) -> "Media":
        width, height = kept.size
        return cls(url=kept.url, type=kept.type, bytes=kept.length, width=width, height=height)


class ArticleUrls(Resource):
    page: str | None
    """Where readers find it while it is public; null as long as it has no date."""
    comments_feed: str | None
    api: str


class Article(Resource):
    id: int
    version: int
    """Counts its edits; the ETag."""
    guid: str
    status: model.ArticleStatus
    public: bool
    """Whether readers see it now."""
    slug: str
    headline: str
    summary: str
    body_html: str
    section: str | None
    sections: list[str]
    """Further sections."""
    authors: list[Author]
    dateline: str
    source: Source | None
    image: Image | None
    enclosures: list[Enclosure]
    tags: list[str]
    language: str
    rights: str
    canonical_url: str
    digital_source_type: str
    """The URI of a term of IPTC's NewsCodes `digitalsourcetype`; empty where nobody said."""
    credit_line: str
    republish_until: datetime | None
    published_at: datetime | None
    embargoed_until: datetime | None
    updated_at: datetime | None
    """When readers should last have looked at it again: its publication, or the last edit that was significant."""
    edited_at: datetime | None
    """When readers last saw any of it change, or first saw it; never before `updated_at`. Null until they do."""
    comments_open: bool
    editorial_note: str
    correction: str | None
    """What readers are told was wrong."""
    corrected_at: datetime | None
    """When the correction was last written."""
    created_at: datetime | None
    modified_at: datetime | None
    urls: ArticleUrls

    @classmethod
    def of(cls, article: model.Article, urls: Urls) -> "Article":
        page = urls.of(article.path) if article.path else None
        return cls(
            id=article.id,
            version=article.version,
            guid=article.guid,
            status=article.status,
            public=article.public,
            slug=article.slug,
            headline=article.headline,
            summary=article.summary,
            body_html=article.body_html,
            section=article.sections[0] if article.sections else None,
            sections=list(article.sections[1:]),
            authors=[Author(name=author.name, slug=author.slug, url=author.url) for author in article.authors],
            dateline=article.dateline,
            source=Source(name=article.source.name, url=article.source.url) if article.source else None,
            image=_image(article.image) if article.image else None,
            enclosures=[Enclosure.of(file) for file in article.enclosures],
            tags=[tag.name for tag in article.tags],
            language=article.language,
            rights=article.rights,
            canonical_url=article.canonical_url,
            digital_source_type=article.digital_source_type,
            credit_line=article.credit_line,
            republish_until=article.republish_until,
            published_at=article.published_at,
            embargoed_until=article.embargoed_until,
            updated_at=article.updated_at,
            edited_at=article.last_edited_at if was_seen(article) else None,
            comments_open=article.comments_open,
            editorial_note=article.editorial_note,
            correction=article.correction or None,
            corrected_at=article.corrected_at,
            created_at=article.created_at,
            modified_at=article.modified_at,
            urls=ArticleUrls(
                page=page, comments_feed=page and urls.feed(article.path, ".rss"), api=urls.api_article(article.id)
            ),
        )


def _image(image: model.Image) -> Image:
    return Image(
        url=image.url,
        type=image.type,
        length=image.length,
        width=image.width,
        height=image.height,
        alt=image.alt,
        caption=image.caption,
        credit=image.credit,
    )


class ArticlePage(Resource):
    items: list[Article]
    next: str | None
    """The cursor of the next page; null at the end."""


class Navigation(Resource):
    sections: list[str]
    """Their paths, in its order; empty where the newsroom chose none."""


class Pinned(Resource):
    articles: list[int]
    """Their ids, in order."""


class BylineUrls(Resource):
    page: str
    feed: str


class Byline(Resource):
    """An author, with what their page here says."""

    slug: str
    name: str
    url: str
    """Their own page elsewhere."""
    about: str
    urls: BylineUrls

    @classmethod
    def of(cls, author: model.Author, urls: Urls) -> "Byline":
        page = paths.AUTHOR(author=author.slug)
        return cls(
            slug=author.slug,
            name=author.name,
            url=author.url,
            about=author.about,
            urls=BylineUrls(page=urls.of(page), feed=urls.feed(page, ".rss")),
        )


class BylinePage(Resource):
    items: list[Byline]
    next: str | None
    """The cursor of the next page; null at the end."""


class SectionUrls(Resource):
    page: str
    feed: str
    api: str


class Section(Resource):
    path: str
    """Its slugs from the root, as in `world/africa`."""
    slug: str
    parent: str | None
    title: str
    description: str
    created_at: datetime
    urls: SectionUrls

    @classmethod
    def of(cls, section: model.Section, urls: Urls) -> "Section":
        page = paths.SECTION(section=section.path)
        return cls(
            path=section.path,
            slug=section.slug,
            parent=section.parent,
            title=section.title,
            description=section.description,
            created_at=section.created_at,
            urls=SectionUrls(page=urls.of(page), feed=urls.feed(page, ".rss"), api=urls.api_section(section.path)),
        )


class SectionPage(Resource):
    items: list[Section]
    next: str | None
    """The cursor of the next page; null at the end."""


class StandingPageUrls(Resource):
    page: str
    """Where readers find it while it is published."""
    api: str


class StandingPage(Resource):
    path: str
    """As in `/about/team/`."""
    version: int
    """Another after each edit; the ETag."""
    title: str
    body_html: str
    status: model.PageStatus
    created_at: datetime | None
    modified_at: datetime | None
    published_at: datetime | None
    """When readers saw it first."""
    urls: StandingPageUrls

    @classmethod
    def of(cls, page: model.Page, urls: Urls) -> "StandingPage":
        return cls(
            path=page.path,
            version=page.version,
            title=page.title,
            body_html=page.body_html,
            status=page.status,
            created_at=page.created_at,
            modified_at=page.modified_at,
            published_at=page.published_at,
            urls=StandingPageUrls(page=urls.of(page.path), api=urls.api_page(page.path)),
        )


class StandingPages(Resource):
    items: list[StandingPage]
    next: str | None
    """The cursor of the next page; null at the end."""


class Redirect(Resource):
    old: str
    """A path of this site, and where needed its query, percent-encoded."""
    new: str
    """Where it ends: a path of this site, percent-encoded, or an absolute URL."""

    @classmethod
    def of(cls, alias: model.Alias) -> "Redirect":
        return cls(old=reference(alias.path), new=reference(alias.page))


class RedirectPage(Resource):
    items: list[Redirect]
    next: str | None
    """The cursor of the next page; null at the end."""


class CommentUrls(Resource):
    article: str
    """The article, in this API."""


class Comment(Resource):
    id: int
    guid: str
    article_id: int
    parent: int | None
    author_name: str
    author_email: str = ""
    """For moderators alone; absent for others."""
    author_url: str
    newsroom: bool
    """Whether the newsroom itself wrote it."""
    body_html: str
    status: model.CommentStatus
    held_why: list[str] = Field(default_factory=list)
    """Why it was not shown when it came: `all`, `new` (its author's first), `links N`, `word W`, `name` (as the newsroom's), `form`
    (not sent by the page's form), `ban KIND N` (by the ban of this number). For moderators alone; absent for others."""
    created_at: datetime
    urls: CommentUrls

    @classmethod
    def of(cls, comment: model.Comment, urls: Urls, *, with_email: bool) -> "Comment":
        private: dict[str, Any] = {"author_email": comment.author_email, "held_why": comment.held_why.splitlines()}
        return cls(
            id=comment.id,
            guid=comment.guid,
            article_id=comment.article_id,
            parent=comment.parent_id,
            author_name=comment.author_name,
            author_url=comment.author_url,
            newsroom=comment.newsroom,
            body_html=comment.body_html,
            status=comment.status,
            created_at=comment.created_at,
            urls=CommentUrls(article=urls.api_article(comment.article_id)),
            **(private if with_email else {}),
        )


class CommentPage(Resource):
    items: list[Comment]
    next: str | None
    """The cursor of the next page; null at the end."""


class Ban(Resource):
    id: int
    kind: model.BanKind
    value: str
    """As it was given; empty of an address, or a comment's network, of which a keyed hash alone is kept."""
    note: str
    by: str
    """Who banned: `api:` or `desk:` and the name of a token, or `cli`."""
    created_at: datetime
    ends_at: datetime | None
    """Null: when it is lifted."""

    @classmethod
    def fields_of(cls, ban: model.Ban) -> dict[str, Any]:
        return {
            "id": ban.id,
            "kind": ban.kind,
            "value": ban.shown,
            "note": ban.note,
            "by": ban.by,
            "created_at": ban.created_at,
            "ends_at": ban.ends_at,
        }


class KeptBan(Ban):
    trashed: int
    """How many comments that waited were put in the trash."""


class BanPage(Resource):
    items: list[Ban]
    next: str | None
    """The cursor of the next page; null at the end."""


class Change(Resource):
    seq: int
    at: datetime
    action: model.Action
    subject: model.Subject
    subject_id: str
    """The id of an article or a comment in digits, the section's or the page's path, or empty."""
    scopes: list[str]
    """The lists that show a difference; none when readers see none."""

    @classmethod
    def of(cls, change: model.Change) -> "Change":
        return cls(
            seq=change.seq,
            at=change.at,
            action=change.action,
            subject=change.subject,
            subject_id=change.subject_id,
            scopes=sorted(change.scopes),
        )


class ChangePage(Resource):
    items: list[Change]
    next: str | None
    """The cursor of the next page; null at the end: then ask again with the last `seq` as `since`."""


class Token(Resource):
    name: str
    scopes: list[str]
    created_at: datetime
    used_at: datetime | None
    """When it was last used, to the hour; null as long as it was not."""

    @classmethod
    def of(cls, token: model.Token) -> "Token":
        return cls(name=token.name, scopes=sorted(token.scopes), created_at=token.created_at, used_at=token.used_at)


class TokenPage(Resource):
    items: list[Token]
    next: str | None
    """The cursor of the next page; null at the end."""


class Subscription(Resource):
    """Who is sent a feed. Its secret is shown to nobody."""

    id: int
    feed: str
    """The address of the feed that is sent."""
    asked: str
    """The address that was subscribed to: perhaps an old one of the feed."""
    callback: str
    content: str
    """`full`: the whole feed; `changes`: the entries that changed."""
    signed: str | None
    """The algorithm of signatures; null where there is no secret."""
    created_at: datetime
    verified_at: datetime
    """When it was renewed last."""
    expires_at: datetime
    delivered_at: datetime | None
    """When something was delivered last; null as long as nothing was."""
    due_at: datetime | None
    """When something is to be delivered, or tried again; null: with the next update."""
    error: str
    """Why the last delivery failed; empty where it did not."""
    error_at: datetime | None
    """When one failed last."""

    @classmethod
    def of(cls, one: model.Subscription, urls: Urls) -> "Subscription":
        path, mark, query = split_holder(one.path)[1].partition("?")
        return cls(
            id=one.id,
            feed=urls.of(path) + mark + query,
            asked=one.asked,
            callback=one.callback,
            content=one.content,
            signed=one.algorithm if one.secret else None,
            created_at=one.created_at,
            verified_at=one.verified_at,
            expires_at=one.expires_at,
            delivered_at=one.last_delivered_at,
            due_at=one.due_at,
            error=one.last_error,
            error_at=one.last_error_at,
        )


class SubscriptionPage(Resource):
    items: list[Subscription]
    next: str | None
    """The cursor of the next page; null at the end."""


class FieldFault(Resource):
    field: str
    """Its dotted path, as in `authors.0.name`."""
    detail: str


class Problem(Resource):
    """A problem document (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str = ""
    errors: list[FieldFault] = Field(default=[])
    """Every wrong field; the first 50 where there are more, which `detail` then says."""
    id: int = 0
    """Of the article that has what was wanted, such as its guid (409); absent elsewhere."""
