"""Media RSS 1.5.1: the photo with its credit and alternative text, and the files that RSS has no room for; each once.

No caption: feedparser takes a media:description, wherever it stands, for the summary of the entry; the text has it.
"""

from collections import defaultdict
from collections.abc import Iterable
from html import escape

from feeds.document import Attachment, FeedItem
from feeds.formats.extensions.base import Element, EntryExtension

_MEDIA = ("image", "audio", "video")
_ANY_PICTURE = "image/jpeg"
"""The type of a photo of which nothing is known: most are, and readers look at what is before the slash."""


class Media(EntryExtension):
    prefix = "media"
    uri = "http://search.yahoo.com/mrss/"

    def extend_rss(self, parent: Element) -> None:
        """RSS takes one enclosure an item; further files are media:content, those of one work in a media:group."""
        enclosure = enclosure_of(self.subject)
        self._photo(parent, enclosure)
        for works in _works(self.subject.attachments):
            if len(works) > 1:
                group = self.add(parent, "group")
                for work in works:
                    if work == enclosure:
                        self._again(group, work, isDefault="true")
                    else:
                        self._attachment(group, work)
            elif works[0] != enclosure:
                self._attachment(parent, works[0])

    def extend_atom(self, parent: Element) -> None:
        self._photo(parent, None)

    def _photo(self, parent: Element, enclosure: Attachment | None) -> None:
        """What is said of a photo that is listed already is said of the entry."""
        photo = self.subject.photo
        if photo is None:
            return
        size = {"width": photo.width, "height": photo.height}
        about = parent
        if enclosure is not None and enclosure.url == photo.url:
            self._again(parent, enclosure)
        elif photo.url not in {attachment.url for attachment in self.subject.attachments}:
            about = self.add(
                parent, "content", url=photo.url, fileSize=photo.length, type=photo.type, medium="image", **size
            )
        # Readers list one in media:content as another picture.
        self.add(parent, "thumbnail", url=photo.url, **size)
        if photo.credit:
            self.add(about, "credit", photo.credit)
        if photo.alt:
            self._plain(about, "text", photo.alt)

    def _plain(self, parent: Element, name: str, text: str) -> None:
        """Validators take what looks like an end tag for HTML that is not declared."""
        if "</" in text:
            self.add(parent, name, escape(text, quote=False), type="html")
        else:
            self.add(parent, name, text, type="plain")

    def _again(self, parent: Element, enclosure: Attachment, **attributes: str) -> None:
        """The enclosure's file. SimplePie, and so FreshRSS, takes it for another file where the two differ in any of what follows;
        an unknown length, which is 0 in the one, has no form in the other.
        """
        if enclosure.length:
            self.add(parent, "content", url=enclosure.url, fileSize=enclosure.length, type=enclosure.type, **attributes)

    def _attachment(self, parent: Element, attachment: Attachment) -> None:
        family = attachment.type.partition("/")[0]
        medium = family if family in _MEDIA else ""
        self.add(
            parent,
            "content",
            url=attachment.url,
            fileSize=attachment.length,
            type=attachment.type,
            medium=medium,
            duration=attachment.duration,
        )


def enclosure_of(item: FeedItem) -> Attachment | None:
    """RSS's one file of an entry: the first, or the photo."""
    photo = item.photo
    if item.attachments or photo is None or not item.shown.enclosure:
        return next(iter(item.attachments), None)
    return Attachment(url=photo.url, type=photo.type or _ANY_PICTURE, length=photo.length)


def _works(attachments: Iterable[Attachment]) -> Iterable[list[Attachment]]:
    """The attachments by work: those whose names differ in their extension alone are one in several encodings."""
    works: dict[str, list[Attachment]] = defaultdict(list)
    for attachment in dict.fromkeys(attachments):
        works[_stem(attachment.url)].append(attachment)
    return works.values()


def _stem(url: str) -> str:
    """A URL without its file's extension: '.../talk' of '.../talk.mp3'. One with a query is whole: it may name anything."""
    folder, slash, file = url.rpartition("/")
    return url if "?" in url else folder + slash + (file.rpartition(".")[0] or file)
