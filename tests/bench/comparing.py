"""How fast a newsroom is compared with the site that it left: both on this machine."""

import json
from pathlib import Path
from subprocess import run
from sys import executable
from time import perf_counter

from tests.bench.report import Report
from tests.bench.servers import dateline
from tests.comparing.old_site import old_site, posts
from tests.server.running import environment

ARTICLES = 990
"""A feed of comments for each; with those of the lists it is a thousand."""


def report_compare(report: Report, folder: Path) -> None:
    folder.mkdir()
    database = folder / "moved.db"
    settings = {"DATELINE_DATABASE_URL": f"sqlite:///{database}", "DATELINE_FEED_ITEMS": "10"}
    command = (executable, "-m", "feeds.cli")
    with old_site(posts(ARTICLES)) as old:
        (folder / "newsroom.wxr.xml").write_text(old.export())
        env = environment(folder, **settings)
        run([*command, "import", "newsroom.wxr.xml"], cwd=folder, env=env, check=True, capture_output=True)
        with dateline(database, feed_items="10") as server:
            here = f"http://127.0.0.1:{server.port}"
            began = perf_counter()
            run(
                [*command, "compare", old.url, "--here", here, "--sample", "0", "--json", "compare.json"],
                cwd=folder, env=env | {"DATELINE_BASE_URL": "https://bench.example"}, check=True, capture_output=True,
            )  # fmt: skip
            taken = perf_counter() - began
    counts = json.loads((folder / "compare.json").read_text())["counts"]
    assert counts["same"] == counts["feeds"], counts
    feeds, addresses = counts["feeds"], counts["addresses"]
    report.note(f"compare of {feeds:,} feeds and {addresses:,} addresses", f"{feeds / taken:,.0f} feeds a second")
