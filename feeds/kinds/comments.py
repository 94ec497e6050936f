"""Comments: one article's, a section's, and all of them."""

from collections.abc import Iterator
from datetime import datetime

from feeds import paths
from feeds.document import FeedDocument
from feeds.kinds.base import NOTHING_MADE, FeedGone, FeedMoved, Kind, Made, NoSuchFeed, Params, Publication
from feeds.kinds.documents import Heading, comments_document
from feeds.kinds.items import headline_of
from feeds.kinds.late import late_since
from feeds.kinds.listing import Group, Listing
from feeds.kinds.paging import FEED_PAGES, canonical_cursor, span_of
from feeds.kinds.section import full_title, listed_section, titles_of
from feeds.kinds.titles import comments_on, comments_title, feed_title
from feeds.wording import saying
from storage.model import CommentList, NameList, PathTarget
from storage.protocol import Comments
from storage.scopes import COMMENTS, HOME, SITE, section_comments_scope


async def build_all(
    store: Comments, publication: Publication, params: Params, now: datetime, made: Made = NOTHING_MADE
) -> FeedDocument:
    span = span_of(params, publication.feed_items)
    listed = await store.read_comments(
        COMMENTS, limit=publication.feed_items, span=span, also=(SITE,), late_since=late_since(now, span)
    )
    return await _listed_document(listed, publication, params, made, about=publication.title, path=paths.COMMENTS())


async def build_section(
    store: Comments, publication: Publication, params: Params, now: datetime, made: Made = NOTHING_MADE
) -> FeedDocument:
    span = span_of(params, publication.feed_items)
    listed = await store.read_comments(
        section_comments_scope(params["section"]),
        limit=publication.feed_items,
        span=span,
        also=(SITE,),
        late_since=late_since(now, span),
    )
    about = feed_title(listed_section(listed, params).title, publication)
    return await _listed_document(listed, publication, params, made, about=about, path=paths.SECTION_COMMENTS(**params))


async def _listed_document(
    listed: CommentList, publication: Publication, params: Params, made: Made, *, about: str, path: str
) -> FeedDocument:
    heading = Heading(title=comments_title(about, publication.wording), path=path, query=canonical_cursor(params))
    return await comments_document(listed, publication, heading, made)


async def build_article(
    store: Comments, publication: Publication, params: Params, now: datetime, made: Made = NOTHING_MADE
) -> FeedDocument:
    path = paths.ARTICLE(**params)
    span = span_of(params, publication.feed_items)
    listed = await store.view_comments(
        path, limit=publication.feed_items, span=span, also=(SITE,), late_since=late_since(now, span)
    )
    if listed is None:
        raise NoSuchFeed(saying("there is no article at %(path)s", path=path))
    if isinstance(listed, PathTarget):
        if listed.gone:
            raise FeedGone(saying("the article at %(path)s was withdrawn", path=path))
        if listed.page is not None:
            raise NoSuchFeed(saying("pages have no feeds"))
        raise FeedMoved(listed.path)
    assert listed.article is not None, "it is at the path"
    heading = Heading(
        title=comments_on(headline_of(listed.article, publication.wording), publication.wording),
        path=listed.article.path,
        query=canonical_cursor(params),
    )
    return await comments_document(listed, publication, heading, made, of_one_article=True)


def _listings(publication: Publication, _names: NameList) -> Iterator[Listing]:
    wording = publication.wording
    yield Listing(
        group=Group.NEWSROOM,
        page=paths.COMMENTS(),
        title=comments_title(publication.title, wording),
        label=wording.gettext("Comments"),
        about=wording.gettext("What readers say about any article."),
    )


def _section_listings(publication: Publication, names: NameList) -> Iterator[Listing]:
    titles, wording = titles_of(names.sections), publication.wording
    for section in names.sections:
        yield Listing(
            group=Group.SECTIONS,
            of=section.path,
            page=paths.SECTION_COMMENTS(section=section.path),
            title=comments_title(feed_title(section.title, publication), wording),
            name=comments_title(section.title, wording),
            label=wording.gettext("%(section)s: comments", section=full_title(section.path, titles)),
            about=wording.gettext("What readers say about %(section)s.", section=section.title),
        )


ALL_COMMENTS = Kind(
    name="comments",
    page=paths.COMMENTS,
    build=build_all,
    query=FEED_PAGES,
    scopes=lambda _: (COMMENTS,),
    listings=_listings,
)
SECTION_COMMENTS = Kind(
    name="section comments",
    page=paths.SECTION_COMMENTS,
    build=build_section,
    query=FEED_PAGES,
    scopes=lambda params: (section_comments_scope(params["section"]),),
    listings=_section_listings,
    in_wordpress=False,
)
ARTICLE_COMMENTS = Kind(
    name="article comments",
    page=paths.ARTICLE,
    build=build_article,
    query=FEED_PAGES,
    # Those of the article itself have its id in their names, which its path does not tell; these are raised with them.
    scopes=lambda _: (COMMENTS, HOME),
    in_wordpress=False,
)
