"""Newsrooms from elsewhere. A new kind of file is a file here and a line in IMPORTERS."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from feeds.importers.base import Desk, Importer, Note, Notes, Report, Summary
from feeds.importers.batch import Archive, Batch
from feeds.importers.jsonlines import DatelineExport, export_lines
from feeds.importers.media import Media, uploads_of
from feeds.importers.source import ImportRefused, Source
from feeds.importers.wxr import WordPressExport
from feeds.settings import Settings
from storage.connect import Clock, utc_now
from storage.model import ArticleRecord

__all__ = ["IMPORTERS", "ImportRefused", "Importer", "Note", "Notes", "Summary", "export_lines", "import_file"]

IMPORTERS: tuple[Importer, ...] = (DatelineExport(), WordPressExport())
"""In the order in which they are asked whether they recognise a file."""


async def import_file(
    store: Archive,
    path: Path,
    *,
    settings: Settings,
    clock: Clock = utc_now,
    media: Path | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Summary:
    """Import a file of whichever kind it is, in constant memory; a second time changes nothing.

    `media`: the old site's uploads folder, whose pictures are copied into the media folder. `progress` is told how many
    bytes of the file are done, from time to time. Articles are kept in batches, each of them whole or not at all.

    Raises ImportRefused, whose message is one line, and the store's Unavailable.
    """
    try:
        source = Source(path, progress)
        importer = _recognise(source)
        with closing(Media(media, settings.media_dir)) as pictures:
            desk = Desk(zone=settings.zone, language=settings.language, now=clock(), media=pictures, report=Report())
            await _keep(store, importer, source, desk)
    except ImportRefused as error:
        raise ImportRefused(f"{path.name}: {error}") from None
    except OSError as error:
        raise ImportRefused(f"{error.filename or path}: {error.strerror or error}") from None
    progress(source.size)
    return desk.report.summary(importer.name, desk.media)


async def _keep(store: Archive, importer: Importer, source: Source, desk: Desk) -> None:
    batch = await Batch.open(store, desk.report, desk.now)
    with closing(importer.read(source, desk)) as found:
        for thing in found:
            if isinstance(thing, ArticleRecord):
                for relative in uploads_of(thing.article):
                    desk.media.keep(relative)
            await batch.add(thing)
    await batch.flush()


def _recognise(source: Source) -> Importer:
    head = source.head()
    for importer in IMPORTERS:
        if importer.recognises(head):
            return importer
    known = ", ".join(importer.name for importer in IMPORTERS)
    raise ImportRefused(f"no kind of file that can be imported ({known})")
