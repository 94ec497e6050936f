"""Files in the media folder: known by their content, whole or not there, the same under the same name."""

import asyncio
import os
import resource
import struct
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from time import process_time, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.media_content import extension_of, size_of
from feeds.media_types import media_type
from feeds.newsroom.media import (
    BrokenMedia,
    KeptMedia,
    MediaFull,
    MediaUnwritable,
    TooLarge,
    UnknownMedia,
    keep_media,
)
from tests.newsroom.media import FILES, REFUSED, SCRIPT, avif, box, in_pieces, jpeg, png

pytestmark = pytest.mark.anyio

MOST = 1 << 20


def there(folder: Path) -> list[Path]:
    """Every file within."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


async def keep(folder: Path, data: bytes, size: int = 0) -> KeptMedia:
    return await keep_media(folder, in_pieces(data, size), most=MOST)


async def test_each_type_is_known_by_its_content_and_the_same_bytes_have_one_name(tmp_path: Path) -> None:
    for kind, data in FILES.items():
        first = await keep(tmp_path, data)
        assert (first.type, first.length, first.is_new) == (kind, len(data), True)
        assert media_type(first.url) == kind
        assert (first.size != (0, 0)) == kind.startswith("image/")
        again = await keep(tmp_path, data, size=7)
        assert (again.url, again.size, again.is_new) == (first.url, first.size, False)
        assert (tmp_path / first.url.removeprefix("/media/")).read_bytes() == data
    assert len(there(tmp_path)) == len(FILES)


async def test_of_several_that_bring_the_same_one_is_the_first(tmp_path: Path) -> None:
    data = png(after=bytes(700_000))
    kept = await asyncio.gather(*(keep(tmp_path, data, size=1000 * n) for n in range(1, 9)))
    assert [one.is_new for one in kept].count(True) == 1
    assert [path.stat().st_size for path in there(tmp_path)] == [len(data)]


@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED.keys())
async def test_what_is_of_no_type_that_is_kept_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(UnknownMedia, match="JPEG, PNG"):
        await keep(tmp_path, data)
    assert there(tmp_path) == []


async def test_what_is_broken_or_too_large_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    for broken in (b"", png()[:20], png(0, 5), jpeg()[:9], avif()[:40], b"GIF89a\0", FILES["image/webp"][:24]):
        with pytest.raises(BrokenMedia):
            await keep(tmp_path, broken)
    assert (await keep_media(tmp_path, in_pieces(png(after=bytes(1000))), most=len(png()) + 1000)).is_new
    with pytest.raises(TooLarge, match=r"1,048,576 bytes"):
        await keep(tmp_path, png(after=bytes(MOST)), size=1000)
    assert len(there(tmp_path)) == 1


async def test_what_ends_early_or_is_given_up_leaves_nothing(tmp_path: Path) -> None:
    async def cut_off() -> AsyncIterator[bytes]:
        yield png(after=bytes(600_000))
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await keep_media(tmp_path, cut_off(), most=MOST)
    begun = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        yield png(after=bytes(600_000))
        begun.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(keep_media(tmp_path, endless(), most=MOST))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert there(tmp_path) == []


async def test_what_a_crash_left_behind_goes_and_half_a_file_is_mended(tmp_path: Path) -> None:
    kept = await keep(tmp_path, png())
    place = tmp_path / kept.url.removeprefix("/media/")
    place.write_bytes(png()[:30])
    old, young = (place.parent / ".arriving" / name for name in ("old", "young"))
    for left in (old, young):
        left.write_bytes(b"x")
    os.utime(old, (time() - 90_000,) * 2)
    assert (await keep(tmp_path, png())).is_new
    assert place.read_bytes() == png()
    assert there(tmp_path) == sorted([young, place])


async def test_a_full_disk_and_a_folder_that_cannot_be_are_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(MediaFull, match="no room"):
            await keep(tmp_path / "media", png(after=bytes(500_000)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert there(tmp_path) == []
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(MediaUnwritable, match="dateline check") as refused:
        await keep(tmp_path / "file", png())
    assert str(tmp_path) not in str(refused.value) + caplog.text
    assert caplog.text.count("cannot be kept in DATELINE_MEDIA_DIR") == 2


async def test_a_picture_that_is_a_page_as_well_is_a_picture(tmp_path: Path) -> None:
    for data in (png(after=SCRIPT), jpeg() + SCRIPT, b"GIF89a/*\1" + b"*/=1;" + SCRIPT):
        assert (await keep(tmp_path, data)).type.startswith("image/")


def test_sides_are_as_a_picture_is_shown_and_of_any_number_nothing_is_decoded() -> None:
    assert size_of(BytesIO(jpeg(300, 200))) == (300, 200)
    assert size_of(BytesIO(jpeg(300, 200, turned=True))) == (200, 300)
    assert size_of(BytesIO(png(60_000, 60_000))) == (60_000, 60_000)


def test_a_list_without_end_in_a_picture_costs_nothing() -> None:
    items = struct.pack(">HHH", 1, 0, 65535) * 60_000
    began = process_time()
    hostile = avif(more=box(b"iloc", b"\0\0\0\0\0\0" + struct.pack(">H", 60_000) + items))
    assert size_of(BytesIO(hostile)) == (300, 200)
    size_of(BytesIO(b"\xff\xd8" + b"\xff\xe1\0\2" * 400_000))
    assert process_time() - began < 5


@given(st.sampled_from(list(FILES.values())), st.integers(0, 60), st.binary(max_size=12))
def test_any_damage_is_survived(data: bytes, at: int, put: bytes) -> None:
    damaged = data[:at] + put + data[at + len(put) :]
    extension = extension_of(damaged)
    width, height = size_of(BytesIO(damaged))
    assert width >= 0
    assert height >= 0
    assert extension == "" or media_type(f"a.{extension}")
