"""A kind of feed that somebody adds: one file, and one line in KINDS. Run, it serves it and says what everybody finds of it.

It is the newsroom's articles once more, at an address of their own.
"""

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from feeds import kinds
from feeds.kinds.base import Params, Publication
from feeds.kinds.listing import Group, Listing, Named
from feeds.kinds.named import named_kind
from feeds.paths import PathTemplate
from storage.model import ArticleList, NameList
from storage.scopes import HOME

PAGE = PathTemplate("/picks/{desk}/")


def _named(_listed: ArticleList, params: Params) -> Named:
    return Named(name=f"Picks of the {params['desk']} desk", description="What we would read.")


def _listings(_publication: Publication, _names: NameList) -> Iterator[Listing]:
    yield Listing(
        group=Group.NEWSROOM, page=PAGE(desk="night"), title="Night picks", label="Picks", about="Read these."
    )


PICKS = named_kind("picks", PAGE, lambda _: HOME, _named, _listings, in_sitemap=True, wordpress_parameter="picked_by")


async def serve(folder: Path) -> dict[str, tuple[int, dict[str, str], str]]:
    from tests.kinds.newsroom import SettableClock
    from tests.web.site import client_of, open_site

    found = {}
    async with open_site(folder, SettableClock()) as site, client_of(site) as client:
        empty = await client.ask("/picks/night/feed.rss")
        article = await site.newsroom.publish("a")
        site.clock.advance(minutes=1)
        for path in json.loads(sys.argv[2]):
            reply = await client.ask(path)
            found[path] = (reply.status, dict(reply.fields), reply.text)
        assert empty.etag != found["/picks/night/feed.rss"][1]["etag"], "what was kept of it is forgotten"
        again = await client.ask("/picks/night/feed.rss", If_None_Match=found["/picks/night/feed.rss"][1]["etag"])
        assert again.status == 304
        assert article.path in found["/picks/night/feed.rss"][2]
    return found


if __name__ == "__main__":
    kinds.KINDS = (*kinds.KINDS, PICKS)
    print(json.dumps(asyncio.run(serve(Path(sys.argv[1])))))
