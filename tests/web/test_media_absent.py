"""Pictures that are not there, or cannot be read, are 404: for whatever reason, and never an error of the server."""

import logging
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.kinds.newsroom import SettableClock
from tests.web.site import Client, client_of, open_site

pytestmark = pytest.mark.anyio

NOON = datetime(2023, 3, 22, 12, tzinfo=UTC)
PATHS = (
    "/media/", "/media/a.png", "/media/sub", "/media/sub/", "/media/sub/b.png", "/media/there.png/b.png", "/media/%00",
    "/media/%ff", "/media/loop", "/media/loop/a.png", "/media/nowhere", "/media/out", "/media/pipe", "/media/..%2fdateline.db",
    f"/media/{'x' * 300}.png", f"/media/{'x/' * 3000}", "/media//etc/passwd", "/wp-content/uploads/",
    "/wp-content/uploads/2020/01/a.png", "/media/%00-1x1.png", "/media/%ff-1x1.png", f"/media/{'x' * 300}-1x1.png",
    "/media/loop-1x1.png", "/media/..%2fthere-1x1.png", "/media/there.png/b-1x1.png", "/media/-1x1.png", "/media/sub-1x1.png",
)  # fmt: skip


@pytest.fixture(params=["no folder", "a file", "a loop", "a folder"])
async def client(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Client]:
    media = tmp_path / "media"
    if request.param == "a file":
        media.touch()
    elif request.param == "a loop":
        media.symlink_to("media")
    elif request.param == "a folder":
        (media / "sub").mkdir(parents=True)
        (media / "there.png").touch()
        for name, target in {"loop": "loop", "nowhere": "absent", "out": "/etc/passwd"}.items():
            (media / name).symlink_to(target)
        os.mkfifo(media / "pipe")
    async with open_site(tmp_path, SettableClock(NOON)) as site, client_of(site) as client:
        yield client


async def test_what_is_not_there_is_404(client: Client) -> None:
    for path in PATHS:
        for method in ("GET", "HEAD"):
            assert (await client.ask(path, method=method)).status == 404, (method, path)


@pytest.fixture
def not_root() -> Iterator[Path]:
    """A folder that another user may look into, while this process is that user where it may be any."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")
async def test_what_may_not_be_read_is_404_and_told_once(
    not_root: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("a.png", "b.png"):
        (not_root / name).write_bytes(b"x")
        (not_root / name).chmod(0)
    (not_root / "c.png").write_bytes(b"x")
    (not_root / "c.png").chmod(0o644)
    async with open_site(tmp_path, SettableClock(NOON), media_dir=not_root) as site, client_of(site) as client:
        await client.ask("/feed.rss")
        with caplog.at_level(logging.WARNING):
            os.seteuid(65534)
            try:
                found = [(await client.ask(f"/media/{name}.png")).status for name in "abc"]
            finally:
                os.seteuid(0)
    assert found == [404, 404, 200]
    told = [record.getMessage() for record in caplog.records if record.name == "feeds.web.media"]
    assert told == ["a file of DATELINE_MEDIA_DIR cannot be read, and is 404 (Permission denied)"]
