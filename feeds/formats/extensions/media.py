"""Media RSS 1.5.1: the photo with its caption, credit and alternative text, and the attachments that RSS has no room for."""

from feeds.document import Attachment, Photo
from feeds.formats.extensions.base import Element, EntryExtension

_MEDIA = ("image", "audio", "video")


class Media(EntryExtension):
    prefix = "media"
    uri = "http://search.yahoo.com/mrss/"

    def extend_rss(self, parent: Element) -> None:
        """RSS takes one enclosure an item; further ones are media:content."""
        self.extend_atom(parent)
        for attachment in self.subject.attachments[1:]:
            self._attachment(parent, attachment)

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

    def _attachment(self, parent: Element, attachment: Attachment) -> None:
        family = attachment.type.partition("/")[0]
        medium = family if family in _MEDIA else ""
        self.add(parent, "content", url=attachment.url, fileSize=attachment.length, type=attachment.type, medium=medium)
