"""The newest articles that match words."""

from datetime import datetime

from feeds import paths
from feeds.clean.text import one_line
from feeds.document import FeedDocument
from feeds.kinds.base import NOTHING_MADE, Kind, Made, NoSuchFeed, Params, Publication
from feeds.kinds.documents import Heading, articles_document
from feeds.kinds.late import late_since
from feeds.kinds.paging import FEED_PAGES, canonical_cursor, span_of, with_query
from feeds.wording import saying
from storage.protocol import Articles
from storage.scopes import HOME, SITE
from storage.search import parse_search

WORDS = "q"
"""The parameter that holds the words."""
LONGEST = 200
"""Characters; what follows is ignored."""


def words_of(params: Params) -> str:
    """What is searched for, in its one spelling; '' where nothing is."""
    words = one_line(params.get(WORDS, "")[: LONGEST * 2])[:LONGEST].strip()
    return words if parse_search(words) else ""


async def build(
    store: Articles, publication: Publication, params: Params, now: datetime, made: Made = NOTHING_MADE
) -> FeedDocument:
    words = words_of(params)
    if not words:
        raise NoSuchFeed(saying("say what to search for: ?%(name)s=words", name=WORDS))
    span = span_of(params, publication.feed_items)
    listed = await store.search_articles(
        words, limit=publication.feed_items, span=span, also=(SITE,), late_since=late_since(now, span)
    )
    return await articles_document(
        listed,
        publication,
        Heading(
            title=f"“{words}” – {publication.title}",
            path=paths.SEARCH(),
            page=with_query(paths.SEARCH_PAGE, {WORDS: words}),
            query={WORDS: words} | canonical_cursor(params),
        ),
        made,
    )


SEARCH = Kind(
    name="search",
    page=paths.SEARCH,
    build=build,
    query=(WORDS, *FEED_PAGES),
    scopes=lambda _: (HOME,),
    # There its words stand in the path, too.
    in_wordpress=False,
)
