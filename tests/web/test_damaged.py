"""Damaged rows never take a list away: they are left out, named, and everything else is served as before."""

import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from lxml import etree

from feeds.cli.checkup import check_up
from storage.sql.store import SQLStore
from tests import behind
from tests.api.desk import FORMATS, Desk, add_token, kept, opened_desk, path_of
from tests.kinds.newsroom import until
from tests.storage.newsroom import exported
from tests.stores import Stores

pytestmark = [pytest.mark.anyio, pytest.mark.both_engines]

ARTICLE = {
    "a day that is none": "day = '2023-13-45'",
    "no day": "day = NULL",
    "no date": "published_at = NULL",
    "a date beyond the calendar": "published_at = 9000000000000000000",
    "an update beyond the calendar": "updated_at = 9000000000000000000",
    "a status that there is not": "status = 'printed'",
    "an image that is no JSON": "image = '{'",
    "an image of other fields": """image = '{"uri": "/a.png"}'""",
    "an image without a text": """image = '{"url": 5}'""",
    "authors that are no JSON": "authors = ''",
    "authors that are a number": "authors = '5'",
    "authors that are objects": """authors = '[{"slug": "ann"}]'""",
    "an author that there is not": """authors = '["nobody"]'""",
    "a tag that there is not": """tags = '["nothing"]'""",
    "tags that are numbers": "tags = '[5]'",
    "sections that are numbers": "sections = '[5]'",
    "an enclosure whose type is a number": """enclosures = '[{"url": "https://a.example/a.mp3", "type": 5}]'""",
    "enclosures that are an object": """enclosures = '{"url": 5}'""",
}
ARTICLE_BYTES = {
    "text that is no UTF-8": "headline = CAST(x'48ff49' AS TEXT)",
    "a guid that is no UTF-8": "guid = CAST(x'ff' AS TEXT)",
}
COMMENT = {
    "a status that there is not": "created_at = 9000000000000000000",
    "an update beyond the calendar": "updated_at = 9000000000000000000",
}
COMMENT_BYTES = {"text that is no UTF-8": "body_html = CAST(x'48ff49' AS TEXT)"}
BAN = {
    "a kind that there is not": "kind = 'fax'",
    "the key of another kind": "kind = 'email'",
    "a network that is none": "kind = 'network', key = replace(key, 'name:', 'network:'), shown = '203.0.113'",
    "a date beyond the calendar": "created_at = 9000000000000000000",
    "a date before the calendar": "created_at = -9000000000000000000",
    "an end beyond the calendar": "ends_at = 9000000000000000000",
}
BAN_BYTES = {
    "a kind that is no UTF-8": "kind = CAST(x'ff' AS TEXT)",
    "a note that is no UTF-8": "note = CAST(x'ff' AS TEXT)",
}
LISTS = ("/", "/section/world/", "/2023/03/22/", "/2023/03/", "/2023/", "/tag/harbour/", "/author/ann/")
COMMENTS = ("/comments/", "/section/world/comments/")
DOCUMENTS = ("/sitemap.xml", "/sitemap-0.xml", "/sitemap-1.xml", "/news-sitemap.xml", "/feeds.opml")
PAGES = (*LISTS, *COMMENTS, "/search?q=harbour", "/feeds/")
FEEDS = tuple(f"{path}feed.{format}" for path in (*LISTS, *COMMENTS) for format in FORMATS)
SEARCHES = tuple(f"/search/feed.{format}?q=harbour" for format in FORMATS)


@pytest.fixture
async def desk(tmp_path: Path, store_url: str) -> AsyncIterator[Desk]:
    async with opened_desk(tmp_path, database_url=store_url, timezone="UTC") as opened:
        yield opened


async def damage(desk: Desk, table: str, damaged: str, row: int) -> None:
    """As a bad disk, a wrong hand or a fault of ours may leave it."""
    await done_behind(desk, f"UPDATE {table} SET {damaged} WHERE id = {row}")


async def forget_all(desk: Desk) -> None:
    """What is kept is to be made anew, though nothing changed."""
    await done_behind(desk)


async def done_behind(desk: Desk, *statements: str) -> None:
    """Another process writes; every kept representation is forgotten."""
    scopes = [name for (name,) in behind.look(desk.site.settings.database_url, "SELECT name FROM scopes")]
    known = desk.site.follower.position
    behind.change(desk.site.settings.database_url, *statements, _FORGET.format(json.dumps(scopes)))
    # Where the log can be read on the spot, it was.
    await until(lambda: not desk.site.follower.is_current(desk.clock()) or desk.site.follower.position > known)


_FORGET = """
    INSERT INTO changes (seq, at, action, subject, subject_id, scopes)
    SELECT coalesce(max(seq), 0) + 1, 0, 'edit', 'site', '', '{}' FROM changes
"""


async def ask_everything(desk: Desk) -> dict[str, bytes]:
    """All lists, each of them 200 and well-formed."""
    bodies = {}
    for path in (*PAGES, *FEEDS, *SEARCHES, *DOCUMENTS):
        response = await desk.reader.get(path)
        assert response.status_code == 200, path
        bodies[path] = response.content
        media_type = response.headers["content-type"]
        if "json" in media_type:
            json.loads(response.content)
        elif "xml" in media_type or "opml" in media_type:
            etree.fromstring(response.content)
    return bodies


async def publish(desk: Desk, headline: str) -> dict[str, object]:
    return await desk.publish(headline, section="world", authors=[{"name": "Ann"}], tags=["Harbour"])


async def test_damaged_articles_are_left_out(stores: Stores, desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    damages = {**ARTICLE, **(ARTICLE_BYTES if stores.engine == "sqlite" else {})}
    odd = [await publish(desk, f"Harbour with {name}") for name in damages]
    sound = await publish(desk, "Harbour sound")
    for article in (*odd, sound):
        await desk.reply(article["id"])  # type: ignore[arg-type]
    for article, damaged in zip(odd, damages.values(), strict=True):
        await damage(desk, "articles", damaged, article["id"])  # type: ignore[arg-type]
    with caplog.at_level(logging.ERROR):
        for _ in range(2):
            await forget_all(desk)
            for path, body in (await ask_everything(desk)).items():
                if path in (*LISTS, *SEARCHES, *FEEDS) and "comments" not in path and not path.endswith(".json"):
                    assert b"Harbour sound" in body, path
    logged = list(caplog.messages)
    assert (await desk.reader.get("/readyz")).text.startswith("ready\nleft out: article ")
    met = {omission.name for omission in desk.site.store.omissions}
    faults = (await check_up(desk.site.settings)).faults
    for article, name in zip(odd, damages, strict=True):
        left_out = f"article {article['id']} is left out"
        assert sum(left_out in line for line in logged) == 1, name
        assert f"article {article['id']}" in met, name
        assert any(left_out in fault for fault in faults), name

    listed = await desk.editor.get("/api/articles", params={"limit": 1})
    assert [item["id"] for item in listed.json()["items"]] == [sound["id"]]
    listed = await desk.admin.get("/api/articles", params={"limit": len(odd) + 1})
    assert listed.status_code in (200, 503)
    for article, name in zip(odd, damages, strict=True):
        response = await desk.admin.get(f"/api/articles/{article['id']}")
        assert response.status_code in (200, 503), name
        assert response.status_code == 200 or response.headers["content-type"] == "application/problem+json"
        page = path_of(article["urls"]["page"])  # type: ignore[index]
        for rest in ("", *(f"feed.{format}" for format in FORMATS)):
            assert (await desk.reader.get(page + rest)).status_code in (200, 301, 503), name
    assert (await desk.reader.get(path_of(sound["urls"]["page"]))).status_code == 200  # type: ignore[index]


async def test_damaged_comments_are_left_out(stores: Stores, desk: Desk) -> None:
    damages = [*COMMENT.values(), *(COMMENT_BYTES.values() if stores.engine == "sqlite" else ())]
    article = await publish(desk, "Harbour")
    for body in (*(f"Odd, the {number}." for number, _ in enumerate(damages)), "Sound."):
        await desk.reply(article["id"], body)  # type: ignore[arg-type]
    for number, damaged in enumerate(damages, 1):
        await damage(desk, "comments", damaged, number)
    bodies = await ask_everything(desk)
    for path in COMMENTS:
        assert b"Sound." in bodies[path]
        assert b"Odd" not in bodies[path]
    page = path_of(article["urls"]["page"])  # type: ignore[index]
    for rest in ("", *(f"feed.{format}" for format in FORMATS)):
        assert b"Sound." in (await desk.reader.get(page + rest)).content
    ready = (await desk.reader.get("/readyz")).text
    faults = (await check_up(desk.site.settings)).faults
    for number, damaged in enumerate(damages, 1):
        assert f"left out: comment {number}: " in ready, damaged
        assert any(f"comment {number} is left out" in fault for fault in faults), damaged
    listed = await desk.moderator.get("/api/comments", params={"status": "approved"})
    assert [item["id"] for item in listed.json()["items"]] == [len(damages) + 1]


async def test_damaged_bans_catch_nobody(stores: Stores, desk: Desk) -> None:
    """Replies are taken, and what can be read catches as before."""
    damages = {**BAN, **(BAN_BYTES if stores.engine == "sqlite" else {})}
    article = await publish(desk, "Harbour")
    readers = [*(f"Odd {number}" for number, _ in enumerate(damages)), "Sound"]
    for name in readers:
        kept(await desk.moderator.post("/api/bans", json={"kind": "name", "value": name}), 201)
    for number, damaged in enumerate(damages.values(), 1):
        await damage(desk, "bans", damaged, number)

    async def statuses() -> dict[str, str]:
        """Of a reply of each; no two come from one email."""
        sent = {}
        for name in readers:
            author = {"author_name": name, "author_email": f"{name.replace(' ', '')}@readers.example"}
            sent[name] = (await desk.reply(article["id"], name, by=desk.editor, **author))["status"]  # type: ignore[arg-type]
        return sent

    assert await statuses() == {name: "trash" if name == "Sound" else "pending" for name in readers}
    faults = (await check_up(desk.site.settings)).faults
    for number, name in enumerate(damages, 1):
        assert any(f"The ban {number} is left out" in fault for fault in faults), name
    listed = kept(await desk.moderator.get("/api/bans", params={"limit": 1}))
    assert ([item["id"] for item in listed["items"]], listed["next"]) == ([len(readers)], None)
    ready = (await desk.reader.get("/readyz")).text
    assert ready.startswith("ready\n")
    for number, name in enumerate(damages, 1):
        assert f"left out: ban {number}: " in ready, name
        assert (await desk.moderator.delete(f"/api/bans/{number}")).status_code == 204, name
    assert (await desk.reader.get("/readyz")).text == "ready\n"


async def test_what_a_damaged_ban_was_of_is_banned_anew(desk: Desk) -> None:
    sent = {"kind": "name", "value": "Zoe"}
    kept(await desk.moderator.post("/api/bans", json=sent), 201)
    await damage(desk, "bans", "ends_at = 9000000000000000000", 1)
    assert (await desk.site.store.next_due()).next_at is not None
    await desk.site.store.run_due()
    again = kept(await desk.moderator.post("/api/bans", json=sent), 201)
    listed = kept(await desk.moderator.get("/api/bans"))["items"]
    assert [item["id"] for item in listed] == [again["id"]]
    assert (await desk.reader.get("/readyz")).text == "ready\n"


async def test_what_is_damaged_and_due_holds_nothing_up(desk: Desk) -> None:
    for name in ("odd", "sound"):
        await desk.publish(f"Harbour {name}", published_at="2023-03-22T13:00:00Z")
    await damage(desk, "articles", "image = '{'", 1)
    desk.clock.advance(hours=2)
    assert [item["title"] for item in (await desk.feed())["items"]] == ["Harbour sound"]
    assert (await desk.site.store.run_due()).held_up == (1,)


async def test_an_import_leaves_a_damaged_article_alone(desk: Desk) -> None:
    await publish(desk, "Harbour")
    records = await exported(desk.site.store)
    await damage(desk, "articles", "image = '{'", 1)
    assert [one.value for one in await desk.site.store.import_articles(records)] == ["unchanged"]
    assert await exported(desk.site.store, lambda _: None) == []


async def test_validators_follow_the_bytes(desk: Desk) -> None:
    """Whoever polled while an entry was left out is sent it once it is mended, by a delta too, though no Change tells of it."""
    assert isinstance(desk.site.store, SQLStore)
    # It is met where a row is read: by a worker that has not shown it before.
    desk.site.store._kept.limit = 0
    await publish(desk, "Harbour odd")
    await publish(desk, "Harbour sound")
    whole = await desk.reader.get("/feed.rss")
    await damage(desk, "articles", "image = '{'", 1)
    without = await desk.reader.get("/feed.rss")
    assert without.headers["etag"] != whole.headers["etag"]
    assert b"Harbour odd" not in without.content
    again = await desk.reader.get("/feed.rss", headers={"If-None-Match": without.headers["etag"]})
    assert again.status_code == 304
    await damage(desk, "articles", "image = NULL", 1)
    delta = await desk.reader.get("/feed.rss", headers={"If-None-Match": without.headers["etag"], "A-IM": "feed"})
    assert delta.status_code in (200, 226)
    assert b"Harbour odd" in delta.content
    mended = await desk.reader.get("/feed.rss")
    assert (mended.content, mended.headers["etag"]) == (whole.content, whole.headers["etag"])


async def test_an_edit_makes_it_news_again(desk: Desk) -> None:
    """What is damaged in its rendering alone can be mended by an edit; then it is named no more."""
    await publish(desk, "Harbour")
    await damage(desk, "articles", ARTICLE["an enclosure whose type is a number"], 1)
    assert (await desk.reader.get("/feed.rss")).status_code == 200
    assert "article 1" in (await desk.reader.get("/readyz")).text
    token = await add_token(desk.site, "mender", "publish")
    response = await desk.reader.patch("/api/articles/1", json={"enclosures": []}, headers=token)
    assert response.status_code == 200
    assert b"Harbour" in (await desk.reader.get("/feed.rss")).content
    assert (await desk.reader.get("/readyz")).text == "ready\n"


async def test_a_damaged_line_of_the_log_stops_no_follower(desk: Desk) -> None:
    await publish(desk, "Harbour one")
    assert len((await desk.feed())["items"]) == 1
    await publish(desk, "Harbour two")
    await done_behind(
        desk, "UPDATE changes SET scopes = '[', action = 'print' WHERE seq = (SELECT max(seq) FROM changes)"
    )
    assert len((await desk.feed())["items"]) == 2
    assert len(await desk.changes()) == await desk.last_seq()
