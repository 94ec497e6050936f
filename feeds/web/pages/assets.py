"""Style sheet, script and icon: served under names that hold a digest of their bytes, so that they may be kept for a year."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from http import HTTPStatus
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from feeds import paths
from feeds.http.headers import is_unmodified

_FOLDER = Path(__file__).parent.parent / "static"
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_YEAR = 31_536_000
"""Seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    path: str
    """'/static/dateline.5f0c2a91.css'"""
    etag: str
    media_type: str
    body: bytes


def _load(file: Path) -> Asset:
    body = file.read_bytes()
    digest = blake2b(body, digest_size=6).hexdigest()
    return Asset(
        path=f"{paths.STATIC}{file.stem}.{digest}{file.suffix}",
        etag=f'"{digest}"',
        media_type=_MEDIA_TYPES[file.suffix],
        body=body,
    )


ASSETS: Mapping[str, Asset] = {
    file.name: _load(file) for file in sorted(_FOLDER.iterdir()) if file.suffix in _MEDIA_TYPES
}
"""By file name: 'dateline.css'."""


def static_routes() -> list[Route]:
    return [Route(f"{paths.STATIC}{{stem}}.{{digest}}.{{suffix}}", _serve)]


async def _serve(request: Request) -> Response:
    params = request.path_params
    asset = ASSETS.get(f"{params['stem']}.{params['suffix']}")
    if asset is None:
        raise HTTPException(404)
    # A page kept from before an upgrade names the file that was: it gets the present one, for a moment.
    max_age = _YEAR if request.url.path == asset.path else 60
    headers = {"cache-control": f"public, max-age={max_age}", "etag": asset.etag}
    if is_unmodified(request.headers, etag=asset.etag, modified_at=None, now=request.app.state.site.clock()):
        return Response(None, HTTPStatus.NOT_MODIFIED, headers)
    return Response(asset.body, media_type=asset.media_type, headers=headers)
