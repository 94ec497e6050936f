#!/usr/bin/env python3
"""Keep a mirror of what a Dateline newsroom lets you republish: one file, Python 3.11 or later, nothing to install.

    python dateline_mirror.py https://news.example --name NAME --key-file key.txt --db mirror.db
    python dateline_mirror.py ... --once       read what there is, and end
    python dateline_mirror.py ... --certify    ask whether the mirror is as it should be, and end

NAME is the partner's name, and the key file holds the key alone. The mirror is a SQLite database: its table `articles` has a row
for each article that you may show, now: `guid`, and `article`, JSON as the newsroom's documents describe it. Whatever reads the
table shows what is in it, and takes down what is not in it any more.

The newsroom tells of each change at least once, and the cursor, which says how far it was read, is kept in the same transaction as
the changes: so each of them is applied just once, whatever is cut, killed or started again, and whenever.
"""

import argparse
import base64
import contextlib
import gzip
import hashlib
import http.client
import json
import sqlite3
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

WAIT = 25
"""Seconds that the newsroom may hold an answer back until there is something to tell."""
LIMIT = 100
"""Changes of an answer."""
PAUSES = (1, 2, 4, 8, 15, 30, 60)
"""Seconds before the first attempt after a failure, the second, ..."""
_CUT_OFF = (OSError, http.client.HTTPException, EOFError, ValueError, zlib.error)
"""What an answer raises that did not come, or not whole."""
PART = 4000
"""Articles of a mirror that are asked about at once."""
FAULTS = {
    "missing": "is not shown",
    "different": "is shown as it is not any more",
    "withdrawn": "is still shown, and may not be",
}
DIGESTED = ("guid", "headline", "summary", "body_html", "correction", "edited_at")

SCHEMA = """
CREATE TABLE IF NOT EXISTS articles (
    guid TEXT PRIMARY KEY,
    article TEXT NOT NULL, -- JSON
    told_in INTEGER NOT NULL -- which reading from the beginning on told of it last
);
CREATE TABLE IF NOT EXISTS reading (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    cursor TEXT NOT NULL, -- '' at the beginning
    number INTEGER NOT NULL, -- how often it was begun
    is_anew INTEGER NOT NULL -- it is not known yet what of former readings is there no more
);
INSERT OR IGNORE INTO reading VALUES (1, '', 1, 0);
"""


class Refused(Exception):
    """The newsroom said no, for a reason that another attempt does not change. The message is a sentence."""


class TryAgain(Exception):
    """It did not work this time."""

    def __init__(self, why: str, after: float | None = None) -> None:
        super().__init__(why)
        self.after = after
        """Seconds that the newsroom asked for."""


class Mirror:
    """The database."""

    def __init__(self, path: str) -> None:
        self.db = sqlite3.connect(path, timeout=30, isolation_level=None)
        self.db.executescript(SCHEMA)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    def cursor(self) -> str:
        return str(self.db.execute("SELECT cursor FROM reading").fetchone()[0])

    def apply(self, before: str, items: Iterable[dict[str, Any]], cursor: str) -> bool:
        """Take over changes with the cursor after them; False where another process has done so meanwhile."""
        items = list(items)
        with self.transaction():
            known, number, is_anew = self.db.execute("SELECT cursor, number, is_anew FROM reading").fetchone()
            if known != before:
                return False
            for item in items:
                if item["article"] is None:
                    self.db.execute("DELETE FROM articles WHERE guid = ?", (item["guid"],))
                else:
                    self.db.execute(
                        "INSERT OR REPLACE INTO articles VALUES (?, ?, ?)",
                        (item["guid"], json.dumps(item["article"], ensure_ascii=False), number),
                    )
            if is_anew and not items:
                # Nothing more to tell: what was not among it is there no more.
                self.db.execute("DELETE FROM articles WHERE told_in < ?", (number,))
                is_anew = 0
            self.db.execute("UPDATE reading SET cursor = ?, is_anew = ?", (cursor, is_anew))
        return True

    def begin_anew(self, before: str, cursor: str) -> None:
        """What is shown stays until all was told anew."""
        with self.transaction():
            self.db.execute(
                "UPDATE reading SET cursor = ?, number = number + 1, is_anew = 1 WHERE cursor = ?", (cursor, before)
            )

    def digests(self) -> dict[str, str]:
        """Of each article that is shown."""
        digests = {}
        for guid, written in self.db.execute("SELECT guid, article FROM articles"):
            article = json.loads(written)
            shown = "\n".join(article[name] or "" for name in DIGESTED)
            digests[guid] = hashlib.sha256(shown.encode()).hexdigest()
        return digests


class Newsroom:
    """What is asked of it."""

    def __init__(self, url: str, name: str, key: str) -> None:
        self.url = url.rstrip("/")
        self.credentials = base64.b64encode(f"{name}:{key}".encode()).decode()
        # A redirect to elsewhere must not take the key along.
        self.opener = urllib.request.build_opener(_NoRedirects)

    def changes(self, cursor: str, wait: int) -> dict[str, Any]:
        """Raises Refused, TryAgain and BeginAnew."""
        query = urllib.parse.urlencode({"since": cursor, "wait": wait, "limit": LIMIT})
        answer = self._ask(f"/partner/changes?{query}", None, WAIT + 35)
        if not isinstance(answer.get("items"), list) or not isinstance(answer.get("next"), str):
            # Perhaps of something on the way.
            raise TryAgain("the answer is none of a newsroom's")
        return answer

    def certify(self, body: dict[str, Any]) -> dict[str, Any]:
        return self._ask("/partner/mirror", json.dumps(body).encode(), 300)

    def _ask(self, path: str, body: bytes | None, timeout: float) -> dict[str, Any]:
        fields = {
            "Authorization": f"Basic {self.credentials}",
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "User-Agent": "dateline-mirror/1",
        }
        if body is not None:
            fields["Content-Type"] = "application/json"
        request = urllib.request.Request(self.url + path, body, fields)
        try:
            with self.opener.open(request, timeout=timeout) as response:
                return _json(response)
        except urllib.error.HTTPError as error:
            with error:
                _raise(error)
        except _CUT_OFF as error:
            # Cut off, or half of an answer: it was not taken over, and is asked for again.
            raise TryAgain(f"{self.url} did not answer: {error or type(error).__name__}") from None
        raise AssertionError("it has answered, or has not")


class BeginAnew(Exception):
    """The cursor leads nowhere any more."""

    def __init__(self, cursor: str) -> None:
        super().__init__("The newsroom does not keep what came after the cursor.")
        self.cursor = cursor


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_named: Any) -> None:
        return None


def _json(response: Any) -> dict[str, Any]:
    """Raises OSError, HTTPException, EOFError or ValueError for what is not whole."""
    body = response.read()
    if response.headers.get("Content-Encoding", "") == "gzip":
        body = gzip.decompress(body)
    answer = json.loads(body)
    if not isinstance(answer, dict):
        raise ValueError("not an object")
    return answer


def _raise(error: urllib.error.HTTPError) -> None:
    try:
        problem = _json(error)
    except _CUT_OFF:
        problem = {}
    why = f"{error.code}: {problem.get('detail') or error.reason}"
    if error.code == 410 and isinstance(problem.get("restart"), str):
        raise BeginAnew(problem["restart"])
    if error.code in (408, 425, 429) or error.code >= 500 or error.code == 410:
        after = error.headers.get("Retry-After", "")
        raise TryAgain(why, float(after) if after.isdigit() else None)
    raise Refused(why)


def read(mirror: Mirror, newsroom: Newsroom, wait: int) -> bool:
    """Take over one answer; whether it told of anything. Raises Refused and TryAgain."""
    cursor = mirror.cursor()
    try:
        answer = newsroom.changes(cursor, wait)
    except BeginAnew as anew:
        if anew.cursor == cursor:
            raise TryAgain("the newsroom sends it in a circle") from None
        mirror.begin_anew(cursor, anew.cursor)
        return True
    mirror.apply(cursor, answer["items"], answer["next"])
    return bool(answer["items"])


def follow(mirror: Mirror, newsroom: Newsroom, *, once: bool) -> None:
    """Until the end of time, or of what there is. Raises Refused, and TryAgain where `once` did not work."""
    failures, told = 0, True
    while True:
        try:
            told = read(mirror, newsroom, 0 if told or once else WAIT)
            failures = 0
        except TryAgain as error:
            failures += 1
            if once and failures > len(PAUSES):
                raise
            pause = PAUSES[min(failures, len(PAUSES)) - 1]
            print(f"{error} Trying again.", file=sys.stderr, flush=True)
            time.sleep(min(max(pause, error.after or 0), 3600))
        else:
            if once and not told:
                return


def certify(mirror: Mirror, newsroom: Newsroom) -> bool:
    """Say whether the mirror is as it should be. Raises Refused and TryAgain."""
    digests = mirror.digests()
    lines = sorted(f"{guid} {digest}\n".encode() for guid, digest in digests.items())
    if newsroom.certify({"digest": hashlib.sha256(b"".join(lines)).hexdigest()})["identical"]:
        print(f"The mirror is identical: {len(digests)} articles.")
        return True
    guids, after, is_identical = sorted(digests), "", True
    for start in range(0, max(len(guids), 1), PART):
        part = guids[start : start + PART]
        until = part[-1] if start + PART < len(guids) else ""
        asked = {"items": {guid: digests[guid] for guid in part}, "after": after, "until": until}
        answer, after = newsroom.certify(asked), until
        is_identical = is_identical and bool(answer["identical"])
        for name, what in FAULTS.items():
            for guid in answer[name]:
                print(f"{guid} {what}")
    return is_identical


def main() -> int:
    parser = argparse.ArgumentParser(description="Keep a mirror of what a newsroom lets you republish.")
    parser.add_argument("url", help="of the newsroom, as in https://news.example")
    parser.add_argument("--name", required=True, help="the partner's name")
    parser.add_argument("--key-file", required=True, help="a file that holds the key alone")
    parser.add_argument("--db", required=True, help="the SQLite database of the mirror")
    parser.add_argument("--once", action="store_true", help="read what there is, and end")
    parser.add_argument("--certify", action="store_true", help="ask whether the mirror is as it should be, and end")
    asked = parser.parse_args()
    with open(asked.key_file, encoding="utf-8") as file:
        newsroom = Newsroom(asked.url, asked.name, file.read().strip())
    mirror = Mirror(asked.db)
    try:
        if asked.certify:
            return 0 if certify(mirror, newsroom) else 1
        follow(mirror, newsroom, once=asked.once)
    except (Refused, TryAgain) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
