"""Files whose address never changes, because feeds name them, or browsers ask for them unasked."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from feeds import paths
from feeds.kinds.base import Params, Publication
from feeds.site import SiteState
from feeds.web.discovery.document import Document, DocumentBuilder
from feeds.web.pages.display import direction
from feeds.wording import marked
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


_ON_FEEDS = marked(
    "This is a feed: an address that a feed reader asks for you, so that what is new reaches you as soon as it is published. "
    "Copy the address of this page into your reader. The page for people is at the address below the title."
)
"""What the style sheet says above a feed."""


def style_sheet(sheet: str, publication: Publication) -> str:
    """The style sheet of feeds as the newsroom's readers read it."""
    words = publication.wording.gettext(_ON_FEEDS)
    quoted = words.replace("\\", "\\\\").replace('"', '\\"')
    is_rtl = not publication.wording.is_source and direction(publication.language) == "rtl"
    return sheet.replace(_ON_FEEDS, quoted) + (_RIGHT_TO_LEFT if is_rtl else "")


_RIGHT_TO_LEFT = "\n:root { direction: rtl; }\n"


def _builder(name: str, media_type: str) -> DocumentBuilder:
    body = (_FOLDER / name).read_bytes()

    async def build(site: SiteState, _params: Params, _now: datetime) -> Document:
        # A new release, which may bring another file, raises the site's scope.
        listed = await site.store.read_articles(SITE, limit=0)
        made = style_sheet(body.decode(), site.publication).encode() if name.endswith(".css") else body
        return Document(body=made, media_type=media_type, snapshot=listed.snapshot, max_age=_DAY)

    return build


FILES = tuple((path, _builder(*file)) for path, file in _FILES.items())
