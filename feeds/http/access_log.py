"""The access log: a line for each request, without what is a secret."""

import json
import logging
import re
from datetime import UTC, datetime
from time import time
from typing import NamedTuple
from urllib.parse import unquote

LOGGER = "dateline.access"
_SECRET = re.compile(
    r"([?&;](?:mine|[\w.%-]*(?:token|key|password|secret|signature))=|/replies/+|/hub/+check/+|/desk/+feed/+)[^&;/?\s]*",
    re.I,
)
"""What opens something: `mine` shows a reader their own reply, a path the feed of replies to them, another what waits for a
moderator, or a trial of the hub. What else is called so is somebody's mistake."""
_KEY = re.compile(
    r"(/partner/+)(?!(?:[0-9]{4}|section|tag|author|search|comments|changes|mirror|feeds?\.[a-z]+)(?:[/?.]|\s|\Z))[^/?\s]+",
    re.I,
)
"""Whatever stands where a partner's key may: one that was mistyped opens something by a letter's difference."""
_CONTROL = re.compile(r'[\x00-\x1f"\\\x7f-\xff]')


def masked(text: str) -> str:
    """An address, or a line that has one, with *** in place of secrets; without its escapes where these hid one."""
    shown = _masked(text)
    if "%" not in shown:
        return shown
    plain = unquote(shown)
    hidden = _masked(plain)
    return shown if hidden == plain else hidden


def _masked(text: str) -> str:
    return _KEY.sub(r"\1***", _SECRET.sub(r"\1***", text))


class Request(NamedTuple):
    """What a line says of a request."""

    client: str
    """Its address; '' of one that has none."""
    method: str
    target: str
    """As it came."""
    version: str
    agent: str


class AccessLog:
    """Writes lines in the Combined Log Format with the seconds that the answer took behind it, or in JSON."""

    def __init__(self, *, as_json: bool) -> None:
        self._say = logging.getLogger(LOGGER).info
        self._as_json = as_json
        self._second = -1
        self._stamp = ""

    def note(self, request: Request, status: int, sent: int, seconds: float) -> None:
        """`sent`: bytes of the body."""
        client, method, target, version, agent = request
        target = masked(target)
        if self._as_json:
            line = json.dumps(
                {
                    "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
                    "client": client,
                    "method": method,
                    "target": target,
                    "version": version,
                    "status": status,
                    "bytes": sent,
                    "seconds": round(seconds, 6),
                    "agent": agent,
                }
            )
        else:
            request_line = _quoted(f"{method} {target} HTTP/{version}" if method else "-")
            line = f'{client or "-"} - - [{self._now()}] {request_line} {status} {sent} "-" {_quoted(agent or "-")} {seconds:.6f}'
        self._say("%s", line)

    def _now(self) -> str:
        """Made once a second."""
        second = int(time())
        if second != self._second:
            self._second, self._stamp = second, datetime.fromtimestamp(second, UTC).strftime("%d/%b/%Y:%H:%M:%S +0000")
        return self._stamp


def _quoted(text: str) -> str:
    """As nginx and Apache write it: what could end the quotes or the line, or be no ASCII, as \\xHH."""
    return '"' + _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02X}", text) + '"'
