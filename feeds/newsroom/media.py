"""Files that the newsroom adds to its media folder, each under a name made of its content."""

import asyncio
import errno
import hashlib
import logging
import os
import secrets
from collections.abc import AsyncIterable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import ParamSpec, Self, TypeVar

from feeds.media_content import ACCEPTED, HEAD, UNKNOWN, Size, extension_of, is_sized, size_of
from feeds.media_types import media_type
from feeds.paths import MEDIA

P = ParamSpec("P")
T = TypeVar("T")

FOLDER = "files"
"""Within the media folder."""
_PIECE = 1 << 18
"""Bytes that are written at a time."""
_DIGITS = 40
"""Of the SHA-256, in hex: so many that nobody finds two files with the same."""
_PARTS = ".arriving"
"""Within that folder: what is still being written, under names that nobody can guess."""
_LEFT_BEHIND = 24 * 3600
"""Seconds after which nobody is writing to a file any more: who began it has crashed."""
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

_log = logging.getLogger(__name__)


class MediaRefused(Exception):
    """Nothing was kept; the message says why, and what to do."""


class UnknownMedia(MediaRefused):
    """Of no type that is accepted."""


class BrokenMedia(MediaRefused):
    """Empty, or a picture without a size that can be read."""


class TooLarge(MediaRefused):
    """Larger than the newsroom's limit."""

    @classmethod
    def than(cls, most: int) -> Self:
        return cls(f"The file is larger than {most:,} bytes (DATELINE_MAX_MEDIA). Nothing was kept.")


class MediaFull(MediaRefused):
    """There is no room for it."""


class MediaUnwritable(MediaRefused):
    """The folder cannot be written to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMedia:
    url: str
    """A path on this site."""
    type: str
    length: int
    """Bytes."""
    size: Size
    """Unknown of what is no picture."""
    is_new: bool
    """Whether it was not here before."""


async def keep_media(folder: Path, pieces: AsyncIterable[bytes], *, most: int) -> KeptMedia:
    """Keep a file of at most `most` bytes, which comes in pieces, in the media folder, whole or not at all. The same bytes again
    get the same URL. The type is seen by its content. It is never in memory whole; several may come at once, on several workers.

    Raises MediaRefused, and what the pieces raise.
    """
    arriving = await _on_disk(_Arriving, folder / FOLDER)
    try:
        held = bytearray()
        async for piece in pieces:
            held += piece
            if arriving.length + len(held) > most:
                raise TooLarge.than(most)
            if len(held) >= _PIECE:
                await _on_disk(arriving.write, bytes(held))
                held.clear()
        return await _on_disk(arriving.finish, bytes(held))
    finally:
        await asyncio.shield(_on_disk(arriving.close))


async def _on_disk(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What the work returns, in a thread. Raises MediaRefused for the errors of a disk."""
    try:
        return await asyncio.to_thread(work, *args, **kwargs)
    except OSError as error:
        raise refusal_of(error) from error


def refusal_of(error: OSError) -> MediaRefused:
    """What whoever sent a file is told of an error of the disk; the operator is told as well."""
    _log.warning("a file cannot be kept in DATELINE_MEDIA_DIR (%s)", error.strerror)
    if error.errno in _FULL:
        return MediaFull("There is no room left for the newsroom's files. Nothing was kept.")
    return MediaUnwritable(
        f"The newsroom's media folder cannot be written to ({error.strerror}): `dateline check` tells more. Nothing was kept."
    )


class _Arriving:
    """A file that is being written, on the disk of its later place. Its methods raise OSError."""

    def __init__(self, folder: Path) -> None:
        parts = folder / _PARTS
        parts.mkdir(parents=True, exist_ok=True)
        _clear(parts)
        self._folder = folder
        self._part = parts / secrets.token_hex(16)
        self._file = self._part.open("xb+")
        self._digest = hashlib.sha256()
        self._extension = ""
        self.length = 0

    def write(self, piece: bytes) -> None:
        """The first has `HEAD` bytes, if there are so many. Raises UnknownMedia before anything of a wrong type is written."""
        if not self.length:
            self._extension = extension_of(piece[:HEAD])
            if not piece:
                raise BrokenMedia("The file is empty. Nothing was kept.")
            if not self._extension:
                raise UnknownMedia(f"This is no file of a type that is kept here: {ACCEPTED}. Nothing was kept.")
        self._file.write(piece)
        self._digest.update(piece)
        self.length += len(piece)

    def finish(self, rest: bytes) -> KeptMedia:
        """With the last piece; from here on it is kept, whatever happens. Raises BrokenMedia, UnknownMedia."""
        if rest or not self.length:
            self.write(rest)
        self._file.seek(0)
        size = size_of(self._file)
        if is_sized(self._extension) and size == UNKNOWN:
            raise BrokenMedia("The picture is broken: it says no size. Send it whole. Nothing was kept.")
        name = f"{self._digest.hexdigest()[:_DIGITS]}.{self._extension}"
        return KeptMedia(
            url=f"{MEDIA}{FOLDER}/{name}",
            type=media_type(name),
            length=self.length,
            size=size,
            is_new=self._settle(self._folder / name),
        )

    def close(self) -> None:
        self._file.close()
        self._part.unlink(missing_ok=True)

    def _settle(self, place: Path) -> bool:
        """Whether it was not there yet."""
        self._file.flush()
        os.fsync(self._file.fileno())
        is_new = not self._is_at(place)
        if is_new:
            try:
                # Of several that bring it at once, one is the first.
                os.link(self._part, place)
            except OSError:
                # Else there is half of it, as from a backup; or the file system knows of no links.
                is_new = not self._is_at(place)
                if is_new:
                    os.replace(self._part, place)
            _sync(self._folder)
        return is_new

    def _is_at(self, place: Path) -> bool:
        return place.is_file() and place.stat().st_size == self.length


def _sync(folder: Path) -> None:
    """A new name is on the disk when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _clear(parts: Path) -> None:
    """Take away what crashes left behind."""
    for part in parts.iterdir():
        with suppress(OSError):
            if part.stat().st_mtime < time() - _LEFT_BEHIND:
                part.unlink()
