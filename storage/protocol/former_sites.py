"""Where the newsroom was before."""

from typing import Protocol

from storage.model import FormerSite, ImportRun


class FormerSites(Protocol):
    """The sites that an import came from: how their addresses were made, so that they lead here for ever."""

    async def keep_former_site(self, site: FormerSite, *, run: ImportRun | None = None) -> None:
        """Keep it in place of what was kept of its address, with a Change of the site that raises no scope: no reader sees anything
        else, but every worker is to look again. Keeping the same again writes nothing.
        `run`: the import that it is of, to be taken back with it.
        """

    async def get_former_sites(self) -> tuple[FormerSite, ...]:
        """All of them, by address."""
