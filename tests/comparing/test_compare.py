"""What subscribers would see: a newsroom moves in, on real sockets, and is asked beside the site that it left."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest

from feeds.comparing.comparison import NothingToCompare
from feeds.comparing.discovering import Kind
from feeds.comparing.reasons import Why
from feeds.comparing.reporting import counts, sentence
from feeds.comparing.results import Led
from feeds.importers import import_file
from storage.model import ArticleStatus, CommentStatus, Page, PageStatus
from tests.comparing.move import NOW, Compared, Move, moving
from tests.comparing.move import compared as compared_sites
from tests.comparing.old_site import OldSite, Post, Reply, old_site, posts
from tests.importers.agency import Answer

pytestmark = pytest.mark.anyio


@pytest.fixture
def old() -> Iterator[OldSite]:
    with old_site(posts(12), shown=5) as old:
        yield old


@pytest.fixture
async def move(old: OldSite, tmp_path: Path) -> AsyncIterator[Move]:
    async with moving(old, tmp_path) as move:
        await move.import_all()
        yield move


async def test_nobody_is_lost_by_an_import(move: Move) -> None:
    compared = await move.compare()
    verdict = compared.verdict
    assert not [row for row in compared.feeds.values() if not row["same"] or row["differences"]]
    assert not [row for row in compared.addresses.values() if row["led"] not in (Led.SAME, Led.MOVED)]
    assert verdict.clean
    # Lists, sections in two formats, tag, author, and each article's comments.
    assert set(compared.feeds) >= {
        "/feed/",
        "/feed/atom/",
        "/comments/feed/",
        "/category/world/feed/",
        "/category/world/feed/atom/",
        "/tag/harbour/feed/",
        "/author/jdoe/feed/",
        "/story-12/feed/",
        "/story-1/feed/",
    }
    assert verdict.feeds == verdict.same == len(compared.feeds)
    assert set(compared.addresses) == {
        "/",
        "/category/world/",
        "/category/sports/",
        "/tag/harbour/",
        "/author/jdoe/",
        *(f"/story-{number}/" for number in range(1, 13)),
    }
    assert compared.feeds["/feed/"]["leads_to"] == "/feed.rss"
    assert compared.addresses["/story-3/"]["redirects"] == [301]
    assert compared.addresses["/story-3/"]["leads_to"] == "/2022/03/01/story-3/"


async def withdraw(move: Move, headline: str, status: ArticleStatus = ArticleStatus.WITHDRAWN) -> None:
    article = await move.article(headline)
    await move.store.update_article(replace(article, status=status), if_version=article.version)


def not_same(compared: Compared) -> set[str]:
    return {path for path, row in compared.feeds.items() if not row["same"]}


async def test_of_one_article_that_is_deleted_by_hand_it_says_which_feeds_lose_it(move: Move) -> None:
    await withdraw(move, "Story 12")
    compared = await move.compare()
    assert not compared.verdict.clean
    lists = {
        "/feed/",
        "/feed/atom/",
        "/category/sports/feed/",
        "/category/sports/feed/atom/",
        "/tag/harbour/feed/",
        "/author/jdoe/feed/",
    }
    assert not_same(compared) == lists | {"/comments/feed/", "/story-12/feed/"}
    for path in lists:
        assert compared.entries(path, "missing") == [("Story 12", Why.WITHDRAWN)]
        assert not compared.feeds[path]["new"], "an older one takes its place, as it would there"
    assert compared.entries("/comments/feed/", "missing") == [
        ("Comment on Story 12 by Ama", Why.WITHDRAWN), ("Comment on Story 12 by Kofi", Why.WITHDRAWN),
    ]  # fmt: skip
    assert compared.feeds["/story-12/feed/"]["why"] == Why.GONE
    assert (compared.verdict.lost, compared.verdict.missing) == (1, len(lists) + 2)
    lost = [path for path, row in compared.addresses.items() if row["led"] == Led.LOST]
    assert lost == ["/story-12/"]
    assert compared.addresses["/story-12/"]["status"] == 410


async def test_it_says_why_an_article_is_not_here(move: Move, old: OldSite) -> None:
    await withdraw(move, "Story 12", ArticleStatus.DRAFT)
    article = await move.article("Story 11")
    await move.store.update_article(replace(article, sections=("sports",)), if_version=article.version)
    old.posts = [*old.posts[:9], Post(13, "Left out", hour=9.5), *old.posts[9:], Post(14, "Came after the import")]
    old.publish()
    compared = await move.compare()
    assert compared.entries("/feed/", "missing") == [
        ("Came after the import", Why.NEWER), ("Story 12", Why.DRAFT), ("Left out", Why.NOT_IMPORTED),
    ]  # fmt: skip
    assert ("Story 11", Why.ELSEWHERE) in compared.entries("/category/world/feed/", "missing")
    assert compared.entries("/category/sports/feed/", "new") == [("Story 11", Why.ADDED)]
    assert compared.feeds["/story-12/feed/"]["why"] == Why.GONE


async def test_replies_that_wait_or_were_thrown_away_here(move: Move) -> None:
    comments = {comment.guid.rpartition("-")[2]: comment for comment in await move.store.list_comments(limit=100)}
    for number, status in (("90", CommentStatus.PENDING), ("91", CommentStatus.SPAM)):
        await move.store.set_comment_status(comments[number].id, status, by="ann", list_after=timedelta(0))
    compared = await move.compare()
    assert not_same(compared) == {"/comments/feed/", "/story-9/feed/"}
    assert compared.entries("/story-9/feed/", "missing") == [("By: Ama", Why.SPAM), ("By: Kofi", Why.PENDING)]


async def test_what_is_written_here_since_is_new_indeed(move: Move) -> None:
    article = await move.article("Story 12")
    ours = replace(article, guid="urn:uuid:7c0c7cb8-4f5e-4c39-8f2b-4c0e0c9a1d11", headline="Written here", slug="written-here",
                   published_at=NOW, day=NOW.date())  # fmt: skip
    await move.store.add_article(ours)
    compared = await move.compare()
    assert compared.verdict.clean
    assert compared.verdict.written_here == 6


async def test_what_a_password_protects_is_lost_to_nobody(old: OldSite, tmp_path: Path) -> None:
    old.change(12, protected=True)
    old.change(9, protected=True)
    async with moving(old, tmp_path) as move:
        await move.import_all()
        compared = await move.compare()
    assert compared.verdict.clean
    assert compared.verdict.withheld >= 8
    assert compared.addresses["/story-12/"]["led"] == Led.PROTECTED


@pytest.mark.parametrize(("shown", "why", "what"), [(3, Why.SHORTER, "missing"), (8, Why.LONGER, "new")])
async def test_how_long_feeds_are(old: OldSite, tmp_path: Path, shown: int, why: Why, what: str) -> None:
    async with moving(old, tmp_path, feed_items=shown) as move:
        await move.import_all()
        compared = await move.compare()
    assert not compared.verdict.clean
    assert {found for _, found in compared.entries("/feed/", what)} == {why}
    assert len(compared.entries("/feed/", what)) == abs(5 - shown)


async def test_ids_that_begin_otherwise_are_other_articles_to_readers(old: OldSite, tmp_path: Path) -> None:
    async with moving(old, tmp_path) as move:
        path = tmp_path / "changed.xml"
        path.write_text(old.export().replace(f">{old.url}/?p=", f">{old.url.replace('http:', 'https:')}/?p="))
        await import_file(move.store, path, settings=move.settings, clock=move.store.now)
        compared = await move.compare()
    assert not compared.verdict.clean
    [reason] = {entry["reason"] for entry in compared.feeds["/feed/"]["new"]}
    assert reason == "readers know it by another id: there it begins with http:, here with https:"
    assert not compared.feeds["/feed/"]["missing"]


async def test_lists_that_are_not_here(move: Move, old: OldSite) -> None:
    old.posts = [*old.posts, Post(13, tags={"fog": "Fog"})]
    old.publish()
    compared = await move.compare()
    assert compared.feeds["/tag/fog/feed/"]["why"] == Why.UNKNOWN
    assert compared.feeds["/tag/fog/feed/"]["reason"] == "nothing here has this address (404)"
    assert {path for path, row in compared.addresses.items() if row["led"] == Led.LOST} == {"/tag/fog/", "/story-13/"}


async def test_an_address_that_leads_nowhere_there_either_is_lost_to_nobody(move: Move, old: OldSite) -> None:
    del old.agency.answers["/story-2/"], old.agency.answers["/story-2/feed/"]
    await withdraw(move, "Story 2")
    compared = await move.compare()
    assert compared.addresses["/story-2/"]["led"] == Led.NEVER
    assert compared.verdict.led[Led.LOST] == 0


async def test_without_a_sitemap_lists_name_their_articles(move: Move, old: OldSite) -> None:
    for path in [path for path in old.agency.answers if "sitemap" in path or "robots" in path]:
        del old.agency.answers[path]
    compared = await move.compare()
    assert compared.verdict.clean
    # What any list shows, and their threads.
    assert {"/story-12/", "/story-3/"} <= set(compared.addresses)
    assert {"/story-12/feed/", "/story-3/feed/", "/category/world/feed/", "/tag/harbour/feed/"} <= set(compared.feeds)
    assert "/story-1/" not in compared.addresses


async def test_of_a_large_site_a_sample_is_compared_the_same_each_time(move: Move) -> None:
    one, two = await move.compare(sample=5), await move.compare(sample=5)
    assert (set(one.feeds), set(one.addresses)) == (set(two.feeds), set(two.addresses))
    assert len([row for row in one.feeds.values() if row["kind"] == Kind.COMMENTS]) == 5
    assert (one.verdict.addresses, one.verdict.addresses_left_out) == (5, 12)
    assert one.verdict.feeds_left_out >= 7
    assert one.verdict.clean
    assert "That is of a sample:" in sentence(one.verdict)


async def test_what_dateline_answers_in_place_of_the_old_site_proves_nothing(move: Move, old: OldSite) -> None:
    async with httpx2.AsyncClient(trust_env=False) as client:
        here = (await client.get(f"{move.here}/feed.rss")).content
    old.agency.answers["/feed/"] = Answer(here, headers={"Content-Type": "application/rss+xml"})
    compared = await move.compare()
    row = compared.feeds["/feed/"]
    assert (row["why"], row["same"]) == (Why.UNREAD_THERE, False)
    assert "past the rule in the proxy" in row["reason"]
    assert not compared.verdict.clean


async def test_comments_on_pages_are_counted_apart_and_their_feeds_end_with_a_word(move: Move, old: OldSite) -> None:
    await move.store.add_page(Page(path="/about/", title="About", status=PageStatus.PUBLISHED, created_at=NOW))
    about = replace(posts(1)[0], title="About", id=90, replies=(Reply(901),))
    feed = old.agency.answers["/comments/feed/"]
    item = old.comment(about, about.replies[0]).replace("/story-90/", "/about/")
    feed.body = feed.body.replace(b"<item>", item.encode() + b"<item>", 1)
    feed_of_page = old.rss("/about/", [item]).encode()
    old.agency.answers["/about/feed/"] = Answer(feed_of_page, headers={"Content-Type": "application/rss+xml"})
    named = old.agency.answers["/wp-sitemap-posts-post-1.xml"]
    named.body = named.body.replace(b"</urlset>", f"<url><loc>{old.url}/about/</loc></url></urlset>".encode())
    compared = await move.compare()
    assert compared.entries("/comments/feed/", "left_behind") == [("Comment on About by Kofi", Why.ON_PAGE)]
    assert compared.feeds["/comments/feed/"]["same"]
    assert compared.feeds["/about/feed/"]["why"] == Why.ON_PAGE
    assert not compared.feeds["/about/feed/"]["same"]
    assert (compared.verdict.ended, compared.verdict.left_behind, compared.verdict.clean) == (1, 1, True)
    verdict = compared.verdict
    assert (
        f"{verdict.feeds - 1} of {verdict.feeds} feeds are the same for subscribers, 1 of comments on pages ends"
        in (sentence(verdict))
    )
    assert "lists are without 1" in dict(counts(verdict))["on pages"]
    async with httpx2.AsyncClient(trust_env=False) as client:
        ended = await client.get(f"{move.here}/about/feed/")
    assert (ended.status_code, "omments on pages were not carried over" in ended.text) == (410, True)


async def test_an_empty_feed_of_somebody_unknown_there_is_nobodys(move: Move, old: OldSite) -> None:
    """WordPress answers for an author whom it does not know with a feed without entries, and a page that is not found."""
    empty = Answer(old.rss("/", []).encode(), headers={"Content-Type": "application/rss+xml"})
    old.agency.answers["/author/jdoe/feed/"] = empty
    page = old.agency.answers.pop("/author/jdoe/")
    compared = await move.compare()
    assert "/author/jdoe/feed/" not in compared.feeds
    old.agency.answers["/author/jdoe/"] = page
    compared = await move.compare()
    assert {why for _, why in compared.entries("/author/jdoe/feed/", "new")} == {Why.ADDED}


async def test_a_feed_that_cannot_be_read_there_proves_nothing(move: Move, old: OldSite) -> None:
    old.agency.answers["/category/world/feed/"] = Answer(status=500)
    compared = await move.compare()
    assert not compared.verdict.clean
    row = compared.feeds["/category/world/feed/"]
    assert (row["why"], row["reason"]) == (Why.UNREAD_THERE, "cannot be read there: its server answers 500")


async def test_progress_is_told(move: Move) -> None:
    compared = await move.compare()
    assert ("reading sitemaps", 17, None) in compared.done
    assert ("comparing feeds (comments)", 12, 12) in compared.done
    assert compared.done[-1] == ("asking for addresses", 17, 17)


async def test_there_has_to_be_something_to_compare(move: Move, old: OldSite) -> None:
    with pytest.raises(NothingToCompare, match=r"no Dateline answers at .* answers 404.*--here"):
        await compared_sites(old.url, old.url + "/blog", move.store)
    with pytest.raises(NothingToCompare, match=r"no Dateline answers at http://127\.0\.0\.1:1/"):
        await compared_sites(old.url, "http://127.0.0.1:1/", move.store)
    for path in [path for path in old.agency.answers if "feed" in path]:
        del old.agency.answers[path]
    with pytest.raises(NothingToCompare, match="no feed was found"):
        await move.compare()
    del old.agency.answers["/"]
    with pytest.raises(NothingToCompare, match="answers 404"):
        await move.compare()
    with pytest.raises(NothingToCompare, match=r"http://127\.0\.0\.1:1/: "):
        await compared_sites("http://127.0.0.1:1/", move.here, move.store)


async def here_alone(_host: str, _port: int) -> Sequence[str]:
    return ["127.0.0.1"]


async def test_a_site_that_is_elsewhere_by_now(move: Move, old: OldSite) -> None:
    old.agency.answers["/home/"] = old.agency.answers["/"]
    moved = old.url.replace("127.0.0.1", "new.example")
    old.agency.answers["/"] = Answer(status=301, headers={"Location": f"{moved}/home/"})
    with pytest.raises(NothingToCompare, match=r"redirects to http://new\.example:\d+/home/: give the address"):
        await compared_sites(old.url.replace("127.0.0.1", "old.example"), move.here, move.store, resolve=here_alone)


LOGIN = Answer(
    b"<!doctype html><title>Log in</title><form><input type=password></form>", headers={"Content-Type": "text/html"}
)


async def test_what_could_not_be_looked_at_proves_nothing(move: Move, old: OldSite) -> None:
    old.agency.answers |= {
        "/feed/": LOGIN,
        "/comments/feed/": Answer(status=401),
        "/category/world/feed/": Answer(status=403),
        "/story-12/feed/": Answer(status=302, headers={"Location": "/wp-login.php"}),
        "/wp-login.php": LOGIN,
        "/tag/harbour/feed/": Answer(status=410),
        # A page at an address that nobody announced, as sites have for whatever they do not know.
        "/rss/": LOGIN,
        "/author/jdoe/feed/": LOGIN,
        "/wp-sitemap-users-1.xml": Answer(status=500),
        "/wp-sitemap-taxonomies-post_tag-1.xml": Answer(b"<html><body>Back soon"),
    }
    compared = await move.compare()
    assert not compared.verdict.clean
    assert {path: row["reason"] for path, row in compared.feeds.items() if row["why"] == Why.UNREAD_THERE} == {
        "/feed/": "cannot be read there: what its server answers is no feed",
        "/comments/feed/": "cannot be read there: its server answers 401",
        "/category/world/feed/": "cannot be read there: its server answers 403",
        "/story-12/feed/": "cannot be read there: it leads to a login",
    }
    assert not {"/tag/harbour/feed/", "/author/jdoe/feed/", "/rss/"} & set(compared.feeds)
    assert {path: row["detail"] for path, row in compared.addresses.items() if row["led"] == Led.UNREAD} == {
        "/wp-sitemap-users-1.xml": "a sitemap: its server answers 500",
        "/wp-sitemap-taxonomies-post_tag-1.xml": "a sitemap: a web page, and no sitemap",
    }
