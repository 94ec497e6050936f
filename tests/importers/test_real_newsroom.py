"""A real newsroom: imported, served, and compared with what its WordPress served, entry by entry."""

import os
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest
from lxml import etree

from feeds.importers import Summary, export_lines, import_file
from feeds.settings import Settings
from feeds.urls import encode_path
from storage.model import CommentStatus
from storage.scopes import author_scope, tag_scope
from tests.importers.serving import served
from tests.real_feeds import Entry, path_of, read_feed, text_of_html
from tests.stores import opened_store

SHARED = os.environ.get("DATELINE_TEST_SHARED")
pytestmark = pytest.mark.skipif(not SHARED, reason="DATELINE_TEST_SHARED names no folder with real/")

REAL = Path(SHARED or "") / "real"
EXPORT = REAL / "newsroom.wxr.xml"
OLD_SITE = "http://127.0.0.1:8081"
WP = "{http://wordpress.org/export/1.2/}"
EXCERPT = "{http://wordpress.org/export/1.2/excerpt/}"
NATO = "/nato-to-step-up-presence-in-eastern-part-of-alliance-not-inside-ukraine"

FEEDS = {
    "feed": ("/feed/", "/feed.rss"),
    "feed_atom": ("/feed/atom/", "/feed.atom"),
    "category_world_feed": ("/category/world/feed/", "/section/world/feed.rss"),
    "category_world_africa_feed": ("/category/world/africa/feed/", "/section/world/africa/feed.rss"),
    "category_features-essays_feed_atom": (
        "/category/features-essays/feed/atom/", "/section/features-essays/feed.atom",
    ),
    "2022_03_feed": ("/2022/03/feed/", "/2022/03/feed.rss"),
    "2022_02_27_feed": ("/2022/02/27/feed/", "/2022/02/27/feed.rss"),
}  # fmt: skip
"""WordPress's file: its path there, and where that leads here."""

COMMENT_FEEDS = {
    "comments_feed": ("/comments/feed/", "/comments/feed.rss"),
    "comments_feed_atom": ("/comments/feed/atom/", "/comments/feed.atom"),
    "nato_feed": (f"{NATO}/feed/", f"/2022/02/25{NATO}/feed.rss"),
    "nato_feed_atom": (f"{NATO}/feed/atom/", f"/2022/02/25{NATO}/feed.atom"),
}


@pytest.fixture(scope="module")
def settings(module_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("ledger")
    return Settings(
        database_url=module_url,
        media_dir=folder / "media",
        base_url="https://ledger.example",
        title="The Daily Ledger",
        timezone="Africa/Kampala",
        feed_items=10,
        synchronous="NORMAL",
        # WordPress's feeds know nothing of an article's photo.
        content_photo=False,
        photo_enclosure=False,
    )


@pytest.fixture(scope="module")
async def summary(settings: Settings) -> Summary:
    async with opened_store(settings.database_url) as store:
        return await import_file(store, EXPORT, settings=settings)


@pytest.fixture(scope="module")
async def client(settings: Settings, summary: Summary) -> AsyncIterator[httpx2.AsyncClient]:
    assert summary.articles
    async with served(settings) as client:
        yield client


def theirs(name: str) -> list[Entry]:
    return read_feed((REAL / "feeds" / f"{name}.xml").read_bytes())


async def moved(client: httpx2.AsyncClient, path: str) -> str:
    """Where an old path leads: one permanent redirect, to what is there."""
    answer = await client.get(encode_path(path) if "?" not in path else path)
    assert answer.status_code == 301, f"{path}: {answer.status_code}"
    target = str(httpx2.URL("https://ledger.example").join(answer.headers["location"]))
    assert (await client.get(target)).status_code == 200, target
    return target


async def ours(client: httpx2.AsyncClient, old_path: str, path: str) -> list[Entry]:
    """Our feed, by way of the path that WordPress had it at."""
    target = await moved(client, old_path)
    assert target == f"https://ledger.example{path}"
    return read_feed((await client.get(target)).content)


class Exported:
    """What the export says, read by other means than the importer's."""

    def __init__(self) -> None:
        # libxml2's recovery passes over the control characters in it.
        root = etree.fromstring(EXPORT.read_bytes(), etree.XMLParser(recover=True))
        self.items = [item for item in root.iterfind("channel/item") if item.findtext(f"{WP}post_type") == "post"]
        self.excerpts: dict[str, str] = {}
        self.protected: set[str] = set()
        self.parents: dict[str, str] = {}
        """Ids of comments and of what they answer, '0' for none."""
        self.approved: set[str] = set()
        for item in self.items:
            guid = item.findtext("guid") or ""
            self.excerpts[guid] = text_of_html(item.findtext(f"{EXCERPT}encoded") or "")
            if item.findtext(f"{WP}post_password"):
                self.protected.add(guid)
            for comment in item.iterfind(f"{WP}comment"):
                its_id = comment.findtext(f"{WP}comment_id") or ""
                self.parents[its_id] = comment.findtext(f"{WP}comment_parent") or ""
                if comment.findtext(f"{WP}comment_approved") == "1":
                    self.approved.add(its_id)

    def answers_unapproved(self, guid: str) -> bool:
        """Whether a comment answers one that no reader may see."""
        parent = self.parents[guid.rpartition("#comment-")[2]]
        return parent != "0" and parent not in self.approved


@pytest.fixture(scope="module")
def exported() -> Exported:
    return Exported()


def alike(entry: Entry) -> Entry:
    """An entry without what is compared on its own."""
    return replace(entry, link="", comment_feed="", summary="", in_reply_to="")


@pytest.mark.anyio
@pytest.mark.parametrize("name", FEEDS)
async def test_the_same_articles(name: str, client: httpx2.AsyncClient, exported: Exported) -> None:
    served_there, found = theirs(name), await ours(client, *FEEDS[name])
    # WordPress lists what a password protects, its text left out; here it is a draft, and an older one takes its place.
    expected = [entry for entry in served_there if entry.guid not in exported.protected]
    assert len(found) == len(served_there)
    assert [entry.guid for entry in found][: len(expected)] == [entry.guid for entry in expected]
    for mine, other in zip(found, expected, strict=False):
        assert alike(mine) == alike(other)
        if excerpt := exported.excerpts[mine.guid]:
            assert mine.summary == other.summary == excerpt
        assert mine.link == await moved(client, path_of(other.link))
        assert mine.comment_feed == await moved(client, path_of(other.comment_feed))


@pytest.mark.anyio
async def test_the_same_articles_in_rdf(client: httpx2.AsyncClient, exported: Exported) -> None:
    """There, an article is named by its link, which does not outlive a new slug, and nothing is said of its comments and files."""
    guids = {entry.link: entry.guid for entry in theirs("feed")}
    served_there = [replace(entry, guid=guids[entry.guid]) for entry in theirs("feed_rdf")]
    expected = [entry for entry in served_there if entry.guid not in exported.protected]
    found = await ours(client, "/feed/rdf/", "/feed.rdf")
    assert len(found) == len(served_there)
    for mine, other in zip(found, expected, strict=False):
        assert alike(replace(mine, updated=mine.published, replies=None, enclosures=())) == alike(other)
        if excerpt := exported.excerpts[mine.guid]:
            assert mine.summary == other.summary == excerpt
        assert mine.link == await moved(client, path_of(other.link))
        assert mine.comment_feed == f"{mine.link}feed.rdf"


@pytest.mark.anyio
@pytest.mark.parametrize("name", COMMENT_FEEDS)
async def test_the_same_comments(name: str, client: httpx2.AsyncClient, exported: Exported) -> None:
    expected, found = theirs(name), await ours(client, *COMMENT_FEEDS[name])
    assert [entry.guid for entry in found] == [entry.guid for entry in expected]
    for mine, other in zip(found, expected, strict=True):
        if exported.answers_unapproved(mine.guid):
            # WordPress tells the name of whoever wrote the comment that waits for its moderator; here nobody learns it.
            prefix, _, text = other.content.partition(". ")
            assert prefix.startswith("In reply to ")
            other = replace(other, content=text, in_reply_to=mine.in_reply_to)
        # It also leaves the markup of a name as it is: a reader of its XML loses the elements.
        assert other.title in (mine.title, text_of_html(mine.title))
        assert other.author in (mine.author, text_of_html(mine.author))
        assert alike(replace(mine, title=other.title, author=other.author)) == alike(other)
        assert mine.in_reply_to == other.in_reply_to
        # On whatever page of the thread it is.
        page, anchor = mine.link.partition("?")[0], mine.link.partition("#")[2]
        assert anchor == other.link.partition("#")[2]
        assert page == await moved(client, path_of(other.link))


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("name", "scope"),
    [("tag_explained_feed", tag_scope("explained")), ("author_zoe-tan_feed", author_scope("zoe-tan"))],
)
async def test_the_same_lists_for_feeds_to_come(
    name: str, scope: str, settings: Settings, summary: Summary, exported: Exported
) -> None:
    assert summary.articles
    async with opened_store(settings.database_url) as store:
        listed = await store.read_articles(scope, limit=10)
    guids = [article.guid for article in listed.articles]
    expected = [entry.guid for entry in theirs(name) if entry.guid not in exported.protected]
    assert guids[: len(expected)] == expected


@pytest.mark.anyio
async def test_the_summary_counts_and_names(summary: Summary, exported: Exported) -> None:
    states = [item.findtext(f"{WP}status") for item in exported.items]
    assert summary.added == len(states) - states.count("trash")
    assert summary.scheduled == states.count("future")
    assert summary.comments[CommentStatus.APPROVED] == len(exported.approved)
    assert summary.comments[CommentStatus.PENDING] == len(exported.parents) - len(exported.approved)
    assert sorted(note.why for note in summary.made_drafts.named) == [
        "private", "protected by a password", "waiting for review",
    ]  # fmt: skip
    assert sorted(note.why for note in summary.left_out.named) == ["trash"]
    assert not summary.refused


@pytest.mark.anyio
async def test_every_old_address_leads_to_its_article(client: httpx2.AsyncClient, exported: Exported) -> None:
    for item in exported.items:
        link, post_id = item.findtext("link") or "", item.findtext(f"{WP}post_id")
        shown = item.findtext(f"{WP}status") == "publish" and item.findtext("guid") not in exported.protected
        if shown:
            page = await moved(client, path_of(link))
            assert await moved(client, f"/?p={post_id}") == page
            assert await moved(client, f"/?feed=rss2&p={post_id}") == f"{page}feed.rss"
        else:
            for path in (path_of(link), f"/?p={post_id}"):
                assert (await client.get(path)).status_code in ({200} if path == "/" else {404}), path


@pytest.mark.anyio
async def test_no_address_of_a_reader_is_served(client: httpx2.AsyncClient) -> None:
    exported = EXPORT.read_text(errors="ignore")
    emails = set(re.findall(r"comment_author_email><!\[CDATA\[(.+?)\]\]", exported))
    assert len(emails) > 3
    for _, path in [*FEEDS.values(), *COMMENT_FEEDS.values()]:
        document = (await client.get(path)).text
        assert not [email for email in emails if email in document]


@pytest.mark.anyio
async def test_it_comes_over_once_and_goes_on_whole(
    settings: Settings, summary: Summary, store_url: str, tmp_path: Path
) -> None:
    """A second import changes nothing; what is exported is read back byte for byte."""
    async with opened_store(settings.database_url) as store, opened_store(store_url) as other:
        seq = await store.last_seq()
        assert (await import_file(store, EXPORT, settings=settings)).unchanged == summary.added
        assert await store.last_seq() == seq
        lines = [line async for line in export_lines(store, private=True)]
        (tmp_path / "newsroom.jsonl").write_bytes(b"".join(lines))
        assert (await import_file(other, tmp_path / "newsroom.jsonl", settings=settings)).added == summary.added
        assert [line async for line in export_lines(other, private=True)] == lines
