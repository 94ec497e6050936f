"""What every page keeps to: well-formed HTML, and the basics of accessibility (WCAG 2.2) that a program can check."""

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise

from lxml import html as parser

_EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_BODIES = {"body", "words"}
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2}))?")
"""A day, or an instant as in RFC 3339: a part of what HTML allows."""
_REFERENCES = ("aria-labelledby", "aria-describedby", "for")


class _Balance(HTMLParser):
    """Every element is closed, in order, and has each attribute once. Our own markup omits no tag, though HTML would allow it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = Counter(name for name, _ in attrs)
        self.faults += [f"<{tag}> has {name} {count} times" for name, count in names.items() if count > 1]
        if tag not in _EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes what is not open")


def faults(page: bytes) -> list[str]:
    """A line for each rule that a page breaks; none is good."""
    source = page.decode()
    balance = _Balance()
    balance.feed(source)
    balance.close()
    document = parser.document_fromstring(source)
    return [
        *balance.faults,
        *(f"<{tag}> is not closed" for tag in balance.open),
        *(
            rule
            for check in (_document, _headings, _references, _fields, _times, _no_script)
            for rule in check(document)
        ),
    ]


def _document(document: parser.HtmlElement) -> Iterator[str]:
    if not document.get("lang"):
        yield "the page has no language"
    for path in ("//title[normalize-space()]", "//main", "//meta[@name='viewport']", "//meta[@charset='utf-8']"):
        if len(document.xpath(path)) != 1:
            yield f"not one {path}"


def _headings(document: parser.HtmlElement) -> Iterator[str]:
    levels = [int(str(element.tag)[1]) for element in document.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    if levels.count(1) != 1:
        yield f"{levels.count(1)} top headings"
    for before, after in pairwise(levels):
        if after > before + 1:
            yield f"a heading of level {after} after one of {before}"


def _references(document: parser.HtmlElement) -> Iterator[str]:
    ids = Counter(element.get("id") for element in document.iter() if element.get("id"))
    yield from (f"id {name} stands {count} times" for name, count in ids.items() if count > 1)
    for element in document.iter():
        named = [name for key in _REFERENCES for name in (element.get(key) or "").split()]
        href = element.get("href") or ""
        # An empty one is the top of the page (HTML, section 7.4.6.4).
        if href.startswith("#") and href != "#":
            named.append(href[1:])
        yield from (f"nothing has the id {name}" for name in named if name not in ids)


def _fields(document: parser.HtmlElement) -> Iterator[str]:
    labelled = {label.get("for") for label in document.iter("label")}
    for field in document.iter("input", "textarea", "select"):
        if field.get("type") != "hidden" and field.get("id") not in labelled:
            yield f"the field {field.get('name')} has no label"
    for image in document.iter("img"):
        if image.get("alt") is None and not _is_in_a_body(image):
            yield f"the image {image.get('src')} has no alt"
    for link in document.iter("a"):
        has_words = "".join(link.itertext()).strip() or link.get("aria-label") or link.get("aria-hidden")
        if not has_words and not _is_in_a_body(link):
            yield f"the link to {link.get('href')} has no words"


def _is_in_a_body(element: parser.HtmlElement) -> bool:
    """What the newsroom writes into a body is its own."""
    return any(above.get("class") in _BODIES for above in element.iterancestors())


def _times(document: parser.HtmlElement) -> Iterator[str]:
    for time in document.iter("time"):
        if _TIME.fullmatch(time.get("datetime") or "") is None:
            yield f"the time {time.get('datetime')} is none for machines"


def _no_script(document: parser.HtmlElement) -> Iterator[str]:
    """The security policy lets nothing run that stands in the page but our own file, and applies no style that does."""
    for element in document.iter():
        ours = element.get("type") == "application/ld+json" or (element.get("src") or "").startswith("/static/")
        if element.tag == "style" or (element.tag == "script" and not ours):
            yield f"a <{element.tag}>"
        for name, value in element.items():
            runs = name in ("href", "src", "action") and value.strip().lower().startswith(("javascript:", "data:"))
            if name.startswith("on") or name == "style" or runs:
                yield f"{name}={value!r}"
