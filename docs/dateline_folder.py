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


def put(site: str, token: str, guid: str, article: object, **fields: str) -> bool:
    """Ask until there is an answer, and say whether it was taken; the same again changes nothing."""
    fields |= {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    url = f"{site}/api/articles/by-guid/{quote(guid, safe='')}"
    request = Request(url, json.dumps(article).encode(), fields, method="PUT")
    while True:
        try:
            with urlopen(request, timeout=30):
                print(guid, flush=True)
                return True
        except HTTPError as error:
            if error.code == 412:
                return True  # It never came there.
            if error.code not in (429, 503):
                print(f"{guid}: {error.read().decode()}", file=sys.stderr)
                return False
        except OSError:
            pass
        time.sleep(1)


def keep(path: Path, guids: set[str]) -> None:
    """Write it whole, or not at all."""
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(sorted(guids)))
    os.replace(beside, path)


def main(site: str, folder: Path) -> int:
    """The exit code: 1 where something was refused, which keeps nothing else back."""
    token, sent = sys.stdin.readline().strip(), folder / ".sent"
    files = {path.stem: path for path in folder.glob("*.json")}
    before = set(json.loads(sent.read_text())) if sent.exists() else set()
    keep(sent, before | files.keys())  # Before anything is sent: it may be there, whatever happens now.
    taken = []
    for guid, path in sorted(files.items()):
        try:
            taken.append(put(site, token, guid, json.loads(path.read_text())))
        except ValueError as error:
            print(f"{path}: it is no JSON: {error}", file=sys.stderr)
            taken.append(False)
    gone = {"headline": "Withdrawn", "status": "withdrawn"}
    taken += [put(site, token, guid, gone, **{"If-Match": "*"}) for guid in sorted(before - files.keys())]
    if all(taken):
        keep(sent, set(files))
    return 0 if all(taken) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1].rstrip("/"), Path(sys.argv[2])))
