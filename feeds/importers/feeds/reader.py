"""feedparser, driven so that no feed can make it expand, fetch, guess or take forever.

Its own `parse` falls back to a parser of tag soup when XML is not well-formed, and reads document type declarations. Here its
handlers are fed by expat directly: what is not well-formed is refused with its line, as in every other XML file.
"""

from collections.abc import Mapping
from typing import Any
from xml.parsers import expat
from xml.sax.xmlreader import AttributesNSImpl

from feedparser.api import StrictFeedParser
from feedparser.util import FeedParserDict

from feeds.importers.file import ImportFile, ImportRefused
from feeds.importers.values import resolved
from feeds.importers.xml_text import not_well_formed

DEEPEST = 300
"""Elements in one another; bodies in XHTML have theirs in the feed's."""
ELEMENTS = 1_000_000
"""In a feed; feedparser may keep half a kilobyte of each."""
NAMESPACES = 100
LONGEST_TAG = 1024 * 1024
"""Bytes of one tag or comment: the parser has to hold it whole."""
_LONGEST_BASE = 2_000
_INHERITED = frozenset({"base", "lang"})
"""Attributes that feedparser works out anew for each element within."""


_NAMESPACES = {
    "http://www.w3.org/2007/app": "app",
    "http://purl.org/atom/app#": "app",
    "http://purl.org/syndication/thread/1.0": "reply",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://www.pheedo.com/namespace/pheedo": "pheedo",
    "http://schemas.google.com/blogger/2018": "blogger",
    "https://podcastindex.org/namespace/1.0": "podcast",
    "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md": "podcast",
}
"""Those of which feedparser knows nothing, whatever prefix a feed gives them."""
_TEXTS = frozenset(
    {
        "app_draft", "feedburner_origlink", "pheedo_origlink",
        *(f"itunes_{name}" for name in ("duration", "episode", "season", "episodetype")),
        *(f"blogger_{name}" for name in ("type", "status", "parent", "inreplyto", "filename", "trashed", "metadescription")),
    }
)  # fmt: skip
"""Elements without a handler whose text is kept."""
_OF_ITS_OWN = frozenset(
    {
        "title", "link", "guid", "id", "description", "summary", "subtitle", "encoded", "content", "author", "creator", "category",
        "pubdate", "date", "published", "updated", "issued", "modified", "created", "origlink",
    }
)  # fmt: skip
"""What says of a feed or an entry what it is, and so of nothing else that stands in it: an entry's object (Activity Streams), an
article that it is related to, a broadcast to come."""
_HOLDERS = frozenset(
    {
        "channel", "item", "feed", "entry", "source", "image", "textinput", "author", "contributor",
        "authors", "creators", "categories", "tags",
    }
)  # fmt: skip
"""In which it stands: all others are of what feedparser knows nothing."""
_ENTRIES, _OF_ENTRIES = frozenset({"item", "entry"}), frozenset({"channel", "rdf", "rss", "feed"})
"""Entries, and in what they stand: in another one they are what that is related to."""
_ADDRESSES = frozenset({"href", "src", "poster", "cite"})
_PASSED_OVER = "passed-over"
_MEDIA_RSS = "http://search.yahoo.com/mrss"


class FeedReader(StrictFeedParser):  # type: ignore[misc]
    """feedparser's handlers, which gather `feeddata` and `entries`; mended where they lose or mix up what a feed says."""

    entries: list[dict[str, Any]]
    feeddata: dict[str, Any]
    version: str
    """As in 'rss20', 'atom10'."""
    baseuri: str
    contentparams: dict[str, Any]

    can_be_relative_uri = StrictFeedParser.can_be_relative_uri - {"id"}
    """An id stays as it is."""
    _matchnamespaces = {uri.lower(): prefix for uri, prefix in (StrictFeedParser.namespaces | _NAMESPACES).items()}  # noqa: RUF012
    resolve_relative_uris = False
    sanitize_html = False

    def __init__(self, url: str) -> None:
        # Under this name of UTF-8 it does not take text for text that was encoded twice.
        super().__init__(url, None, "UTF-8")
        self._url = self.baseuri
        self._medium: dict[str, Any] | None = None
        self._media_type = ""

    def __getattr__(self, name: str) -> Any:
        """An element without a handler is passed over, unless its text is kept: it would become a key of its own choosing."""
        if name.startswith("_start_"):
            element = name.removeprefix("_start_")
            return lambda attributes: self._start_other(element, attributes)
        if name.startswith("_end_"):
            return lambda: self.pop(name.removeprefix("_end_"))
        raise AttributeError(name)

    def _start_other(self, element: str, attributes: dict[str, Any]) -> None:
        if element == "reply_in-reply-to":
            self._get_context()["in_reply_to"] = attributes.get("ref", "")
        self.push(element, int(element in _TEXTS and not self.inauthor))

    def unknown_endtag(self, tag: str) -> None:
        """Where nothing around an element has a base, feedparser goes on with the one that it had."""
        super().unknown_endtag(tag)
        self.baseuri = self.basestack[-1] if self.basestack else self._url

    def handle_data(self, text: str, escape: int = 1) -> None:
        """Of XHTML, which is written out as HTML: a line break has no end there, which would be a second one."""
        if not escape and text in ("<br>", "</br>"):
            text = "<br />" if text == "<br>" else ""
        super().handle_data(text, escape)

    def strattrs(self, attrs: list[tuple[str, str]]) -> str:
        """Of an element of XHTML: where it, or one that it is in, has a base of its own, its addresses are relative to that."""
        if self.baseuri != self.contentparams.get("base"):
            attrs = [
                (name, (name in _ADDRESSES and value[:1] != "#" and resolved(value, self.baseuri)) or value)
                for name, value in attrs
            ]
        return str(super().strattrs(attrs))

    def _add_tag(self, term: str | None, scheme: str | None, label: str | None) -> None:
        """In constant time: feedparser's looks for each in all the others."""
        tags = self._get_context().setdefault("tags", [])
        if term or scheme or label:
            tags.append({"term": term, "scheme": scheme, "label": label})

    def _sync_author_detail(self, key: str = "author") -> None:
        """The name of an author who is only text, as text: feedparser's searches it for addresses, in quadratic time."""
        context = self._get_context()
        people = context.get(f"{key}s")
        if people and not people[-1] and context.get(key):
            people[-1]["name"] = context[key]

    def _start_channel(self, attributes: dict[str, Any]) -> None:
        """In RSS 1.0 it may stand behind its items, whose titles feedparser takes for nearer ones."""
        super()._start_channel(attributes)
        self.title_depth = -1

    def _start_link(self, attributes: dict[str, Any]) -> None:
        """feedparser takes every link without a type for a page, and a page that Atom's element names for RSS's own link."""
        if attributes.get("rel") == "enclosure":
            attributes.setdefault("type", "")
        context = self._get_context()
        own = context.get("link") if self.version.startswith("rss") else None
        super()._start_link(attributes)
        if own:
            context["link"] = own

    def _start_image(self, attributes: dict[str, Any]) -> None:
        """An entry's: a thing of its own, with a title and a link of its own."""
        if not self.inentry:
            super()._start_image(attributes)
            return
        self.entries.append(FeedParserDict())
        self.push("image", 1)

    def _end_image(self) -> None:
        if not self.inentry:
            super()._end_image()
            return
        written = self.pop("image")
        picture = self.entries.pop()
        self.entries[-1].setdefault("image", FeedParserDict(href=picture.get("href") or written))

    _start_dcterms_creator = StrictFeedParser._start_dc_creator
    _end_dcterms_creator = StrictFeedParser._end_dc_creator
    _start_dcterms_date = StrictFeedParser._start_dc_date
    _end_dcterms_date = StrictFeedParser._end_dc_date

    # Media RSS: texts of a picture are not the entry's own, whose title and description feedparser would give up for them.

    def _start_media_content(self, attributes: dict[str, Any]) -> None:
        self._get_context().setdefault("media_content", []).append(attributes)
        self._medium = attributes

    def _end_media_content(self) -> None:
        self._medium = None

    def _start_media_text(self, attributes: dict[str, Any]) -> None:
        self._media_type = attributes.get("type", "plain")
        self.push("media_text", 1)

    _start_media_title = _start_media_description = _start_media_credit = _start_media_text

    def _end_media_title(self) -> None:
        self._keep_media_text("alt")

    def _end_media_description(self) -> None:
        self._keep_media_text("caption")

    def _end_media_credit(self) -> None:
        self._keep_media_text("credit")

    def _keep_media_text(self, key: str) -> None:
        text = self.pop("media_text")
        medium = self._get_context().setdefault("media", {}) if self._medium is None else self._medium
        medium.setdefault(key, text)
        medium.setdefault(f"{key}_type", self._media_type)

    # Further summaries, which feedparser would take for the content.

    def _start_itunes_summary(self, _attributes: dict[str, Any]) -> None:
        self.push("itunes_summary", 1)

    def _end_itunes_summary(self) -> None:
        self.pop("itunes_summary")

    def _end_itunes_explicit(self) -> None:
        """As it is written: feedparser knows no 'true'."""
        self._get_context()["itunes_explicit"] = self.pop("itunes_explicit")

    def _start_podcast_transcript(self, attributes: dict[str, Any]) -> None:
        self._keep_address("podcast_transcript", attributes)

    def _start_podcast_chapters(self, attributes: dict[str, Any]) -> None:
        self._keep_address("podcast_chapters", attributes)

    def _keep_address(self, element: str, attributes: dict[str, Any]) -> None:
        """Of a file beside an episode: the first of each kind."""
        self._get_context().setdefault(element, attributes.get("url", ""))
        self.push(element, 0)

    def _start_dc_description(self, _attributes: dict[str, Any]) -> None:
        self.push("dc_description", 1)

    def _end_dc_description(self) -> None:
        self.pop("dc_description")


def read_feed(source: ImportFile) -> FeedReader:
    """A whole feed. Raises ImportRefused, with a line number, for what is not well-formed or declares entities."""
    reader = FeedReader(source.url)
    parser = _parser(reader)
    fed = 0
    try:
        for text in source.text():
            chunk = text.encode()
            fed += len(chunk)
            parser.Parse(chunk, False)
            if fed - parser.CurrentByteIndex > LONGEST_TAG:
                raise ImportRefused(f"a tag or comment is too long (line {parser.CurrentLineNumber})")
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise ImportRefused(not_well_formed(error)) from None
    except (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError) as error:
        # What stands where no feed has it may trip feedparser up.
        where = f"line {parser.CurrentLineNumber}"
        raise ImportRefused(f"feedparser cannot make sense of {where} ({type(error).__name__})") from None
    return reader


def _parser(reader: FeedReader) -> expat.XMLParserType:
    parser = expat.ParserCreate("UTF-8", " ")
    parser.buffer_text = True
    parser.buffer_size = 65536
    gate = _Gate(reader, parser)
    parser.StartElementHandler = gate.start
    parser.EndElementHandler = gate.end
    parser.CharacterDataHandler = reader.characters
    parser.StartNamespaceDeclHandler = gate.namespace
    parser.StartDoctypeDeclHandler = gate.doctype
    parser.SkippedEntityHandler = gate.unknown_entity
    return parser


class _Gate:
    """Between expat and feedparser: lets through what no feed needs more of than it may have."""

    def __init__(self, reader: FeedReader, parser: expat.XMLParserType) -> None:
        self._reader = reader
        self._parser = parser
        self._open: list[tuple[str | None, str]] = []
        self._elements = 0
        self._namespaces: set[str] = set()

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._elements += 1
        if len(self._open) >= DEEPEST:
            self._refuse("elements are nested too deeply")
        if self._elements > ELEMENTS:
            self._refuse(f"it has more than {ELEMENTS:,} elements: import it in parts")
        given = {
            _qualified(key): value
            for key, value in attributes.items()
            if len(value) <= _LONGEST_BASE or _qualified(key)[1] not in _INHERITED
        }
        names = {key: key[1] for key in given if key[0] is None}
        element = _qualified(name)
        if self._is_of_another(element):
            element = (None, _PASSED_OVER)
        self._open.append(element)
        self._reader.startElementNS(element, None, AttributesNSImpl(given, names))
        if len(self._reader.baseuri) > _LONGEST_BASE:
            self._refuse("an xml:base is too long")

    def end(self, _name: str) -> None:
        self._reader.endElementNS(self._open.pop(), None)

    def _is_of_another(self, element: tuple[str | None, str]) -> bool:
        """Whether an element tells of something else than the feed or the entry in which it stands."""
        uri, local = element
        if local.lower() in _ENTRIES and not self._reader.incontent:
            return bool(self._open) and self._open[-1][1].lower() not in _OF_ENTRIES
        if local.lower() not in _OF_ITS_OWN or (uri or "").startswith(_MEDIA_RSS) or self._reader.incontent:
            return False
        return bool(self._open) and self._open[-1][1].lower() not in _HOLDERS

    def namespace(self, prefix: str | None, uri: str | None) -> None:
        self._namespaces.add(f"{prefix} {uri}")
        if len(self._namespaces) > NAMESPACES:
            self._refuse(f"it has more than {NAMESPACES} namespaces")
        self._reader.startPrefixMapping(prefix, uri)

    def doctype(self, _name: str, _system: str | None, _public: str | None, has_internal_subset: bool) -> None:
        """RSS 0.91 has one that names a file: it is not read. What declares entities itself is refused."""
        if has_internal_subset:
            self._refuse("it has a document type declaration with declarations of its own")

    def unknown_entity(self, name: str, _is_parameter: bool) -> None:
        self._refuse(f"undefined entity &{name[:40]};")

    def _refuse(self, why: str) -> None:
        raise ImportRefused(f"{why} (line {self._parser.CurrentLineNumber})")


def _qualified(name: str) -> tuple[str | None, str]:
    """(namespace or None, local name) of a name as expat gives it."""
    uri, _, local = name.rpartition(" ")
    return (uri or None, local)
