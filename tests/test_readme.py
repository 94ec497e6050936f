"""The README's commands work as printed, in their order."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shlex import quote

import pytest

from tests.importers.agency import opened
from tests.importers.feed_files import RSS_2
from tests.importers.wxr_files import category, post, wxr
from tests.stores import ENGINES

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
EMBEDDED, SERVER = "sqlite:///var/newsroom.db", "postgresql://dateline@db.example/newsroom"
"""The databases of its commands."""


CONSOLE = [
    line.removeprefix("$ ")
    for block in re.findall(r"```console\n(.*?)```", README, re.S)
    for line in block.splitlines()
    if line.startswith("$ ")
]
"""What is typed, in order."""
MADE = [command for command in CONSOLE if command.startswith("make ")]
TYPED = [
    *(command for command in CONSOLE if command not in MADE),
    *re.findall(r"`(\.venv/bin/dateline [^`]+)`", README),
]


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database, as a new user would name it."""
    return EMBEDDED if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


def environment(**settings: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("DATELINE_", "DATABASE_", "PORT"))}
    return {**kept, **settings}


def installed(folder: Path) -> None:
    """What `make setup` leaves: a command in `.venv/bin`."""
    program = folder / ".venv" / "bin" / "dateline"
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m feeds.cli "$@"\n')
    program.chmod(0o755)


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The URL at which `.venv/bin/dateline serve` says that it serves, on any free port."""
    command = [".venv/bin/dateline", "serve"]
    with subprocess.Popen(command, env=environment(PORT="0"), cwd=folder, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        told = next(filter(None, (re.match(r"Dateline serves (http://[^/ ]+)", line) for line in server.stderr)))
        yield told[1]
        server.terminate()


def run(script: str, folder: Path) -> str:
    """What bash says on standard output to a script that has to succeed."""
    done = subprocess.run(
        ["bash", "-eu", "-c", script], env=environment(), cwd=folder, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, (script, done.stdout, done.stderr)
    return done.stdout


def test_the_tour(tmp_path: Path, database: str) -> None:
    [tour] = re.findall(r"```sh\n(.*?)```", README, re.S)
    installed(tmp_path)
    (tmp_path / ".env").write_text(f"DATABASE_URL={database}\n")
    run(".venv/bin/dateline migrate && .venv/bin/dateline sample", tmp_path)
    with serving(tmp_path) as url:
        assert tour.count("http://127.0.0.1:8000") == 1
        out = run(tour.replace("http://127.0.0.1:8000", url), tmp_path)
    said = out.splitlines()
    assert any(line.startswith("<rss ") for line in said)
    assert '"version":' in out or '"version": ' in out
    assert any(line.startswith("<feed ") for line in said)
    assert "304" in said
    assert '"headline":"Ferry service resumes"' in out
    assert "1" in said
    assert '"seq":1,' in out


def test_a_newsroom_moves_in_as_printed(tmp_path: Path, postgres_url: str) -> None:
    move_in(tmp_path, EMBEDDED, quote(postgres_url))
    assert sorted(path.name for path in (tmp_path / "var").iterdir() if path.suffix == ".db") == ["newsroom.db"]


@pytest.mark.nightly
def test_a_newsroom_moves_into_postgresql_and_back(tmp_path: Path, postgres_url: str) -> None:
    installed(tmp_path)
    run(f"DATABASE_URL={quote(postgres_url)} .venv/bin/dateline migrate", tmp_path)
    move_in(tmp_path, quote(postgres_url), EMBEDDED)


def move_in(folder: Path, database: str, other: str) -> None:
    """All that is typed, with its databases in the place of those printed."""
    installed(folder)
    [settings] = re.findall(r"```ini\n(.*?)```", README, re.S)
    assert EMBEDDED in settings
    (folder / ".env").write_text(settings.replace(EMBEDDED, database))
    sections = [category("world", "World"), category("agency", "Agency", parent="world"), category("sports", "Sports")]
    (folder / "newsroom.wxr.xml").write_text(wxr(post(1, "The harbour reopens"), before=sections))
    (folder / "wp-content" / "uploads").mkdir(parents=True)
    with opened() as agency, ExitStack() as served:
        for path in ("/world.rss", "/all.atom"):
            agency.publish(RSS_2, path=path)
        pages = []
        for command in TYPED:
            if command == ".venv/bin/dateline serve":
                pages.append(served.enter_context(serving(folder)))
            else:
                there = command.replace("https://agency.example", agency.url)
                run(there.replace(SERVER, "\0").replace(EMBEDDED, database).replace("\0", other), folder)
        [url] = pages
        feed = run(f"curl -sf {url}/feed.rss", folder)
    assert "The harbour reopens" in feed
    assert "<title>The Daily Ledger</title>" in feed
    assert "https://news.example/" in feed
    assert (folder / "newsroom.jsonl").read_text().startswith("{")
    # What was copied beside the server serves as well.
    assert "The harbour reopens" in run(f"DATELINE_DATABASE_URL={other} .venv/bin/dateline export", folder)


def test_every_command_that_is_typed_is_there() -> None:
    assert len(TYPED) > 5
    assert all(command.startswith(".venv/bin/dateline ") for command in TYPED)
    makefile = (ROOT / "Makefile").read_text()
    for target in set(re.findall(r"(?:`|\$ )make ([a-z]+)", README)):
        assert re.search(rf"^{target}:", makefile, re.M), target


def test_the_port_is_named_once() -> None:
    assert README.count("PORT=") == 1
    assert README.count("127.0.0.1:8000") == 3, "where it serves, in the tour, and as a default"
