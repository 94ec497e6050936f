"""Bodies of posts, made as an import makes them, without an export around them."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from feeds.importers.media import Media
from feeds.importers.report import Report
from feeds.importers.wxr.attachments import Attachment, Attachments
from feeds.importers.wxr.blocks import Blocks
from feeds.importers.wxr.body import Bodies
from feeds.importers.wxr.uploads import Uploads

SITE = "https://old.example"
NOWHERE = Path("/nonexistent")


def attachment(
    number: int, name: str = "", *, parent: int = 7, alt: str = "", caption: str = "", title: str = ""
) -> Attachment:
    """One that the site serves from its uploads folder."""
    url = f"{SITE}/wp-content/uploads/{name or f'{number}.png'}"
    return Attachment(number, parent, url, alt, caption, "", 0, 0, 0, title)


def attachments_of(*known: Attachment) -> Attachments:
    found = Attachments()
    for one in known:
        found.add(one, one.url.partition("/uploads/")[2])
    return found


def bodies_of(
    *site_urls: str,
    attachments: Iterable[Attachment] = (),
    blocks: Mapping[int, str] | None = None,
    hidden: Iterable[int] = (),
    bases: Iterable[str] = (),
    report: Report | None = None,
    strip_shortcodes: bool = False,
    media: Media | None = None,
) -> Bodies:
    """Those of a site that has these attachments and reusable blocks; posts with the ids `hidden` are not public."""
    known = attachments_of(*attachments)
    for post in hidden:
        known.hide(post)
    texts = Blocks()
    for number, html in (blocks or {}).items():
        texts.add(number, html)
    known.bases.update(dict.fromkeys(bases))
    uploads = Uploads(site_urls or (SITE,), known.bases, media or Media(None, NOWHERE))
    return Bodies(uploads, known, texts, report or Report(), strip_shortcodes=strip_shortcodes)
