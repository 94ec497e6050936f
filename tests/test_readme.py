"""The README's tour works as printed."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

README = (Path(__file__).parent.parent / "README.md").read_text()


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """(URL, environment) of a server with the sample edition."""
    env = {
        **os.environ,
        "DATELINE_DATABASE_URL": f"sqlite:///{tmp_path}/dateline.db",
        "DATELINE_MEDIA_DIR": str(tmp_path / "media"),
    }
    dateline = [sys.executable, "-m", "feeds.cli"]
    subprocess.run([*dateline, "sample"], env=env, check=True, capture_output=True, cwd=tmp_path)
    command = [*dateline, "serve", "--port", "0"]
    with subprocess.Popen(command, env=env, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        told = re.search(r"http://[^/ ]+", server.stderr.readline())
        assert told is not None
        yield told[0], env
        server.terminate()


def test_the_tour(sample: tuple[str, dict[str, str]], tmp_path: Path) -> None:
    url, env = sample
    [tour] = re.findall(r"```sh\n(.*?)```", README, re.S)
    program = tmp_path / "dateline"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m feeds.cli "$@"\n')
    program.chmod(0o755)
    script = tour.replace("http://127.0.0.1:8000", url).replace(".venv/bin/dateline", str(program))
    done = subprocess.run(
        ["bash", "-eu", "-c", script], env=env, cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    assert any(line.startswith("<rss ") for line in said)
    assert '"version":' in done.stdout or '"version": ' in done.stdout
    assert any(line.startswith("<feed ") for line in said)
    assert "304" in said
    assert '"headline":"Ferry service resumes"' in done.stdout
    assert "1" in said
    assert '"seq":1,' in done.stdout


def test_the_make_targets_exist() -> None:
    makefile = (Path(__file__).parent.parent / "Makefile").read_text()
    for target in set(re.findall(r"(?:`|\$ )make ([a-z]+)", README)):
        assert re.search(rf"^{target}:", makefile, re.M), target
