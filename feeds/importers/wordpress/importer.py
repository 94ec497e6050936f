"""A site's articles, from the export that is written of what its API says."""

from collections.abc import Generator
from dataclasses import dataclass, replace

from feeds.importers.base import Desk, Imported, Named, Recall, Remember, in_full
from feeds.importers.file import ImportFile
from feeds.importers.wxr.reader import WordPressExport
from storage.model import ArticleRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class WordPressSite:
    """An importer of one site."""

    name = "WordPress site"
    takes_placement = False
    tells_addresses = True

    whole: bool
    """Whether it was read as an editor reads it: else what an export brought is known better."""
    unsaid: frozenset[str]
    """Fields of articles of which the API says nothing: an export may have brought them."""
    remarks: tuple[str, ...]
    """What the reading met, in sentences."""
    fetched: int
    """Uploads."""

    def recognises(self, head: str) -> bool:  # noqa: ARG002
        """No file is one."""
        return False

    def read(self, source: ImportFile, desk: Desk) -> Generator[Imported, None, None]:
        desk.report.warnings.extend(self.remarks)
        desk.media.copied += self.fetched
        for thing in in_full(WordPressExport().read(source, desk)):
            if isinstance(thing, ArticleRecord) and thing.source is not None:
                yield replace(
                    thing,
                    source=replace(thing.source, whole=self.whole),
                    said={**thing.said, **dict.fromkeys(self.unsaid)},
                    all_comments=thing.all_comments and self.whole,
                )
            elif isinstance(thing, Named):
                yield replace(thing, source=replace(thing.source, whole=self.whole))
            elif not isinstance(thing, Remember | Recall):
                # All of the site is here: there are no other parts.
                yield thing
