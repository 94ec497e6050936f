"""A site's articles, from the export that is written of what its API says."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

from feeds.importers.base import Desk, Imported
from feeds.importers.file import ImportFile
from feeds.importers.wxr.reader import WordPressExport
from storage.model import ArticleRecord, ImportSource

_UNSAID = frozenset({"enclosures"})
"""Fields of which the API says nothing: an export may have brought them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordPressSite:
    """An importer of one site."""

    name = "WordPress site"
    takes_placement = False

    home: str
    """Its address, by which it is one source with its exports."""
    whole: bool
    """Whether it was read as an editor reads it: else what an export brought is known better."""
    remarks: Sequence[str]
    """What the reading met, in sentences."""
    fetched: int
    """Uploads."""

    def recognises(self, head: str) -> bool:  # noqa: ARG002
        """No file is one."""
        return False

    def read(self, source: ImportFile, desk: Desk) -> Generator[Imported, None, None]:
        desk.report.warnings.extend(self.remarks)
        desk.media.copied += self.fetched
        for thing in WordPressExport().read(source, desk):
            if isinstance(thing, ArticleRecord):
                known = thing.source or ImportSource(names=(self.home,), site=self.home, whole=True)
                thing = replace(thing, keeps=thing.keeps | _UNSAID, source=replace(known, whole=self.whole))
            yield thing
