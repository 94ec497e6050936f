"""Media RSS 1.5.1: the photo with its caption, credit and alternative text, and the attachments that RSS has no room for."""

from collections import defaultdict
from collections.abc import Iterable

from feeds.document import Attachment, Photo
from feeds.formats.extensions.base import Element, EntryExtension

_MEDIA = ("image", "audio", "video")


class Media(EntryExtension):
    prefix = "media"
    uri = "http://search.yahoo.com/mrss/"

    def extend_rss(self, parent: Element) -> None:
        """RSS takes one enclosure an item; further ones are media:content, those of one work in a media:group."""
        self.extend_atom(parent)
        enclosure = self.subject.attachments[:1]
        for works in _works(self.subject.attachments):
            if len(works) > 1:
                group = self.add(parent, "group")
                for work in works:
                    self._attachment(group, work, default=(work,) == enclosure)
            elif tuple(works) != enclosure:
                self._attachment(parent, works[0])

    def extend_atom(self, parent: Element) -> None:
        if self.subject.photo is not None:
            self._photo(parent, self.subject.photo)

    def _photo(self, parent: Element, photo: Photo) -> None:
        size = {"width": photo.width, "height": photo.height}
        content = self.add(
            parent, "content", url=photo.url, fileSize=photo.length, type=photo.type, medium="image", **size
        )
        if photo.caption:
            self.add(content, "description", photo.caption, type="plain")
        self.add(content, "thumbnail", url=photo.url, **size)
        if photo.credit:
            self.add(content, "credit", photo.credit)
        if photo.alt:
            self.add(content, "text", photo.alt, type="plain")

    def _attachment(self, parent: Element, attachment: Attachment, *, default: bool = False) -> None:
        family = attachment.type.partition("/")[0]
        medium = family if family in _MEDIA else ""
        self.add(
            parent,
            "content",
            url=attachment.url,
            fileSize=attachment.length,
            type=attachment.type,
            medium=medium,
            isDefault="true" if default else "",
        )


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
