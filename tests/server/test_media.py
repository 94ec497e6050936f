"""Files are sent to a server of two workers, as the documents say, at once, and by who goes away or is killed."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.newsroom.media import png
from tests.server.running import environment, running
from tests.server.wire import dial, request, until

pytestmark = pytest.mark.anyio

DOC = (Path(__file__).parents[2] / "docs" / "media.md").read_text()
COMMANDS = "\n".join(re.findall(r"```sh\n(.*?)```", DOC, re.S))
MOST = 2_000_000


async def test_files_are_sent_to_a_server(tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(png(640, 480))
    program = tmp_path / ".venv" / "bin" / "dateline"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m feeds.cli "$@"\n')
    program.chmod(0o755)
    files = tmp_path / "media" / "files"
    with running(tmp_path, "--workers", "2", DATELINE_MAX_MEDIA=str(MOST)) as server:
        ran = await asyncio.to_thread(
            subprocess.run,
            ["sh", "-ec", f"SITE=http://127.0.0.1:{server.port}\n{COMMANDS}\necho $TOKEN"],
            cwd=tmp_path, env=environment(tmp_path), capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        first, again, added, article, element, token = ran.stdout.splitlines()
        assert first == again == added
        media = json.loads(first)
        assert {**media, "url": ""} == {
            "url": "", "type": "image/png", "bytes": len(png(640, 480)), "width": 640, "height": 480,
        }  # fmt: skip
        assert json.loads(article)["image"]["length"] == media["bytes"]
        assert f'fileSize="{media["bytes"]}"' in element
        assert 'width="640"' in element

        data = png(after=bytes(1_000_000))
        sent = request("/api/media", method="POST", body=data, Authorization=f"Bearer {token}")

        async def send() -> int:
            async with dial(server.port) as wire:
                wire.transport.write(sent)
                return (await wire.answer()).status

        assert sorted(await asyncio.gather(*(send() for _ in range(12)))) == [200] * 11 + [201]

        # What is refused is not read to its end.
        head = request("/api/media", method="POST", Content_Length=str(MOST))
        async with dial(server.port) as wire:
            wire.transport.write(head + png())
            answer = await wire.answer()
        assert (answer.status, answer.field("connection")) == (401, "close")
        head = request("/api/media", method="POST", Content_Length=str(2 * MOST), Authorization=f"Bearer {token}")
        async with dial(server.port) as wire:
            wire.transport.write(head + png() + bytes(MOST))
            answer = await wire.answer()
        assert (answer.status, answer.field("connection")) == (413, "close")

        def parts() -> list[Path]:
            return [part for part in (files / ".arriving").iterdir() if part.stat().st_size]

        kept = {path.name for path in files.iterdir()}
        half = request(
            "/api/media", method="POST", body=png(3, 3, after=bytes(1_500_000)), Authorization=f"Bearer {token}"
        )[:-100]
        async with dial(server.port) as wire:
            wire.transport.write(half)
            await until(lambda: bool(parts()))
        await until(lambda: not parts())
        async with dial(server.port) as wire:
            wire.transport.write(half)
            await until(lambda: bool(parts()))
            os.kill(server.worker_of(wire), signal.SIGKILL)
            await until(lambda: wire.ended)
        assert {path.name for path in files.iterdir()} == kept
