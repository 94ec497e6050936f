"""The command line, `dateline`. A command imports what it needs when it runs: help must not wait for a server.

Exit codes: 0 done, 1 it failed, 2 wrong usage or settings, 130 interrupted. An expected error is one line on stderr.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from feeds.importers import Placement, Summary
    from feeds.sample.load import SampleSummary
    from feeds.settings import Settings
    from storage.model import Forgotten
    from storage.protocol import Store

app = typer.Typer(
    help="A syndication feed server for newsrooms.",
    epilog="Settings are DATELINE_* variables, read from the environment and from .env; the README has their table.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
tokens = typer.Typer(help="Tokens for the management API.", rich_markup_mode=None)
app.add_typer(tokens, name="token")


class TokenScope(StrEnum):
    """What the bearer of a token may do."""

    PUBLISH = "publish"
    MODERATE = "moderate"
    ADMIN = "admin"


class CommandFailed(Exception):
    """The message says what to do."""


def main() -> None:
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run a command and return its exit code. Bugs escape, with their traceback."""
    try:
        code = app(list(arguments), prog_name="dateline", standalone_mode=False)
    except typer.TyperException as error:
        context = getattr(error, "ctx", None)
        command = context.command_path if context else "dateline"
        return _fail(f"{error.format_message()} `{command} --help` tells more.", error.exit_code)
    except Exception as error:
        expected = _expected(error)
        if expected is None:
            raise
        return _fail(*expected)
    return code if isinstance(code, int) else 0


def _fail(message: str, code: int) -> int:
    print(f"dateline: {' '.join(message.split())}", file=sys.stderr)
    return code


def _expected(error: Exception) -> tuple[str, int] | None:
    """The message and the exit code of an error that is no bug; None of a bug."""
    from feeds.importers import ImportRefused
    from feeds.sample.load import SampleRefused
    from feeds.settings import SettingsError
    from storage.errors import StoreError

    match error:
        case SettingsError():
            return "; ".join(str(error).splitlines()), 2
        case CommandFailed() | StoreError() | ImportRefused() | SampleRefused():
            return str(error), 1
        case OSError():
            return f"{error.filename}: {error.strerror}" if error.filename else str(error), 1
    return None


def _say(line: str) -> None:
    """For a person; stdout is for what a program may read."""
    print(line, file=sys.stderr)


def _settings() -> "Settings":
    from feeds.settings import load_settings

    return load_settings()


@asynccontextmanager
async def _open_store(settings: "Settings", *, migrate: bool) -> AsyncIterator["Store"]:
    """The store, open until the block ends."""
    from feeds.settings import SettingsError
    from storage.connect import open_store

    try:
        store = await open_store(settings.database_url, migrate=migrate, synchronous=settings.synchronous)
    except ValueError as error:
        raise SettingsError(str(error)) from None
    try:
        yield store
    finally:
        await store.close()


def _embedded(settings: "Settings") -> bool:
    """An embedded store is made, or brought up to date, by whatever adds to it or serves it; a server's by `dateline migrate`."""
    return settings.database_url.startswith("sqlite:")


@app.callback(invoke_without_command=True)
def dateline(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
) -> None:
    if version:
        from feeds import __version__

        print(f"dateline {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        print(context.get_help())


@app.command()
def serve(
    host: Annotated[str, typer.Option(metavar="HOST", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(metavar="PORT", help="Port to listen on; 0 is any free one.", envvar="PORT", min=0, max=65535)
    ] = 8000,
    workers: Annotated[int, typer.Option(metavar="N", help="Processes that share the port.", min=1, max=64)] = 1,
) -> None:
    """Serve the feeds and pages.

    Brings an embedded store up to date first. While DATELINE_BASE_URL is not set, links lead to HOST and PORT.
    """
    import logging

    settings = _settings()
    if port and "base_url" not in settings.model_fields_set:
        settings = settings.model_copy(update={"base_url": _url_of(host, port)})
    asyncio.run(_open_and_close(settings))
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    from feeds.server.run import serve as serve_until_stopped

    try:
        serve_until_stopped(settings, host=host, port=port, workers=workers)
    except OSError as error:
        raise CommandFailed(f"cannot listen on {host}, port {port} ({error.strerror}): choose others") from None


async def _open_and_close(settings: "Settings") -> None:
    """What keeps a store from opening is said here in one line, before any worker starts."""
    async with _open_store(settings, migrate=_embedded(settings)):
        pass


def _url_of(host: str, port: int) -> str:
    """Where a browser on this machine finds a server that listens there."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}"


@app.command()
def migrate() -> None:
    """Bring the store's schema up to date.

    Makes the store, and the site's secret, if there is none.
    """
    print(asyncio.run(_migrate(_settings())))


async def _migrate(settings: "Settings") -> str:
    from storage.errors import Unavailable

    try:
        async with _open_store(settings, migrate=False):
            return "The schema was up to date already."
    except Unavailable:
        # Not current, or worse: then this raises it again.
        async with _open_store(settings, migrate=True):
            return "The schema is up to date now."


@app.command()
def check() -> None:
    """Look for faults in settings and store.

    Prints one line for each and exits with 1, or prints 'ok'. Notes on what may be meant so go to stderr.
    """
    from feeds.checkup import check_up

    findings = asyncio.run(check_up(_settings()))
    for note in findings.notes:
        _say(f"note: {note}")
    print("\n".join(findings.faults) or "ok")
    if findings.faults:
        raise typer.Exit(1)


@app.command()
def sample() -> None:
    """Fill an empty newsroom with a sample edition.

    Invented articles of the last two weeks in five sections, with pictures and comments.
    """
    summary = asyncio.run(_load_sample(_settings()))
    if summary.added:
        print(
            f"Added the sample edition: {summary.added} articles in {summary.sections} sections, "
            f"{summary.comments} comments, {summary.media} pictures and sounds."
        )
    else:
        print("The sample edition is there already: its articles were left as they are.")


async def _load_sample(settings: "Settings") -> "SampleSummary":
    from feeds.sample.load import load_sample
    from storage.connect import utc_now

    async with _open_store(settings, migrate=_embedded(settings)) as store:
        return await load_sample(store, settings, utc_now)


@app.command("import")
def import_(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="A feed (RSS, Atom, JSON Feed), a WordPress export (WXR) or JSON lines; or its URL; - is standard input.",
        ),
    ],
    section: Annotated[
        str, typer.Option(metavar="PATH", help="Of a feed: the section, as in world/africa, that all of it goes to.")
    ] = "",
    category_map: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=PATH",
            help="Of a feed: the section that a category goes to; other categories become tags. Repeatable.",
        ),
    ] = None,
    media: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="The old site's uploads: its pictures are copied.", exists=True, file_okay=False
        ),
    ] = None,
) -> None:
    """Take in a newsroom, or a feed.

    What is here already, by guid, is brought up to date: a second time changes nothing. A feed's URL is made for cron: a
    server that says it did not change ends the import at once. Exits with 1 if all was refused.
    """
    from feeds.import_report import report_lines
    from feeds.importers import Placement
    from feeds.progress import readable_file, shown_progress

    placement = Placement(section=section.strip("/"), categories=_categories(category_map or []))
    settings = _settings()
    if "://" in file:
        summary = asyncio.run(_import_url(settings, file, media, placement))
    else:
        with readable_file(file) as path, shown_progress(path) as progress:
            summary = asyncio.run(_import(settings, path, media, placement, progress))
    if summary is None:
        from feeds.importers.address import without_password

        print(f"{without_password(file)}: not changed since the last import.")
        return
    print("\n".join(report_lines(summary)))
    if len(summary.refused) and not summary.articles:
        raise typer.Exit(1)


def _categories(written: Sequence[str]) -> dict[str, str]:
    """Paths of sections by names of categories. A name may hold '=', a path may not."""
    split = [one.rpartition("=") for one in written]
    for name, _, path in split:
        if not name.strip() or not path.strip("/ "):
            raise typer.BadParameter("give NAME=PATH, as in 'World news=world'", param_hint="--category-map")
    return {name: path.strip("/ ") for name, _, path in split}


async def _import(
    settings: "Settings", path: Path, media: Path | None, placement: "Placement", progress: Callable[[int], None]
) -> "Summary":
    from feeds.importers import import_file

    async with _open_store(settings, migrate=_embedded(settings)) as store:
        return await import_file(store, path, settings=settings, media=media, placement=placement, progress=progress)


async def _import_url(settings: "Settings", url: str, media: Path | None, placement: "Placement") -> "Summary | None":
    """None if it is as it was."""
    from feeds.importers.address import import_url

    async with _open_store(settings, migrate=_embedded(settings)) as store:
        return await import_url(store, url, settings=settings, placement=placement, media=media)


@app.command()
def export(
    private: Annotated[
        bool, typer.Option("--private", help="Include what readers never see: drafts, held comments, emails.")
    ] = False,
) -> None:
    """Write the newsroom to standard output.

    As JSON lines that import reads back: all of it with --private, else what readers may see.
    """
    try:
        asyncio.run(_export(_settings(), private=private))
        sys.stdout.flush()
    except OSError as error:
        # What is still buffered has no way out: Python would try once more at its end, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            raise typer.Exit(1) from None
        raise CommandFailed(f"cannot write to standard output: {error.strerror}") from None


async def _export(settings: "Settings", *, private: bool) -> None:
    from feeds.importers.jsonlines import export_lines

    async with _open_store(settings, migrate=False) as store:
        async for line in export_lines(store, private=private):
            sys.stdout.buffer.write(line)


@app.command()
def forget(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="The address that the reader gave, in any case.")],
    erase: Annotated[
        bool, typer.Option("--erase", help="Erase approved comments too, instead of making them anonymous.")
    ] = False,
) -> None:
    """Forget a reader's comments.

    Approved ones lose name, email and URL and keep their text; all others are erased. Backups and exports are yours to clean.
    """
    if "@" not in email:
        raise typer.BadParameter("give an email address, as in name@news.example", param_hint="EMAIL")
    forgotten, scrubbed = asyncio.run(_forget(_settings(), email, erase=erase))
    if forgotten.anonymised or forgotten.erased:
        print(f"Comments by this address: {forgotten.anonymised} made anonymous, {forgotten.erased} erased.")
    else:
        print("There are no comments by this address.")
    if not scrubbed:
        _say("note: the database's log could not be emptied, for it is being read: run this again to do so")


async def _forget(settings: "Settings", email: str, *, erase: bool) -> "tuple[Forgotten, bool]":
    from datetime import timedelta

    from feeds.forgetting import forget

    async with _open_store(settings, migrate=False) as store:
        list_after = timedelta(seconds=settings.comment_count_interval)
        forgotten = await forget(store, email, language=settings.language, erase=erase, list_after=list_after)
        return forgotten, await store.scrub()


@tokens.command()
def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whose it is, or what it is for; no two have the same.")],
    scope: Annotated[
        list[TokenScope],
        typer.Option(
            metavar="SCOPE", help="publish (articles, sections), moderate (comments), admin (everything). Repeatable."
        ),
    ],
) -> None:
    """Make a token and print it.

    Only its hash is kept, so it cannot be shown again.
    """
    settings = _settings()
    secret = asyncio.run(_create_token(settings, name, frozenset(scope)))
    print(secret)
    if _embedded(settings):
        # A mistyped address has just become a new and empty newsroom: let it be seen.
        _say(f"It is kept in {settings.database_url}.")
    _say("Keep it now: it cannot be shown again. It goes with each request as: Authorization: Bearer TOKEN")


async def _create_token(settings: "Settings", name: str, scopes: frozenset[TokenScope]) -> str:
    import secrets

    from feeds.text import one_line
    from feeds.web.api.access import token_hash
    from storage.connect import utc_now
    from storage.errors import Conflict
    from storage.model import Token

    label = one_line(name)
    if not label:
        raise typer.BadParameter("a name needs a letter at least", param_hint="NAME")
    secret = "dl_" + secrets.token_urlsafe(32)
    kept = Token(name=label, hash=token_hash(secret), scopes=scopes, created_at=utc_now())
    async with _open_store(settings, migrate=_embedded(settings)) as store:
        try:
            await store.add_token(kept)
        except Conflict:
            raise CommandFailed(f"there is a token named {label!r} already: choose another name") from None
    return secret


if __name__ == "__main__":
    main()
