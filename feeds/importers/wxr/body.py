"""What WordPress stores as what it serves: an article's body."""

import re
from collections.abc import Callable
from typing import NamedTuple

from feeds.clean.html import sanitize_article
from feeds.importers.markup import scripts
from feeds.importers.paragraphs import add_paragraphs
from feeds.importers.report import Report
from feeds.importers.wxr.attachments import Attachments
from feeds.importers.wxr.block_kinds import PostBlocks
from feeds.importers.wxr.blocks import Blocks
from feeds.importers.wxr.codes import KNOWN, Codes
from feeds.importers.wxr.editor import MARK, read_blocks
from feeds.importers.wxr.embeds import show_addresses
from feeds.importers.wxr.footnotes import footnotes_html
from feeds.importers.wxr.members import for_everybody
from feeds.importers.wxr.shortcodes import Code, Shortcodes
from feeds.importers.wxr.uploads import Uploads

_MARKERS = re.compile(r"<!--(?:more|nextpage|noteaser)\b[^<>]*?-->")

_EMPTY = re.compile(r"<p>\s*</p>\n?")
"""What is left of a paragraph around a gallery, or around what no reader is shown."""


class Post(NamedTuple):
    """What a body refers to of the post that it is of."""

    id: int = 0
    title: str = ""
    """What a person calls it, in reports."""
    page: str = ""
    """The address that it was published at."""
    footnotes: str = ""
    """The custom field of that name."""


class Bodies:
    """Makes bodies of one site's export."""

    def __init__(
        self,
        uploads: Uploads,
        attachments: Attachments,
        blocks: Blocks,
        report: Report,
        *,
        strip_shortcodes: bool = False,
    ) -> None:
        """`strip_shortcodes`: those of plugins are taken out; else they stand as they were typed, as in a WordPress without the
        plugin. Either way they are counted.
        """
        self.uploads = uploads
        self._attachments = attachments
        self._blocks = blocks
        self._report = report
        self._strips = strip_shortcodes

    def article(self, content: str, post: Post) -> str:
        """A body, sanitised. Links stay as they are; those to uploads of the old site become paths of this one, and those to the
        page that it was published at, with a fragment, links within it.
        """
        codes = Codes(self._attachments, post.id, self._lost, self._stripped(post))
        html = for_everybody(content, self._stripped(post))
        html = _MARKERS.sub("\n\n", html)
        is_of_blocks = MARK in content
        blocks = self._post_blocks(codes, post)
        if is_of_blocks:
            html = read_blocks(html, blocks)
        if not blocks.has_notes and footnotes_html(post.footnotes):
            # WordPress shows none of them then, be there marks in the text.
            blocks.stripped("footnotes that no block shows")
        if "[" in html:
            html = self._without_codes(html, codes, post)
        for script in scripts(html):
            self._report.stripped.add(script, post.title, post.id)
        html = show_addresses(html)
        if not is_of_blocks:
            html = add_paragraphs(html)
        html = sanitize_article(html, post.page)
        filled = _EMPTY.sub("", html)
        if "<pre" in filled and filled != html:
            # What stood behind an empty paragraph may be at its beginning now, where a line feed is no text.
            filled = sanitize_article(filled)
        return self.uploads.in_html(filled.strip())

    def _post_blocks(self, codes: Codes, post: Post) -> PostBlocks:
        return PostBlocks(
            self._blocks,
            self._attachments,
            codes,
            post.footnotes,
            self._lost,
            self._stripped(post),
        )

    def _stripped(self, post: Post) -> Callable[[str], None]:
        """Counts what the post had, by name."""
        return lambda name: self._report.stripped.add(name, post.title, post.id)

    def _without_codes(self, html: str, codes: Codes, post: Post) -> str:
        """The text with its shortcodes as what they stand for; the others counted."""
        found = Shortcodes(html, KNOWN)
        others = found.of_plugins()
        tally = self._report.stripped if self._strips else self._report.not_understood
        for name in others:
            tally.add(f"shortcode [{name}]", post.title, post.id)

        def expand(code: Code, content: str) -> str | None:
            shown = codes.expand(code, content)
            if shown is None and found.is_evident(code):
                tally.add(f"shortcode [{code.name}]", post.title, post.id)
                return content if self._strips else None
            return shown

        return found.expanded(expand, others if self._strips else ())

    def _lost(self, attachment_id: int) -> None:
        self.uploads.miss(f"attachment {attachment_id}")
