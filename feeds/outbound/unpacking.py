"""What the bytes of an answer say: gzip is the one coding that is asked for, and it is unpacked a bounded piece at a time."""

import zlib
from collections.abc import Iterator

ACCEPTED = {"Accept-Encoding": "gzip"}
"""A bomb in another coding could fill the memory."""
_PIECE = 1024 * 1024
_MEMBER = b"\x1f"
"""The first byte of a gzip member (RFC 1952, section 2.3.1)."""
_DAMAGED = "what the server packed as gzip is damaged"


class DamagedBody(Exception):
    """The body is not what its server says. The message is one line."""


class Unpacked:
    """Bytes of a body, unpacked in pieces of a mebibyte at most."""

    def __init__(self, coding: str) -> None:
        """`coding`: of the field Content-Encoding. Raises DamagedBody for one that was not asked for."""
        name = coding.strip().lower()
        if name not in ("", "identity", "gzip", "x-gzip"):
            raise DamagedBody(f"the server packs it as {coding[:40]}, which was not asked for")
        self._gzip = zlib.decompressobj(wbits=31) if name.endswith("gzip") else None

    def pieces(self, packed: bytes) -> Iterator[bytes]:
        """Of every member (RFC 1952, section 2.2); what else stands after the last is left out. Raises DamagedBody."""
        if self._gzip is None:
            yield packed
            return
        while packed:
            if self._gzip.eof:
                if not packed.startswith(_MEMBER):
                    return
                self._gzip = zlib.decompressobj(wbits=31)
            try:
                yield self._gzip.decompress(packed, _PIECE)
            except zlib.error:
                raise DamagedBody(_DAMAGED) from None
            packed = self._gzip.unused_data if self._gzip.eof else self._gzip.unconsumed_tail

    def rest(self) -> bytes:
        """The last of it. Raises DamagedBody if the answer ends too early."""
        rest = self._gzip.flush() if self._gzip else b""
        if self._gzip and not self._gzip.eof:
            raise DamagedBody(_DAMAGED)
        return rest
