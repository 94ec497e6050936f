"""Atom Threading (RFC 4685): an entry's replies, and what an entry replies to."""

from lxml import etree

from feeds.document import InReplyTo, Replies
from feeds.formats.base import with_extension
from feeds.formats.extensions.base import Element, EntryExtension
from feeds.formats.ids import entry_id


class Threading(EntryExtension):
    prefix = "thr"
    uri = "http://purl.org/syndication/thread/1.0"

    def extend_rss(self, parent: Element) -> None:
        """`ref` is what the other item's `guid` holds, where that is an IRI: it has to be one (section 3)."""
        answered = self.subject.in_reply_to
        if answered is not None:
            self.add(parent, "in-reply-to", ref=entry_id(answered.ref), href=answered.url, type="text/html")

    def extend_atom(self, parent: Element) -> None:
        if self.subject.replies is not None:
            self._replies(parent, self.subject.replies)
        if self.subject.in_reply_to is not None:
            self._in_reply_to(parent, self.subject.in_reply_to)

    def _replies(self, parent: Element, replies: Replies) -> None:
        """Sections 4 and 5. The links are made here because feedgen's entries refuse rel=replies."""
        for href, media_type in (
            (f"{replies.page_url}#comments", "text/html"),
            (with_extension(replies.feed_url, self.extension), "application/atom+xml"),
        ):
            link = etree.SubElement(parent, "link", rel="replies", type=media_type, href=href)
            link.set(f"{{{self.uri}}}count", str(replies.count))
            if replies.updated is not None:
                link.set(f"{{{self.uri}}}updated", replies.updated.isoformat())
        self.add(parent, "total", str(replies.count))

    def _in_reply_to(self, parent: Element, answered: InReplyTo) -> None:
        """Section 3. `source` has to hold the entry replied to: a comment's feed holds comments, not the article."""
        is_comment = "#" in answered.url
        self.add(
            parent,
            "in-reply-to",
            ref=entry_id(answered.ref),
            href=answered.url,
            type="text/html",
            source=with_extension(answered.feed_url, self.extension) if is_comment else "",
        )
