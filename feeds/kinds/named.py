"""The kinds that list the articles of one scope under a name: a section, a tag, an author."""

from collections.abc import Callable, Iterable
from datetime import datetime

from feeds.document import FeedDocument
from feeds.kinds.base import NOTHING_MADE, Kind, Made, Params, Publication
from feeds.kinds.documents import Heading, articles_document
from feeds.kinds.late import late_since
from feeds.kinds.listing import Listing, Named
from feeds.kinds.paging import FEED_PAGES, canonical_cursor, span_of
from feeds.kinds.titles import feed_title
from feeds.paths import PathTemplate
from storage.model import ArticleList, NameList
from storage.protocol import Articles
from storage.scopes import SITE


def named_kind(
    name: str,
    page: PathTemplate,
    scope: Callable[[Params], str],
    named: Callable[[ArticleList, Params], Named],
    listings: Callable[[Publication, NameList], Iterable[Listing]],
    *,
    in_sitemap: bool = False,
    in_wordpress: bool = True,
    wordpress_parameter: str = "",
) -> Kind:
    """A kind whose documents are parts of the list of `scope`; the other arguments are the Kind's own."""

    async def build(
        store: Articles, publication: Publication, params: Params, now: datetime, made: Made = NOTHING_MADE
    ) -> FeedDocument:
        span = span_of(params, publication.feed_items)
        listed = await store.read_articles(
            scope(params),
            limit=publication.feed_items,
            span=span,
            also=(SITE,),
            late_since=late_since(now, span),
        )
        called = named(listed, params)
        heading = Heading(
            title=feed_title(called.name, publication),
            path=page(**params),
            description=called.description,
            query=canonical_cursor(params),
        )
        return await articles_document(listed, publication, heading, made)

    return Kind(
        name=name,
        page=page,
        build=build,
        query=FEED_PAGES,
        scopes=lambda params: (scope(params),),
        named=named,
        listings=listings,
        in_sitemap=in_sitemap,
        in_wordpress=in_wordpress,
        wordpress_parameter=wordpress_parameter,
    )
