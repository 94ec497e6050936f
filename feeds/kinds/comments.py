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
from feeds.kinds.titles import comments_title, feed_title
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
    heading = Heading(title=comments_title(about), path=path, query=canonical_cursor(params))
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
        raise NoSuchFeed(f"there is no article at {path}")
    if isinstance(listed, PathTarget):
        if listed.gone:
            raise FeedGone(f"the article at {path} was withdrawn")
        if listed.page is not None:
            raise NoSuchFeed("pages have no feeds")
        raise FeedMoved(listed.path)
    assert listed.article is not None, "it is at the path"
    heading = Heading(
        title=f"Comments on: {headline_of(listed.article)}",
        path=listed.article.path,
        query=canonical_cursor(params),
    )
    return await comments_document(listed, publication, heading, made, of_one_article=True)


def _listings(publication: Publication, _names: NameList) -> Iterator[Listing]:
    yield Listing(
        group=Group.NEWSROOM,
        page=paths.COMMENTS(),
        title=comments_title(publication.title),
        label="Comments",
        about="What readers say about any article.",
    )


def _section_listings(publication: Publication, names: NameList) -> Iterator[Listing]:
    titles = titles_of(names.sections)
    for section in names.sections:
        yield Listing(
            group=Group.SECTIONS,
            of=section.path,
            page=paths.SECTION_COMMENTS(section=section.path),
            title=comments_title(feed_title(section.title, publication)),
            name=comments_title(section.title),
            label=f"{full_title(section.path, titles)}: comments",
            about=f"What readers say about {section.title}.",
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
