#!/usr/bin/env python3
"""Keep a newsroom in step with a folder: NAME.json in it is an article with the guid NAME. Run it whenever the folder has changed.

python dateline_folder.py https://news.example FOLDER < token.txt
"""

import json
import os
import sys
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen


def put(site: str, token: str, guid: str, article: object, **fields: str) -> None:
    """Ask until there is an answer; the same again changes nothing. Ends the program where the newsroom refuses it."""
    fields |= {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    url = f"{site}/api/articles/by-guid/{quote(guid, safe='')}"
    request = Request(url, json.dumps(article).encode(), fields, method="PUT")
    while True:
        try:
            with urlopen(request, timeout=30):
                return print(guid, flush=True)
        except HTTPError as error:
            if error.code == 412:
                return None  # It never came there.
            if error.code not in (429, 503):
                raise SystemExit(f"{guid}: {error.read().decode()}") from None
        except OSError:
            pass
        time.sleep(1)


def keep(path: Path, guids: set[str]) -> None:
    """Write it whole, or not at all."""
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(sorted(guids)))
    os.replace(beside, path)


def main(site: str, folder: Path) -> None:
    token, sent = sys.stdin.readline().strip(), folder / ".sent"
    files = {path.stem: path for path in folder.glob("*.json")}
    before = set(json.loads(sent.read_text())) if sent.exists() else set()
    keep(sent, before | files.keys())  # Before anything is sent: it may be there, whatever happens now.
    for guid, path in sorted(files.items()):
        put(site, token, guid, json.loads(path.read_text()))
    for guid in sorted(before - files.keys()):
        put(site, token, guid, {"headline": guid, "status": "withdrawn"}, **{"If-Match": "*"})
    keep(sent, set(files))


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), Path(sys.argv[2]))
