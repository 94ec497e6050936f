"""The file that is imported: bytes or text, a piece at a time."""

import re
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from io import IncrementalNewlineDecoder
from pathlib import Path

from feeds.clean.text import xml_safe
from feeds.importers.encodings import (
    ASCII,
    DAMAGED,
    READ_ON,
    UTF_8,
    WINDOWS_1252,
    codec_of,
    has_letters_of_one_byte,
    is_rather_utf8,
    is_utf8,
)
from feeds.importers.json_text import mended as mended_json
from feeds.importers.xml_text import mended, opened

CHUNK = 65536
"""Bytes, or characters, read at once."""
_DECLARED_IN = 4096
"""Bytes from the start in which a declaration is looked for."""

_IN_HALVES = re.compile(rb"\xed(?:[\xa0-\xaf](?:[\x80-\xbf](?:\xed[\xb0-\xbf]?)?)?)?\Z", re.S)
"""How a chunk ends in the middle of one, in UTF-8."""

_COMPRESSED = {
    b"\x1f\x8b": "compressed with gzip: `gunzip -c FILE | dateline import -` reads what is in it",
    b"PK\x03\x04": "a zip archive: unpack it, and import the files that are in it",
}
"""What to do, by what such a file begins with."""


class ImportRefused(Exception):
    """The file cannot be imported, or no further; the message is one line for a person."""


class ImportFile:
    """A file, read from its start as often as needed. `progress` is told how many bytes of it are done, never less than before."""

    def __init__(
        self,
        path: Path,
        progress: Callable[[int], None],
        url: str = "",
        charset: str = "",
        addresses: Sequence[str] = (),
    ) -> None:
        """`url`: where the file was fetched from, if it was; `addresses`: by which it is known there, the present one first, then
        those that lead to it for good. `charset`: what the server called its encoding; it counts where the file does not say.
        """
        self.path = path
        self.url = url
        self.addresses = addresses or tuple(filter(None, [url]))
        self._charset = charset
        self.size = path.stat().st_size
        self._progress = progress
        self._said_utf8 = False
        self._damaged = 0

    @property
    def warnings(self) -> list[str]:
        """What a person should know of how the file was read, in sentences."""
        found = []
        if self._said_utf8 and self._codec == WINDOWS_1252:
            found.append(
                "the file ought to be UTF-8, and is not: it was read as windows-1252; look for letters that are wrong"
            )
        if self._damaged:
            found.append(
                f"what is no character of the file's encoding, and was read as \ufffd: {self._damaged:,} in all"
            )
        return found

    def head(self) -> str:
        """The first characters, whatever is wrong with them, from the root of an XML file on. Raises ImportRefused for a file that
        is compressed.
        """
        with self.path.open("rb") as file:
            start = file.read(CHUNK)
        for signature, hint in _COMPRESSED.items():
            if start.startswith(signature):
                raise ImportRefused(hint)
        try:
            codec = codec_of(start[:_DECLARED_IN], self._charset)
        except LookupError:
            codec = UTF_8
        return opened(start.decode(codec, "replace"))

    def text(self, *, done_before: float = 0.0, share: float = 1.0) -> Iterator[str]:
        """An XML file's text, mended so that a parser reads it (see `xml_text.mended`): what XML 1.0 forbids (section 2.2) is
        dropped before a parser sees it, as character or as a reference to one, and there is no declaration.

        This reading counts for `share` of the progress, from `done_before` on. Raises ImportRefused for an encoding that is
        unknown; what is no character in a known one is read as U+FFFD, and `warnings` says how often.
        """
        return filter(None, map(xml_safe, mended(self._decoded(done_before, share))))

    def json_text(self, *, done_before: float = 0.0, share: float = 1.0) -> Iterator[str]:
        """A JSON file's text, in pieces that are not empty, without what XML 1.0 forbids, escaped or not. Counts and raises as
        `text` does.
        """
        return filter(None, map(xml_safe, mended_json(self._decoded(done_before, share))))

    def _decoded(self, done_before: float, share: float) -> Iterator[str]:
        decoder = IncrementalNewlineDecoder(getincrementaldecoder(self._codec)(READ_ON), translate=True)
        damaged = 0
        with self.path.open("rb") as file:
            while chunk := file.read(CHUNK):
                # A character in two halves, as if each were one, is read whole.
                while _IN_HALVES.search(chunk, max(0, len(chunk) - 5)) and (more := file.read(1)):
                    chunk += more
                self._progress(int(done_before * self.size + share * file.tell()))
                text = decoder.decode(chunk)
                damaged += text.count(DAMAGED)
                yield text.replace(DAMAGED, "\ufffd")
        text = decoder.decode(b"", final=True)
        self._damaged = max(self._damaged, damaged + text.count(DAMAGED))
        yield text.replace(DAMAGED, "\ufffd")

    @cached_property
    def _codec(self) -> str:
        with self.path.open("rb") as file:
            start = file.read(_DECLARED_IN)
        try:
            codec = codec_of(start, self._charset)
        except LookupError as unknown:
            raise ImportRefused(f"its encoding is said to be {unknown}: save it as UTF-8") from None
        self._said_utf8 = codec == UTF_8
        if codec in (UTF_8, ASCII):
            return UTF_8 if is_rather_utf8(self._bytes()) else WINDOWS_1252
        # Servers and templates say so of files that were made anew in UTF-8 since.
        return UTF_8 if has_letters_of_one_byte(codec) and is_utf8(self._bytes()) else codec

    def _bytes(self) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk

    def lines(self, longest: int) -> Iterator[bytes | None]:
        """The file's lines without their line feeds; None in place of a line of more than `longest` bytes."""
        with self.path.open("rb") as file:
            while line := file.readline(longest + 1):
                self._progress(file.tell())
                if len(line) > longest and not line.endswith(b"\n"):
                    while (rest := file.readline(CHUNK)) and not rest.endswith(b"\n"):
                        pass
                    yield None
                else:
                    yield line.rstrip(b"\r\n")


@contextmanager
def named(source: ImportFile) -> Iterator[None]:
    """Within, a refusal says which file it is of."""
    try:
        yield
    except ImportRefused as error:
        raise ImportRefused(f"{source.url or source.path.name}: {error}") from None
