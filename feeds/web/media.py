"""Pictures and other files of the newsroom, straight from the media folder."""

import errno
import logging
import os
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import NotModifiedResponse, PathLike, StaticFiles
from starlette.types import Receive, Scope, Send

from feeds import paths
from feeds.http.headers import field_value, is_unmodified
from feeds.media_types import is_picture, is_played, media_type
from feeds.settings import Settings
from feeds.urls import encode_path
from feeds.web.exception_handlers import redirect
from feeds.web.legacy_urls import Moved

_log = logging.getLogger(__name__)

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

_SIZED = re.compile(r"(?P<name>.+?)(?:-[0-9]{1,5}x[0-9]{1,5}|-scaled|-rotated)(?P<extension>\.[A-Za-z0-9]{1,5})")
"""Of the sizes that WordPress made of a picture, and of what it puts in the place of one that is very large or lies on its side."""
_WHOLE = ("", "-scaled", "-rotated")
_IN_SIZES = re.compile(r"size/w[0-9]{1,5}(?:h[0-9]{1,5})?/(?:format/[a-z0-9]{1,5}/)?(?P<path>.+)")
"""Of the sizes that Ghost made, in folders of their own."""

_KNOWS_EFFECTIVE_IDS = os.access in os.supports_effective_ids
_RANGE = re.compile(r"[0-9]{1,18}-[0-9]{0,18}|-[0-9]{1,18}")
"""One of a list; of any that is longer no file has the bytes."""


class _Media(StaticFiles):
    _has_told = False

    async def check_config(self) -> None:
        """The inherited one fails each request while there is no folder: a newsroom may have no pictures yet."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not _asks_for_a_part(scope):
            scope = {**scope, "headers": [field for field in scope["headers"] if field[0] != b"range"]}
        await super().__call__(scope, receive, send)

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        """What cannot be read, for whatever reason, is as good as missing to a reader; the operator is told, once a process."""
        try:
            # Where it is a file itself, somebody mistyped its name; no file's has a NUL.
            if path == os.curdir or "\0" in path:
                return "", None
            full_path, found = super().lookup_path(path)
            if found is not None and not os.access(full_path, os.R_OK, effective_ids=_KNOWS_EFFECTIVE_IDS):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), full_path)
        except OSError as error:
            # Any client can bring about a name that is too long.
            if error.errno != errno.ENAMETOOLONG and not self._has_told:
                self._has_told = True
                _log.warning("a file of DATELINE_MEDIA_DIR cannot be read, and is 404 (%s)", error.strerror)
            return "", None
        return full_path, found

    async def get_response(self, path: str, scope: Scope) -> Response:
        try:
            response = await super().get_response(path, scope)
        except HTTPException as error:
            whole = await to_thread.run_sync(self._whole, path) if error.status_code == HTTPStatus.NOT_FOUND else ""
            if not whole:
                raise
            mount = scope["root_path"].removeprefix(scope.get("app_root_path", ""))
            return redirect(Moved(encode_path(f"{mount}/{whole}"), for_good=False))
        if response.status_code in (200, 206, 304):
            response.headers.update(_PLAYED_FIELDS if is_played(path) else _FIELDS)
        return response

    def _whole(self, path: str) -> str:
        """Where the picture is of which there was another size: those sizes alone were brought that articles show."""
        if not is_picture(path):
            return ""
        folder, name = os.path.split(path)
        sized, in_sizes = _SIZED.fullmatch(name), _IN_SIZES.fullmatch(path)
        names = [f"{sized['name']}{whole}{sized['extension']}" for whole in _WHOLE] if sized else []
        paths = [os.path.join(folder, name) for name in names] + ([in_sizes["path"]] if in_sizes else [])
        return next((path for path in paths if self.lookup_path(path)[1] is not None), "")

    def file_response(
        self, full_path: PathLike, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """By the rules of all that is public: the inherited method knows of fewer conditions, and asks the date after the tag."""
        _leave_out_what_lies_beyond(scope, stat_result.st_size)
        known = media_type(os.fspath(full_path)) or None
        response = FileResponse(full_path, status_code=status_code, stat_result=stat_result, media_type=known)
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


def _leave_out_what_lies_beyond(scope: Scope, length: int) -> None:
    """Of a list of ranges, those that a file of so many bytes does not have, unless it has none of them: the others are sent (RFC
    9110, section 14.2), where Starlette would refuse the whole list.
    """
    unit, _, listed = (field_value(Headers(scope=scope), "range") or "").partition("=")
    ranges = [text.strip() for text in listed.split(",") if listed]
    there = [text for text in ranges if _has(text, length)]
    if 0 < len(there) < len(ranges):
        fields = [field for field in scope["headers"] if field[0] != b"range"]
        scope["headers"] = [*fields, (b"range", f"{unit}={','.join(there)}".encode())]


def _has(text: str, length: int) -> bool:
    """Whether a file of so many bytes has any of a range, which is well-formed."""
    first, _, last = text.partition("-")
    return int(first) < length if first else int(last) > 0


def _is_range(text: str) -> bool:
    """Of one with two ends, whether the first stands before the second."""
    text = text.strip()
    first, _, last = text.partition("-")
    return bool(_RANGE.fullmatch(text)) and not (first and last and int(first) > int(last))


def media_routes(settings: Settings) -> list[BaseRoute]:
    """`/media/`, and the paths under which WordPress and Ghost served the pictures that were imported from them."""
    files = _Media(directory=settings.media_dir, check_dir=False)
    served = dict.fromkeys((paths.MEDIA, paths.UPLOADS), files)
    served |= {path: _Media(directory=settings.media_dir / path[1:], check_dir=False) for path in paths.GHOST_FILES}
    return [Mount(path.removesuffix("/"), files) for path, files in served.items()]
