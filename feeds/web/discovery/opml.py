"""The newsroom's feeds as OPML 2.0, a subscription list for readers: a folder for each section, nested as they are.

Of tags and authors, of which there may be any number, those of `feeds.web.names`: the most used 50 of each.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from feeds.formats import FORMATS
from feeds.kinds import all_listings
from feeds.kinds.base import Kind, Params, Publication
from feeds.kinds.listing import Group, Listing
from feeds.site import SiteState
from feeds.web.discovery.document import XML, Document, escaped
from feeds.web.names import names_in_the_news
from storage.model import NameList, Section

MEDIA_TYPE = "text/x-opml; charset=utf-8"

_EXTENSION = next(iter(FORMATS))
"""A reader that subscribes to all of a list should get each feed once: in the format to recommend."""


Feeds = Mapping[str, Sequence[Listing]]
"""Of a group, by what they are of."""


async def build_opml(site: SiteState, _params: Params, _now: datetime) -> Document:
    """Without dateModified: an article that comes changes the list or, most often, does not, and then its bytes stay."""
    listed = await names_in_the_news(site.store)
    # With thousands of sections it takes longer than anybody else should wait.
    body = await asyncio.to_thread(opml_of, site.publication, listed)
    return Document(body=body, media_type=MEDIA_TYPE, snapshot=listed.snapshot)


def opml_of(publication: Publication, listed: NameList, kinds: Sequence[Kind] | None = None) -> bytes:
    """The feeds of these kinds, of the sections, tags and authors that are listed."""
    inside: defaultdict[str | None, list[Section]] = defaultdict(list)
    for section in listed.sections:
        inside[section.parent].append(section)
    feeds = all_listings(publication, listed, kinds)
    gettext = publication.wording.gettext
    title = escaped(gettext("Feeds of %(newsroom)s", newsroom=publication.title))
    lines = [
        f'{XML}<opml version="2.0">',
        "  <head>",
        f"    <title>{title}</title>",
        f"    <ownerName>{escaped(publication.title)}</ownerName>",
        f"    <ownerId>{escaped(publication.urls.home)}</ownerId>",
        "    <docs>http://opml.org/spec2.opml</docs>",
        "  </head>",
        "  <body>",
        *_feeds(publication, feeds[Group.NEWSROOM], indent="    "),
        *_folders(publication, inside, feeds[Group.SECTIONS], None, indent="    "),
        *_folder(publication, gettext("Tags"), feeds[Group.TAGS]),
        *_folder(publication, gettext("Authors"), feeds[Group.AUTHORS]),
        "  </body>",
        "</opml>\n",
    ]
    return "\n".join(lines).encode()


def _folders(
    site: Publication, inside: Mapping[str | None, Sequence[Section]], feeds: Feeds, parent: str | None, indent: str
) -> Iterator[str]:
    """Not each section's feed with the others below it: readers that find an address look no deeper."""
    for section in inside.get(parent, ()):
        inner = indent + "  "
        yield f'{indent}<outline text="{escaped(section.title)}">'
        yield from (_feed(site, listing, inner) for listing in feeds.get(section.path, ()))
        yield from _folders(site, inside, feeds, section.path, inner)
        yield f"{indent}</outline>"


def _folder(site: Publication, title: str, feeds: Feeds) -> Iterator[str]:
    """A folder, if there is anything in it."""
    if feeds:
        yield f'    <outline text="{escaped(title)}">'
        yield from _feeds(site, feeds, indent="      ")
        yield "    </outline>"


def _feeds(site: Publication, feeds: Feeds, indent: str) -> Iterator[str]:
    return (_feed(site, listing, indent) for listings in feeds.values() for listing in listings)


def _feed(site: Publication, listing: Listing, indent: str) -> str:
    """`text` is what a person reads in the list; `title` the feed's own, where it is another (OPML 2.0, Subscription lists)."""
    attributes = {
        "type": "rss",  # whatever its format (OPML 2.0, Subscription lists)
        "text": listing.name or listing.title,
        "title": listing.title,
        "description": listing.description,
        "xmlUrl": site.urls.feed(listing.page, _EXTENSION),
        "htmlUrl": site.urls.of(listing.page),
        "language": site.language,
    }
    written = (f'{name}="{escaped(value)}"' for name, value in attributes.items() if value)
    return f"{indent}<outline {' '.join(written)}/>"
