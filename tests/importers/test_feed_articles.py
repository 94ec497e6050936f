"""A feed imported into a store, again and again: what becomes of its entries here."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from feeds.importers import ImportOptions, ImportRefused, Note, Placement, Summary, import_file
from feeds.importers.feeds import article as feed_article
from storage.imports import said_of
from storage.model import Article, ArticleStatus, Section
from storage.protocol import Store
from tests.importers import feed_files as feeds
from tests.importers.feed_files import HARBOUR, RSS_2
from tests.importers.reading import NOW, read, settings_in, write
from tests.importers.wxr_files import post, wxr
from tests.stores import ANY_ENGINE

pytestmark = pytest.mark.anyio

FEEDS = {name: feed for name, feed in vars(feeds).items() if name.startswith(("RSS", "ATOM", "JSON"))}


@pytest.fixture
async def sections(store: Store) -> None:
    for path in ("sports", "world", "world/africa"):
        await store.add_section(Section(path=path, title=path.upper(), created_at=NOW))


async def keep(
    store: Store,
    folder: Path,
    feed: str,
    *,
    hours: int = 0,
    section: str = "",
    categories: Mapping[str, str] | None = None,
) -> Summary:
    """Import a feed, some hours later."""
    return await import_file(
        store,
        write(folder, feed.encode("latin-1" if "ISO-8859-1" in feed else "utf-8")),
        settings=settings_in(folder),
        clock=lambda: NOW + timedelta(hours=hours),
        options=ImportOptions(placement=Placement(section=section, categories=categories or {})),
    )


async def kept(store: Store) -> Article:
    """The article that every feed here has first."""
    articles = await store.list_articles(limit=10)
    return next(article for article in articles if article.canonical_url == HARBOUR)


@pytest.mark.parametrize("name", FEEDS)
async def test_a_second_time_changes_nothing(name: str, tmp_path: Path, store: Store) -> None:
    first = await keep(store, tmp_path, FEEDS[name])
    assert (first.added, len(first.refused)) == (2, 0)
    articles, seq = await store.list_articles(limit=10), await store.last_seq()
    again = await keep(store, tmp_path, FEEDS[name], hours=30)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)
    assert (await store.list_articles(limit=10), await store.last_seq()) == (articles, seq)


async def test_an_entry_changed_upstream_changes_ours(tmp_path: Path, store: Store) -> None:
    summary = await keep(store, tmp_path, feeds.RSS_091)
    assert [(reason.count, reason.why) for reason in summary.cut.reasons] == [
        (2, "it has no date there: that of its first import stands for it")
    ]
    before = await kept(store)
    changed = feeds.RSS_091.replace("Harbour&nbsp;reopens", "Harbour closes")
    assert (await keep(store, tmp_path, changed, hours=30)).changed == 1
    after = await kept(store)
    assert (after.headline, after.published_at, after.path) == ("Harbour closes", NOW, before.path)


async def test_an_atom_entry_without_a_publication_date_keeps_its_first(tmp_path: Path, store: Store) -> None:
    undated = feeds.ATOM_1.replace("<published>2023-03-22T08:00:00.25+01:00</published>", "")
    await keep(store, tmp_path, undated)
    before = await kept(store)
    await keep(store, tmp_path, undated.replace("<updated>2023-03-22T09:30", "<updated>2023-03-24T09:30"))
    after = await kept(store)
    assert (after.published_at, after.path) == (before.published_at, before.path)
    assert after.updated_at == (before.updated_at or NOW) + timedelta(days=2)


@pytest.mark.usefixtures("sections")
async def test_what_the_newsroom_made_of_it_stays_and_what_the_agency_changed_follows(
    tmp_path: Path, store: Store
) -> None:
    await keep(store, tmp_path, feeds.RSS_2, section="world")
    article = await kept(store)
    ours = replace(article, headline="Our headline", sections=("sports",), dateline="Aden")
    await store.update_article(ours, if_version=article.version)
    assert (await keep(store, tmp_path, feeds.RSS_2, section="world")).unchanged == 2
    assert (await kept(store)).headline == "Our headline"
    changed = feeds.RSS_2.replace("The first boat left", "The last boat left")
    assert (await keep(store, tmp_path, changed, section="world")).changed == 1
    after = await kept(store)
    assert (after.headline, after.sections, after.dateline) == ("Our headline", ("sports",), "Aden")
    assert "The last boat left" in after.body_html
    renamed = changed.replace("Harbour reopens", "Harbour reopens at last")
    summary = await keep(store, tmp_path, renamed, section="world")
    assert [note.why for note in summary.conflicts.named] == [
        "headline: changed here and at the source, and left as here"
    ]
    assert (await kept(store)).headline == "Our headline"


async def test_what_the_newsroom_withdrew_stays_withdrawn(tmp_path: Path, store: Store) -> None:
    await keep(store, tmp_path, feeds.RSS_2)
    article = await kept(store)
    await store.update_article(replace(article, status=ArticleStatus.WITHDRAWN), if_version=article.version)
    changed = feeds.RSS_2.replace("The first boat left", "The last boat left")
    for feed in (feeds.RSS_2, changed):
        await keep(store, tmp_path, feed)
        after = await kept(store)
        assert (after.status, after.public) == (ArticleStatus.WITHDRAWN, False)


async def test_the_feeds_of_one_site_share_their_articles(tmp_path: Path, store: Store) -> None:
    await keep(store, tmp_path, feeds.RSS_1)
    assert (await keep(store, tmp_path, feeds.RSS_092)).added == 1


@pytest.mark.parametrize("date", ["<pubDate>Wed, 01 Mar 2023 08:00:00 GMT</pubDate>", ""], ids=["dated", "undated"])
async def test_a_feed_whose_site_moved_to_https_doubles_nothing(date: str, tmp_path: Path, store: Store) -> None:
    """Nor when it goes back; another entry, with a guid of the same words but for that and another date, is another."""
    item = f"<title>Harbour</title><link>{{0}}://old.example/harbour/</link><guid>{{0}}://old.example/?p=7</guid>{date}"
    plain, secure = (rss(f"<item>{item.format(scheme)}</item>") for scheme in ("http", "https"))
    for feed in (plain, secure, plain):
        await keep(store, tmp_path, feed)
        [article] = await store.list_articles(limit=9)
        assert article.guid == "http://old.example/?p=7"
    both = rss(*(f"<item>{item.format(scheme)}</item>" for scheme in ("http", "https")))
    assert (await keep(store, tmp_path, both)).added == 1
    assert (await keep(store, tmp_path, both)).unchanged == 2
    assert len(await store.list_articles(limit=9)) == 2


@pytest.mark.parametrize("turns", ["export feed export", "feed export feed"])
@pytest.mark.parametrize("moved", ["feed", "export"])
async def test_a_sites_feed_and_its_export_are_one_source_by_http_and_https(
    turns: str, moved: str, tmp_path: Path, store: Store
) -> None:
    guids = {name: f"http{'s' if name == moved else ''}://old.example/?p=7" for name in ("feed", "export")}
    item = f"<item><title>A</title><guid>{guids['feed']}</guid><pubDate>Tue, 01 Mar 2022 10:00:00 GMT</pubDate></item>"
    files = {
        "feed": rss(item).replace("https://a.example", "https://old.example"),
        "export": wxr(post(7, guid=guids["export"])),
    }
    for turn in turns.split():
        await keep(store, tmp_path, files[turn])
        assert len(await store.list_articles(limit=9)) == 1


async def test_an_entry_of_another_date_is_another_whatever_its_guid(tmp_path: Path, store: Store) -> None:
    for scheme, day in (("http", "01"), ("https", "02")):
        guid = f"<guid>{scheme}://old.example/1</guid>"
        await keep(
            store, tmp_path, rss(f"<item><title>T</title>{guid}<pubDate>{day} Mar 2023 08:00:00 GMT</pubDate></item>")
        )
    assert len(await store.list_articles(limit=9)) == 2


@pytest.mark.usefixtures("sections")
async def test_everything_goes_to_a_section(tmp_path: Path, store: Store) -> None:
    await keep(store, tmp_path, feeds.RSS_2, section="world/africa")
    assert [article.sections for article in await store.list_articles(limit=9)] == [("world/africa",)] * 2


@pytest.mark.usefixtures("sections")
async def test_categories_go_to_sections_and_the_others_become_tags(tmp_path: Path, store: Store) -> None:
    await keep(store, tmp_path, feeds.ATOM_1, categories={"WORLD  news": "world", "absent": "sports"})
    article = await kept(store)
    assert (article.sections, [tag.name for tag in article.tags]) == (("world",), ["Storms"])
    await keep(store, tmp_path, feeds.ATOM_1, categories={"world": "sports"}, section="world/africa")
    assert (await kept(store)).sections == ("world/africa", "sports")


@pytest.mark.usefixtures("sections")
async def test_without_options_an_article_stays_where_it_is(tmp_path: Path, store: Store) -> None:
    await keep(store, tmp_path, feeds.RSS_2, section="world")
    await keep(store, tmp_path, feeds.RSS_2)
    assert (await kept(store)).sections == ("world",)


@pytest.mark.usefixtures("sections")
@pytest.mark.parametrize(("section", "categories"), [("moon", {}), ("", {"Storms": "moon"})])
async def test_an_unknown_section_is_refused_before_anything_is_kept(
    section: str, categories: dict[str, str], tmp_path: Path, store: Store
) -> None:
    with pytest.raises(
        ImportRefused, match=r"no section moon: add it first .*, or name one of sports, world, world/africa"
    ):
        await keep(store, tmp_path, feeds.RSS_2, section=section, categories=categories)
    assert await store.list_articles(limit=1) == ()


@pytest.mark.usefixtures("sections")
async def test_a_newsrooms_own_file_brings_its_sections(tmp_path: Path, store: Store) -> None:
    with pytest.raises(ImportRefused, match="brings its own sections: leave out --section"):
        await keep(store, tmp_path, wxr(), section="world")


def rss(*items: str) -> str:
    return (
        f'<rss version="2.0"><channel><title>T</title><link>https://a.example/</link>{"".join(items)}</channel></rss>'
    )


def test_entries_that_cannot_be_kept_are_named(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        rss(
            "<item><title>No name</title></item>", "<item/>", f"<item><title>Long</title><guid>{'x' * 3000}</guid></item>",
            "<item><title>First</title><guid>1</guid></item>", "<item><title>Second</title><guid> 1 </guid></item>",
        ),
    )  # fmt: skip
    assert [record.article.headline for record in found.records] == ["First"]
    assert found.report.refused.named == [
        Note("No name", "it has no id and no link"),
        Note("entry 2", "it has no id and no link"),
        Note("Long", "its id is longer than 2,000 bytes"),
        Note("Second", "another entry of the feed has its id"),
    ]


@pytest.mark.parametrize("guid", ["1", "a b", "/relative", "Https://A.example/%7e", "日本"])
def test_a_guid_is_kept_as_given(guid: str, tmp_path: Path) -> None:
    item = f"<item><title>A</title><link>https://a.example/1</link><guid>{guid}</guid></item>"
    assert read(tmp_path, rss(item)).article.guid == guid


@pytest.mark.parametrize(
    ("item", "headline"),
    [
        ("<description>One two.</description>", "One two."),
        (f"<description>{'word ' * 30}</description>", " ".join(["word"] * 12) + " …"),
        ("", "urn:1"),
        ("<title>&#x1F6A2;</title>", "🚢"),
    ],
)
def test_every_article_has_a_headline_and_a_slug(item: str, headline: str, tmp_path: Path) -> None:
    article = read(tmp_path, rss(f'<item><guid isPermaLink="false">urn:1</guid>{item}</item>')).article
    assert article.headline == headline
    assert article.slug


def test_a_feed_without_a_title_is_credited_to_its_address(tmp_path: Path) -> None:
    article = read(tmp_path, rss("<item><guid>1</guid></item>").replace("<title>T</title>", "")).article
    assert article.source is not None
    assert article.source.name == article.source.url == "https://a.example/"


@ANY_ENGINE
@pytest.mark.parametrize("date", ["never", "0000-00-00T00:00:00Z", "99999-01-01", "2020-02-30T99:00:00Z", "1" * 5000])
async def test_a_date_that_is_none_is_no_date(date: str, tmp_path: Path, store: Store) -> None:
    await keep(store, tmp_path, rss(f"<item><guid>1</guid><pubDate>{date}</pubDate></item>"))
    [article] = await store.list_articles(limit=2)
    assert article.published_at is not None
    assert 1000 < article.published_at.year < 9999


async def test_what_is_dated_in_the_future_waits(tmp_path: Path, store: Store) -> None:
    future = rss("<item><guid>1</guid><pubDate>Wed, 29 Mar 2023 08:00:00 GMT</pubDate></item>")
    assert (await keep(store, tmp_path, future)).scheduled == 1
    [article] = await store.list_articles(limit=2)
    assert not article.public


def test_what_it_says_is_not_what_is_made_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another release cleans otherwise: an entry that is as it was must not be put in place of what the newsroom made of it."""
    before = list(map(said_of, read(tmp_path, RSS_2).records))
    monkeypatch.setattr(feed_article, "sanitize_article", lambda *_: "<p>Cleaned otherwise.</p>")
    after = read(tmp_path, RSS_2).records
    assert {record.article.body_html for record in after} == {"<p>Cleaned otherwise.</p>"}
    assert list(map(said_of, after)) == before
    edited = read(tmp_path, RSS_2.replace("Harbour reopens", "Harbour closes")).records
    assert list(map(said_of, edited)) != before
