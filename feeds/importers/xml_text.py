"""The text of an XML file, mended where a parser would refuse all of it for what every reader understands."""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from html.entities import html5
from itertools import chain
from xml.parsers.expat import ErrorString, ExpatError, errors

from feeds.clean.text import xml_safe

_OPENING = re.compile(
    "(?:[\\s\x00-\x20\x7f-\xa0\ufeff\u200b-\u200f\u2060]|ï»¿|Ã¯Â»Â¿|<!--.*?-->)*+(?:<\\?xml[\\s?][^>]*>)?", re.S
)
"""What may stand before the root: blank lines, marks (also of UTF-8 that was read as Latin-1), and the declaration, which has done
its work once the bytes are characters.
"""
_LONGEST_OPENING = 65_536

_CDATA, _CDATA_ENDS = "<![CDATA[", "]]>"
_SECTIONS = {_CDATA: _CDATA_ENDS, "<!--": "-->", "<?": "?>"}
"""In which references are none, and where they end."""
_BEGINS = re.compile("|".join(map(re.escape, _SECTIONS)))
_REFERENCE = re.compile(
    r"&(?:#(?P<decimal>[0-9]{1,40});|#[xX](?P<hex>[0-9A-Fa-f]{1,40});|(?P<name>[A-Za-z_:][\w:.-]{0,63});)?"
)
_HIGH = r"(?:[xX]0*([dD][89aAbB][0-9a-fA-F]{2})|0*(55(?:29[6-9]|[3-9]\d\d)|56(?:[0-2]\d\d|3[01]\d)))"
_LOW = r"(?:[xX]0*([dD][c-fC-F][0-9a-fA-F]{2})|0*(56(?:3[2-9]\d|[4-9]\d\d)|57(?:[0-2]\d\d|3[0-3]\d|34[0-3])))"
_PAIR = re.compile(f"&(?:amp;)?#{_HIGH};&(?:amp;)?#{_LOW};")
"""Two references, in XML or in HTML that is in it, to the surrogates of one character."""
_UNFINISHED = re.compile(
    rf"(?:&(?:amp;)?#{_HIGH};)?(?:&(?:amp;)?[#\w:.-]{{0,64}})?\Z|<[!\[CDATA-]{{0,8}}\Z|[\]?-]{{1,2}}\Z", re.A
)
"""What may go on in the next chunk."""
_LONGEST_UNFINISHED = 100

_LETTERS = {
    entity.removesuffix(";"): letter
    for entity, letter in html5.items()
    if entity.endswith(";") and not set(letter) & set("<>&\"'")
}
"""What HTML calls by names that XML does not know: feeds and exports use them, and RSS 0.91 may."""
_OF_XML = frozenset({"lt", "gt", "amp", "quot", "apos"})


_ENDS_EARLY = frozenset(
    {
        errors.codes[each]
        for each in (
            errors.XML_ERROR_NO_ELEMENTS,
            errors.XML_ERROR_UNCLOSED_TOKEN,
            errors.XML_ERROR_PARTIAL_CHAR,
            errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        )
    }
)


def not_well_formed(error: ExpatError) -> str:
    """What a parser's error says to whoever has the file: what is wrong, where, and of a file that was cut what to do."""
    said = f"not well-formed XML at line {error.lineno}: {ErrorString(error.code)}"
    return f"it ends in the middle: download or export it again ({said})" if error.code in _ENDS_EARLY else said


def opened(start: str) -> str:
    """The first characters of a file, blanks and line feeds alone in place of all that comes before its root."""
    found = _OPENING.match(start)
    return "\n" * found[0].count("\n") + start[found.end() :] if found else start


def mended(chunks: Iterable[str]) -> Iterator[str]:
    """The text, so that a parser that knows no declaration and no name but XML's reads all of it, in lines as they were.

    References by HTML's names become their letters, those to what XML forbids nothing, '&' that begins none a reference to
    itself; sections of CDATA stay as they are, but for characters that are written as two surrogates. Names that HTML does not know
    are left to the parser.
    """
    pieces = iter(chunks)
    head = ""
    for piece in pieces:
        head += piece
        if len(head) >= _LONGEST_OPENING:
            break
    mender = _Mender()
    for piece in chain([opened(head)], pieces):
        yield mender.feed(piece)
    yield mender.rest()


class _Mender:
    """Mends text that comes in chunks, wherever they end."""

    def __init__(self) -> None:
        self._rest = ""
        self._end = ""
        """Of the section that is open; '' outside of any."""

    def feed(self, chunk: str) -> str:
        text = self._rest + chunk
        unfinished = _UNFINISHED.search(text, max(0, len(text) - _LONGEST_UNFINISHED))
        cut = unfinished.start() if unfinished else len(text)
        self._rest = text[cut:]
        return self._mended(text[:cut])

    def rest(self) -> str:
        return self._mended(self._rest)

    def _mended(self, text: str) -> str:
        text = _PAIR.sub(_character, text) if "&" in text else text
        quick = self._without_comments(text) if self._end in ("", _CDATA_ENDS) else None
        return self._with_comments(text) if quick is None else quick

    def _without_comments(self, text: str) -> str | None:
        """Most text has no sections but of CDATA, and many of these; None, and nothing done, for text that has others."""
        if "&" not in text and "<!--" not in text and "<?" not in text:
            begins, ends = text.rfind(_CDATA), text.rfind(_CDATA_ENDS)
            if begins != ends:
                self._end = _CDATA_ENDS if begins > ends else ""
            return text
        inside, parts = bool(self._end), text.split(_CDATA)
        for at, part in enumerate(parts):
            start = 0
            if inside or at:
                start = part.find(_CDATA_ENDS) + len(_CDATA_ENDS)
                inside = start < len(_CDATA_ENDS)
                if inside:
                    continue
            if part.find("<!--", start) >= 0 or part.find("<?", start) >= 0:
                return None
            if part.find("&", start) >= 0:
                parts[at] = part[:start] + _REFERENCE.sub(_read, part[start:])
        self._end = _CDATA_ENDS if inside else ""
        return _CDATA.join(parts)

    def _with_comments(self, text: str) -> str:
        parts, at = [], 0
        while at < len(text):
            if self._end:
                stop = text.find(self._end, at)
                stop = len(text) if stop < 0 else stop + len(self._end)
                part = text[at:stop]
                if part.endswith(self._end):
                    self._end = ""
            else:
                begins = _BEGINS.search(text, at)
                stop = begins.end() if begins else len(text)
                part = _REFERENCE.sub(_read, text[at:stop])
                self._end = _SECTIONS[begins[0]] if begins else ""
            parts.append(part)
            at = stop
        return "".join(parts)


def _character(pair: re.Match[str]) -> str:
    high, low = (int(code, 16) if code[0] in "dD" else int(code) for code in pair.groups() if code)
    return chr(0x10000 + (high - 0xD800) * 0x400 + low - 0xDC00)


def _read(reference: re.Match[str]) -> str:
    if name := reference["name"]:
        return reference[0] if name in _OF_XML else _LETTERS.get(name, reference[0])
    digits = reference["decimal"] or reference["hex"]
    if not digits:
        return "&amp;"
    code = int(digits, 10 if reference["decimal"] else 16)
    if 0x80 <= code <= 0x9F:
        # As browsers do: what Windows has there is meant (HTML, 13.2.5.80).
        return unescape(f"&#{code};")
    return f"&#{code};" if code <= 0x10FFFF and xml_safe(chr(code)) else ""
