"""What former sites there are: remembered by a worker, for each address that no route knows asks for it."""

from collections.abc import Iterable

from storage.model import Change, FormerSite, Subject
from storage.protocol import FormerSites


class KnownFormerSites:
    """Read once, and again after a Change of the site, which is what keeping one appends."""

    def __init__(self, store: FormerSites) -> None:
        self._store = store
        self._known: tuple[FormerSite, ...] | None = None
        self._forgotten = 0
        """How often."""

    async def get(self) -> tuple[FormerSite, ...]:
        """Raises Unavailable."""
        if self._known is None:
            before = self._forgotten
            found = await self._store.get_former_sites()
            if before != self._forgotten:
                return found
            self._known = found
        return self._known

    def look_at(self, changes: Iterable[Change]) -> None:
        if any(change.subject is Subject.SITE for change in changes):
            self.forget()

    def forget(self) -> None:
        self._known = None
        self._forgotten += 1
