"""Newsrooms from elsewhere. A new kind of file is a file here and a line in IMPORTERS."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple

from feeds.importers.base import Desk, Importer, Placement
from feeds.importers.batch import Batch, ImportStore
from feeds.importers.feeds.json_feed import JsonFeed
from feeds.importers.feeds.xml_feed import XmlFeed
from feeds.importers.file import ImportFile, ImportRefused
from feeds.importers.ghost.reader import GhostExport
from feeds.importers.jsonlines.reader import DatelineExport, export_lines
from feeds.importers.media import Media, uploads_of
from feeds.importers.report import Met, Note, Notes, Report, Summary
from feeds.importers.wxr.reader import WordPressExport
from feeds.settings import Settings
from storage.clock import Clock, utc_now
from storage.model import ArticleRecord, ImportRun

__all__ = [
    "IMPORTERS",
    "ImportRefused",
    "ImportStore",
    "Importer",
    "Met",
    "Note",
    "Notes",
    "Origin",
    "Placement",
    "Summary",
    "export_lines",
    "import_file",
]

IMPORTERS: tuple[Importer, ...] = (DatelineExport(), WordPressExport(), GhostExport(), XmlFeed(), JsonFeed())
"""In the order in which they are asked whether they recognise a file."""

_NOWHERE = Placement()


class Origin(NamedTuple):
    """Where a file was fetched from, and what the server called its encoding; '' where it did not say."""

    url: str
    charset: str
    address: str = ""
    """What was asked for, without what may be a secret; else `url`."""


async def import_file(
    store: ImportStore,
    path: Path,
    *,
    settings: Settings,
    clock: Clock = utc_now,
    media: Path | None = None,
    placement: Placement = _NOWHERE,
    origin: Origin | None = None,
    theirs: bool = False,
    strip_shortcodes: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> Summary:
    """Import a file of whichever kind it is, in constant memory; a second time changes nothing.

    `media`: the old site's uploads folder, whose pictures are copied into the media folder. `placement`: the sections
    of what comes from a feed. `origin`: where the file was fetched from. `theirs`: the source is right where it and the newsroom
    changed the same. `strip_shortcodes`: plugins' are taken out of a WordPress export's bodies; else they stay. `progress` is told
    how many bytes of the file are done, from time to time. Articles are kept in batches, each of them whole or not at all.

    Raises ImportRefused, whose message is one line, and the store's Unavailable.
    """
    try:
        source = ImportFile(path, progress, *(origin[:2] if origin else ()))
        importer = _recognise(source)
        if placement:
            await _check_placement(store, importer, placement)
        with closing(Media(media, settings.media_dir)) as pictures:
            desk = Desk(
                zone=settings.zone,
                language=settings.language,
                now=clock(),
                media=pictures,
                report=Report(),
                placement=placement,
                strip_shortcodes=strip_shortcodes,
            )
            name = origin.url if origin else path.name
            run = ImportRun(key=token_hex(16), kind=importer.name, name=name, theirs=theirs)
            address = (origin.address or origin.url) if origin else ""
            batch = await Batch.open(store, desk.report, desk.now, run, address=address)
            await _keep(batch, importer, source, desk)
            for name in pictures.missing_names():
                desk.report.tell("missing", name, "its file is not here")
    except ImportRefused as error:
        raise ImportRefused(f"{origin.url if origin else path.name}: {error}") from None
    except OSError as error:
        raise ImportRefused(f"{error.filename or path}: {error.strerror or error}") from None
    progress(source.size)
    return desk.report.summary(importer.name, desk.media)


async def _keep(batch: Batch, importer: Importer, source: ImportFile, desk: Desk) -> None:
    with closing(importer.read(source, desk)) as found:
        for thing in found:
            if isinstance(thing, ArticleRecord):
                for relative in uploads_of(thing.article):
                    desk.media.keep(relative)
            await batch.add(thing)
    await batch.finish()


async def _check_placement(store: ImportStore, importer: Importer, placement: Placement) -> None:
    if not importer.takes_placement:
        raise ImportRefused(f"a {importer.name} brings its own sections: leave out --section and --category-map")
    known = [section.path for section in await store.get_sections()]
    for path in (placement.section, *placement.categories.values()):
        if path and path not in known:
            choice = f", or name one of {', '.join(known[:20])}" if known else ""
            raise ImportRefused(f"there is no section {path}: add it first (POST /api/sections){choice}")


def _recognise(source: ImportFile) -> Importer:
    head = source.head()
    for importer in IMPORTERS:
        if importer.recognises(head):
            return importer
    known = ", ".join(importer.name for importer in IMPORTERS)
    raise ImportRefused(f"no kind of file that can be imported ({known})")
