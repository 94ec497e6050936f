"""Why a reply was held is shown to editors alone; what the newsroom writes itself is marked as its own wherever it is shown."""

from datetime import timedelta
from typing import Any

import pytest

from feeds.newsroom.commenting import reply
from storage.model import Comment, CommentStatus
from tests.desk.editing import Editor
from tests.desk.test_moderating import words
from tests.web.site import Site, client_of

pytestmark = pytest.mark.anyio

SENT = {"author_name": "Zoe", "author_email": "zoe@secret.example", "body": "Quite so."}


async def send(site: Site, article_id: int, *, hold: bool = False, ip: str = "", **fields: Any) -> Comment:
    state = site.state
    site.clock.now += state.comment_policy.pause
    return await reply(
        state.store, article_id, SENT | fields, policy=state.comment_policy, clock=state.clock, hold=hold, ip=ip
    )


async def test_why_each_reply_was_held(site: Site, editor: Editor) -> None:
    article = await site.newsroom.publish("harbour-reopens")
    links = "https://a.example/ https://b.example/ https://c.example/"
    title = site.state.publication.title
    for fields, why in (
        ({}, "its author’s first under this name and email"),
        ({"body": links}, "Held: links: 3 "),
        ({"author_name": f"{title.upper()} desk", "body": "Ours."}, "its name looks like the newsroom’s own"),
        ({"author_name": "Zoe (Newsroom)", "body": "Ours?"}, "its name looks like the newsroom’s own"),
        ({"body": "By post.", "hold": True}, "it was not sent by the article’s form"),
    ):
        comment = await send(site, article.id, **fields)
        assert comment.status is CommentStatus.PENDING
        text = words(await editor.see(), f"//*[@id='comment-{comment.id}']")
        assert why in text
        await editor.do(f"approve:{comment.id}")
        assert "Not shown at first: " in words(
            await editor.see("/desk/?status=approved"), f"//*[@id='comment-{comment.id}']"
        )
    known = await send(site, article.id, body="And again.")
    assert (known.status, known.held_why) == (CommentStatus.APPROVED, "")
    async with client_of(site) as client:
        for path in ("/comments/", "/comments/feed.atom", article.path):
            assert "first under" not in (await client.ask(path)).text


async def test_the_newsroom_answers_and_is_marked_wherever_it_is_shown(site: Site, editor: Editor) -> None:
    article = await site.newsroom.publish("harbour-reopens")
    asked = await site.newsroom.reply(article, "Ann")
    title = site.state.publication.title
    page = await editor.see()
    page = await editor.see("/desk/?status=approved")
    [link] = page.xpath("//a[text()='Answer']/@href")
    form = (await editor.see(link)).xpath("//*[@id='answer']//form")[0]
    fields = {field.get("name"): field.get("value") for field in form.xpath(".//input")}
    assert fields["parent"] == str(asked.id)
    sent = await editor.post(form.get("action"), fields | {"body": "At noon, says the harbour master."})
    assert sent.status_code == 303
    comment = await site.state.store.get_comment(2)
    assert (comment.newsroom, comment.status, comment.parent_id) == (True, CommentStatus.APPROVED, asked.id)
    assert (comment.author_name, comment.author_email, comment.ip_hash) == (title, "", "")
    shown = words(await editor.see(sent.headers["location"].partition("#")[0]), "//*[@id='comment-2']")
    assert f"{title} Newsroom" in shown
    assert "Written by ann, " in shown
    told = words(await editor.see("/desk/decisions/"), "//ol/li")
    assert told.startswith("Written by ann 1 March 2023")
    assert "was approved" not in told
    [written] = (await site.state.store.latest_decisions(limit=9)).decisions
    assert (written.decision.by, written.comment.id) == ("desk:ann", comment.id)
    span = written.decision.id
    assert await site.state.store.undo_decisions(span, span, by="desk:ann", list_after=timedelta()) == ()
    reader = await site.newsroom.reply(article, "Zoe", parent=comment)
    async with client_of(site) as client:
        for path in (article.path, "/comments/"):
            html = (await client.ask(path)).text
            assert html.count('<strong class="newsroom">Newsroom</strong>') == 1
        for format in ("rss", "atom", "json", "rdf"):
            feed = (await client.ask(f"{article.path}feed.{format}")).text
            # Of its own entry, and as whom the reader answers.
            assert feed.count(f"{title} (newsroom)") >= 2
            assert "Newsroom" in feed
            assert "Ann (newsroom)" not in feed
    assert not reader.newsroom


async def test_what_cannot_be_kept_is_shown_again_with_what_is_wrong(site: Site, editor: Editor) -> None:
    article = await site.newsroom.publish("harbour-reopens")
    pending = await site.newsroom.reply(article, "Ann", status=CommentStatus.PENDING)
    path = f"/desk/articles/{article.id}/"
    for fields, said in (
        ({"body": " "}, ""),
        ({"body": "To <b>nobody</b>.", "parent": "77"}, "no such comment"),
        ({"body": "To <b>nobody</b>.", "parent": str(pending.id)}, "cannot be answered"),
    ):
        refused = await editor.post(path, fields)
        assert refused.status_code in (400, 409)
        assert said in refused.text
        assert ("To &lt;b&gt;nobody" in refused.text) == ("nobody" in fields["body"])
    assert (await editor.post(path, {"body": "x", "token": "y"})).status_code == 403
    assert (await editor.post("/desk/articles/99/", {"body": "x"})).status_code == 404
    assert len(await site.state.store.list_comments(limit=9)) == 1
    await site.newsroom.edit(article, comments_open=False)
    assert not (await editor.see(path)).xpath("//*[@id='answer']")
    assert (await editor.post(path, {"body": "Closed."})).status_code == 409
