"""The kinds of feed.

A new kind is a file here and a line in KINDS: every format, its page, the directory, OPML, the sitemap, WordPress's addresses and
the cache come free.
"""

from collections.abc import Iterator, Mapping, Sequence

from feeds.kinds.author import AUTHOR
from feeds.kinds.base import Kind, Publication
from feeds.kinds.comments import ALL_COMMENTS, ARTICLE_COMMENTS, SECTION_COMMENTS
from feeds.kinds.dated import DAY, MONTH, YEAR
from feeds.kinds.latest import LATEST
from feeds.kinds.listing import Group, Listing
from feeds.kinds.search import SEARCH
from feeds.kinds.section import SECTION
from feeds.kinds.tag import TAG
from storage.model import NameList

KINDS: tuple[Kind, ...] = (
    LATEST, ALL_COMMENTS, SECTION, SECTION_COMMENTS, DAY, MONTH, YEAR, TAG, AUTHOR, SEARCH, ARTICLE_COMMENTS
)  # fmt: skip
"""In the order in which lists of all feeds name them."""
COMMENT_KINDS = (ALL_COMMENTS, SECTION_COMMENTS, ARTICLE_COMMENTS)
"""Those of what readers say."""
ARTICLE_KINDS = tuple(kind for kind in KINDS if kind.listings is not None and kind not in COMMENT_KINDS)
"""Those that show one list of articles each: the first of their scopes."""


def in_route_order() -> tuple[Kind, ...]:
    """As their routes are to be tried: of two that a path matches, the one that says more of it comes first."""
    return tuple(sorted(KINDS, key=lambda kind: kind.page.specificity, reverse=True))


def all_listings(
    publication: Publication, names: NameList, kinds: Sequence[Kind] | None = None
) -> Mapping[Group, Mapping[str, Sequence[Listing]]]:
    """What lists of all feeds name, by group and, within one, by what the feeds are of; `kinds`: of these alone."""
    found: dict[Group, dict[str, list[Listing]]] = {group: {} for group in Group}
    for kind in KINDS if kinds is None else kinds:
        for listing in kind.listings(publication, names) if kind.listings else ():
            found[listing.group].setdefault(listing.of, []).append(listing)
    return found


def in_sitemap(publication: Publication, names: NameList) -> Iterator[str]:
    """The paths of their pages that the sitemap names."""
    for kind in KINDS:
        if kind.in_sitemap and kind.listings:
            yield from (listing.page for listing in kind.listings(publication, names))
