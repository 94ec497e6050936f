"""`dateline redirect`."""

import asyncio
import csv
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from feeds.cli.outcome import CommandFailed, say
from feeds.cli.store import is_embedded, opened_store, read_settings

if TYPE_CHECKING:
    from feeds.settings import Settings
    from feeds.web.redirect_files import Told
    from storage.model import Redirected

_AT_ONCE = 1_000

Old = Annotated[str, typer.Argument(metavar="OLD", help="A path of this site, as in /old-page/ or '/?p=7'.")]


def add(
    old: Old,
    new: Annotated[str, typer.Argument(metavar="NEW", help="A path of this site, or an absolute http or https URL.")],
) -> None:
    """Lead an old path elsewhere.

    What stands at a path, now or later, is found there before any redirect. One that was at OLD is replaced.
    """
    redirected = asyncio.run(_add(read_settings(), old, new))
    if redirected.outcome is None:
        raise CommandFailed(f"{redirected.why}: nothing was changed")
    from feeds.web.redirects import reference

    print(f"{reference(redirected.alias.path)} leads to {reference(redirected.alias.page)}")


def list_() -> None:
    """List the redirects.

    As lines of CSV that `dateline redirect import` reads back: the newsroom's own, and those of lists that an import brought.
    """
    asyncio.run(_list(read_settings()))


def remove(old: Old) -> None:
    """Lead an old path nowhere."""
    asyncio.run(_remove(read_settings(), old))
    say(f"{old} leads nowhere any more.")


def import_(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE.csv",
            help="Two columns, old and new, as WordPress's plugins export them; - is standard input.",
        ),
    ],
) -> None:
    """Take in a file of redirects.

    As the WordPress plugins Redirection and Yoast SEO export them, or any other: the first two columns are read, or those that the
    first line names. What is refused is named, with its line. Exits with 1 if all was.
    """
    told = asyncio.run(_import(read_settings(), file))
    for line in told.lines():
        print(line)
    if told.refused and not told.counts.total():
        raise typer.Exit(1)


async def _add(settings: "Settings", old: str, new: str) -> "Redirected":
    from feeds.clean.fields import read
    from feeds.web.redirects import RedirectFields, keep_redirects

    fields = read(RedirectFields, {"old": old, "new": new})
    async with opened_store(settings, migrate=is_embedded(settings)) as store:
        [redirected] = await keep_redirects(store, settings.base_url.rstrip("/"), [fields])
    return redirected


async def _list(settings: "Settings") -> None:
    from feeds.web.redirects import reference

    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(("old", "new"))
    async with opened_store(settings, migrate=False) as store:
        after = ""
        while aliases := await store.list_redirects(after=after, limit=_AT_ONCE):
            out.writerows((reference(alias.path), reference(alias.page)) for alias in aliases)
            after = aliases[-1].path


async def _remove(settings: "Settings", old: str) -> None:
    from feeds.web.redirects import old_path
    from storage.errors import NotFound

    try:
        path = old_path(old)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="OLD") from None
    async with opened_store(settings, migrate=False) as store:
        try:
            await store.remove_redirect(path)
        except NotFound:
            raise CommandFailed(f"there is no redirect at {old}: `dateline redirect list` names all") from None


async def _import(settings: "Settings", file: str) -> "Told":
    from feeds.cli.progress import readable_files
    from feeds.web.redirect_files import keep_rows

    with readable_files([file]) as [path], path.open(encoding="utf-8-sig", errors="replace", newline="") as rows:
        async with opened_store(settings, migrate=is_embedded(settings)) as store:
            return await keep_rows(store, settings.base_url.rstrip("/"), csv.reader(rows))


redirects = typer.Typer(help="The newsroom's own redirects.", add_completion=False, rich_markup_mode=None)
redirects.command()(add)
redirects.command("list")(list_)
redirects.command()(remove)
redirects.command("import")(import_)
