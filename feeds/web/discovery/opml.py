"""The newsroom's feeds as OPML 2.0, a subscription list for readers: a folder for each section, nested as they are.

Of tags and authors, of which there may be any number, those of `feeds.web.names`: the most used 50 of each.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from feeds.formats import FORMATS
from feeds.kinds.base import Params, Publication
from feeds.kinds.titles import comments_title, feed_title
from feeds.site import SiteState
from feeds.web.discovery.document import XML, Document, escaped
from feeds.web.names import names_in_the_news
from storage.model import Author, NameList, Section, Tag

PATH = "/feeds.opml"
MEDIA_TYPE = "text/x-opml; charset=utf-8"

_EXTENSION = next(iter(FORMATS))
"""A reader that subscribes to all of a list should get each feed once: in the format to recommend."""


async def build_opml(site: SiteState, _params: Params, _now: datetime) -> Document:
    """Without dateModified: an article that comes changes the list or, most often, does not, and then its bytes stay."""
    listed = await names_in_the_news(site)
    # With thousands of sections it takes longer than anybody else should wait.
    body = await asyncio.to_thread(_document, site.publication, listed)
    return Document(body=body, media_type=MEDIA_TYPE, snapshot=listed.snapshot)


def _document(publication: Publication, listed: NameList) -> bytes:
    inside: defaultdict[str | None, list[Section]] = defaultdict(list)
    for section in listed.sections:
        inside[section.parent].append(section)
    title = escaped(f"Feeds of {publication.title}")
    lines = [
        f'{XML}<opml version="2.0">',
        "  <head>",
        f"    <title>{title}</title>",
        f"    <ownerName>{escaped(publication.title)}</ownerName>",
        f"    <ownerId>{escaped(publication.urls.of('/'))}</ownerId>",
        "    <docs>http://opml.org/spec2.opml</docs>",
        "  </head>",
        "  <body>",
        *_newsroom(publication),
        *_folders(publication, inside, None, indent="    "),
        *_named(publication, "Tags", "/tag/", listed.tags),
        *_named(publication, "Authors", "/author/", listed.authors),
        "  </body>",
        "</opml>\n",
    ]
    return "\n".join(lines).encode()


def _newsroom(site: Publication) -> Iterator[str]:
    yield _feed(site, "/", site.title, "    ", site.description)
    yield _feed(site, "/comments/", comments_title(site.title), "    ")


def _folders(
    site: Publication, inside: Mapping[str | None, Sequence[Section]], parent: str | None, indent: str
) -> Iterator[str]:
    """Not each section's feed with the others below it: readers that find an address look no deeper."""
    for section in inside.get(parent, ()):
        path, inner = f"/section/{section.path}/", indent + "  "
        yield f'{indent}<outline text="{escaped(section.title)}">'
        title = feed_title(section.title, site)
        yield _feed(site, path, section.title, inner, section.description, title=title)
        yield _feed(site, f"{path}comments/", comments_title(section.title), inner, title=comments_title(title))
        yield from _folders(site, inside, section.path, inner)
        yield f"{indent}</outline>"


def _named(site: Publication, title: str, root: str, names: Sequence[Tag | Author]) -> Iterator[str]:
    """A folder, if there is anything in it."""
    if names:
        yield f'    <outline text="{title}">'
        for name in names:
            yield _feed(site, f"{root}{name.slug}/", name.name, "      ", title=feed_title(name.name, site))
        yield "    </outline>"


def _feed(site: Publication, path: str, text: str, indent: str, description: str = "", *, title: str = "") -> str:
    """`text` is what a person reads in the list; `title` the feed's own, where it is another (OPML 2.0, Subscription lists)."""
    page = site.urls.of(path)
    attributes = {
        "type": "rss",  # whatever its format (OPML 2.0, Subscription lists)
        "text": text,
        "title": title or text,
        "description": description,
        "xmlUrl": f"{page}feed{_EXTENSION}",
        "htmlUrl": page,
        "language": site.language,
    }
    written = (f'{name}="{escaped(value)}"' for name, value in attributes.items() if value)
    return f"{indent}<outline {' '.join(written)}/>"
