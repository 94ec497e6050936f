"""What a file is by its content, whatever its name or its sender says: of a few types that browsers show or play, and none of which
runs.
"""

import re
import struct
from contextlib import suppress
from io import BytesIO
from typing import BinaryIO

HEAD = 4096
"""Bytes, at most, that tell what a file is."""
_READ = 1 << 20
"""Bytes of a picture that are looked at: in a JPEG its camera's notes stand before the size."""

ACCEPTED = "pictures (JPEG, PNG, GIF, WebP, AVIF), sound (MP3, M4A, Ogg, FLAC, WAV), film (MP4, WebM) and PDF"
"""The types of `extension_of`, as a person is told of them. No SVG: it is a program, too."""


Size = tuple[int, int]
"""Width and height of a picture in pixels, as it is shown; 0 = unknown."""
UNKNOWN: Size = (0, 0)

_OF_BRANDS = {
    "avif": (b"avif", b"avis"),
    "m4a": (b"M4A ", b"M4B "),
    "mp4": (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"dash", b"M4V "),
}
"""Major brands of ISO base media files (ISO/IEC 14496-12, section 4.3), by extensions."""
_BRANDS = {brand: extension for extension, brands in _OF_BRANDS.items() for brand in brands}
_SIGNATURES: tuple[tuple[re.Pattern[bytes], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), extension)
    for pattern, extension in (
        (rb"\xff\xd8\xff", "jpg"),
        (rb"\x89PNG\r\n\x1a\n", "png"),
        (rb"GIF8[79]a", "gif"),
        (rb"RIFF....WEBPVP8", "webp"),
        (rb"RIFF....WAVE", "wav"),
        (rb"fLaC\0", "flac"),
        (rb"OggS\0(?!.{0,200}\x80theora)", "ogg"),
        (rb"OggS\0", "ogv"),
        (rb"\x1a\x45\xdf\xa3.{0,200}\x42\x82.webm", "webm"),
        (rb"%PDF-[12]\.", "pdf"),
        (rb"ID3[\x02-\x04]", "mp3"),
    )
)
"""With what a file begins (WHATWG, MIME Sniffing, sections 6.1 and 6.2; RFC 8118, section 8, of PDF)."""
_PICTURES = frozenset({"jpg", "png", "gif", "webp", "avif"})


def extension_of(head: bytes) -> str:
    """The extension, in lower case, of the type that a file has whose first `HEAD` bytes these are; '' of any other."""
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "")
    known = next((extension for pattern, extension in _SIGNATURES if pattern.match(head)), "")
    return known or ("mp3" if _is_frame(head[:3]) else "")


def _is_frame(head: bytes) -> bool:
    """Of layer III of MPEG-1 or -2 (ISO/IEC 11172-3, section 2.4.1.3), with a bit rate and a sampling rate that exist."""
    if len(head) < 3 or head[0] != 0xFF or head[1] & 0xF6 != 0xF2:
        return False
    return head[2] >> 4 not in (0, 15) and head[2] >> 2 & 3 != 3


def is_sized(extension: str) -> bool:
    """Whether files with it are pictures, and so have sides."""
    return extension in _PICTURES


def size_of(file: BinaryIO) -> Size:
    """Of a picture, from the beginning of its file, which is read from where it stands: nothing is decoded, and no more than
    1 MiB is read, so a hostile one costs what any does. Unknown of what is no picture or is cut off. Raises OSError.
    """
    head = file.read(_READ)
    extension = extension_of(head[:HEAD])
    if not is_sized(extension):
        return UNKNOWN
    # It imports what fetches by HTTP, and most processes never need it.
    import imagesize

    # To find out how an AVIF is turned it reads lists that a few bytes can make endless.
    with suppress(struct.error):
        width, height = imagesize.get(BytesIO(head), exif_rotation=extension != "avif")
        if width > 0 and height > 0:
            return width, height
    return UNKNOWN
