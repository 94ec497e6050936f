"""Newsrooms from elsewhere. A new kind of file is a file here and a line in IMPORTERS."""

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple

from feeds.importers.addresses import OldAddresses, ToldAddresses
from feeds.importers.base import Desk, Imported, Importer, ImporterOfParts, Placement
from feeds.importers.batch import Batch, ImportStore
from feeds.importers.feeds.json_feed import JsonFeed
from feeds.importers.feeds.xml_feed import XmlFeed
from feeds.importers.file import CHUNK, ImportFile, ImportRefused, named
from feeds.importers.foreign import advice, advice_on_archive
from feeds.importers.ghost.reader import GhostExport
from feeds.importers.jsonlines.reader import DatelineExport, export_lines
from feeds.importers.keeping import Keeping
from feeds.importers.media import Media
from feeds.importers.options import ImportOptions
from feeds.importers.report import Met, Note, Notes, Report, Summary
from feeds.importers.trace import Trace
from feeds.importers.wxr.reader import WordPressExport
from feeds.settings import Settings
from feeds.wordpress.permalinks import Permalinks
from storage.clock import Clock, utc_now
from storage.model import ImportRun

__all__ = [
    "IMPORTERS",
    "ImportOptions",
    "ImportRefused",
    "ImportStore",
    "Importer",
    "Met",
    "Note",
    "Notes",
    "Origin",
    "Permalinks",
    "Placement",
    "Summary",
    "ToldAddresses",
    "export_lines",
    "import_file",
    "import_files",
    "new_run",
]

IMPORTERS: tuple[Importer, ...] = (DatelineExport(), WordPressExport(), GhostExport(), XmlFeed(), JsonFeed())
"""In the order in which they are asked whether they recognise a file."""

_PLAIN = ImportOptions()


class Origin(NamedTuple):
    """Where a file was fetched from, and what the server called its encoding; '' where it did not say."""

    url: str
    charset: str
    address: str = ""
    """What was asked for, without what may be a secret, as feeds are known by (see `address_name`); else `url`."""
    addresses: tuple[str, ...] = ()
    """By which it is known there: the one it has now, then those that lead to it for good. They may hold secrets."""


async def import_file(
    store: ImportStore,
    path: Path,
    *,
    settings: Settings,
    clock: Clock = utc_now,
    options: ImportOptions = _PLAIN,
    origin: Origin | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Summary:
    """As `import_files`, of one, wherever it was fetched from."""
    return await import_files(
        store, [path], settings=settings, clock=clock, options=options, origin=origin, progress=progress
    )


async def import_files(
    store: ImportStore,
    paths: Sequence[Path],
    *,
    settings: Settings,
    clock: Clock = utc_now,
    options: ImportOptions = _PLAIN,
    origin: Origin | None = None,
    progress: Callable[[int], None] = lambda _: None,
    importer: Importer | None = None,
    run: str = "",
) -> Summary:
    """Import files of whichever kinds they are, in constant memory; a second time changes nothing.

    Parts of one export are read together, in whatever order they come; other files one after another. `origin`: where the files
    were fetched from. `progress` is told how many of all their bytes are done, from time to time. `importer`: the one that reads
    them, where that is known; `run`: the key, made by `new_run`, of an import that ended early and that this one is the rest of.
    Articles are kept in batches, each of them whole or not at all.

    Raises ImportRefused, whose message is one line, and the store's Unavailable.
    """
    try:
        sources = _opened(paths, origin, progress)
        groups: dict[Importer, list[ImportFile]] = {}
        for source in sources:
            with named(source):
                reader = importer or _recognise(source)
                if options.placement:
                    await _check_placement(store, reader, options.placement)
            groups.setdefault(reader, []).append(source)
        trace = Trace()
        media = Media(
            options.media,
            settings.media_dir,
            base_url=settings.base_url,
            rehearsal=options.rehearsal,
            trace=trace,
        )
        with closing(media) as pictures:
            desk = Desk(
                zone=settings.zone,
                language=settings.language,
                now=clock(),
                media=pictures,
                report=Report(options.tell, trace),
                trace=trace,
                placement=options.placement,
                sections=tuple(section.path for section in await store.get_sections()),
                aliases=await store.get_aliases(),
                tags_from=frozenset(options.tags_from),
                strip_shortcodes=options.strip_shortcodes,
            )
            name = origin.url if origin else ", ".join(path.name for path in paths)
            done_as = ImportRun(key=run or new_run(), kind=_kinds(groups), name=name, theirs=options.theirs)
            address = (origin.address or origin.url) if origin else ""
            batch = await Batch.open(store, desk.report, desk.now, done_as, address=address)
            for reader, parts in groups.items():
                former = await store.get_former_sites()
                addresses = OldAddresses(options.told, settings.zone, former, is_told=reader.tells_addresses)
                await Keeping(store, batch, desk, addresses).keep(_read(reader, parts, desk))
            await batch.finish()
            for source in sources:
                desk.report.warnings += source.warnings
            for name in pictures.missing_names():
                desk.report.tell("missing", name, "its file is not here")
    except OSError as error:
        raise ImportRefused(f"{error.filename or paths[0]}: {error.strerror or error}") from None
    progress(sum(source.size for source in sources))
    return desk.report.summary(done_as.kind, desk.media)


def new_run() -> str:
    """The key of an import, by which it is told from all others."""
    return token_hex(16)


def _kinds(importers: Iterable[Importer]) -> str:
    return " and ".join(importer.name for importer in importers)


def _opened(paths: Sequence[Path], origin: Origin | None, progress: Callable[[int], None]) -> list[ImportFile]:
    """The files, whose progress is told as one."""
    done = [0] * len(paths)

    def of_part(number: int) -> Callable[[int], None]:
        def tell(bytes_done: int) -> None:
            done[number] = bytes_done
            progress(sum(done))

        return tell

    known = (origin.url, origin.charset, origin.addresses) if origin else ()
    return [ImportFile(path, of_part(number), *known) for number, path in enumerate(paths)]


def _read(importer: Importer, sources: Sequence[ImportFile], desk: Desk) -> Generator[Imported, None, None]:
    """What files of one kind hold."""
    if isinstance(importer, ImporterOfParts):
        yield from importer.read_parts(sources, desk)
        return
    for source in sources:
        with named(source):
            yield from importer.read(source, desk)


async def _check_placement(store: ImportStore, importer: Importer, placement: Placement) -> None:
    if not importer.takes_placement:
        raise ImportRefused(f"a {importer.name} brings its own sections: leave out --section and --category-map")
    known = [section.path for section in await store.get_sections()]
    for path in (placement.section, *placement.categories.values()):
        if path and path not in known:
            choice = f", or name one of {', '.join(known[:20])}" if known else ""
            raise ImportRefused(f"there is no section {path}: add it first (POST /api/sections){choice}")


def _recognise(source: ImportFile) -> Importer:
    if what_to_do := advice_on_archive(source.path):
        raise ImportRefused(what_to_do)
    head = source.head()
    if source.size < CHUNK and not head.strip("\0 \t\r\n\ufeff"):
        raise ImportRefused("it is empty: download or export it again")
    for importer in IMPORTERS:
        if importer.recognises(head):
            return importer
    known = ", ".join(importer.name for importer in IMPORTERS)
    raise ImportRefused(advice(head) or f"no kind of file that can be imported ({known})")
