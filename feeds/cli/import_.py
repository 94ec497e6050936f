"""`dateline import`."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from feeds.cli.outcome import CommandFailed
from feeds.cli.store import is_embedded, opened_store, read_settings

if TYPE_CHECKING:
    from feeds.importers import ImportOptions, Summary, ToldAddresses
    from feeds.settings import Settings
    from storage.protocol import Store


class Shortcodes(StrEnum):
    """What becomes of those that nobody here understands."""

    KEEP = "keep"
    STRIP = "strip"


def import_(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE",
            help="A feed (RSS, Atom, JSON Feed), an export of WordPress (WXR, in one file or several), Ghost or Blogger, or JSON "
            "lines; or a feed's URL; - is standard input.",
        ),
    ],
    section: Annotated[
        str, typer.Option(metavar="PATH", help="Of a feed or of Ghost: the section, as in world/africa, for all of it.")
    ] = "",
    category_map: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=PATH",
            help="Of a feed or of Ghost: the section that a category or tag goes to; others become tags. Repeatable.",
        ),
    ] = None,
    tags_from: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TAXONOMY",
            help="Of a WordPress export: a taxonomy of the site's own, as in series, whose terms become tags; others are counted. "
            "Repeatable.",
        ),
    ] = None,
    media: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="The old site's uploads: pictures, sound, film and documents are copied; what is not there stays at the old site.",
            exists=True,
            file_okay=False,
        ),
    ] = None,
    theirs: Annotated[
        bool,
        typer.Option(
            "--theirs", help="Take the source's where it and the newsroom changed the same since the last import."
        ),
    ] = False,
    shortcodes: Annotated[
        Shortcodes,
        typer.Option(
            help="Of a WordPress export: keep plugins' shortcodes as they were typed, or strip them, and leave what they hold; "
            "both are counted."
        ),
    ] = Shortcodes.KEEP,
    from_: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="SOFTWARE",
            help="wordpress: FILE is the address of a WordPress that runs; its API is read, with DATELINE_WORDPRESS_USER and "
            "DATELINE_WORDPRESS_PASSWORD drafts as well, and its pictures are fetched.",
        ),
    ] = "",
    follow: Annotated[bool, typer.Option("--follow", help="With --from: go on taking changes until Ctrl-C.")] = False,
    scheduled: Annotated[
        bool,
        typer.Option(
            "--scheduled",
            help="With --from: publish here what is scheduled there; else it is kept as drafts, or both would publish it.",
        ),
    ] = False,
    site_path: Annotated[
        str,
        typer.Option(
            metavar="PATH", help="Where the old WordPress was on its host, as /blog; an export says it itself."
        ),
    ] = "",
    permalinks: Annotated[
        str,
        typer.Option(
            metavar="STRUCTURE",
            help="Its permalink structure, as '/%year%/%postname%/'; where an export's links are not the ones that readers have.",
        ),
    ] = "",
    category_base: Annotated[
        str, typer.Option(metavar="BASE", help="Before categories in its addresses, if not 'category'; / for nothing.")
    ] = "",
    tag_base: Annotated[str, typer.Option(metavar="BASE", help="Before tags, if not 'tag'.")] = "",
    author_base: Annotated[str, typer.Option(metavar="BASE", help="Before authors, if not 'author'.")] = "",
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="Only say what the import would do: it is tried in a copy, and nothing is written."
        ),
    ] = False,
    report: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.json", help="Write the summary, and every case that it counts, as JSON.", dir_okay=False
        ),
    ] = None,
) -> None:
    """Take in a newsroom, or a feed.

    An export in several files is one: name all of them, in any order; a later command completes what lacked its files. What this
    source brought before follows what it changed since, and nothing else of it: a second time changes nothing. What was changed
    here as well stays, and is named. A feed's URL is made for cron: a server that says it did not change ends the import at once.
    Exits with 1 if all was refused, and in a database that holds the sample edition.
    """
    from feeds.cli.import_cases import opened_cases
    from feeds.cli.import_report import report_lines
    from feeds.importers import ImportOptions, Placement

    placement = Placement(section=section.strip("/"), categories=_categories(category_map or []))
    told = _told(site_path, permalinks, category_base, tag_base, author_base)
    if told and not from_ and any("://" in file for file in files):
        raise typer.BadParameter("how a site's addresses were made is told with its export", param_hint="FILE")
    if dry_run and follow:
        raise typer.BadParameter("what is not written cannot be followed: leave out --follow", param_hint="--dry-run")
    settings = read_settings()
    with opened_cases() as cases:
        options = ImportOptions(
            media=media,
            placement=placement,
            told=told,
            tags_from=tags_from or (),
            strip_shortcodes=shortcodes is Shortcodes.STRIP,
            theirs=theirs,
            scheduled=scheduled,
            rehearsal=dry_run,
            tell=cases.tell,
        )
        summary = _summary(settings, files, options, software=from_, follow=follow)
        if summary is not None and report is not None:
            cases.write(report, summary)
    if follow:
        return
    if summary is None:
        from feeds.importers.feeds.address import shown_address

        print(f"{shown_address(files[0])}: not changed since the last import.")
        return
    print("\n".join(report_lines(summary, rehearsal=dry_run)))
    if len(summary.refused) and not summary.articles:
        raise typer.Exit(1)


def _summary(
    settings: "Settings", files: list[str], options: "ImportOptions", *, software: str, follow: bool
) -> "Summary | None":
    """Of what is imported, from wherever it is; None of a feed that did not change."""
    if software or follow or options.scheduled:
        from feeds.cli.old_site import move

        _check_old_site(software, files, brings=options.media is not None or bool(options.placement))
        return move(settings, partial(_newsroom, rehearsal=options.rehearsal), files[0], options, follow=follow)
    if any("://" in file for file in files):
        if len(files) > 1:
            raise typer.BadParameter("give one URL, and nothing beside it", param_hint="FILE")
        return asyncio.run(_import_url(settings, files[0], options))
    from feeds.cli.progress import readable_files, shown_progress

    with readable_files(files) as paths, shown_progress(paths) as progress:
        return asyncio.run(_import(settings, paths, options, progress))


def _categories(written: Sequence[str]) -> dict[str, str]:
    """Paths of sections by names of categories. A name may hold '=', a path may not."""
    split = [one.rpartition("=") for one in written]
    for name, _, path in split:
        if not name.strip() or not path.strip("/ "):
            raise typer.BadParameter("give NAME=PATH, as in 'World news=world'", param_hint="--category-map")
    return {name: path.strip("/ ") for name, _, path in split}


def _told(site_path: str, permalinks: str, *bases: str) -> "ToldAddresses":
    """How the old site's addresses were made. A base may have several parts; '/' is none."""
    from feeds.importers import Permalinks, ToldAddresses

    if site_path and (not site_path.startswith("/") or "?" in site_path or "//" in site_path):
        raise typer.BadParameter("give a path alone, as in /blog; / is the root of the host", param_hint="--site-path")
    try:
        structure = Permalinks.parse(permalinks) if permalinks.strip() else None
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--permalinks") from None
    category, tag, author = (base.strip().strip("/") or base.strip()[:1] for base in bases)
    if "/" in (tag, author):
        raise typer.BadParameter("only categories may have none", param_hint="--tag-base, --author-base")
    return ToldAddresses(path=site_path, permalinks=structure, category_base=category, tag_base=tag, author_base=author)


def _check_old_site(software: str, files: Sequence[str], *, brings: bool) -> None:
    if software != "wordpress" or len(files) > 1:
        raise typer.BadParameter("give wordpress, and the site's address in place of FILE", param_hint="--from")
    if brings:
        raise typer.BadParameter(
            "the site brings its own sections and pictures: leave out --section, --category-map and --media",
            param_hint="--from",
        )


@asynccontextmanager
async def _newsroom(settings: "Settings", *, rehearsal: bool) -> "AsyncIterator[tuple[Settings, Store]]":
    """The store to import into, and the settings that lead to it: those given, or of a copy.

    Raises CommandFailed for one whose readers see the sample edition.
    """
    from feeds.sample.load import holds_sample

    async with AsyncExitStack() as stack:
        if rehearsal:
            from feeds.cli.rehearsal import rehearsed

            settings = await stack.enter_async_context(rehearsed(settings))
        store = await stack.enter_async_context(opened_store(settings, migrate=is_embedded(settings)))
        if await holds_sample(store):
            raise CommandFailed(
                "this database holds the sample edition, which readers would see among these articles: "
                "set DATELINE_DATABASE_URL to one of your newsroom's own, as in sqlite:///var/newsroom.db"
            )
        yield settings, store


async def _import(
    settings: "Settings", paths: Sequence[Path], options: "ImportOptions", progress: Callable[[int], None]
) -> "Summary":
    from feeds.importers import import_files

    async with _newsroom(settings, rehearsal=options.rehearsal) as (used, store):
        return await import_files(store, paths, settings=used, clock=store.now, options=options, progress=progress)


async def _import_url(settings: "Settings", url: str, options: "ImportOptions") -> "Summary | None":
    """None if it is as it was."""
    from feeds.importers.feeds.address import import_url

    async with _newsroom(settings, rehearsal=options.rehearsal) as (used, store):
        return await import_url(store, url, settings=used, options=options, clock=store.now)
