"""The file with the newsroom's licence (RSL 1.0): of all that is public here."""

from datetime import datetime

from lxml import etree

from feeds.formats.extensions.rsl import append_content
from feeds.kinds.base import Params
from feeds.licence import MEDIA_TYPE, NAMESPACE
from feeds.site import SiteState
from feeds.web.discovery.document import Document
from storage.errors import NotFound
from storage.scopes import SITE


async def build_licence(site: SiteState, _params: Params, _now: datetime) -> Document:
    """Raises NotFound where the newsroom has none of its own."""
    licence = site.publication.licence
    if licence is None:
        raise NotFound("this newsroom has no licence of its own")
    listed = await site.store.read_articles(SITE, limit=0)
    root = etree.Element(f"{{{NAMESPACE}}}rsl", nsmap={None: NAMESPACE})  # type: ignore[dict-item]  # lxml has it so
    append_content(root, "/", licence)
    body: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return Document(body=body, media_type=f"{MEDIA_TYPE}; charset=utf-8", snapshot=listed.snapshot)
