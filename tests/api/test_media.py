"""A picture goes up, and stands in an article and its feeds as what it is."""

from pathlib import Path

import pytest

from tests.api.desk import Desk, errors, kept, opened_desk
from tests.newsroom.media import FILES, REFUSED, png

pytestmark = pytest.mark.anyio

PNG = png(640, 480)
FORM = {"file": ("evil.html", PNG, "text/html")}


async def test_the_same_bytes_are_one_file_however_they_are_sent(desk: Desk) -> None:
    first = await desk.editor.post("/api/media", content=PNG, headers={"Content-Type": "text/html"})
    media = kept(first, 201)
    assert media == {"url": media["url"], "type": "image/png", "bytes": len(PNG), "width": 640, "height": 480}
    assert kept(await desk.editor.post("/api/media", files=FORM)) == media
    assert kept(await desk.admin.post("/api/media", content=PNG)) == media
    shown = await desk.reader.get(media["url"])
    assert (shown.content, shown.headers["content-type"]) == (PNG, "image/png")
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in shown.headers["content-security-policy"]


async def test_who_may_not_publish_sends_nothing(desk: Desk) -> None:
    assert (await desk.reader.post("/api/media", content=PNG)).status_code == 401
    assert (await desk.moderator.post("/api/media", content=PNG)).status_code == 403
    assert (await desk.editor.get("/api/media")).status_code == 405
    assert not desk.site.settings.media_dir.exists()


async def test_what_is_wrong_is_said(desk: Desk) -> None:
    for data in REFUSED.values():
        refused = await desk.editor.post("/api/media", content=data, headers={"Content-Type": "image/png"})
        assert refused.status_code == 415
        assert "JPEG, PNG" in refused.json()["detail"]
    assert "no size" in errors(await desk.editor.post("/api/media", content=PNG[:20]))["file"]
    assert "empty" in errors(await desk.editor.post("/api/media", content=b""))["file"]
    coded = await desk.editor.post("/api/media", content=PNG, headers={"Content-Encoding": "gzip"})
    assert coded.status_code == 415
    for form in (
        {"files": [("file", ("a.png", PNG)), ("file", ("b.png", PNG))]},
        {"content": b"nothing", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
        {"content": b"nothing", "headers": {"Content-Type": "multipart/form-data"}},
    ):
        refused = await desk.editor.post("/api/media", **form)
        assert (refused.status_code, "curl -F" in refused.json()["detail"]) == (400, True)
    assert list(errors(await desk.editor.post("/api/media", files=FORM, data={"alt": "A ship"}))) == ["alt"]
    assert [path for path in desk.site.settings.media_dir.rglob("*") if path.is_file()] == []


async def test_a_file_may_be_larger_than_other_bodies_and_no_larger_than_the_setting(
    tmp_path: Path, store_url: str
) -> None:
    async with opened_desk(tmp_path, database_url=store_url, max_body=2000, max_media=200_000) as desk:
        large = png(after=bytes(150_000))
        assert kept(await desk.editor.post("/api/media", content=large), 201)["bytes"] == len(large)
        for sent in ({"content": png(after=bytes(300_000))}, {"files": {"file": png(after=bytes(300_000))}}):
            refused = await desk.editor.post("/api/media", **sent)
            assert (refused.status_code, "200,000 bytes" in refused.json()["detail"]) == (413, True)
        assert (await desk.editor.post("/api/articles", content=large)).status_code == 413


async def test_a_folder_that_cannot_be_written_is_no_fault_without_words(tmp_path: Path, store_url: str) -> None:
    (tmp_path / "file").write_text("in the way")
    async with opened_desk(tmp_path, database_url=store_url, media_dir=tmp_path / "file") as desk:
        refused = await desk.editor.post("/api/media", content=PNG)
    assert refused.status_code == 503
    assert "dateline check" in refused.json()["detail"]
    assert str(tmp_path) not in refused.text


@pytest.mark.parametrize("site", ["", "https://news.example"])
async def test_an_article_s_files_are_what_they_are_whatever_is_said_of_them(desk: Desk, site: str) -> None:
    picture = kept(await desk.editor.post("/api/media", content=PNG), 201)
    sound = kept(await desk.editor.post("/api/media", content=FILES["audio/mpeg"]), 201)
    elsewhere = {"url": "https://cdn.example/a.jpg", "type": "image/jpeg", "length": 7, "width": 8, "height": 9}
    article = await desk.publish(
        image={"url": site + picture["url"], "length": 1, "type": "text/html", "alt": "A ship"},
        enclosures=[{"url": site + sound["url"], "type": "audio/x-wrong"}],
    )
    image = article["image"]
    assert {name: image[name] for name in ("type", "length", "width", "height", "alt")} == {
        "type": "image/png", "length": len(PNG), "width": 640, "height": 480, "alt": "A ship",
    }  # fmt: skip
    [file] = article["enclosures"]
    assert {name: file[name] for name in ("url", "type", "length")} == {
        "url": site + sound["url"], "type": "audio/mpeg", "length": len(FILES["audio/mpeg"]),
    }  # fmt: skip
    atom = (await desk.atom()).decode()
    assert f'fileSize="{len(PNG)}"' in atom
    assert 'width="640" height="480"' in atom
    same = await desk.edit(article["id"], image={"url": site + picture["url"], "alt": "A ship"})
    assert same["version"] == article["version"]
    (desk.site.settings.media_dir / picture["url"].removeprefix("/media/")).write_bytes(png(1, 1))
    assert (await desk.edit(article["id"], summary="A file that changed is no edit."))["image"] == image
    changed = (await desk.edit(article["id"], image=elsewhere))["image"]
    assert {name: changed[name] for name in elsewhere} == elsewhere


async def test_an_article_that_is_put_by_its_guid_has_the_same_of_its_picture(desk: Desk) -> None:
    picture = kept(await desk.editor.post("/api/media", content=PNG), 201)
    sent = {"headline": "Harbour reopens", "image": {"url": picture["url"]}}
    first = kept(await desk.editor.put("/api/articles/by-guid/a-1", json=sent), 201)
    assert (first["image"]["length"], first["image"]["width"]) == (len(PNG), 640)
    assert kept(await desk.editor.put("/api/articles/by-guid/a-1", json=sent))["version"] == first["version"]
