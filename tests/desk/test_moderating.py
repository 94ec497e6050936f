"""The queue, what editors decide in it, and what is said of that afterwards."""

from typing import Any
from urllib.parse import quote

import pytest
from lxml import html as parser

from storage.model import ArticleStatus, Comment, CommentStatus
from tests.desk.editing import Editor, authors, browser_of, notice, sign_in
from tests.kinds.newsroom import FOUNDED
from tests.web.site import Site, client_of

pytestmark = pytest.mark.anyio

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


async def pending(site: Site, *names: str) -> list[Comment]:
    article = await site.newsroom.publish("a")
    return [await site.newsroom.reply(article, name, status=CommentStatus.PENDING) for name in names]


async def statuses(site: Site, comments: list[Comment]) -> list[str]:
    return [(await site.state.store.get_comment(comment.id)).status.value for comment in comments]


def words(page: parser.HtmlElement, path: str = "//main") -> str:
    return " ".join(" ".join(found.text_content().split()) for found in page.xpath(path))


async def test_the_queue_shows_what_an_editor_needs(site: Site, editor: Editor) -> None:
    article = await site.newsroom.publish("harbour-reopens")
    parent = await site.newsroom.reply(article, "Ann")
    await site.newsroom.reply(
        article, "Zoe", parent=parent, status=CommentStatus.PENDING, body_html="<p>No &amp; no.</p>"
    )
    page = await editor.see()
    text = words(page, "//*[@id='list']")
    for shown in (
        "Zoe", "zoe@secret.example", "On Harbour reopens", "In reply to Ann (approved)", "Quite so.", "No & no.",
        f"{(FOUNDED.hour + 3):02}:", "EAT", "Pending 1", "Approved 1", "Spam 0",
    ):  # fmt: skip
        assert shown in text, shown
    assert page.xpath("string(//p[@class='place']/a/@href)") == "/desk/articles/1/?around=2#comment-2"
    assert authors(page) == ["Zoe"]


@pytest.mark.parametrize(
    ("act", "status", "told"),
    [
        ("approve", "approved", "approved"),
        ("spam", "spam", "marked as spam"),
        ("trash", "trash", "put in the trash"),
    ],
)
async def test_an_action_is_done_told_and_undone(site: Site, editor: Editor, act: str, status: str, told: str) -> None:
    comments = await pending(site, "Zoe", "Yan")
    page = await editor.do(f"{act}:{comments[0].id}")
    assert await statuses(site, comments) == [status, "pending"]
    assert (notice(page), authors(page)) == (f"One comment {told}.", ["Yan"])
    page = await editor.undo(page)
    assert await statuses(site, comments) == ["pending", "pending"]
    assert notice(page) == "Undone: one comment as before."
    assert authors(page) == ["Zoe", "Yan"]


async def test_an_approval_reaches_readers_and_its_undoing_does(site: Site, editor: Editor) -> None:
    [comment] = await pending(site, "Zoe")
    async with client_of(site) as reader:

        async def shown() -> bool:
            return "Quite so." in (await reader.ask("/comments/feed.json")).text

        assert not await shown()
        page = await editor.do(f"approve:{comment.id}")
        assert await shown()
        await editor.undo(page)
        assert not await shown()


async def test_many_at_once_and_back_to_what_each_was(site: Site, editor: Editor) -> None:
    comments = await pending(site, *"ABCD")
    await editor.do("approve", [comments[1].id])
    page = await editor.do("trash", [comment.id for comment in comments[:3]], "/desk/?status=all")
    assert notice(page) == "3 comments put in the trash."
    assert await statuses(site, comments) == ["trash", "trash", "trash", "pending"]
    await editor.undo(page)
    assert await statuses(site, comments) == ["pending", "approved", "pending", "pending"]


async def test_only_ones_own_is_undone_and_not_over_somebody_elses(site: Site, editor: Editor) -> None:
    comments = await pending(site, *"AB")
    page = await editor.do("spam", [comment.id for comment in comments])
    async with browser_of(site) as browser:
        await sign_in(browser, "bob")
        bob = Editor(site, browser)
        assert notice(await bob.undo(page)) == "There was nothing left to undo."
        await bob.do(f"approve:{comments[0].id}")
    await editor.undo(page)
    assert await statuses(site, comments) == ["approved", "pending"]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"do": "delete:1"},
        {"do": "approve:x"},
        {"do": "approve:99999999999999999999"},
        {"do": "spam", "id": ["x", "-1", "77"]},
        {"do": "spam:1:2"},
    ],
)
async def test_nonsense_changes_nothing(site: Site, editor: Editor, fields: dict[str, Any]) -> None:
    comments = await pending(site, "Zoe")
    since = await site.state.store.last_seq()
    assert (await editor.post("/desk/moderate", fields)).status_code in (303, 400)
    assert (await editor.post("/desk/undo", {"first": "x", "last": "-1"})).status_code == 400
    assert (await editor.post("/desk/undo", {"first": "1", "last": "9" * 18})).status_code == 303
    assert await site.state.store.last_seq() == since
    assert await statuses(site, comments) == ["pending"]


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/desk/\nX: y", ""])
async def test_an_action_leads_back_to_the_desk(editor: Editor, back: str) -> None:
    response = await editor.post("/desk/moderate", {"do": "spam", "back": back})
    assert response.headers["location"] == "/desk/?done=spam-0"


@pytest.mark.parametrize(
    "query",
    [
        "status=x",
        "before=x&after=y",
        "before=" + "9" * 30,
        "done=spam-x-y-z",
        "done=x",
        "undone=-1",
        "in=x&q=x",
        "q=%00",
        "q=%ff",
    ],
)
async def test_whatever_is_asked_there_is_a_page(site: Site, editor: Editor, query: str) -> None:
    await pending(site, "Zoe")
    await editor.see(f"/desk/?{query}")
    await editor.see(f"/desk/articles/?show=x&cursor=x&{query}")
    await editor.see(f"/desk/decisions/?{query}")


async def test_pages_go_on_where_they_ended(site: Site, editor: Editor) -> None:
    names = [f"N{number}" for number in range(65)]
    await pending(site, *names)
    seen: list[str] = []
    path = "/desk/?status=all"
    pages = []
    while path:
        page = await editor.see(path)
        seen += authors(page)
        pages.append(path)
        path = str(page.xpath("string(//a[@rel='next']/@href)"))
    assert (seen, len(pages)) == (names[::-1], 3)
    back = await editor.see(str(page.xpath("string(//a[@rel='prev']/@href)")))
    assert authors(back) == names[::-1][30:60]


async def test_what_waits_is_in_one_order_and_the_next_follows_each_decision(site: Site, editor: Editor) -> None:
    names = [f"N{number}" for number in range(65)]
    comments = await pending(site, *names)
    first = await editor.see()
    assert authors(first) == names[:30]
    later = str(first.xpath("string(//a[@rel='next']/@href)"))
    second = await editor.see(later)
    assert authors(second) == names[30:60]
    assert authors(await editor.see(str(second.xpath("string(//a[@rel='prev']/@href)")))) == names[:30]
    # What is decided moves nothing but itself.
    response = await editor.post("/desk/moderate", {"do": f"approve:{comments[31].id}", "back": later})
    assert response.headers["location"].endswith(f"#comment-{comments[32].id}")
    assert authors(await editor.see(later)) == [names[30], *names[32:61]]
    page = await editor.do("spam", [comment.id for comment in comments[30:]], back=later)
    assert authors(page) == names[:30], "there is nothing after it: what is left comes"
    bearer = {"Authorization": "Bearer bob"}
    listed = (await editor.browser.get("/api/comments?status=pending&limit=200", headers=bearer)).json()["items"]
    assert [item["author_name"] for item in listed] == names[:30]
    # One after the other, each on a page of its own.
    path = f"/desk/comments/{comments[28].id}/"
    for expected in (f"/desk/comments/{comments[29].id}/", f"/desk/comments/{comments[0].id}/"):
        form = (await editor.see(path)).xpath("//form[@id='moderate']")[0]
        fields = {field.get("name"): field.get("value") for field in form.xpath(".//input")}
        number = path.split("/")[-2]
        response = await editor.post("/desk/moderate", fields | {"do": f"trash:{number}"})
        path = response.headers["location"].partition("?")[0]
        assert path == expected
    await editor.do("spam", [comment.id for comment in comments[1:28]])
    response = await editor.post("/desk/moderate", {"do": f"trash:{comments[0].id}", "onward": "1"})
    assert "Nothing is waiting." in words(await editor.see(response.headers["location"]))


async def test_search_by_text_author_and_email(site: Site, editor: Editor) -> None:
    comments = await pending(site, "Zoe", "Yan")
    await editor.do(f"spam:{comments[0].id}")
    for query, found in {
        "q=quite": ["Yan", "Zoe"],
        "q=quite&status=spam": ["Zoe"],
        "q=yan": ["Yan"],
        "q=zoe%40sec": ["Zoe"],
        "q=zoe&in=email": ["Zoe"],
        "q=quite&in=author": [],
        "q=secret": [],
        "q=%25": [],
    }.items():
        assert authors(await editor.see(f"/desk/?{query}")) == found, query
    # What is done in a search leads back to it.
    page = await editor.do(f"trash:{comments[1].id}", back="/desk/?q=quite")
    assert (authors(page), notice(page)) == (["Yan", "Zoe"], "One comment put in the trash.")


async def test_search_in_any_script(site: Site, editor: Editor) -> None:
    article = await site.newsroom.publish("a")
    bodies = {
        "山田太郎": "東京は日本の首都である。",
        "김철수": "서울에서 만났다.",
        "สมชาย": "เมืองหลวงของประเทศไทย",
        "Ann": "In 東京 too.",
    }
    for name, body in bodies.items():
        await site.newsroom.reply(article, name, status=CommentStatus.PENDING, body_html=f"<p>{body}</p>")
    for words, found in {
        "東京": ["Ann", "山田太郎"],
        "京": ["Ann", "山田太郎"],
        "太郎": ["山田太郎"],
        "서울": ["김철수"],
        "เมือง": ["สมชาย"],
        "東京 -首都": ["Ann"],
        '東京 -"in 東京"': ["山田太郎"],
    }.items():
        assert authors(await editor.see(f"/desk/?q={quote(words)}")) == found, words


async def test_a_thread_in_context(site: Site, editor: Editor) -> None:
    article = await site.newsroom.publish("a")
    first = await site.newsroom.reply(article, "Zoe", status=CommentStatus.TRASH)
    await site.newsroom.reply(article, "Yan", parent=first, status=CommentStatus.PENDING)
    await site.newsroom.reply(article, "Xi")
    page = await editor.see(f"/desk/articles/{article.id}/?around={first.id}")
    assert authors(page) == ["Zoe", "Yan", "Xi"]
    assert words(page, "//ol[@class='thread']/li/ol//bdi[@class='who']") == "Yan"
    response = await editor.post(
        "/desk/moderate", {"do": f"approve:{first.id}", "back": f"/desk/articles/{article.id}/"}
    )
    assert response.headers["location"].endswith(f"#comment-{first.id}")
    for path in ("/desk/articles/99/", "/desk/articles/99999999999999999999999/"):
        assert (await editor.browser.get(path)).status_code == 404


async def test_who_decided_what(site: Site, editor: Editor) -> None:
    [comment] = await pending(site, "Zoe")
    await editor.do(f"spam:{comment.id}")
    bearer = {"Authorization": "Bearer bob"}
    await editor.browser.post(f"/api/comments/{comment.id}/approve", headers=bearer)
    site.clock.advance(minutes=1)
    told = words(await editor.see("/desk/decisions/"), "//ol")
    assert told.index("Approved by bob (API), was spam") < told.index("Marked as spam by ann, was pending")
    assert "secret.example" not in told
    history = words(await editor.see("/desk/?status=approved"), "//details")
    assert "Approved by bob (API)" in history
    assert "marked as spam by ann, was pending" in history


async def test_articles_that_readers_do_not_see(site: Site, editor: Editor) -> None:
    later = FOUNDED.replace(year=FOUNDED.year + 1)
    await site.newsroom.publish("scheduled", later)
    await site.newsroom.publish("embargoed", embargoed_until=later.replace(day=2))
    await site.newsroom.publish("sketch", status=ArticleStatus.DRAFT, editorial_note="Ask the port.")
    await site.newsroom.withdraw(await site.newsroom.publish("gone"))
    await site.newsroom.publish("public")
    waiting = words(await editor.see("/desk/articles/"), "//ol")
    assert waiting.index("Scheduled") < waiting.index("Embargoed")
    assert "embargo ends" in waiting
    drafts = words(await editor.see("/desk/articles/?show=draft"), "//ol")
    assert "Sketch" in drafts
    assert "Ask the port." in drafts
    gone = words(await editor.see("/desk/articles/?show=withdrawn"), "//ol")
    assert "Gone" in gone
    assert "withdrawn 1 March 2023" in gone
    assert "Public" not in waiting + drafts + gone


async def test_hostile_text_is_text(site: Site, editor: Editor) -> None:
    article = await site.newsroom.publish("a", headline=HOSTILE)
    comment = await site.newsroom.reply(article, HOSTILE, status=CommentStatus.PENDING, body_html="<p>x</p>")
    await editor.do(f"hold:{comment.id}")
    await editor.do(f"spam:{comment.id}")
    for path in ("/desk/?status=all", f"/desk/articles/{article.id}/", "/desk/decisions/", f"/desk/?q={HOSTILE}"):
        page = await editor.see(path)
        assert page.xpath("//img | //script[not(@src)] | //*[@onerror]") == [], path
        assert HOSTILE in page.text_content(), path


async def test_no_address_of_a_reader_is_in_a_link_that_leaves(site: Site, editor: Editor) -> None:
    await pending(site, "Zoe")
    page = await editor.see()
    outside = [link for link in page.xpath("//@href | //@src | //@action") if not link.startswith(("/", "#"))]
    assert outside == []
