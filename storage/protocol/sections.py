"""Sections."""

from collections.abc import Sequence
from typing import Protocol

from storage.model import Once, Section, SectionList


class Sections(Protocol):
    async def add_section(self, section: Section, *, once: Once[Section] | None = None) -> Section:
        """Keep a new section and return it as kept. One that was deleted may be made again: its path leads to it as before.

        Raises Repeated where `once` is known, Conflict if the path is taken, or leads to an article; Invalid (field 'parent') if
        the parent does not exist.
        """

    async def update_section(self, section: Section) -> Section:
        """Change the title and description of the section with this path; return it as kept.

        Raises the site's scope. Another title is one for all entries that name it: its `seq` is this Change's. Raises NotFound.
        """

    async def delete_section(self, path: str) -> None:
        """Delete a section: its path is gone from then on.

        Raises NotFound, Conflict while it has articles (of any status) or sections in it.
        """

    async def get_sections(self) -> tuple[Section, ...]:
        """Every section, by path."""

    async def read_sections(self, *, pages: int = 0, also: Sequence[str] = ()) -> SectionList:
        """The same for readers, with where the first so many public pages are. The snapshot holds the site's scope and `also`."""
