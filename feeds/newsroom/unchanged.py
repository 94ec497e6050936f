"""What was put and changed nothing: who sends all that there is again and again is answered without reading it anew."""

from collections import OrderedDict
from dataclasses import dataclass, replace

from storage.model import Article, Enclosure, Image

MOST = 20_000
"""Bodies that are known, in about 300 bytes each."""


@dataclass(frozen=True, slots=True)
class _Put:
    kept: int
    """A hash of the article as it was kept, all of it: whoever writes it, by whatever way, makes it another."""
    image: Image | None
    enclosures: tuple[Enclosure, ...]
    """As they were sent: files may become others meanwhile."""


class Unchanged:
    """A worker's own; the bodies that were sent least recently are forgotten first.

    What an article becomes by a body depends on nothing but what is kept of it, and the files that it names. So where both are as
    they were, the body changes nothing now if it changed nothing then.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._puts: OrderedDict[tuple[str, bytes], _Put] = OrderedDict()

    def note(self, guid: str, digest: bytes, sent: Article, kept: Article) -> None:
        """A body of this digest, sent for this guid, left the article as it was kept; `sent`: before its files were looked at."""
        self._puts[guid, digest] = _Put(hash(kept), sent.image, sent.enclosures)
        self._puts.move_to_end((guid, digest))
        if len(self._puts) > self._most:
            self._puts.popitem(last=False)

    def find(self, guid: str, digest: bytes, kept: Article) -> Article | None:
        """The article with its files as a body of this digest says them, where it changes nothing else; None where that is not
        known.
        """
        put = self._puts.get((guid, digest))
        if put is None or put.kept != hash(kept):
            return None
        self._puts.move_to_end((guid, digest))
        return replace(kept, image=put.image, enclosures=put.enclosures)
