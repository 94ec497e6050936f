"""The adapter of docs/adapter.md keeps a newsroom in step with a folder, killed and run again at random."""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path
from random import Random
from urllib.request import Request, urlopen

from tests.server.running import Running, environment, running

DOCS = Path(__file__).parents[2] / "docs"
COMMANDS = "\n".join(re.findall(r"```sh\n(.*?)```", (DOCS / "adapter.md").read_text(), re.S))


def start(server: Running, folder: Path, token: Path) -> "subprocess.Popen[str]":
    with token.open() as file:
        return subprocess.Popen(
            [sys.executable, str(DOCS / "dateline_folder.py"), f"http://127.0.0.1:{server.port}", str(folder)],
            stdin=file, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip


def run_to_its_end(server: Running, folder: Path, token: Path, *, code: int = 0) -> None:
    with start(server, folder, token) as sending:
        sending.communicate(timeout=60)
    assert sending.returncode == code


def tag_of_feed(server: Running) -> str:
    with urlopen(f"http://127.0.0.1:{server.port}/feed.atom", timeout=30) as answer:
        return str(answer.headers["ETag"])


def newsroom(server: Running, token: Path) -> dict[str, str]:
    """Of each public article its headline, by guid."""
    headers = {"Authorization": f"Bearer {token.read_text().strip()}"}
    url = f"http://127.0.0.1:{server.port}/api/articles?status=published&limit=100"
    with urlopen(Request(url, headers=headers), timeout=30) as answer:
        return {item["guid"]: item["headline"] for item in json.load(answer)["items"]}


def test_a_newsroom_is_kept_in_step_with_a_folder(tmp_path: Path) -> None:
    program = tmp_path / ".venv" / "bin" / "dateline"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m feeds.cli "$@"\n')
    program.chmod(0o755)
    (tmp_path / "docs").symlink_to(DOCS)
    folder, token, chance = tmp_path / "stories", tmp_path / "token.txt", Random()
    with running(tmp_path) as server:
        subprocess.run(
            ["sh", "-ec", f"SITE=http://127.0.0.1:{server.port}\n{COMMANDS}"],
            cwd=tmp_path, env=environment(tmp_path), check=True, capture_output=True, timeout=60,
        )  # fmt: skip
        assert newsroom(server, token) == {"harbour": "Harbour reopens"}
        for _ in range(6):
            for path in chance.sample(sorted(folder.glob("*.json")), k=min(3, len(list(folder.glob("*.json"))))):
                path.unlink()
            for number in chance.sample(range(12), k=6):
                headline = f"Headline {chance.randrange(100)}"
                article = {"headline": headline, "status": "published"}
                (folder / f"story {number} ü&?.json").write_text(json.dumps(article))
            sending = start(server, folder, token)
            assert sending.stdout is not None
            for _ in range(chance.randrange(8)):
                sending.stdout.readline()
            sending.send_signal(signal.SIGKILL)
            sending.communicate(timeout=60)
        run_to_its_end(server, folder, token)
        expected = {path.stem: json.loads(path.read_text())["headline"] for path in folder.glob("*.json")}
        assert newsroom(server, token) == expected
        # What is in step stays as it is.
        before = tag_of_feed(server)
        (folder / "a broken one.json").write_text('{"headline": "Half')
        (folder / "a refused one.json").write_text('{"headline": 5}')
        run_to_its_end(server, folder, token, code=1)
        assert newsroom(server, token) == expected, "the others are kept as they are"
        for path in folder.glob("a *.json"):
            path.unlink()
        run_to_its_end(server, folder, token)
        assert tag_of_feed(server) == before
