"""What is kept of the newsroom itself."""

from typing import Protocol

from storage.model import Site


class Sites(Protocol):
    async def get_site(self) -> Site:
        """What all hosts share: when the store was made, and its secret. The same for ever. Raises nothing of its own."""

    async def announce_rendering(self, fingerprint: str) -> None:
        """Raise the site's scope, with one Change, if `fingerprint` (settings and version of the renderer) is not the one kept.

        Where it is, nothing is written.
        """

    async def settle_dates(self) -> None:
        """Raise once more, with one Change of the site, what was written last by processes that did not live to close the store:
        they may not have seen whether their commits were in time. With another, what was raised here and is dated too early
        still. Where nothing is left to do, nothing is written. For the start of a server, and from time to time.
        """
