"""A newsroom whose name is not written in ASCII: what is kept is answered, and every field of an answer can be sent."""

from pathlib import Path

import pytest

from tests.api.desk import kept, opened_desk, reply_fields

pytestmark = pytest.mark.anyio

HOST = "xn--bcher-kva.example"


async def test_what_is_kept_is_answered_with_where_it_is(tmp_path: Path, store_url: str) -> None:
    async with opened_desk(
        tmp_path,
        database_url=store_url,
        base_url="https://BÜCHER.example:443/",
        icon_url="https://bücher.example/ü.png",
    ) as desk:
        created = await desk.editor.post("/api/articles", json={"headline": "Über alles", "status": "published"})
        article = kept(created, 201)
        assert created.headers["location"].startswith(f"https://{HOST}/api/articles/")
        assert article["urls"]["page"].startswith(f"https://{HOST}/")
        path = f"/api/articles/{article['id']}/comments"
        replied = await desk.moderator.post(path, json=reply_fields(status="approved"))
        assert replied.status_code == 201
        assert replied.headers["location"].startswith(f"https://{HOST}/")
        section = await desk.editor.post("/api/sections", json={"slug": "überblick", "title": "Überblick"})
        assert section.status_code == 201
        for page in (
            "/feed.rss",
            "/feed.atom",
            "/feed.json",
            "/",
            "/feeds.opml",
            "/sitemap.xml",
            article["urls"]["page"],
        ):
            shown = await desk.reader.get(page, headers={"Host": HOST})
            assert shown.status_code == 200
            assert HOST in shown.text + shown.headers.get("link", "")
            assert "BÜCHER" not in shown.text
            assert "b%C3%BCcher" not in shown.text
        assert f"https://{HOST}/%C3%BC.png" in (await desk.reader.get("/feed.atom")).text


async def test_its_form_takes_what_a_browser_sends_from_it(tmp_path: Path, store_url: str) -> None:
    async with opened_desk(tmp_path, database_url=store_url, base_url="https://bücher.example") as desk:
        article = await desk.publish()
        where = article["urls"]["page"] + "comments"
        reply = {"name": "Miriam", "email": "miriam@readers.example", "comment": "Well said."}
        for origin, status in ((f"https://{HOST}", 303), ("https://bucher.example", 403)):
            answer = await desk.reader.post(where, data=reply, headers={"Origin": origin})
            assert answer.status_code == status


async def test_urls_in_an_article_are_sent_as_browsers_write_them(tmp_path: Path, store_url: str) -> None:
    async with opened_desk(tmp_path, database_url=store_url) as desk:
        article = await desk.publish(
            canonical_url="HTTPS://Straße.example:443/ä",
            image={"url": "https://💩.example/a.png", "type": "image/png"},
            source={"name": "Bücher", "url": "http://bücher.example:80"},
        )
        assert article["canonical_url"] == "https://xn--strae-oqa.example/%C3%A4"
        assert article["image"]["url"] == "https://xn--ls8h.example/a.png"
        assert article["source"]["url"] == "http://xn--bcher-kva.example"
