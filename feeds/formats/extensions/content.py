"""RDF Site Summary 1.0 Content: the full text. feedgen moves it to the description of an item that has no other."""

from collections.abc import Iterator
from html import escape
from urllib.parse import unquote

from feeds.clean.text import xml_safe
from feeds.formats.extensions.base import Element, EntryExtension
from feeds.formats.safe import text_html


class Content(EntryExtension):
    prefix = "content"
    uri = "http://purl.org/rss/1.0/modules/content/"

    def extend_rss(self, parent: Element) -> None:
        if text := self.text():
            self.add(parent, "encoded", text)

    def text(self) -> str:
        """HTML."""
        return text_html(self.subject)


class ContentWithFiles(Content):
    """The text with links to the entry's files after it: of a format whose own mention of them no reader looks at."""

    def text(self) -> str:
        text = super().text()
        links = ", ".join(self._links(text))
        return f"{text}<p>{links}</p>" if links else text

    def _links(self, text: str) -> Iterator[str]:
        for attachment in self.subject.attachments:
            url = escape(attachment.url)
            if f'"{url}"' not in text:
                name = unquote(attachment.url.partition("?")[0].rpartition("/")[2]) or attachment.url
                yield f'<a href="{url}" type="{escape(attachment.type)}">{escape(xml_safe(name), quote=False)}</a>'
