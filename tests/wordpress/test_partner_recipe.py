"""The recipe of the documents: what a partner's mirror holds stands in its WordPress, without a plugin."""

import json
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.wordpress.site import Site

RECIPE = Path(__file__).parents[2] / "docs" / "partner-changes.md"
pytestmark = pytest.mark.nightly


def article(**fields: Any) -> str:
    return json.dumps(
        {
            "headline": "A ship sails & returns",
            "summary": "",
            "body_html": "<p>It sailed.</p>",
            "published_at": "2023-03-01T08:00:00Z",
            "public": True,
            "urls": {"page": "https://news.example/2023/03/01/a-ship/"},
        }
        | fields
    )


def posts(site: Site, status: str = "publish") -> list[tuple[str, str]]:
    found = site.api("GET", "wp/v2/posts", context="edit", status=status, search="sailed", per_page=100)
    return [(post["title"]["raw"], post["content"]["raw"]) for post in found]


def test_what_a_mirror_holds_stands_in_wordpress(wordpress: Site, tmp_path: Path) -> None:
    (program,) = re.findall(r"```python\n(.*?)```", RECIPE.read_text(), re.DOTALL)
    mirror = tmp_path / "mirror.db"
    with closing(sqlite3.connect(mirror)) as db:
        db.execute("CREATE TABLE articles (guid TEXT PRIMARY KEY, article TEXT NOT NULL, told_in INTEGER NOT NULL)")

    def run(*statements: tuple[str, tuple[str, ...]]) -> None:
        with closing(sqlite3.connect(mirror)) as db, db:
            for sql, parameters in statements:
                db.execute(sql, parameters)
        site = wordpress
        command = [sys.executable, "-c", program, site.url.rstrip("/"), site.user, site.password, str(mirror)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    run(("INSERT INTO articles VALUES ('urn:a', ?, 1)", (article(),)))
    ((title, content),) = posts(wordpress)
    assert title == "A ship sails & returns"
    assert content.startswith("<p>It sailed.</p>")
    run(("UPDATE articles SET article = ?", (article(body_html="<p>It sailed at noon.</p>"),)))
    # As after a run that was killed before it had noted what it did.
    run(("DELETE FROM posts", ()))
    ((_, content),) = posts(wordpress)
    assert content.startswith("<p>It sailed at noon.</p>")
    run(("DELETE FROM articles", ()))
    assert posts(wordpress) == []
    assert len(posts(wordpress, "draft")) == 1
    run(("INSERT INTO articles VALUES ('urn:a', ?, 1)", (article(),)))
    assert len(posts(wordpress)) == 1
    assert posts(wordpress, "draft") == []
