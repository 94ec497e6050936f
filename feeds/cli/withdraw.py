"""`dateline withdraw`."""

import asyncio
import math
from typing import TYPE_CHECKING, Annotated

import typer

from feeds.cli.outcome import CommandFailed, say
from feeds.cli.store import opened_store, read_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feeds.newsroom.takedown import Told
    from feeds.settings import Settings
    from storage.protocol import Store

_LOOK_AGAIN = 0.5
"""Seconds."""


def withdraw(
    article_id: Annotated[int, typer.Argument(metavar="ARTICLE-ID", min=1, help="As the API names it.")],
    reason: Annotated[str, typer.Option("--reason", help="Why: noted for the newsroom, and shown to nobody else.")],
    replacement: Annotated[
        int | None,
        typer.Option(
            "--replacement", metavar="ARTICLE-ID", min=1, help="The article that those who follow links are led to."
        ),
    ] = None,
    wait: Annotated[
        float, typer.Option("--wait", metavar="SECONDS", min=0, help="How long to wait until all partners know.")
    ] = 60,
) -> None:
    """Take an article back everywhere, and see who knows.

    Readers get 410 at once, feeds a tombstone, subscribers a push, partners a withdrawal among their changes; who asks for what
    follows that has it. Exits with 1 if a partner that had the article does not know by the end of the wait.
    """
    if not reason.strip():
        raise typer.BadParameter("say why, as in --reason 'Wrong person named'", param_hint="--reason")
    if not math.isfinite(wait):
        raise typer.BadParameter("give a number of seconds", param_hint="--wait")
    told = asyncio.run(_withdraw(read_settings(), article_id, reason.strip(), replacement, wait))
    silent = [one.partner.name for one in told if one.at is None]
    if silent:
        raise CommandFailed(
            f"{len(silent)} of {len(told)} partners do not know yet: {', '.join(silent)}. Call them, or run this again to look."
        )


async def _withdraw(
    settings: "Settings", article_id: int, reason: str, replacement: int | None, wait: float
) -> "Sequence[Told]":
    from feeds.newsroom.takedown import take_down
    from feeds.web.replacing import lead, replacement_of
    from storage.errors import NotFound

    async with opened_store(settings, migrate=False) as store:
        try:
            instead = None if replacement is None else await replacement_of(store, article_id, replacement)
            article = await take_down(store, article_id, reason, clock=store.now)
        except NotFound as error:
            raise CommandFailed(f"{error} Nothing was changed.") from None
        say(f"Withdrawn: {article.headline or article.slug}")
        if instead is not None and (fault := await lead(store, settings.base_url, article, instead)):
            say(f"note: {fault}")
        return await _wait(store, article.id, wait)


async def _wait(store: "Store", article_id: int, wait: float) -> "Sequence[Told]":
    """Name each partner as it comes to know."""
    from feeds.newsroom.takedown import who_knows

    clock = asyncio.get_running_loop().time
    end, named = clock() + wait, set[int]()
    while True:
        told = await who_knows(store, article_id)
        for one in told:
            if one.at is not None and one.partner.id not in named:
                named.add(one.partner.id)
                print(f"{one.partner.name}: knows since {one.at:%Y-%m-%d %H:%M:%S} UTC", flush=True)
        if clock() >= end or all(one.at for one in told):
            break
        await asyncio.sleep(min(_LOOK_AGAIN, max(0.0, end - clock())))
    for one in told:
        if one.at is None:
            print(f"{one.partner.name}: does not know yet", flush=True)
    if not told:
        print("No partner had it.")
    return told
