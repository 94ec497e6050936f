"""A real WordPress, as its API, its feeds and its own sitemaps are: the newsroom moves, and nobody is lost."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from feeds.comparing.discovering import Kind
from feeds.comparing.reasons import Why
from feeds.comparing.results import Led
from storage.model import ArticleStatus
from tests.comparing.move import moving
from tests.wordpress.site import Site

pytestmark = pytest.mark.anyio


def written(wordpress: Site, permalinks: str) -> Site:
    """With more of everything than a feed shows."""
    wordpress.permalinks(permalinks)
    world = wordpress.category("World")["id"]
    africa = wordpress.category("Africa & the Sahel", parent=world, slug="africa")["id"]
    harbour, fog = wordpress.tag("Harbour")["id"], wordpress.tag("Nebel über Köln")["id"]
    jane = wordpress.author("jane@mail.example", "Jane Doe", email="jane@mail.example")["id"]
    for hour in range(12):
        made = wordpress.post(
            f"It's “late” – {hour}:00 & counting",
            categories=[africa if hour % 3 else world],
            tags=[harbour, fog] if hour % 2 else [harbour],
            author=jane,
            date_gmt=f"2022-03-01T{hour:02}:30:00",
        )
        if hour > 9:
            wordpress.comment(made["id"], "Well said & done.", author="Kofi")
    wordpress.post("For members", password="secret", date_gmt="2022-03-01T11:45:00", tags=[harbour])
    wordpress.comment(wordpress.page("Guests", comment_status="open")["id"], "I was here.", author="Ama")
    wordpress.post("Not yet", status="draft")
    wordpress.post("Tomorrow", status="future", date_gmt="2199-01-01T00:00:00")
    return wordpress


@pytest.mark.parametrize("permalinks", ["/%postname%/", ""])
async def test_nobody_is_lost_until_somebody_deletes_an_article(
    permalinks: str, wordpress: Site, tmp_path: Path
) -> None:
    old = written(wordpress, permalinks)
    async with moving(old, tmp_path, feed_items=10) as move:
        await move.import_all()
        compared = await move.compare()
        odd = [row for row in compared.feeds.values() if not row["same"] or row["differences"]]
        assert {(row["kind"], row["why"]) for row in odd} == {(Kind.COMMENTS, Why.ON_PAGE)}
        assert compared.verdict.ended == len(odd)
        assert compared.verdict.left_behind >= 1, "in the list of all comments"
        assert not [
            row for row in compared.addresses.values() if row["led"] not in (Led.SAME, Led.MOVED, Led.PROTECTED)
        ]
        assert compared.verdict.clean
        kinds = Counter(row["kind"] for row in compared.feeds.values())
        assert kinds[Kind.COMMENTS] >= 12
        assert min(kinds[kind] for kind in Kind) >= 2
        assert len(compared.addresses) > 12 + 5

        article = await move.article("It's “late” – 11:00 & counting")
        await move.store.update_article(replace(article, status=ArticleStatus.WITHDRAWN), if_version=article.version)
        compared = await move.compare()
        listed = [row for row in compared.feeds.values() if Why.WITHDRAWN in {found["why"] for found in row["missing"]}]
        assert {row["kind"] for row in listed} == {Kind.NEWSROOM, Kind.SECTION, Kind.TAG, Kind.AUTHOR}
        assert next(row["kind"] for row in compared.feeds.values() if row["why"] == Why.GONE) == Kind.COMMENTS
        [lost] = [row for row in compared.addresses.values() if row["led"] == Led.LOST]
        assert lost["status"] == 410
