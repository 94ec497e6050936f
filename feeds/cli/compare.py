"""`dateline compare`."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from feeds.cli.store import opened_store, read_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx2

    from feeds.comparing.results import Results
    from feeds.settings import Settings


def compare(
    url: Annotated[str, typer.Argument(metavar="URL", help="The old site's home page, as in https://old.example/.")],
    here: Annotated[
        str,
        typer.Option(
            metavar="URL", help="Where this server can be asked now, if not at DATELINE_BASE_URL, its future address."
        ),
    ] = "",
    sample: Annotated[
        int, typer.Option(min=0, help="Of each kind of feed, and of addresses, at most so many; 0: all.")
    ] = 1000,
    at_once: Annotated[int, typer.Option(min=1, max=32, help="Requests to each site at a time.")] = 4,
    json: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write every feed and address as JSON.", dir_okay=False)
    ] = None,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write what is not the same as a page.", dir_okay=False)
    ] = None,
) -> None:
    """What subscribers of the old site would see after the move.

    Reads the feeds of the old site, and here what their addresses lead to, as readers do; then asks here for every address in
    the old site's sitemaps. It changes nothing, and works before the switch. Exits with 1 if anything would be missing, shown as
    new, or lead nowhere; with 2 if one of the two cannot be asked.
    """
    from feeds.cli.progress import shown_steps
    from feeds.comparing.reporting import report_lines, write_html, write_json

    settings = read_settings()
    for file, name in ((json, "--json"), (html, "--html")):
        if file is not None and not file.absolute().parent.is_dir():
            raise typer.BadParameter(f"there is no folder {file.parent}", param_hint=name)
    old, ours = _address(url, "URL"), _address(here or settings.base_url, "--here")
    with TemporaryDirectory(prefix="dateline-") as folder, shown_steps() as progress:
        results = asyncio.run(_compare(settings, old, ours, Path(folder), sample, at_once, progress))
        try:
            if json is not None:
                write_json(results, json)
            if html is not None:
                write_html(results, html)
            lines = list(report_lines(results))
        finally:
            results.close()
    print("\n".join(lines))
    if not results.verdict.clean:
        raise typer.Exit(1)


def _address(written: str, name: str) -> "httpx2.URL":
    import httpx2

    from feeds.outbound import is_fetchable

    if not is_fetchable(written):
        raise typer.BadParameter("give an http or https address, as in https://old.example/", param_hint=name)
    return httpx2.URL(written)


async def _compare(
    settings: "Settings",
    old: "httpx2.URL",
    here: "httpx2.URL",
    folder: Path,
    sample: int,
    at_once: int,
    progress: "Callable[[str, int, int | None], None]",
) -> "Results":
    import httpx2

    from feeds.comparing.asking import Site
    from feeds.comparing.comparison import Comparison, NothingToCompare
    from feeds.comparing.results import Results
    from feeds.outbound import Networks

    networks = Networks.of(settings.outbound_allow)
    async with (
        Site(old, networks=networks, at_once=at_once) as theirs,
        Site(here, networks=networks, at_once=at_once, future=httpx2.URL(settings.base_url)) as ours,
        opened_store(settings, migrate=False) as store,
    ):
        if theirs.holds(ours.base):
            raise typer.BadParameter(
                f"{ours.name} is the old site: say where this server can be asked now, as in --here http://127.0.0.1:8000",
                param_hint="--here",
            )
        results = Results(folder, old=theirs.name, here=ours.name, at=store.now())
        try:
            await Comparison(theirs, ours, store, results, folder, sample=sample, progress=progress).run()
        except NothingToCompare as error:
            results.close()
            raise typer.BadParameter(str(error), param_hint="URL") from None
    return results
