"""`dateline token`."""

import asyncio
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from feeds.cli.outcome import CommandFailed, say
from feeds.cli.store import is_embedded, opened_store, read_settings

if TYPE_CHECKING:
    from datetime import datetime

    from feeds.settings import Settings
    from storage.model import Token


_LONGEST_NAME = 100
"""Characters: names stand in a table."""


class TokenScope(StrEnum):
    """What the bearer of a token may do."""

    PUBLISH = "publish"
    MODERATE = "moderate"
    ADMIN = "admin"


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
    from storage.masking import masked

    settings = read_settings()
    secret = asyncio.run(_create_token(settings, name, frozenset(scope)))
    print(secret)
    if is_embedded(settings):
        # A mistyped address has just become a new and empty newsroom: let it be seen.
        say(f"It is kept in {masked(settings.database_url)}.")
    say("Keep it now: it cannot be shown again. It goes with each request as: Authorization: Bearer TOKEN")


def list_() -> None:
    """List the tokens.

    A line for each: its name, its scopes, when it was made, and when it was last used, to the hour. Times are in UTC.
    """
    tokens = asyncio.run(_list_tokens(read_settings()))
    rows = [("NAME", "SCOPES", "MADE", "LAST USED"), *map(_row, tokens)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows if tokens else ():
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    if not tokens:
        say("There are no tokens: `dateline token create` makes one.")


def revoke(name: Annotated[str, typer.Argument(metavar="NAME", help="As `dateline token list` shows it.")]) -> None:
    """End a token at once.

    On every worker, with all sessions at the desk that were begun with it.
    """
    print(f"The token {asyncio.run(_revoke_token(read_settings(), name))!r} is revoked.")


def _row(token: "Token") -> tuple[str, str, str, str]:
    return token.name, ", ".join(sorted(token.scopes)), _told(token.created_at), _told(token.used_at)


def _told(at: "datetime | None") -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else "never"


async def _list_tokens(settings: "Settings") -> "tuple[Token, ...]":
    async with opened_store(settings, migrate=False) as store:
        return await store.list_tokens()


async def _revoke_token(settings: "Settings", name: str) -> str:
    from feeds.clean.text import one_line
    from storage.errors import NotFound

    label = one_line(name)
    async with opened_store(settings, migrate=False) as store:
        try:
            await store.revoke_token(label)
        except NotFound:
            raise CommandFailed(f"there is no token named {label!r}: `dateline token list` names all") from None
    return label


async def _create_token(settings: "Settings", name: str, scopes: frozenset[TokenScope]) -> str:
    import secrets

    from feeds.clean.text import one_line
    from feeds.web.api.access import token_hash
    from storage.errors import Conflict
    from storage.model import Token

    label = one_line(name)
    if not label:
        raise typer.BadParameter("a name needs a letter at least", param_hint="NAME")
    if len(label) > _LONGEST_NAME:
        raise typer.BadParameter(f"a name has at most {_LONGEST_NAME} characters", param_hint="NAME")
    secret = "dl_" + secrets.token_urlsafe(32)
    async with opened_store(settings, migrate=is_embedded(settings)) as store:
        kept = Token(name=label, hash=token_hash(secret), scopes=scopes, created_at=store.now())
        try:
            await store.add_token(kept)
        except Conflict:
            raise CommandFailed(f"there is a token named {label!r} already: choose another name") from None
    return secret


tokens = typer.Typer(help="Tokens for the management API.", add_completion=False, rich_markup_mode=None)
tokens.command()(create)
tokens.command("list")(list_)
tokens.command()(revoke)
