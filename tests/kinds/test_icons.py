"""The size of a newsroom's icon, from the beginning of its file."""

import struct
from io import BytesIO
from pathlib import Path

import pytest

from feeds import paths
from feeds.kinds.base import Publication
from feeds.media_content import size_of
from feeds.media_files import MediaFiles
from feeds.settings import Settings
from tests.kinds.newsroom import FOUNDED

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", 300, 200) + b"\x08\x02\0\0\0crc!"
GIF = b"GIF89a" + struct.pack("<HH", 300, 200) + b"\0\0\0;"
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x06JFIF\xff\xff\xc2\x00\x0b\x08" + struct.pack(">HH", 200, 300) + b"\x01\x01\x11\0\xff\xd9"
)
OWN = Path(__file__).parents[2] / "feeds" / "web" / "static" / "icon.png"


@pytest.mark.parametrize("data", [PNG, GIF, JPEG])
def test_a_size_is_read_of_what_rss_takes(data: bytes) -> None:
    assert size_of(BytesIO(data)) == (300, 200)


@pytest.mark.parametrize("whole", [PNG, GIF, JPEG])
def test_what_is_cut_off_or_no_picture_has_no_size(whole: bytes) -> None:
    assert {size_of(BytesIO(whole[:end])) for end in range(len(whole))} <= {(0, 0), (300, 200)}
    assert size_of(BytesIO(whole[:8])) == (0, 0)
    assert size_of(BytesIO(b"\xff\xd8" + b"x" * 100)) == size_of(BytesIO(b"<svg/>")) == (0, 0)


def test_only_pictures_of_the_media_folder_are_looked_at(tmp_path: Path) -> None:
    media = tmp_path / "media"
    media.mkdir()
    for place in (media / "an icon.png", tmp_path / "secret.png"):
        place.write_bytes(PNG)
    sizes = {
        url: MediaFiles("https://news.example", (media,)).size(url)
        for url in (
            "https://news.example/media/an%20icon.png?v=2",
            "https://news.example/media/../secret.png",
            "https://news.example/media/none.png",
            "https://news.example/media/",
            "https://cdn.example/media/an%20icon.png",
            "https://news.example/media/%00",
        )
    }
    assert [url for url, size in sizes.items() if size == (300, 200)] == [
        "https://news.example/media/an%20icon.png?v=2"
    ]
    assert set(sizes.values()) == {(300, 200), (0, 0)}


def test_a_newsroom_s_icon_has_the_size_of_its_file(tmp_path: Path) -> None:
    (tmp_path / "icon.png").write_bytes(PNG)
    publication = Publication.of(Settings(icon_url="/media/icon.png", media_dir=tmp_path), FOUNDED)
    assert publication.icon_size == (300, 200)
    ours = Publication.of(Settings(), FOUNDED)
    assert ours.icon_url.endswith(paths.ICON)
    assert ours.icon_size == size_of(BytesIO(OWN.read_bytes()))
