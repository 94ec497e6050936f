"""The pictures and sounds of the sample edition are what they say they are."""

import struct
import wave
import zlib
from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.sample.manuscripts import MEDIA_FOLDER, Manuscripts
from feeds.sample.pictures import HEIGHT, PALETTES, SCENES, WIDTH, draw
from feeds.sample.sound import chime


def check_png(png: bytes) -> None:
    """Read it as a decoder would (PNG specification, sections 5 and 11)."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    chunks: list[tuple[bytes, bytes]] = []
    at = 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack(">I", png[at + 8 + length : at + 12 + length]) == (zlib.crc32(kind + data),)
        chunks.append((kind, data))
        at += 12 + length
    assert [kind for kind, _ in chunks] == [b"IHDR", b"PLTE", b"IDAT", b"IEND"]
    header, palette, pixels, end = (data for _, data in chunks)
    assert struct.unpack(">IIBBBBB", header) == (WIDTH, HEIGHT, 8, 3, 0, 0, 0)
    assert end == b""
    rows = zlib.decompress(pixels)
    assert len(rows) == HEIGHT * (WIDTH + 1)
    assert set(rows[:: WIDTH + 1]) == {0}, "a filter that the pixels were not made for"
    assert len(palette) % 3 == 0
    assert max(rows) < len(palette) // 3 <= 256


@settings(max_examples=40)
@given(scene=st.sampled_from(sorted(SCENES)), palette=st.sampled_from(sorted(PALETTES)), seed=st.text(max_size=20))
def test_every_picture_is_a_small_png_and_always_the_same(scene: str, palette: str, seed: str) -> None:
    png = draw(scene, palette, seed)
    check_png(png)
    assert len(png) < 20_000
    assert draw(scene, palette, seed) == png


def test_pictures_differ() -> None:
    assert draw("hills", "dawn", "one") != draw("hills", "dawn", "another")


def test_a_chime_is_a_short_wav() -> None:
    with wave.open(BytesIO(chime("a lighthouse"))) as sound:
        assert 1 < sound.getnframes() / sound.getframerate() < 5
        assert len(set(sound.readframes(sound.getnframes()))) > 50, "silence"
    assert chime("a lighthouse") == chime("a lighthouse")


def test_articles_point_to_their_media(manuscripts: Manuscripts) -> None:
    named = set()
    for manuscript in manuscripts.articles:
        if image := manuscript.article.image:
            name = image.url.removeprefix(f"/media/{MEDIA_FOLDER}/")
            check_png(manuscripts.media[name])
            assert (image.type, image.length) == ("image/png", len(manuscripts.media[name]))
            assert (image.width, image.height) == (WIDTH, HEIGHT)
            named.add(name)
        for enclosure in manuscript.article.enclosures:
            name = enclosure.url.removeprefix(f"/media/{MEDIA_FOLDER}/")
            assert (enclosure.type, enclosure.length) == ("audio/wav", len(manuscripts.media[name]))
            named.add(name)
    assert named == set(manuscripts.media)
    assert sum(map(len, manuscripts.media.values())) < 500_000
