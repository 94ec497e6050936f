"""Pictures of the old site."""

from pathlib import Path

import pytest

from feeds.importers.media import Media, upload_url, uploads_of
from feeds.media_types import media_type
from storage.model import Article, Enclosure, Image
from storage.protocol import Store
from tests.importers.reading import keep
from tests.importers.wxr_files import attachment, post, wxr
from tests.newsroom.media import png


@pytest.fixture
def uploads(tmp_path: Path) -> Path:
    """An uploads folder with one picture in it, a script, and a secret beside it."""
    folder = tmp_path / "old" / "wp-content" / "uploads"
    (folder / "2022" / "03").mkdir(parents=True)
    (folder / "2022" / "03" / "photo.png").write_bytes(b"picture")
    (folder / "2022" / "03" / "shell.php").write_bytes(b"<?php")
    (folder.parent / "secret.png").write_bytes(b"secret")
    (folder / "2022" / "link.png").symlink_to(folder.parent / "secret.png")
    return folder


@pytest.mark.parametrize("above", [0, 1, 2])
def test_a_picture_keeps_its_path(tmp_path: Path, uploads: Path, above: int) -> None:
    """The folder given may be the uploads folder, or one of those around it."""
    media = Media([uploads, *uploads.parents][above], tmp_path / "media")
    for _ in range(2):
        media.keep("2022/03/photo.png")
    assert (tmp_path / "media" / "2022" / "03" / "photo.png").read_bytes() == b"picture"
    assert (media.copied, media.missing) == (1, 0)
    assert [path.name for path in (tmp_path / "media" / "2022" / "03").iterdir()] == ["photo.png"]
    media.close()


@pytest.mark.parametrize(("there", "named"), [("café.png", "cafe\u0301.png"), ("cafe\u0301.png", "café.png")])
def test_accents_are_written_in_two_ways(tmp_path: Path, uploads: Path, there: str, named: str) -> None:
    (uploads / there).write_bytes(b"picture")
    media = Media(uploads, tmp_path / "media")
    assert media.keep(named)
    assert (tmp_path / "media" / named).read_bytes() == b"picture"
    media.close()


def test_a_picture_is_copied_again_only_if_it_differs(tmp_path: Path, uploads: Path) -> None:
    for contents, copied in ((b"picture", 1), (b"picture", 0), (b"another picture", 1)):
        (uploads / "2022" / "03" / "photo.png").write_bytes(contents)
        media = Media(uploads, tmp_path / "media")
        media.keep("2022/03/photo.png")
        assert media.copied == copied
        media.close()


@pytest.mark.parametrize(
    "path",
    [
        "../secret.png",
        "2022/../../secret.png",
        "/etc/secret.png",
        "2022/link.png",
        "2022\\03\\photo.png",
        "2022/\0.png",
        f"{'x' * 300}.png",
        "x/" * 600 + "a.png",
        "./.png/..",
    ],
)
def test_nothing_is_copied_from_or_to_elsewhere(tmp_path: Path, uploads: Path, path: str) -> None:
    media = Media(uploads, tmp_path / "here" / "media")
    media.keep(path)
    assert media.copied == 0
    assert not (tmp_path / "here").exists()
    media.close()


def test_scripts_are_not_copied_nor_missed(tmp_path: Path, uploads: Path) -> None:
    media = Media(uploads, tmp_path / "media")
    media.keep("2022/03/shell.php")
    assert (media.copied, media.missing) == (0, 0)
    assert not (tmp_path / "media").exists()
    media.close()


def test_without_a_folder_a_picture_is_missing_unless_it_is_here(tmp_path: Path) -> None:
    (tmp_path / "here.png").write_bytes(b"picture")
    media = Media(None, tmp_path)
    for name in ("here.png", "there.png", "there.png"):
        media.keep(name)
    assert (media.copied, media.missing) == (0, 1)
    media.close()


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    media = Media(tmp_path / "nowhere", tmp_path / "media")
    media.keep("a.png")
    assert media.missing == 1
    media.close()


def test_uploads_of_an_article() -> None:
    article = Article(
        guid="x",
        slug="x",
        headline="x",
        image=Image(url=upload_url("2022/föto.png")),
        enclosures=(
            Enclosure(url="/wp-content/uploads/a.mp3", type=""),
            Enclosure(url="https://x.example/b.mp3", type=""),
        ),
        body_html='<a href="/wp-content/uploads/a%20b.pdf?x#y"><img src="/wp-content/uploads/b&amp;c.png"></a>'
        '<img src="/media/d.png">',
    )
    assert uploads_of(article) == ["2022/föto.png", "a.mp3", "a b.pdf", "b&c.png"]


def test_media_types() -> None:
    assert media_type("2022/PHOTO.JPG") == "image/jpeg"
    assert media_type("photo.php") == media_type("photo") == ""


@pytest.mark.anyio
async def test_an_import_copies_what_articles_show_and_counts_the_rest(
    tmp_path: Path, uploads: Path, store: Store
) -> None:
    (uploads / "2022" / "03" / "photo-300x200.png").write_bytes(b"small")
    (uploads / "2022" / "03" / "nobody-shows-it.png").write_bytes(b"other")
    body = '<img src="https://old.example/wp-content/uploads/2022/03/photo-300x200.png">'
    export = wxr(
        attachment(8),
        attachment(9, "2022/03/lost.png"),
        post(7, content=body, meta=[("_thumbnail_id", "8")]),
        post(6, content=body),
    )
    summary = await keep(store, tmp_path, export, media=uploads)
    assert (summary.pictures_copied, summary.pictures_missing) == (2, 1)
    copied = sorted(path.name for path in (tmp_path / "media").rglob("*") if path.is_file())
    assert copied == ["photo-300x200.png", "photo.png"]
    again = await keep(store, tmp_path, export, media=uploads)
    assert (again.pictures_copied, again.pictures_missing) == (0, 1)


@pytest.mark.anyio
async def test_what_an_import_brings_is_described_by_its_files(tmp_path: Path, uploads: Path, store: Store) -> None:
    (uploads / "2022" / "03" / "photo.png").write_bytes(png(30, 20))
    await keep(store, tmp_path, wxr(attachment(8), post(7, meta=[("_thumbnail_id", "8")])), media=uploads)
    (article,) = await store.list_articles(limit=9)
    assert article.image is not None
    assert (article.image.type, article.image.length) == ("image/png", len(png(30, 20)))
    assert (article.image.width, article.image.height) == (30, 20)
