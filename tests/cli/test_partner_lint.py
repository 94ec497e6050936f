"""`dateline partner lint`: what a partner would refuse, said before it does."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from storage.connect import open_store
from storage.model import Article, ArticleStatus, Image, Section, Source
from tests.cli.conftest import CommandLine

LONG = "The harbour reopens after the long storm"
PHOTO = Image(url="/media/a.jpg", type="image/jpeg", width=1600, height=900, credit="Zoë")
NOW = datetime.now(UTC)


def article(slug: str, headline: str = LONG, **others: object) -> Article:
    made = Article(
        guid=f"urn:x:{slug}",
        slug=slug,
        headline=headline,
        body_html="<p>Ships came in.</p>",
        image=PHOTO,
        sections=("world",),
        status=ArticleStatus.PUBLISHED,
        published_at=NOW - timedelta(days=1),
    )
    dated = replace(made, **others)  # type: ignore[arg-type]
    return replace(dated, day=dated.published_at.date() if dated.published_at else None)


ARTICLES = (
    article("sound"),
    article("short", "Short"),
    article("old", published_at=NOW - timedelta(days=400)),
    article("bare", image=None),
    article("draft", "Draft", status=ArticleStatus.DRAFT, published_at=None),
    article("coming", "Coming", published_at=NOW + timedelta(days=1)),
    article("kept", "Kept", published_at=NOW - timedelta(days=1), embargoed_until=NOW + timedelta(days=1)),
    article("sport", "Sport", sections=("sport",)),
    article("wire", "Wire", source=Source(name="AFP", url="")),
    article("gone", "Gone", status=ArticleStatus.WITHDRAWN),
)


@pytest.fixture
def dateline(called_here: CommandLine) -> CommandLine:
    dateline = called_here.with_(DATELINE_BASE_URL="https://news.example", DATELINE_LANGUAGE="en-GB")
    assert dateline("migrate").code == 0
    asyncio.run(publish(dateline, ARTICLES))
    return dateline


async def publish(dateline: CommandLine, articles: Sequence[Article]) -> None:
    store = await open_store(f"sqlite:///{dateline.folder}/var/dateline.db")
    try:
        await store.import_sections([Section(path=path, title=path, created_at=NOW) for path in ("world", "sport")])
        for one in articles:
            await store.add_article(one)
    finally:
        await store.close()


def refused(out: str) -> set[int]:
    """The articles that are."""
    lines = [line.split(": ") for line in out.splitlines() if line.startswith("refused: article ")]
    return {int(where.removeprefix("article ")) for _, where, *_ in lines}


def test_before_there_is_a_partner_a_form_is_tried(dateline: CommandLine) -> None:
    ran = dateline("partner", "lint", "--preset", "msn")
    assert ran.code == 1
    assert refused(ran.out) == {2, 3, 5, 6, 7, 8, 9}, "drafts and what is to come as well, and nothing withdrawn"
    assert "refused: article 2: Its title has 5 characters: write one of 21 to 150" in ran.out
    assert "(https://support.microsoft.com/" in ran.out
    assert "advice: article 4: It has no picture" in ran.out
    assert "9 articles as MSN wants them: 7 faults" in ran.err


def test_one_article_alone(dateline: CommandLine) -> None:
    for number, code in ((1, 0), (2, 1), (4, 0), (5, 1), (10, 1)):
        ran = dateline("partner", "lint", "--preset", "msn", str(number))
        assert ran.code == code
        assert refused(ran.out) == ({number} if code else set())
        assert "the feed:" not in ran.out


def test_a_partner_by_its_terms(dateline: CommandLine) -> None:
    assert dateline("partner", "add", "MSN", "--section", "world", "--preset", "msn", "--days", "30").code == 0
    assert dateline("partner", "source", "AFP", "--withhold").code == 0
    ran = dateline("partner", "lint", "msn")
    assert refused(ran.out) == {2, 5, 6, 7}, "neither sport, nor what is too old, nor the agency's"
    ran = dateline("partner", "lint", "MSN", "--preset", "newsbreak")
    assert (ran.code, refused(ran.out)) == (1, {4})
    assert dateline("partner", "lint", "MSN", "1").code == 0
    assert dateline("partner", "set", "MSN", "--text", "summary", "--no-images").code == 0
    ran = dateline("partner", "lint", "MSN", "--preset", "newsbreak")
    assert "refused: the feed: Its terms give a summary" in ran.out
    assert "refused: the feed: Its terms leave out pictures" in ran.out


def test_faults_of_the_feed_itself(dateline: CommandLine) -> None:
    ran = dateline.with_(DATELINE_LANGUAGE="en")("partner", "lint", "--preset", "apple")
    assert ran.code == 1
    assert (
        "refused: the feed: Its language is en, without a region: set DATELINE_LANGUAGE to one such as en-GB."
        in ran.out
    )
    assert "refused: the feed: It has 6 entries, and 10 are wanted" in ran.out


def test_what_cannot_be_looked_at(dateline: CommandLine) -> None:
    assert dateline("partner", "add", "Plain").code == 0
    for arguments, says in (
        ((), "name a partner, or a form with --preset"),
        (("--preset", "myspace"), "choose one of apple, flipboard, google, msn, newsbreak, smartnews"),
        (("Nobody",), "`dateline partner list` names all"),
        (("Plain",), "say --preset"),
        (("--preset", "msn", "99"), "99"),
    ):
        ran = dateline("partner", "lint", *arguments)
        assert ran.code in (1, 2)
        assert says in ran.fault
