"""Exports read by an importer without a store, and kept in one."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from feeds.importers import IMPORTERS, ImportOptions, Summary, import_file
from feeds.importers.base import Desk, ImporterOfParts, in_full
from feeds.importers.file import ImportFile
from feeds.importers.media import Media
from feeds.importers.report import Report
from feeds.settings import Settings
from storage.model import Alias, Article, ArticleRecord, Kept, Outcome, PageRecord, Section
from storage.protocol import Store

NOW = datetime(2023, 3, 22, 12, 0, tzinfo=UTC)


@dataclass
class Read:
    """What an importer made of a file."""

    report: Report
    sections: list[Section] = field(default_factory=list)
    records: list[ArticleRecord] = field(default_factory=list)
    aliases: list[Alias] = field(default_factory=list)
    pages: list[PageRecord] = field(default_factory=list)

    @property
    def article(self) -> Article:
        """The only one."""
        [record] = self.records
        return record.article

    @property
    def record(self) -> ArticleRecord:
        """The only one."""
        [record] = self.records
        return record


def read(
    folder: Path,
    export: str | bytes,
    *,
    zone: str = "Africa/Kampala",
    language: str = "en",
    addresses: Sequence[str] = (),
    progress: Callable[[int], None] = lambda _: None,
    **known: Any,
) -> Read:
    """What the importer that recognises an export makes of it. `known`: what the desk knows of the newsroom. `addresses`: where the
    export was fetched from, and what leads there.
    """
    return read_parts(folder, export, zone=zone, language=language, addresses=addresses, progress=progress, **known)


def read_parts(
    folder: Path,
    *exports: str | bytes,
    zone: str = "Africa/Kampala",
    language: str = "en",
    addresses: Sequence[str] = (),
    progress: Callable[[int], None] = lambda _: None,
    **known: Any,
) -> Read:
    """The same of several that are one."""
    sources = [
        ImportFile(
            write(folder, export, f"export{number or ''}"), progress, next(iter(addresses), ""), addresses=addresses
        )
        for number, export in enumerate(exports)
    ]
    importer = next(importer for importer in IMPORTERS if importer.recognises(sources[0].head()))
    with closing(Media(None, folder / "media")) as media:
        desk = Desk(zone=ZoneInfo(zone), language=language, now=NOW, media=media, report=Report(), **known)
        found = Read(desk.report)
        things = (
            importer.read_parts(sources, desk)
            if isinstance(importer, ImporterOfParts)
            else importer.read(sources[0], desk)
        )
        for thing in in_full(things):
            if isinstance(thing, Section):
                found.sections.append(thing)
            elif isinstance(thing, Alias):
                found.aliases.append(thing)
            elif isinstance(thing, PageRecord):
                found.pages.append(thing)
            elif isinstance(thing, ArticleRecord) and thing.left_out:
                # As a store with nothing in it does.
                desk.report.count(thing, Kept(outcome=Outcome.LEFT_OUT), NOW)
            elif isinstance(thing, ArticleRecord):
                found.records.append(thing)
    return found


def write(folder: Path, export: str | bytes, name: str = "export") -> Path:
    path = folder / name
    path.write_bytes(export.encode("utf-8", "surrogatepass") if isinstance(export, str) else export)
    return path


def settings_in(folder: Path, **changes: Any) -> Settings:
    values: dict[str, Any] = {
        "database_url": f"sqlite:///{folder}/dateline.db",
        "media_dir": folder / "media",
        "timezone": "Africa/Kampala",
        "base_url": "https://new.example",
        "synchronous": "NORMAL",
    }
    return Settings(**(values | changes))


async def keep(
    store: Store, folder: Path, export: str | bytes, *, media: Path | None = None, theirs: bool = False
) -> Summary:
    """Import an export into a store."""
    return await import_file(
        store,
        write(folder, export),
        settings=settings_in(folder),
        clock=lambda: NOW,
        options=ImportOptions(media=media, theirs=theirs),
    )
