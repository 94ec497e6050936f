"""The commands of docs/api.md, against a server."""

import json
import re
import subprocess
import sys
from pathlib import Path

from tests.server.running import environment, running

DOC = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
COMMANDS = "\n".join(re.findall(r"```sh\n(.*?)```", DOC, re.S))


def test_the_document_says_what_happens(tmp_path: Path) -> None:
    program = tmp_path / ".venv" / "bin" / "dateline"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m feeds.cli "$@"\n')
    program.chmod(0o755)
    with running(tmp_path, "--workers", "2") as server:
        ran = subprocess.run(
            ["sh", "-ec", f"SITE=http://127.0.0.1:{server.port}\n{COMMANDS}"],
            cwd=tmp_path, env=environment(tmp_path), capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        section, article, *lists = map(json.loads, ran.stdout.splitlines())
        assert (section["path"], article["section"], article["tags"]) == ("world", "world", ["Human rights"])
        assert lists[:2] == [{"items": [article], "next": None}] * 2
