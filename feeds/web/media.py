"""Pictures and other files of the newsroom, straight from the media folder."""

import os
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from mimetypes import guess_type

from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import NotModifiedResponse, PathLike, StaticFiles
from starlette.types import Receive, Scope, Send

from feeds.settings import Settings
from feeds.web.headers import field_value, is_unmodified

_FIELDS = {
    "cache-control": "public, max-age=86400",
    # A file from outside, an SVG or HTML upload of old, must not run script in the newsroom's name.
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
}
_PLAYED_FIELDS = {
    **_FIELDS,
    # A browser that opens sound or film makes a page of it, which must be allowed to load it. It holds nothing that could run.
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'",
}

_RANGE = re.compile(r"[0-9]{1,18}-[0-9]{0,18}|-[0-9]{1,18}")
"""One of a list; of any that is longer no file has the bytes."""


class _Media(StaticFiles):
    async def check_config(self) -> None:
        """The inherited one fails each request while there is no folder: a newsroom may have no pictures yet."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not _asks_for_a_part(scope):
            scope = {**scope, "headers": [field for field in scope["headers"] if field[0] != b"range"]}
        await super().__call__(scope, receive, send)

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code in (200, 206, 304):
            played = (guess_type(path)[0] or "").startswith(("audio/", "video/"))
            response.headers.update(_PLAYED_FIELDS if played else _FIELDS)
        return response

    def file_response(
        self, full_path: PathLike, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """By the rules of all that is public: the inherited method knows of fewer conditions, and asks the date after the tag."""
        response = FileResponse(full_path, status_code=status_code, stat_result=stat_result)
        unmodified = is_unmodified(
            Headers(scope=scope),
            etag=response.headers["etag"],
            modified_at=parsedate_to_datetime(response.headers["last-modified"]),
            now=datetime.now(UTC),
        )
        return NotModifiedResponse(response.headers) if unmodified else response


def _asks_for_a_part(scope: Scope) -> bool:
    """Whether Range is one to heed (RFC 9110, section 14.2): of GET alone, in bytes, and well-formed (14.1.2)."""
    unit, _, listed = (field_value(Headers(scope=scope), "range") or "").partition("=")
    return scope["method"] == "GET" and unit.lower() == "bytes" and all(map(_is_range, listed.split(",")))


def _is_range(text: str) -> bool:
    """Of one with two ends, whether the first stands before the second."""
    text = text.strip()
    first, _, last = text.partition("-")
    return bool(_RANGE.fullmatch(text)) and not (first and last and int(first) > int(last))


def media_routes(settings: Settings) -> list[BaseRoute]:
    """`/media/`, and the paths under which WordPress served the pictures that were imported from it."""
    files = _Media(directory=settings.media_dir, check_dir=False)
    return [Mount("/media", files), Mount("/wp-content/uploads", files)]
