"""A newsroom becomes a podcast as docs/podcasts.md says, and a reader of podcasts and a client that asks for parts are served."""

import re
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import podcastparser

from tests.newsroom.media import FILES
from tests.server.running import environment, running

DOC = (Path(__file__).parents[2] / "docs" / "podcasts.md").read_text()
COMMANDS = "\n".join(re.findall(r"```sh\n(.*?)```", DOC, re.S))
SETTINGS: dict[str, Any] = {"DATELINE_PODCASTS": "/section/podcast/", "DATELINE_PODCAST_OWNER": "tide@news.example"}


def test_a_newsroom_becomes_a_podcast(tmp_path: Path) -> None:
    sound = FILES["audio/mpeg"]
    (tmp_path / "tide.mp3").write_bytes(sound)
    program = tmp_path / ".venv" / "bin" / "dateline"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m feeds.cli "$@"\n')
    program.chmod(0o755)
    with running(tmp_path, **SETTINGS) as server:
        site = f"http://127.0.0.1:{server.port}"
        ran = subprocess.run(
            ["sh", "-ec", f"SITE={site}\n{COMMANDS}"],
            cwd=tmp_path, env=environment(tmp_path, **SETTINGS), capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        *elements, part, leads = ran.stdout.splitlines()
        assert elements == [
            "<itunes:author>Dateline", "<itunes:owner>", "<itunes:name>Dateline", "<itunes:email>tide@news.example",
            "<itunes:explicit>false", "<itunes:type>episodic", "<itunes:duration>1861", "<itunes:season>2", "<itunes:episode>12",
        ]  # fmt: skip
        assert part == "206 100"
        assert (tmp_path / "part.mp3").read_bytes() == sound[:100]
        assert leads == f"301 {site}/section/podcast/feed.rss"

        with urlopen(f"{site}/feed/podcast/", timeout=30) as answer:
            feed = podcastparser.parse(answer.url, BytesIO(answer.read()))
        [episode] = feed["episodes"]
        assert (feed["title"], feed["description"]) == ("The Tide – Dateline", "Every week, what the tide brought.")
        assert (episode["total_time"], episode["number"], episode["season"]) == (1861, 12, 2)
        [file] = episode["enclosures"]
        assert (file["file_size"], file["mime_type"]) == (len(sound), "audio/mpeg")
        with urlopen(Request(file["url"].replace("https://news.example", site), method="HEAD"), timeout=30) as head:
            assert (head.headers["Content-Length"], head.headers["Accept-Ranges"]) == (str(len(sound)), "bytes")
            assert head.headers["Content-Type"] == "audio/mpeg"
