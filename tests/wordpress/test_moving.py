"""A newsroom moves from a real WordPress that runs."""

from pathlib import Path

import pytest

from feeds.importers import import_file
from storage.protocol import Store
from tests.importers.reading import write
from tests.wordpress.moves import records_of, settings_of_move, take
from tests.wordpress.site import Site

pytestmark = pytest.mark.anyio


def fill(site: Site) -> None:
    """A newsroom with some of everything."""
    world = site.category("World & more", description="From <b>afar</b>.")
    africa = site.category("Africa", parent=world["id"])
    zoe = site.author("zoe.tan", "Zoë Tan")
    photo = site.media(alt_text="The harbour", caption="Boats & <b>nets</b>")
    one = site.post(
        "Harbour & <em>port</em>",
        f"<!-- wp:paragraph -->\n<p>Boats come [back].</p>\n<!-- /wp:paragraph -->\n\n<!-- wp:image -->\n"
        f'<figure><img src="{photo["source_url"]}" alt=""/></figure>\n<!-- /wp:image -->',
        categories=[africa["id"], world["id"]],
        tags=[site.tag("NATO")["id"], site.tag("R&D")["id"]],
        author=zoe["id"],
        featured_media=photo["id"],
        excerpt="In short.",
    )
    first = site.comment(one["id"], "Well said.\n\nVery.", author="Ann")
    site.comment(one["id"], "Indeed, <b>Ann</b>.", author="Ben", parent=first["id"])
    site.comment(one["id"], "Buy this", author="Cat", status="spam")
    site.comment(one["id"], "May I?", author="Dan", status="hold")
    site.post("Typed\tby hand", "First.\n\nSecond [caption]no[/caption] &amp; third.", date="2023-03-22T10:00:00")
    site.post("Not yet", "<p>Soon.</p>", status="draft")
    site.post("Ours alone", "<p>Within.</p>", status="private")
    site.post("Locked", "<p>Secret words.</p>", password="sesame")
    site.post("Later", "<p>Tomorrow.</p>", status="future", date="2099-01-01T10:00:00")
    site.post("Thrown away", status="draft")
    site.page("About us", "<p>Who we are.</p>")


async def test_a_site_and_its_export_are_one_source(wordpress: Site, store: Store, tmp_path: Path) -> None:
    fill(wordpress)
    summary = await take(store, wordpress, tmp_path, scheduled=True)
    before = await records_of(store)
    assert summary.added == len(before) >= 6
    settings = settings_of_move(tmp_path)
    again = await import_file(store, write(tmp_path, wordpress.export()), settings=settings, clock=store.now)
    assert (again.added, again.changed) == (0, 0), again
    assert await records_of(store) == before


async def test_an_export_and_its_site_are_one_source(wordpress: Site, store: Store, tmp_path: Path) -> None:
    fill(wordpress)
    settings = settings_of_move(tmp_path)
    await import_file(store, write(tmp_path, wordpress.export()), settings=settings, clock=store.now)
    before = await records_of(store)
    summary = await take(store, wordpress, tmp_path, scheduled=True)
    assert (summary.added, summary.changed) == (0, 0), summary
    assert await records_of(store) == before
