"""The sides of a picture, read from the beginning of its file: PNG, GIF and JPEG, which RSS takes for a channel's image."""

import struct
from pathlib import Path
from urllib.parse import unquote

from feeds import paths

_READ = 1 << 18
"""Bytes: in a JPEG its camera's notes and a small picture of it stand before the size."""
_UNKNOWN = (0, 0)
_SIZED = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of JPEG that begin a frame, and so its size (ITU-T T.81, table B.1)."""

Size = tuple[int, int]
"""Width and height in pixels; 0 = unknown."""


def size_in_media(media_dir: Path, url: str, base_url: str) -> Size:
    """Of a picture of this site's media folder; unknown of any other, and of what cannot be read."""
    path = unquote(url.removeprefix(base_url).partition("?")[0])
    if not path.startswith(paths.MEDIA):
        return _UNKNOWN
    try:
        file = (media_dir / path.removeprefix(paths.MEDIA)).resolve()
        if not file.is_relative_to(media_dir.resolve()):
            return _UNKNOWN
        with file.open("rb") as picture:
            return size_of(picture.read(_READ))
    except (OSError, ValueError):
        return _UNKNOWN


def size_of(data: bytes) -> Size:
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            width, height = struct.unpack_from(">II", data, 16)
        elif data.startswith((b"GIF87a", b"GIF89a")):
            width, height = struct.unpack_from("<HH", data, 6)
        elif data.startswith(b"\xff\xd8"):
            return _of_jpeg(data)
        else:
            return _UNKNOWN
    except struct.error:
        return _UNKNOWN
    return width, height


def _of_jpeg(data: bytes) -> Size:
    at = 2
    while True:
        mark, kind, length = struct.unpack_from(">BBH", data, at)
        if mark != 0xFF:
            return _UNKNOWN
        if kind == 0xFF:
            # Any number of these may fill up (section B.1.1.2).
            at += 1
        elif kind in _SIZED:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        else:
            at += 2 + length
