"""`dateline media`."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from feeds.cli.outcome import CommandFailed
from feeds.cli.store import read_settings

if TYPE_CHECKING:
    from feeds.settings import Settings

files = typer.Typer(help="Files of the media folder.", add_completion=False, rich_markup_mode=None)

_PIECE = 1 << 18
"""Bytes."""


@files.callback()
def _several() -> None:
    # A command that is alone would be taken for the whole.
    pass


@files.command()
def add(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Pictures, sound, film or PDF.")],
) -> None:
    """Keep files in the media folder.

    For each a line of JSON, as POST /api/media answers: its url, which an article's image takes, its type, bytes, width and height.
    The same file again has the same url. However large a file is, it is taken.
    """
    faults = asyncio.run(_add(read_settings(), paths))
    if faults:
        raise CommandFailed(" ".join(faults))


async def _add(settings: "Settings", paths: list[Path]) -> list[str]:
    """What is wrong with those that were not kept."""
    from feeds.newsroom.media import MediaRefused, keep_media
    from feeds.web.api.resources import Media

    faults = []
    for file in paths:
        try:
            kept = await keep_media(settings.media_dir, _pieces(file), most=sys.maxsize)
        except (MediaRefused, CommandFailed) as error:
            faults.append(f"{file}: {error}")
        else:
            print(Media.of(kept).model_dump_json(), flush=True)
    return faults


async def _pieces(file: Path) -> AsyncIterator[bytes]:
    # What cannot be read is no fault of the media folder.
    try:
        with file.open("rb") as opened:
            while piece := opened.read(_PIECE):
                yield piece
    except OSError as error:
        raise CommandFailed(f"{error.strerror}.") from None
