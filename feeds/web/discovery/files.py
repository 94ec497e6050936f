"""Files whose address never changes, because feeds name them, or browsers ask for them unasked."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from feeds import paths
from feeds.kinds.base import Params
from feeds.site import SiteState
from feeds.web.discovery.document import Document, DocumentBuilder
from storage.scopes import SITE

_FOLDER = Path(__file__).parent.parent / "static"
_DAY = 86_400
"""Seconds."""

_FILES: Mapping[str, tuple[str, str]] = {
    paths.FAVICON: ("favicon.ico", "image/vnd.microsoft.icon"),
    paths.ICON: ("icon.png", "image/png"),
    paths.STYLE_SHEET: ("feed.css", "text/css; charset=utf-8"),
}
"""By path: the file, and its media type."""


def _builder(name: str, media_type: str) -> DocumentBuilder:
    body = (_FOLDER / name).read_bytes()

    async def build(site: SiteState, _params: Params, _now: datetime) -> Document:
        # A new release, which may bring another file, raises the site's scope.
        listed = await site.store.read_articles(SITE, limit=0)
        return Document(body=body, media_type=media_type, snapshot=listed.snapshot, max_age=_DAY)

    return build


FILES = tuple((path, _builder(*file)) for path, file in _FILES.items())
