"""The commands of docs/api.md against a server of two workers; and what is sent again while these are killed."""

import json
import os
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path
from random import Random
from threading import Event
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests.server.running import Running, environment, running

DOC = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
COMMANDS = "\n".join(re.findall(r"```sh\n(.*?)```", DOC, re.S))
SENDERS, EACH, KILLS = 4, 12, 2


def ask(server: Running, token: str, path: str, body: Any = None, **fields: str) -> Any:
    """The answer; None where there is none, or none yet."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", **fields}
    data = None if body is None else json.dumps(body).encode()
    try:
        with urlopen(Request(f"http://127.0.0.1:{server.port}{path}", data, headers), timeout=10) as answer:
            return json.load(answer)
    except HTTPError as refused:
        if refused.code not in (409, 503):
            raise
    except (OSError, HTTPException):
        pass
    return None


def test_the_document_says_what_happens_and_a_key_is_done_once_whoever_is_killed(tmp_path: Path) -> None:
    program = tmp_path / ".venv" / "bin" / "dateline"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m feeds.cli "$@"\n')
    program.chmod(0o755)
    with running(tmp_path, "--workers", "2") as server:
        ran = subprocess.run(
            ["sh", "-ec", f"SITE=http://127.0.0.1:{server.port}\n{COMMANDS}\necho $TOKEN"],
            cwd=tmp_path, env=environment(tmp_path), capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        *told, token = ran.stdout.splitlines()
        section, article, *lists, first, again = map(json.loads, told)
        assert (section["path"], article["section"], article["tags"]) == ("world", "world", ["Human rights"])
        assert lists == [{"items": [article], "next": None}] * 2
        assert first == again

        done = Event()

        def kill() -> int:
            """Now and then one worker, while the other lives."""
            killed, chance = 0, Random()
            while killed < KILLS and not done.wait(chance.random() / 5):
                if len(workers := sorted(server.workers())) == 2:
                    os.kill(chance.choice(workers), signal.SIGKILL)
                    killed += 1
            return killed

        def send(name: int) -> list[int]:
            """Each until it is answered, and once more."""
            ids = []
            for number in range(EACH):
                story = {"headline": f"Story {number % 20} of {name}"}
                key = {"Idempotency-Key": f"{name}-{number}"}
                answers: list[Any] = []
                while len(answers) < 2:
                    if answer := ask(server, token, "/api/articles", story, **key):
                        answers.append(answer)
                assert answers[0] == answers[1]
                ids.append(answers[0]["id"])
            return ids

        with ThreadPoolExecutor(SENDERS + 1) as pool:
            killing = pool.submit(kill)
            # Two and two send the same.
            sent = list(pool.map(send, [number // 2 for number in range(SENDERS)]))
            done.set()
            assert killing.result() > 0
        assert sent[0::2] == sent[1::2]
        made = {id_ for ids in sent for id_ in ids}
        kept: list[int] = []
        page: dict[str, Any] = {"next": ""}
        while page["next"] is not None:
            cursor = f"&cursor={page['next']}" if page["next"] else ""
            page = ask(server, token, f"/api/articles?status=draft&limit=200{cursor}") or page
            kept += [item["id"] for item in page.get("items", ())]
        assert sorted(kept) == sorted(made)
        assert len(made) == SENDERS // 2 * EACH
