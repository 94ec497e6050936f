"""How the bytes of a file are characters: by the labels of the Encoding standard (https://encoding.spec.whatwg.org/), as browsers
read the web.
"""

import codecs
import re
from collections.abc import Iterable

import webencodings

UTF_8 = "utf-8-sig"
"""The codec of UTF-8, with a byte order mark or without."""
WINDOWS_1252 = "cp1252"
DAMAGED = "\udfff"
"""What `READ_ON` has decoders put for bytes that are no character: no text has half a surrogate."""
READ_ON = "dateline-read-on"
"""Decoders read on behind what they cannot read, by this name of an error handler."""

ASCII = "ascii"
"""What is not ASCII in a file that is said to be is UTF-8, or else what the standard takes it for: windows-1252."""
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, UTF_8),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDE = ((b"\0\0\0?", "utf-32-be"), (b"?\0\0\0", "utf-32-le"), (b"\0?\0?", "utf-16-be"), (b"?\0?\0", "utf-16-le"))
"""How files begin that have no mark: '?' is a byte that is not zero (XML 1.0, appendix F)."""
_DECLARED = re.compile(
    rb"[^<]*+(?:<!--.*?-->[^<]*+)*+<\?xml\s[^>]*?\bencoding\s*=\s*[\"']?\s*([\w.:()+-]{1,40})", re.S | re.I
)
_HALVES = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]", re.S)
_ASCII = frozenset({"ascii", "us-ascii", "ansi-x3.4-1968"})
_CODECS = {"gbk": "gb18030", "utf-8": UTF_8, "x-user-defined": WINDOWS_1252}
"""Where the standard has a name read otherwise than webencodings does."""


def codec_of(start: bytes, told: str = "") -> str:
    """Python's name of a file's encoding: by its mark, by zeros between its letters, else by its XML declaration, else as its
    server `told`, else UTF-8.

    Raises LookupError, with the label, for a declaration of what no browser knows.
    """
    for mark, codec in _MARKS:
        if start.startswith(mark):
            return codec
    for pattern, codec in _WIDE:
        if len(start) >= len(pattern) and all((a == 0) == (b == 0) for a, b in zip(start, pattern, strict=False)):
            return codec
    if declared := _DECLARED.match(start):
        label = declared[1].decode("ascii", "replace")
        if codec := _codec(label):
            return codec
        raise LookupError(label)
    return _codec(told) or UTF_8


def _codec(label: str) -> str:
    """'' for a label that is unknown, or of an encoding that browsers refuse to read."""
    written = label.lower().replace("_", "-")
    if written.startswith(("utf-8", "utf8")):
        return UTF_8
    if written in _ASCII:
        return ASCII
    encoding = webencodings.lookup(label)
    if encoding is None or encoding.name == "replacement":
        return ""
    # A declaration that was read byte by byte is not of a file in UTF-16, whatever it says (HTML, 13.2.3.2).
    if encoding.name.startswith("utf-16"):
        return UTF_8
    return _CODECS.get(encoding.name) or encoding.codec_info.name


def is_rather_utf8(chunks: Iterable[bytes]) -> bool:
    """Whether most of what is not ASCII is UTF-8: where it is not, what is not ASCII are letters of one byte each."""
    decoder = codecs.getincrementaldecoder(UTF_8)(READ_ON)
    wrong = right = 0
    for chunk in chunks:
        text = decoder.decode(chunk)
        if not text.isascii():
            damaged = text.count(DAMAGED)
            wrong += damaged
            right += len(text) - len(text.encode("ascii", "ignore")) - damaged
    return right >= wrong


def has_letters_of_one_byte(codec: str) -> bool:
    """Whether each byte is a character: what is UTF-8 reads as one in which every other letter is wrong."""
    return codec.startswith(("cp125", "iso8859", "koi8", "mac"))


def is_utf8(chunks: Iterable[bytes]) -> bool:
    """Whether all of it is: no text in letters of one byte is by chance, unless it is ASCII, which is the same."""
    decoder = codecs.getincrementaldecoder(UTF_8)()
    try:
        for chunk in chunks:
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _read_on(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    if error.encoding.startswith("utf"):
        # PHP and Java may have written half a character as if it were one, which XML forbids; two halves are one (CESU-8).
        if error.encoding == "utf-8" and (halves := _HALVES.match(error.object, error.start)):
            pair = halves[0].decode("utf-8", "surrogatepass")
            return pair.encode("utf-16", "surrogatepass").decode("utf-16"), halves.end()
        try:
            return "", codecs.lookup_error("surrogatepass")(error)[1]
        except UnicodeDecodeError:
            return DAMAGED, error.end
    bad = error.object[error.start : error.end]
    # What Windows' code pages leave free between 0x80 and 0x9F are control characters to the standard.
    return (bad.decode("latin-1") if error.encoding == "charmap" and max(bad) < 0xA0 else DAMAGED), error.end


codecs.register_error(READ_ON, _read_on)
