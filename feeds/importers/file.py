"""The file that is imported: bytes or text, a piece at a time."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path

from feeds.clean.text import xml_safe

CHUNK = 65536
"""Bytes, or characters, read at once."""

_ENCODING = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_KNOWN = {
    "big5": "big5",
    "euc-jp": "euc_jp",
    "euc-kr": "euc_kr",
    "gb2312": "gb18030",
    "gb18030": "gb18030",
    "gbk": "gb18030",
    "koi8-r": "koi8_r",
    "shift_jis": "cp932",
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "iso-8859-1": "latin-1",
    "iso-8859-2": "iso8859-2",
    "iso-8859-15": "iso8859-15",
    "windows-1250": "cp1250",
    "windows-1251": "cp1251",
    "windows-1252": "cp1252",
    "windows-1256": "cp1256",
}


_COMPRESSED = {
    b"\x1f\x8b": "compressed with gzip: `gunzip -c FILE | dateline import -` reads what is in it",
    b"PK\x03\x04": "a zip archive: unpack it, and import the files that are in it",
}
"""What to do, by what such a file begins with."""


class ImportRefused(Exception):
    """The file cannot be imported, or no further; the message is one line for a person."""


class ImportFile:
    """A file, read from its start as often as needed. `progress` is told how many bytes of it are done, never less than before."""

    def __init__(self, path: Path, progress: Callable[[int], None], url: str = "", charset: str = "") -> None:
        """`url`: where the file was fetched from, if it was. `charset`: what the server called its encoding; it counts where
        the file does not say, if it is one we know.
        """
        self.path = path
        self.url = url
        self._charset = charset
        self.size = path.stat().st_size
        self._progress = progress

    def head(self) -> str:
        """The first characters, whatever is wrong with them. Raises ImportRefused for a file that is compressed."""
        with self.path.open("rb") as file:
            start = file.read(CHUNK)
        for signature, hint in _COMPRESSED.items():
            if start.startswith(signature):
                raise ImportRefused(hint)
        return start.decode(_encoding(start, self._charset), errors="replace")

    def text(self, *, done_before: float = 0.0, share: float = 1.0) -> Iterator[str]:
        """The file as text that XML can hold: what XML 1.0 forbids (section 2.2) is dropped before a parser sees it.

        This reading counts for `share` of the progress, from `done_before` on. Raises ImportRefused if the bytes
        are not what the file says they are.
        """
        with self.path.open("rb") as binary:
            encoding = _encoding(binary.read(1024), self._charset)
        # An export made by PHP may hold a surrogate as three bytes: it is let in, to be dropped with the other characters.
        errors = "surrogatepass" if encoding.startswith("utf") else "strict"
        with self.path.open("rb") as binary, TextIOWrapper(binary, encoding=encoding, errors=errors) as file:
            try:
                while chunk := file.read(CHUNK):
                    self._progress(int(done_before * self.size + share * binary.tell()))
                    yield xml_safe(chunk)
            except UnicodeDecodeError as error:
                place = max(binary.tell() - len(error.object), 0) + error.start
                raise ImportRefused(f"not {encoding.upper()}, near byte {place}, though it says so") from None

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


def _encoding(start: bytes, charset: str = "") -> str:
    """The encoding by byte order mark, else by XML declaration, else as told, else UTF-8 (XML 1.0, appendix F)."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    declared = _ENCODING.match(start.removeprefix(b"\xef\xbb\xbf"))
    name = declared[1].decode().lower() if declared else charset.lower() if charset.lower() in _KNOWN else "utf-8"
    if name not in _KNOWN:
        raise ImportRefused(f"its encoding is said to be {name}: save it as UTF-8")
    return "utf-8-sig" if _KNOWN[name] == "utf-8" else _KNOWN[name]
