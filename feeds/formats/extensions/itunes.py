"""Apple's podcast elements (A Podcaster's Guide to RSS, https://help.apple.com/itc/podcasts_connect/#/itcb54353390), which every
directory reads; and what else its rules ask of a podcast's entry.

feedgen's own extension writes 'yes' and 'clean' where Apple wants 'true' and 'false', and takes pictures by their names.
"""

from dataclasses import replace
from html import escape

from feeds.document import Attachment, FeedDocument, FeedItem
from feeds.formats.extensions.base import Element, EntryExtension, FeedExtension, Namespace

_TYPES = {"audio/mp4": "audio/x-m4a", "audio/mp3": "audio/mpeg"}
"""Of files, as Apple names them."""
_LONGEST = 4000
"""Bytes of a description."""
_MORE = "…"


class Itunes(Namespace):
    prefix = "itunes"
    uri = "http://www.itunes.com/dtds/podcast-1.0.dtd"


def is_of_podcasts(document: FeedDocument) -> bool:
    """Whether a feed is a podcast, or shows an episode of one."""
    return document.podcast is not None or any(item.episode is not None for item in document.items)


def for_directories(item: FeedItem) -> FeedItem:
    """An episode with its files' types by the names that Apple knows."""
    return replace(item, attachments=tuple(map(_typed, item.attachments)))


def description_of(text: str) -> str:
    """Plain text: as many of its words as Apple takes, once they are escaped as HTML, with '…' where more follow."""
    if _bytes(text) <= _LONGEST:
        return text
    kept, left = [], _LONGEST - _bytes(_MORE)
    for word in text.split():
        left -= _bytes(f"{word} ")
        if left < 0:
            break
        kept.append(word)
    return " ".join((*kept, _MORE))


def _bytes(text: str) -> int:
    return len(escape(text, quote=False).encode())


def _typed(file: Attachment) -> Attachment:
    known = _TYPES.get(file.type.partition(";")[0].strip().lower())
    return file if known is None else replace(file, type=known)


class ItunesFeed(Itunes, FeedExtension):
    def extend_rss(self, parent: Element) -> None:
        self._extend(parent[0])

    def extend_atom(self, parent: Element) -> None:
        self._extend(parent)

    def _extend(self, parent: Element) -> None:
        podcast = self.subject.podcast
        if podcast is None:
            return
        self.add(parent, "author", podcast.author)
        if podcast.owner:
            owner = self.add(parent, "owner")
            self.add(owner, "name", podcast.author)
            self.add(owner, "email", podcast.owner)
        if podcast.image_url:
            self.add(parent, "image", href=podcast.image_url)
        for category, within in podcast.categories:
            element = self.add(parent, "category", text=category)
            if within:
                self.add(element, "category", text=within)
        self.add(parent, "explicit", "true" if podcast.explicit else "false")
        self.add(parent, "type", "serial" if podcast.serial else "episodic")


class ItunesEntry(Itunes, EntryExtension):
    def extend_rss(self, parent: Element) -> None:
        episode = self.subject.episode
        if episode is None:
            return
        for name, number in (
            ("duration", self.subject.attachments[0].duration),
            ("season", episode.season),
            ("episode", episode.number),
        ):
            if number:
                self.add(parent, name, str(number))
        if episode.type:
            self.add(parent, "episodeType", episode.type)
        if episode.explicit:
            self.add(parent, "explicit", "true")
        if episode.image_url:
            self.add(parent, "image", href=episode.image_url)

    extend_atom = extend_rss
