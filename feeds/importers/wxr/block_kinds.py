"""What the block editor's blocks stand for: text kept elsewhere, and pictures and addresses that only their attributes name."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape, unescape

from feeds.clean.pictures import same, web_reference
from feeds.importers.wxr.attachments import Attachment, Attachments
from feeds.importers.wxr.blocks import Blocks
from feeds.importers.wxr.codes import Codes, figure, picture, player
from feeds.importers.wxr.editor import Block, read_blocks
from feeds.importers.wxr.embeds import link, shown, web_address
from feeds.importers.wxr.footnotes import footnotes_html
from feeds.importers.wxr.galleries import MOST
from feeds.importers.wxr.members import for_everybody
from feeds.importers.wxr.overrides import with_overrides
from feeds.media_types import is_picture, player_of

MOST_INLINED = 100
"""Reusable blocks in an article, each counted as often as it stands there."""
LONGEST_INLINED = 4 * 1024 * 1024
"""Characters of them: one may hold others, which hold others."""

_SILENT = frozenset(
    f"core/{name}"
    for name in (
        "button", "buttons", "column", "columns", "group", "heading", "home-link", "list", "list-item", "loginout", "more",
        "nextpage", "page-break", "paragraph", "post-featured-image", "post-title", "read-more", "separator", "spacer",
        "social-links",
    )
)  # fmt: skip
"""Without content they show nothing, or what an article's page shows anyway."""
_BEHIND = frozenset({"core/cover", "core/cover-image", "core/media-text"})
"""Blocks whose picture may stand behind their words or beside them, in a style."""
_LISTS = frozenset({"core/query", "core/terms-query"})
"""Blocks that WordPress fills with lists of its posts and terms."""
_KEPT_ELSEWHERE = frozenset({"core/block", "core/footnotes"})
"""Blocks whose text no post holds."""
_STYLE = re.compile(
    r"background(?:-image)?\s*+:[^;\"<>]{0,200}?url\(\s*+(?:&quot;|&#0?39;|['\"])?+([^()\s\"'<>&]{1,2000}+(?:&amp;[^()\s\"'<>&]{1,2000}+)*+)",
    re.I,
)
_SOURCE = re.compile(r"<(?:img|video|source)\b[^<>]*?\ssrc=[\"']?([^\s\"'<>]+)", re.I)
_ADDRESSED = frozenset({"core", "core-embed", "jetpack"})
"""Namespaces in which an address among a block's attributes is of what the block shows."""
_NO_NOTES = "[]"
"""The custom field of a post whose last footnote was taken out."""
_PLAYERS = {"videopress/video": "https://videopress.com/v/{}"}
"""Blocks that are told by an id, their `guid`, what to play."""


@dataclass(slots=True)
class PostBlocks:
    """The blocks of one post."""

    texts: Blocks
    """Of reusable blocks."""
    attachments: Attachments
    codes: Codes
    footnotes: str
    """The custom field of that name."""
    lost: Callable[[int], None]
    """Told the ids of attachments that nothing has."""
    stripped: Callable[[str], None]
    """Told the names of blocks of which nothing is left."""
    inlined: int = 0
    length: int = 0
    has_notes: bool = False
    """Whether a block shows the footnotes."""
    within: list[int] = field(default_factory=list)
    """The reusable blocks that are being read."""

    def void(self, block: Block) -> str:
        if block.name == "core/block":
            return self._reusable(block.number("ref"), block.attributes.get("content"))
        if block.name == "core/footnotes":
            self.has_notes = True
            html = footnotes_html(self.footnotes)
            is_silent = self.footnotes.strip() == _NO_NOTES
        else:
            html = self._of_attributes(block)
            is_silent = block.name in _SILENT
        if not html and not is_silent:
            self.stripped(f"block {block.name}")
        return html

    def before(self, block: Block, content: Callable[[], str], *, is_seen: bool) -> str:
        if block.name in _BEHIND:
            return self._behind(block, content())
        if is_seen:
            return self._background(block, content)
        if block.name in _KEPT_ELSEWHERE:
            return self.void(block)
        html = self._of_attributes(block)
        if not html and (block.name in _LISTS or not block.name.startswith("core/")):
            self.stripped(f"block {block.name}")
        return html

    def _reusable(self, block_id: int, own: object) -> str:
        """The text of a reusable block, with what the post has of its `own` in it; '' in itself, as WordPress has it, and where
        there is none that readers were shown.
        """
        html = self.texts.get(block_id)
        if html is None or block_id in self.within or self.inlined >= MOST_INLINED:
            self.stripped(f"reusable block {block_id}")
            return ""
        html = for_everybody(html, self.stripped)
        self.inlined += 1
        self.length += len(html)
        if self.length > LONGEST_INLINED:
            self.stripped(f"reusable block {block_id}")
            return ""
        if isinstance(own, Mapping) and own:
            html = with_overrides(html, own, lambda: self.stripped(f"words of its own in reusable block {block_id}"))
        self.within.append(block_id)
        try:
            return read_blocks(html, self)
        finally:
            self.within.pop()

    def _of_attributes(self, block: Block) -> str:
        """What a block shows by its attributes alone."""
        namespace, _, name = block.name.partition("/")
        if block.name in _PLAYERS:
            guid = block.text("guid", "src")
            return link(_PLAYERS[block.name].format(guid)) if re.fullmatch(r"\w{4,20}", guid) else ""
        if block.name == "core/gallery":
            ids = [one for one in _ids(block.attributes.get("ids")) if one]
            return self.codes.pictures({"ids": ",".join(map(str, ids))}) if ids else ""
        if namespace not in _ADDRESSED:
            return ""
        address = web_address(unescape(block.text("url", "src", "href", "mediaUrl", "mediaLink")))
        if name in ("cover", "cover-image", "image", "media-text"):
            return self._picture(block, address)
        if name in ("audio", "video", "file") and not address:
            return self._file(block.number("id"))
        if not address:
            return ""
        if name == "social-link":
            return f"<li>{link(address, block.text('label', 'service'))}</li>"
        words = block.text("label", "text")
        return figure(link(address, words) if words else shown(address), block.text("caption"), always=True)

    def _behind(self, block: Block, content: str) -> str:
        """The picture or film of a block that has it in a style, or in its attributes alone, unless its content shows it."""
        style = _STYLE.search(content)
        address = web_reference(block.text("url", "mediaUrl") or (unescape(style[1]) if style else ""))
        if block.attributes.get("useFeaturedImage") or (
            _shows(content, address) if address else _SOURCE.search(content)
        ):
            return ""
        return self._picture(block, address)

    def _background(self, block: Block, content: Callable[[], str]) -> str:
        """The picture that any block may have behind it, which only its attributes name."""
        found: object = block.attributes
        for name in ("style", "background", "backgroundImage", "url"):
            found = found.get(name) if isinstance(found, dict) else None
        address = web_reference(found) if isinstance(found, str) else ""
        return self._picture(block, address) if address and not _shows(content(), address) else ""

    def _picture(self, block: Block, address: str) -> str:
        known = self._attachment(block.number("id", "mediaId"), told=not address)
        alt = block.text("alt", "mediaAlt") or (known.alt if known else "")
        if not address and known is not None:
            return picture(known) if is_picture(known.url) else shown(known.url)
        if not address:
            return ""
        if player_of(address.partition("?")[0]) or block.text("backgroundType", "mediaType") == "video":
            return player("video", {}, [address])
        return figure(f'<img src="{escape(address)}" alt="{escape(alt)}">', "", always=True)

    def _file(self, attachment_id: int) -> str:
        known = self._attachment(attachment_id, told=True)
        return shown(known.url) if known else ""

    def _attachment(self, attachment_id: int, *, told: bool) -> Attachment | None:
        known = self.attachments.get(attachment_id) if attachment_id else None
        if known is None and attachment_id and told:
            self.lost(attachment_id)
        return known


def _shows(html: str, address: str) -> bool:
    return same(address) in {same(unescape(found)) for found in _SOURCE.findall(html)}


def _ids(value: object) -> Iterator[int]:
    for one in value[:MOST] if isinstance(value, list) else ():
        if isinstance(one, int | str) and str(one).isdigit() and len(str(one)) < 17:
            yield int(one)
