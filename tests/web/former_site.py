"""WordPress sites of any permalink structure, as exports of them show them, and the addresses that they had."""

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from feeds.importers import ImportOptions, ToldAddresses, import_file
from tests.importers.wxr_files import SITE, attachment, author, category, post, wxr
from tests.kinds.newsroom import SettableClock
from tests.web.site import Site, open_site

PICTURE = 901
NOW = datetime(2024, 3, 9, 12, tzinfo=UTC)
UNTOLD = ToldAddresses()


@dataclass(frozen=True)
class Story:
    number: int
    slug: str
    day: str
    """'2024-03-05'."""
    categories: tuple[str, ...] = ("world",)
    """Their paths."""
    writer: str = "jdoe"

    @property
    def here(self) -> str:
        return f"/{self.day.replace('-', '/')}/{self.slug}/"


STORIES = (
    Story(11, "ferry-resumes", "2024-03-05", ("world/africa",)),
    Story(12, "harbour-reopens-2", "2024-03-05", ("business",), "asmith"),
    Story(2013, "bridge", "2024-02-29"),
    Story(14, "übung-am-fluss", "2023-11-11", ("world", "business")),
)


@dataclass(frozen=True)
class Old:
    """A site: where it was, and how its addresses were made, in words of its own."""

    structure: str = "/%year%/%monthnum%/%day%/%postname%/"
    """'' = plain."""
    path: str = ""
    index: str = ""
    """'/index.php', or nothing."""
    category_base: str = ""
    tag_base: str = ""

    @property
    def home(self) -> str:
        return f"{self.path}{self.index}"

    @property
    def front(self) -> str:
        return self.structure.partition("%")[0] or "/"

    @property
    def before_dates(self) -> str:
        first = re.findall("%[a-z_]+%", self.structure)[:3]
        return self.home + self.front + ("date/" if "%post_id%" in first else "")

    @property
    def before_categories(self) -> str:
        base = f"/{self.category_base}/" if self.category_base and not self.index else f"{self.front}category/"
        return self.home + base

    @property
    def before_tags(self) -> str:
        return self.home + (f"/{self.tag_base}/" if self.tag_base and not self.index else f"{self.front}tag/")

    @property
    def before_authors(self) -> str:
        return f"{self.home}{self.front}author/"

    def link(self, story: Story) -> str:
        """The path and the query of an article's address."""
        if not self.structure:
            return f"{self.path}/?p={story.number}"
        year, month, day = story.day.split("-")
        facts = {
            "year": year, "monthnum": month, "day": day, "hour": "08", "minute": "30", "second": "07",
            "postname": story.slug, "post_id": str(story.number), "category": story.categories[0], "author": story.writer,
        }  # fmt: skip
        return self.home + re.sub("%([a-z_]+)%", lambda tag: facts[tag[1]], self.structure)

    def page_link(self, number: int, line: str) -> str:
        return f"{self.home}/{line}/" if self.structure else f"{self.path}/?page_id={number}"

    def page_here(self, line: str) -> str:
        """Where a page is here: where it was, or below the page that it is in where it was at a number."""
        return f"{self.home}/{line}/" if self.structure else f"/{line}/"

    def day(self, story: Story, parts: int) -> str:
        """Of the day of an article, or with fewer parts of its month or year; '' where the structure has no such address."""
        year, month, day = story.day.split("-")
        orders = (("year", "monthnum", "day"), ("day", "monthnum", "year"), ("monthnum", "day", "year"))
        order = next((one for one in orders if "/".join(f"%{tag}%" for tag in one) in self.structure), orders[0])
        if order[0] != "year" and parts < 3:
            return ""
        facts = {"year": year, "monthnum": month, "day": day}
        return self.before_dates + "".join(f"{facts[tag]}/" for tag in order[:parts])

    def export(self) -> str:
        items = [
            post(
                story.number,
                f"Story {story.number}",
                link=SITE + self.link(story),
                guid=f"{SITE}{self.path}/?p={story.number}",
                name=story.slug,
                creator=story.writer,
                date_gmt=f"{story.day} 08:30:07",
                date=f"{story.day} 08:30:07",
                categories={path.rpartition("/")[2]: path.title() for path in story.categories},
                tags={"nato": "NATO"},
            )
            for story in STORIES
        ]
        before = [
            author("jdoe", "Jane Doe", author_id=2),
            author("asmith", "Ann Smith", author_id=3),
            category("world", "World", term_id=5),
            category("africa", "Africa", "world", term_id=6),
            category("business", "Business", term_id=7),
        ]
        pages = [
            post(number, slug.title(), kind="page", name=slug, parent=parent, link=SITE + self.page_link(number, line))
            for number, slug, parent, line in ((900, "about", 0, "about"), (902, "team", 900, "about/team"))
        ]
        # What is named like a page is another thing.
        namesake = post(
            903, "Bridge", kind="page", name="bridge", parent=902, link=SITE + self.page_link(903, "about/team/bridge")
        )
        text = wxr(*items, *pages, namesake, attachment(PICTURE, parent=11), before=before)
        return text.replace(f"_url>{SITE}<", f"_url>{SITE}{self.path}<").replace(
            f"<link>{SITE}</link>", f"<link>{SITE}{self.path}</link>"
        )


@asynccontextmanager
async def moved_from(
    folder: Path, *olds: Old, told: ToldAddresses = UNTOLD, exports: tuple[str, ...] = ()
) -> AsyncIterator[Site]:
    """A newsroom that came from these sites, and whatever else was exported."""
    async with open_site(folder, SettableClock(NOW)) as site:
        for number, export in enumerate((*(old.export() for old in olds), *exports)):
            file = folder / f"{number}.xml"
            file.write_text(export, encoding="utf-8")
            await import_file(
                site.state.store, file, settings=site.state.settings, clock=site.clock, options=ImportOptions(told=told)
            )
        await site.state.follower.catch_up()
        yield site


FEEDS: Mapping[str, str] = {
    "feed/": "feed.rss",
    "feed": "feed.rss",
    "feed/rss2/": "feed.rss",
    "feed/rss/": "feed.rss",
    "feed/atom/": "feed.atom",
    "feed/rdf": "feed.rdf",
    "rss/": "feed.rss",
    "rss2": "feed.rss",
    "atom/": "feed.atom",
    "rdf/": "feed.rdf",
}
"""What stands behind a list's path, and behind our page's."""


def lists(old: Old) -> Iterator[tuple[str, str]]:
    """The path of every list that the site had, and of our page that shows the same."""
    yield f"{old.home}/", "/"
    yield f"{old.home}/comments/", "/comments/"
    if not old.structure:
        return
    for path in ("world", "world/africa", "business", "africa"):
        yield f"{old.before_categories}{path}/", f"/section/{'world/africa' if path == 'africa' else path}/"
    yield f"{old.before_tags}nato/", "/tag/nato/"
    for writer in ("jdoe", "asmith"):
        yield f"{old.before_authors}{writer}/", f"/author/{writer}/"
    for story in STORIES:
        for parts in (1, 2, 3):
            if path := old.day(story, parts):
                yield path, "/" + "/".join(story.day.split("-")[:parts]) + "/"


def feeds_of(path: str, page: str) -> Iterator[tuple[str, str]]:
    """Every feed that WordPress has of a list, and ours."""
    for tail, feed in FEEDS.items():
        yield f"{path}{tail}", f"{page}{feed}"
    yield f"{path}?feed=atom", f"{page}feed.atom"
    yield f"{path}feed/?paged=2", f"{page}feed.rss?paged=2"


def queries(old: Old) -> Iterator[tuple[str, str]]:
    """Addresses of a site without permalinks, which every site has."""
    pages = {
        "cat=5": "/section/world/",
        "cat=6": "/section/world/africa/",
        "category_name=world/africa": "/section/world/africa/",
        "category_name=africa": "/section/world/africa/",
        "tag=nato": "/tag/nato/",
        "author=3": "/author/asmith/",
        "author_name=jdoe": "/author/jdoe/",
        "m=2024": "/2024/",
        "m=202403": "/2024/03/",
        "m=20240305": "/2024/03/05/",
        "year=2024": "/2024/",
        "year=2024&monthnum=3": "/2024/03/",
        "year=2024&monthnum=03&day=5": "/2024/03/05/",
        **{f"p={story.number}": story.here for story in STORIES},
        **{f"p={story.number}&page=2": story.here for story in STORIES},
        **{f"name={quote(story.slug)}": story.here for story in STORIES},
        f"page_id={STORIES[0].number}": STORIES[0].here,
        f"attachment_id={PICTURE}": STORIES[0].here,
        f"p={PICTURE}": STORIES[0].here,
    }
    for path in (f"{old.path}/", f"{old.path}/index.php"):
        for query, page in pages.items():
            if page != path:
                yield f"{path}?{query}", page
            yield f"{path}?{query}&feed=atom", f"{page}feed.atom"
            yield f"{path}?feed=rss2&{query}", f"{page}feed.rss"
        yield from ((f"{path}?{query}", old.page_here(line)) for query, line in LINES.items())
        yield f"{path}?s=two+words", "/search?q=two+words"
        yield f"{path}?s=two+words&feed=rss2", "/search/feed.rss?q=two+words"
        yield f"{path}?feed=rdf", "/feed.rdf"
        yield f"{path}?feed=comments-rss2", "/comments/feed.rss"
        yield f"{path}?feed=rss2&withcomments=1", "/comments/feed.rss"
        yield f"{path}?feed=comments-atom&cat=5", "/section/world/comments/feed.atom"
    yield f"{old.path}/wp-rss2.php", "/feed.rss"
    yield f"{old.path}/wp-atom.php?cat=5", "/section/world/feed.atom"
    yield f"{old.path}/wp-commentsrss2.php", "/comments/feed.rss"


LINES = {
    "page_id=900": "about",
    "p=902": "about/team",
    "pagename=about": "about",
    "pagename=about/team": "about/team",
    "pagename=about/team/bridge": "about/team/bridge",
}
"""Queries that name pages, each by the line of their slugs."""
NOTHING = (
    *(
        "name=nothing",
        "name=bridge-2",
        "name=about/team",
        "pagename=nothing",
        "pagename=about/nothing",
        "pagename=about/bridge",
    ),
    *(
        "cat=99",
        "cat=5,6",
        "cat=-5",
        "category_name=nowhere",
        "tag=un",
        "tag=nato,un",
        "author=99",
        "author_name=nobody",
    ),
    *("p=99", "p=99&page=2", "p=11x", "page_id=99", "attachment_id=99", "attachment=photo-901"),
    *("m=202413", "m=20240332", "year=2024&monthnum=13", "day=5", "cat=5&tag=nato", "author=2&year=2024"),
)
"""Queries that no list, article, page or picture of the site is named by."""
NO_FEEDS = ("page_id=900", "p=902", "pagename=about", "pagename=about/team")
"""Those of pages, whose comments have no feed any more."""


def of_articles(old: Old) -> Iterator[tuple[str, str]]:
    if not old.structure:
        return
    for story in STORIES:
        link = old.link(story).rstrip("/") + "/"
        if link != story.here:
            yield link, story.here
            yield link[:-1], story.here
        for tail in ("2/", "2", "embed/", "trackback/", "amp/", "page/3/", "comment-page-1/"):
            yield link + tail, story.here + ("?comments=1" if tail.startswith("comment") else "")
        yield from feeds_of(link, story.here)
