"""`dateline import --from wordpress`: a newsroom from its old site, while that runs."""

import asyncio
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import TYPE_CHECKING

import typer

from feeds.cli.outcome import CommandFailed
from feeds.cli.progress import shown_lists

if TYPE_CHECKING:
    from feeds.importers import ImportOptions, ImportRefused, Summary
    from feeds.importers.wordpress.discovery import Login
    from feeds.importers.wordpress.moving import OldSite
    from feeds.settings import Settings
    from storage.errors import StoreError
    from storage.protocol import Store

    Newsroom = Callable[[Settings], AbstractAsyncContextManager[tuple[Settings, Store]]]


def move(settings: "Settings", newsroom: "Newsroom", url: str, options: "ImportOptions", *, follow: bool) -> "Summary":
    """Import the site at an address, and with `follow` what changes there until Ctrl-C. The summary is of the whole import."""
    return asyncio.run(_move(settings, newsroom, url, _login(settings), options, follow=follow))


def _login(settings: "Settings") -> "Login":
    """The user and application password that are set; the password is asked for where it is not."""
    from feeds.importers.wordpress.discovery import Login

    user, password = settings.wordpress_user.strip(), settings.wordpress_password.strip()
    if user and not password:
        if not sys.stdin.isatty():
            raise CommandFailed(f"set DATELINE_WORDPRESS_PASSWORD to an application password of {user}")
        password = typer.prompt(f"Application password of {user}", hide_input=True, err=True)
    if password and not user:
        raise CommandFailed("set DATELINE_WORDPRESS_USER to the login that the application password is of")
    return Login(user, password)


async def _move(
    settings: "Settings", newsroom: "Newsroom", url: str, login: "Login", options: "ImportOptions", *, follow: bool
) -> "Summary":
    from feeds.cli.import_report import report_lines
    from feeds.importers import ImportRefused
    from feeds.importers.wordpress.moving import opened_site

    try:
        async with newsroom(settings) as (used, store):
            with shown_lists() as progress:
                async with opened_site(
                    store,
                    url,
                    settings=used,
                    login=login,
                    options=options,
                    progress=progress,
                    clock=store.now,
                ) as (site, found):
                    summary = await site.take(found)
                    if follow:
                        print("\n".join(report_lines(summary)), flush=True)
                        await _follow(site, settings.wordpress_interval, store.now)
                    return summary
    except ImportRefused as error:
        from feeds.importers.feeds.address import shown_address

        raise ImportRefused(f"{shown_address(url)}: {error}") from None


async def _follow(site: "OldSite", interval: float, now: Callable[[], datetime]) -> None:
    from feeds.importers.wordpress.following import looks

    print(f"Taking changes, a look every {interval:g} seconds: Ctrl-C ends it.", flush=True)
    try:
        async for found in looks(site.take_changes, interval):
            print(f"{now():%Y-%m-%d %H:%M:%SZ} {_line(found)}", flush=True)
    except asyncio.CancelledError:
        # Ctrl-C: what was under way is whole or not at all.
        print("Ended. What changes there from now on is not taken any more.", flush=True)


def _line(found: "Summary | ImportRefused | StoreError | None") -> str:
    if found is None:
        return "nothing changed"
    if isinstance(found, Exception):
        return f"not this time, and again later: {' '.join(str(found).split())}"
    comments = sum(found.comments.values())
    parts = [
        f"{found.added} added, {found.changed} changed, {found.unchanged} unchanged",
        f"{comments} comment{'' if comments == 1 else 's'} in their threads",
    ]
    if found.named:
        parts.append(f"{len(found.named)} called otherwise")
    if found.withdrawn:
        parts.append(f"{found.withdrawn} withdrawn, as in the trash there")
    if found.pictures_copied:
        parts.append(f"{found.pictures_copied} pictures fetched")
    if found.refused:
        parts.append(f"{len(found.refused)} refused")
    return "; ".join([*parts, *found.warnings])
