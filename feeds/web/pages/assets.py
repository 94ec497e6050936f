"""Style sheet, script and icon: served under names that hold a digest of their bytes, so that they may be kept for a year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from http import HTTPStatus
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from feeds import paths
from feeds.http.headers import field_value, is_unmodified
from feeds.http.negotiation import ETAG_SUFFIX, Coding, choose_coding, encode

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
    tag: str
    """The strong validator without quotes and coding."""
    media_type: str
    body: bytes
    bodies: dict[Coding, bytes] = field(default_factory=dict)
    """In each coding that somebody asked for."""

    def encoded(self, coding: Coding) -> bytes:
        if coding not in self.bodies:
            self.bodies[coding] = encode(self.body, coding)
        return self.bodies[coding]


def _load(file: Path) -> Asset:
    body = file.read_bytes()
    digest = blake2b(body, digest_size=6).hexdigest()
    return Asset(
        path=f"{paths.STATIC}{file.stem}.{digest}{file.suffix}",
        tag=digest,
        media_type=_MEDIA_TYPES[file.suffix],
        body=body,
    )


ASSETS: Mapping[str, Asset] = {
    file.name: _load(file) for file in sorted(_FOLDER.iterdir()) if file.suffix in _MEDIA_TYPES
}
"""By file name: 'dateline.css'."""


@cache
def static_routes() -> Sequence[Route]:
    return [Route(f"{paths.STATIC}{{stem}}.{{digest}}.{{suffix}}", _serve)]


async def _serve(request: Request) -> Response:
    params = request.path_params
    asset = ASSETS.get(f"{params['stem']}.{params['suffix']}")
    if asset is None:
        raise HTTPException(404)
    # A page kept from before an upgrade names the file that was: it gets the present one, for a moment.
    max_age = _YEAR if request.url.path == asset.path else 60
    # Whoever takes no coding of ours gets the file itself: there is no other.
    coding = choose_coding(field_value(request.headers, "accept-encoding")) or Coding.IDENTITY
    etag = f'"{asset.tag}{ETAG_SUFFIX[coding]}"'
    headers = {"cache-control": f"public, max-age={max_age}", "etag": etag, "vary": "accept-encoding"}
    if is_unmodified(request.headers, etag=etag, modified_at=None, now=request.app.state.site.clock()):
        return Response(None, HTTPStatus.NOT_MODIFIED, headers)
    if coding is not Coding.IDENTITY:
        headers["content-encoding"] = coding
    return Response(asset.encoded(coding), media_type=asset.media_type, headers=headers)
