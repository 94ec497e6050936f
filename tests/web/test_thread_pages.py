"""A long thread in pages, over HTTP: addresses that stay, WordPress's, and links to comments wherever they stand by now."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.model import Article, Comment
from tests.kinds.newsroom import SettableClock
from tests.web.site import Client, Reply, Site, client_of, open_site

pytestmark = [pytest.mark.anyio, pytest.mark.both_engines]


@pytest.fixture
async def site(tmp_path: Path, store_url: str) -> AsyncIterator[Site]:
    async with open_site(
        tmp_path, SettableClock(), database_url=store_url, comments_per_page=3, comments_hold="none", feed_items=20
    ) as site:
        yield site


@pytest.fixture
async def client(site: Site) -> AsyncIterator[Client]:
    async with client_of(site) as client:
        yield client


async def fill(site: Site, count: int, *, in_a_row: bool = False) -> tuple[Article, list[Comment]]:
    """Comments that all answer the first one, or each the one before."""
    article = await site.newsroom.publish("harbour")
    comments: list[Comment] = []
    for number in range(count):
        parent = (comments[-1] if in_a_row else comments[0]) if comments else None
        site.clock.advance(minutes=1)
        comments.append(await site.newsroom.reply(article, f"Reader{number + 1}", parent=parent))
    return article, comments


def numbers(page: Reply) -> list[int]:
    """Of the comments shown."""
    return sorted(int(number) for number in re.findall(r'class="number"[^>]*>(\d+)<', page.text))


def links(page: Reply) -> dict[str, str]:
    return dict(re.findall(r'<li><a href="[^"]*?([^"/]*#comments)" rel="(prev|next)">', page.text))


async def test_pages_lead_to_each_other_and_keep_their_numbers(site: Site, client: Client) -> None:
    article, _ = await fill(site, 10)
    pages = [await client.ask(article.path + query) for query in ("?comments=1", "?comments=2", "")]
    assert [page.status for page in pages] == [200, 200, 200]
    assert [numbers(page) for page in pages] == [[1, 2, 3], [4, 5, 6], [7, 8, 9, 10]]
    assert [links(page) for page in pages] == [
        {"?comments=2#comments": "prev"},
        {"#comments": "prev", "?comments=1#comments": "next"},
        {"?comments=2#comments": "next"},
    ]
    # Above the oldest that is shown as well as below the last.
    assert [page.text.count(">Older comments</a>") for page in pages] == [0, 2, 2]
    assert [page.text.count(">Newer comments</a>") for page in pages] == [1, 1, 0]
    assert all("10 comments" in page.text for page in pages)
    # A reply to what stands on an earlier page says to whom, and leads there.
    assert f'in reply to <a href="{article.path}?comment=1#comment-1"><bdi>Reader1</bdi></a>' in pages[1].text
    assert 'in reply to <a href="#comment-1">1</a>' in pages[0].text
    await site.newsroom.reply(article, "News")
    assert numbers(await client.ask(article.path + "?comments=2")) == [4, 5, 6]
    assert len({page.etag for page in pages}) == 3


@pytest.mark.parametrize("query", ["?comments=3", "?comments=99", "?comments=0", "?comments=x"])
async def test_what_names_no_older_page_is_the_newest(site: Site, client: Client, query: str) -> None:
    article, _ = await fill(site, 10)
    newest, reply = await client.ask(article.path), await client.ask(article.path + query)
    assert (reply.status, reply.body, reply.etag) == (200, newest.body, newest.etag)
    assert f'<link rel="canonical" href="https://news.example{article.path}">' in reply.text


async def test_a_short_thread_is_one_page(site: Site, client: Client) -> None:
    article, comments = await fill(site, 5)
    page = await client.ask(article.path)
    assert numbers(page) == [1, 2, 3, 4, 5]
    assert links(page) == {}
    for comment in comments:
        reply = await client.ask(f"{article.path}?comment={comment.id}")
        assert (reply.status, reply.fields["location"]) == (302, f"{article.path}#comment-{comment.id}")


async def test_a_comment_s_address_leads_to_it_however_the_thread_grows(site: Site, client: Client) -> None:
    article, comments = await fill(site, 4)
    feed = f"{article.path}feed.json"
    address = f"https://news.example{article.path}?comment={comments[0].id}#comment-{comments[0].id}"
    assert address in (await client.ask(feed)).text
    for number in range(4, 12):
        shown = await client.ask(address.removeprefix("https://news.example").partition("#")[0])
        page, _, anchor = shown.fields["location"].partition("#")
        assert f'id="{anchor}"' in (await client.ask(page)).text
        await site.newsroom.reply(article, f"Reader{number + 1}")
    assert address in (await client.ask(feed)).text
    nobody = await client.ask(f"{article.path}?comment=999")
    assert (nobody.status, nobody.fields["location"]) == (302, f"{article.path}#comments")


async def test_what_wordpress_called_a_page_of_comments_leads_to_ours(site: Site, client: Client) -> None:
    article, _ = await fill(site, 10)
    for old in (f"{article.path}comment-page-2/", f"{article.path}comment-page-02", f"{article.path}?cpage=2"):
        reply = await client.ask(old)
        assert (reply.status, reply.fields["location"]) == (301, f"{article.path}?comments=2"), old
    plain = await client.ask(f"{article.path}comment-page-x/")
    assert plain.status == 404
    for ignored in ("/?cpage=2", "/section/world/?cpage=2", f"{article.path}?cpage=x", f"{article.path}?cpage=0"):
        assert (await client.ask(ignored)).status == 200, ignored


async def test_an_article_that_moved_takes_its_comments_addresses_along(site: Site, client: Client) -> None:
    article, comments = await fill(site, 10)
    moved = await site.newsroom.edit(article, slug="harbour-reopens")
    for query in (f"?comment={comments[0].id}", "?comments=2"):
        reply = await client.ask(article.path + query)
        assert (reply.status, reply.fields["location"]) == (301, moved.path + query)
        # The move can be undone: no browser may keep both ways for long.
        assert reply.fields["cache-control"] == "public, max-age=60"


@pytest.mark.parametrize("in_a_row", [False, True])
async def test_no_page_is_larger_than_its_comments(site: Site, client: Client, in_a_row: bool) -> None:
    """One comment with all the others under it, or each under the one before."""
    article, comments = await fill(site, 40, in_a_row=in_a_row)
    for query in (
        "",
        "?comments=1",
        "?comments=7",
        f"?parent={comments[0].id}",
        f"?parent={comments[39].id}",
        "?mine=1-x",
    ):
        page = await client.ask(article.path + query)
        assert page.status == 200
        assert len(numbers(page)) <= 5, query
    assert "comment 1<" in (await client.ask(f"{article.path}?parent={comments[0].id}")).text


async def test_a_reply_is_shown_to_its_author_on_its_page(site: Site, client: Client) -> None:
    article, comments = await fill(site, 10)
    token = re.search(r'name="token" value="(\w+)"', (await client.ask(article.path)).text)
    assert token
    form = f"token={token[1]}&name=Ann&email=ann%40a.example&comment=Quite&parent={comments[0].id}"
    sent = await client.ask(
        f"{article.path}comments",
        method="POST",
        content=form.encode(),
        Content_Type="application/x-www-form-urlencoded",
    )
    assert sent.status == 303
    page, _, anchor = sent.fields["location"].partition("#")
    assert f'id="{anchor}"' in (await client.ask(page)).text


async def test_a_held_reply_is_shown_below_what_it_answers(tmp_path: Path, store_url: str) -> None:
    """Whatever page that is on: its author sees whom they answered, as everybody will once it is approved."""
    async with (
        open_site(tmp_path, SettableClock(), database_url=store_url, comments_per_page=3, comments_hold="all") as site,
        client_of(site) as client,
    ):
        article, comments = await fill(site, 10, in_a_row=True)
        answered = comments[1]
        sent = await client.ask(
            f"{article.path}comments",
            method="POST",
            content=f"name=Ann&email=ann%40a.example&comment=Quite&parent={answered.id}".encode(),
            Content_Type="application/x-www-form-urlencoded",
        )
        assert sent.status == 303
        page, _, anchor = sent.fields["location"].partition("#")
        shown = (await client.ask(page)).text
        own = shown[shown.index(f'id="{anchor}"') :]
        assert f'in reply to <a href="#comment-{answered.id}">2</a>' in own[: own.index("</article>")]
