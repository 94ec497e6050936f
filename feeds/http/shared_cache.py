"""What a cache in front of this server is told: keys by which it can forget an answer, and how long it may keep one (RFC 9213)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b

SEPARATORS = {"Surrogate-Key": " ", "Cache-Tag": ",", "xkey": " "}
"""Fields that carry keys, and what stands between two of them: Fastly's, Cloudflare's, that of Varnish's vmod."""


@dataclass(frozen=True, slots=True)
class SharedCache:
    """The settings of one, and what keeps its keys apart from those of another newsroom behind the same cache."""

    fields: tuple[str, ...]
    """Those of `SEPARATORS` that answers carry."""
    max_age: int
    """Seconds; 0: it keeps answers as readers do."""
    secret: bytes = field(repr=False)
    """The site's, 32 bytes, the same on every host."""

    def key(self, scope: str) -> str:
        """A scope as a key: 16 hexadecimal digits. Scopes hold slugs of any script and length; of keys some caches take 1,024
        bytes, ASCII alone, in whatever case.
        """
        return blake2b(scope.encode(), digest_size=8, key=self.secret, person=b"cache key").hexdigest()

    def keys(self, scopes: Iterable[str]) -> tuple[str, ...]:
        """In an order of their own, which tells nothing."""
        return tuple(sorted(map(self.key, scopes)))

    def key_fields(self, scopes: Iterable[str]) -> tuple[tuple[bytes, bytes], ...]:
        """Names and values of what an answer carries that depends on these."""
        keys = self.keys(scopes)
        return tuple((name.lower().encode(), SEPARATORS[name].join(keys).encode()) for name in self.fields)
