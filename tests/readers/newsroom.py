"""A newsroom on a real socket, for readers that other people wrote."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.kinds.newsroom import Newsroom, SettableClock
from tests.server.listening import CountedPolls, Listening, listening
from tests.web.site import open_site


@dataclass
class Answers:
    """The statuses of what ASGI answered; the fast path's answers are counted by `CountedPolls`."""

    app: ASGIApp
    statuses: list[int] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.statuses.append(message["status"])
            await send(message)

        await self.app(scope, receive, noted)


@dataclass(frozen=True)
class Open:
    newsroom: Newsroom
    clock: SettableClock
    server: Listening
    answers: Answers
    folder: Path

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server.port}{path}"

    @property
    def fast(self) -> int:
        """How many polls the fast path has answered."""
        return CountedPolls.hits

    async def run(self, *command: str) -> str:
        """Run a program in the folder while the server answers; what it printed."""
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=self.folder,
            env={"HOME": str(self.folder), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TERM": "dumb"},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            async with asyncio.timeout(60):
                said, _ = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        assert process.returncode == 0, said.decode()
        return said.decode()


@asynccontextmanager
async def open_newsroom(folder: Path, **settings: Any) -> AsyncIterator[Open]:
    """With four articles in it, an hour between them; what was raised for the whole site came before them all."""
    async with open_site(folder, SettableClock(), **settings) as site:
        for number in range(4):
            site.clock.advance(hours=1)
            await site.newsroom.publish(f"story-{number}")
        site.clock.advance(minutes=1)
        answers = Answers(site.app)
        async with listening(answers, site.state) as server:
            yield Open(site.newsroom, site.clock, server, answers, folder)


def needs(program: str) -> pytest.MarkDecorator:
    """Skip where the program is missing, unless all programs are meant to be there (DATELINE_TEST_SKIPS=none)."""
    return pytest.mark.skipif(not is_there(program), reason=f"{program} is not installed")


def is_there(program: str) -> bool:
    """Whether it is, or is meant to be."""
    return shutil.which(program) is not None or os.environ.get("DATELINE_TEST_SKIPS") == "none"
