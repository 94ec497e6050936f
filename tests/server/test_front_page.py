"""What docs/front-page.md says, with curl against a server."""

import asyncio
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from storage.connect import open_store
from storage.model import Author
from tests.server.running import environment, running
from tests.server.wire import dial
from tests.storage.newsroom import sections, story

pytestmark = pytest.mark.anyio

DOC = (Path(__file__).parents[2] / "docs" / "front-page.md").read_text()
COMMANDS = "\n".join(re.findall(r"```sh\n(.*?)```", DOC, re.S))


async def test_the_newsroom_puts_what_it_likes_on_its_pages(tmp_path: Path) -> None:
    store = await open_store(f"sqlite:///{tmp_path}/dateline.db", migrate=True)
    await store.import_sections(sections())
    await store.add_article(story("first", authors=(Author(slug="ann", name="Ann"),)))
    await store.close()
    program = tmp_path / ".venv" / "bin" / "dateline"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m feeds.cli "$@"\n')
    program.chmod(0o755)
    with running(tmp_path) as server:
        site = f"http://127.0.0.1:{server.port}"
        ran = await asyncio.to_thread(
            subprocess.run,
            ["sh", "-ec", f"SITE={site}\n{COMMANDS}"],
            cwd=tmp_path, env=environment(tmp_path), capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        navigation, pinned, author = map(json.loads, ran.stdout.splitlines())
        assert navigation == {"sections": ["world", "world/africa", "business"]}
        assert pinned == {"articles": [1]}
        assert (author["slug"], author["about"]) == ("ann", "Reports on shipping and weather.")
        async with dial(server.port) as wire:
            feed = await wire.ask("/author/ann/feed.rss")
        assert b"<description>Reports on shipping and weather." in feed.body
