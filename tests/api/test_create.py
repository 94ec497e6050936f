"""POST /api/articles: what is kept, and when readers see it."""

from typing import Any

import httpx2
import pytest

from tests.api.desk import BASE, FORMATS, NOON, Desk, errors, kept, path_of
from tests.stores import ANY_ENGINE

pytestmark = pytest.mark.anyio

WHOLE: dict[str, Any] = {
    "headline": "Harbour reopens",
    "slug": "harbour-reopens",
    "section": "world/africa",
    "sections": ["business"],
    "summary": "Ferries run again.\nFreight follows on Monday.",
    "body_html": '<p>The <em>first</em> ferry left at six. <a href="/notice">The notice</a></p>',
    "authors": [
        {"name": "Jane Doe", "slug": "jane-doe", "url": "https://jane.example/"},
        {"name": "Okello Odongo", "slug": "okello-odongo", "url": ""},
    ],
    "dateline": "Mombasa, Kenya",
    "source": {"name": "Coast Wire", "url": "https://wire.example/"},
    "image": {
        "url": "/media/harbour.jpg",
        "type": "image/jpeg",
        "length": 20480,
        "width": 1200,
        "height": 800,
        "alt": "A ferry",
        "caption": "The first ferry.",
        "credit": "Photo: A. Person",
    },
    "enclosures": [
        {
            "url": "https://audio.example/1.mp3",
            "type": "audio/mpeg",
            "length": 1_000_000,
            "duration": 1861,
            "episode": 12,
            "season": 2,
            "episode_type": "bonus",
            "explicit": True,
            "transcript": "/media/1.vtt",
            "chapters": "https://audio.example/1.json",
        }
    ],
    "tags": ["Ports", "East Africa"],
    "language": "en-KE",
    "rights": "© Coast Wire",
    "canonical_url": "https://wire.example/harbour",
    "digital_source_type": "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
    "credit_line": "Coast Wire",
    "republish_until": "2023-04-22T10:30:00Z",
    "guid": "tag:wire.example,2023:harbour",
    "published_at": "2023-03-22T10:30:00Z",
    "embargoed_until": "2023-03-22T11:00:00Z",
    "status": "published",
    "comments_open": False,
    "editorial_note": "Check the tonnage.",
}


async def test_an_article_is_answered_with_where_it_is(desk: Desk) -> None:
    response = await desk.editor.post("/api/articles", json={"headline": "Harbour reopens", "status": "published"})
    article = kept(response, 201)
    page = f"{BASE}/2023/03/22/harbour-reopens/"
    assert article["urls"] == {
        "page": page,
        "comments_feed": f"{page}feed.rss",
        "api": f"{BASE}/api/articles/{article['id']}",
    }
    assert (article["version"], article["public"]) == (1, True)
    assert response.headers["location"] == article["urls"]["api"]
    assert response.headers["etag"] == '"1"'
    for url in article["urls"].values():
        assert (await desk.editor.get(path_of(url))).status_code == 200
    assert await desk.article(article["id"]) == article


async def test_every_field_is_kept_and_sent_back_changes_nothing(desk: Desk) -> None:
    article = await desk.create(**WHOLE)
    assert {name: article[name] for name in WHOLE} == WHOLE
    before = await desk.last_seq()
    assert await desk.edit(article["id"], **{name: article[name] for name in WHOLE}) == article
    assert await desk.last_seq() == before


async def test_a_draft_is_what_an_article_is_by_default(desk: Desk) -> None:
    bare = await desk.create(headline="Bare")
    dated = await desk.create(headline="Dated", published_at="2023-03-22T08:00:00Z")
    assert (bare["status"], bare["public"], bare["published_at"]) == ("draft", False, None)
    assert bare["urls"]["page"] is None
    assert bare["urls"]["comments_feed"] is None
    assert (dated["status"], dated["public"]) == ("draft", False)
    assert (await desk.reader.get(path_of(dated["urls"]["page"]))).status_code == 404
    assert (await desk.reader.get(path_of(dated["urls"]["comments_feed"]))).status_code == 404
    assert (await desk.feed())["items"] == []


async def test_a_published_article_stands_in_every_feed_at_once(desk: Desk) -> None:
    for format in FORMATS:
        assert b"Harbour reopens" not in (await desk.reader.get(f"/feed.{format}")).content
    await desk.publish(section="world/africa")
    for path in ("/", "/2023/03/22/", "/2023/03/", "/2023/", "/section/world/", "/section/world/africa/"):
        for format in FORMATS:
            assert b"Harbour reopens" in (await desk.reader.get(f"{path}feed.{format}")).content
        assert "Harbour reopens" in (await desk.reader.get(path)).text


async def test_it_is_published_now_unless_said_otherwise(desk: Desk) -> None:
    article = await desk.publish()
    assert article["published_at"] == article["updated_at"] == article["created_at"] == "2023-03-22T12:00:00Z"


@pytest.mark.parametrize("field", ["published_at", "embargoed_until"])
async def test_an_article_waits_for_its_moment(desk: Desk, field: str) -> None:
    article = await desk.publish(**{field: "2023-03-22T19:00:00+03:00"})
    page = path_of(article["urls"]["page"])
    assert (article["status"], article["public"], article[field]) == ("published", False, "2023-03-22T16:00:00Z")
    assert (await desk.reader.get(page)).status_code == 404
    assert (await desk.feed())["items"] == []
    desk.clock.advance(hours=3, minutes=59, seconds=59)
    assert (await desk.feed())["items"] == []
    desk.clock.advance(seconds=1)
    (item,) = (await desk.feed())["items"]
    assert item["id"] == article["guid"]
    assert (await desk.reader.get(page)).status_code == 200
    assert (await desk.article(article["id"]))["public"]


async def test_its_day_is_the_newsrooms(desk: Desk) -> None:
    article = await desk.publish(published_at="2023-03-21T21:30:00Z")
    assert path_of(article["urls"]["page"]) == "/2023/03/22/harbour-reopens/"


@ANY_ENGINE
@pytest.mark.parametrize(
    ("sent", "at"),
    [
        ("2023-03-22T10:30:00Z", "2023-03-22T10:30:00Z"),
        ("2023-03-22t10:30:00z", "2023-03-22T10:30:00Z"),
        ("2023-03-22T10:30:00+05:30", "2023-03-22T05:00:00Z"),
        ("2023-03-22T10:30:00.25-03:00", "2023-03-22T13:30:00.250000Z"),
        ("2023-03-22T10:30:00.123456789Z", "2023-03-22T10:30:00.123456Z"),
    ],
)
async def test_times_with_an_offset(desk: Desk, sent: str, at: str) -> None:
    assert (await desk.create(headline="Timed", published_at=sent))["published_at"] == at


@ANY_ENGINE
@pytest.mark.parametrize(
    "sent",
    [
        "2023-03-22T10:30:00",
        "2023-03-22",
        "2023-03-22 10:30:00Z",
        "2023-02-30T10:30:00Z",
        "2023-03-22T25:00:00Z",
        "2023-03-22T10:30:00+24:00",
        "0001-01-01T00:00:00+12:00",
        "9999-12-31T23:59:59Z",
        "22 Mar 2023 10:30:00 GMT",
        "",
        1679481000,
        True,
        ["2023-03-22T10:30:00Z"],
    ],
)
async def test_other_times_are_refused(still_desk: Desk, sent: object) -> None:
    body = {"headline": "Timed", "published_at": sent, "embargoed_until": sent}
    assert set(errors(await still_desk.editor.post("/api/articles", json=body))) == {"published_at", "embargoed_until"}


@ANY_ENGINE
@pytest.mark.parametrize(
    ("headline", "slug"),
    [
        ("Harbour reopens", "harbour-reopens"),
        ("  «Élan»: 50 % more! ", "elan-50-more"),
        ("Újra nyit a kikötő", "ujra-nyit-a-kikoto"),
        ("港口重新开放", "港口重新开放"),
        ("The Mayor's Feed_back", "the-mayors-feed-back"),
        ("Feed", "feed-2"),
        ("Comments!", "comments-2"),
        ("!!!", "article"),
        ("word " * 60, "-".join(["word"] * 24)),
    ],
)
async def test_a_slug_is_made_of_the_headline(desk: Desk, headline: str, slug: str) -> None:
    article = await desk.publish(headline)
    assert article["slug"] == slug
    page = await desk.reader.get(path_of(article["urls"]["page"]))
    assert page.status_code == 200
    assert article["urls"]["page"].isascii()


@ANY_ENGINE
@pytest.mark.parametrize("slug", ["feed", "comments", "Feed ", "", "!!", "x" * 201])
async def test_some_slugs_are_refused(desk: Desk, slug: str) -> None:
    response = await desk.editor.post("/api/articles", json={"headline": "Harbour", "slug": slug})
    assert set(errors(response)) == {"slug"}


async def test_a_second_slug_of_a_day_is_numbered(desk: Desk) -> None:
    slugs = [(await desk.publish())["slug"] for _ in range(3)]
    assert slugs == ["harbour-reopens", "harbour-reopens-2", "harbour-reopens-3"]
    assert (await desk.publish(published_at="2023-03-20T09:00:00Z"))["slug"] == "harbour-reopens"


async def test_bylines_and_tags_of_one_slug_are_one(desk: Desk) -> None:
    article = await desk.create(
        headline="Twice", authors=[{"name": "Jane Doe"}, {"name": "JANE DOE"}], tags=["NATO", "Nato", "🙂"]
    )
    assert article["authors"] == [{"name": "Jane Doe", "slug": "jane-doe", "url": ""}]
    assert article["tags"] == ["NATO", "🙂"]


async def test_an_identifier_is_made_or_kept_and_never_twice(desk: Desk) -> None:
    made = await desk.create(headline="First")
    assert made["guid"].startswith("urn:uuid:")
    given = await desk.create(headline="Second", guid="https://old.example/?p=7")
    assert given["guid"] == "https://old.example/?p=7"
    before = await desk.last_seq()
    taken = await desk.editor.post("/api/articles", json={"headline": "Third", "guid": given["guid"]})
    assert taken.status_code == 409
    assert await desk.last_seq() == before


WRONG: dict[str, object] = {
    "headline": " ​ ",
    "slug": "feed",
    "section": "nowhere",
    "sections": ["world", "world/mars", 7],
    "summary": 1,
    "body_html": ["<p>"],
    "authors": [{"name": "Jane"}, {"name": ""}, {"url": "javascript:alert(1)"}],
    "dateline": "x" * 2001,
    "source": {"name": "Coast Wire", "url": "//wire.example"},
    "image": {"url": "ftp://files.example/1.jpg", "width": -1, "type": "jpeg"},
    "enclosures": [
        {"url": "https://audio.example/1.mp3"},
        {"url": "/1.mp3", "type": "audio/mpeg", "duration": -1, "episode_type": "teaser", "transcript": "1.vtt"},
    ],
    "tags": ["", "ports"],
    "language": "english please",
    "rights": {},
    "canonical_url": "news.example/page",
    "digital_source_type": "http://cv.iptc.org/newscodes/digitalsourcetype/robot",
    "credit_line": "x" * 2001,
    "republish_until": "2023-04-22",
    "guid": "",
    "published_at": "2023-03-22T10:30:00",
    "embargoed_until": "tomorrow",
    "status": "pending",
    "comments_open": "yes",
    "editorial_note": False,
    "comment_count": 3,
}
WRONG_PATHS = {
    "headline", "slug", "section", "sections.1", "sections.2", "summary", "body_html", "authors.1.name",
    "authors.2.name", "authors.2.url", "dateline", "source.url", "image.url", "image.width", "image.type",
    "enclosures.0.type", "enclosures.1.duration", "enclosures.1.episode_type", "enclosures.1.transcript",
    "tags.0", "language", "rights", "canonical_url", "guid", "published_at", "embargoed_until",
    "digital_source_type", "credit_line", "republish_until", "status", "comments_open", "editorial_note", "comment_count",
}  # fmt: skip


async def test_every_wrong_field_is_named_at_once_and_nothing_is_changed(desk: Desk) -> None:
    article = await desk.publish()
    before = await desk.last_seq()

    async def refused(response: httpx2.Response) -> None:
        named = errors(response)
        assert set(named) == WRONG_PATHS
        assert all(named.values())
        assert response.json()["detail"]

    await refused(await desk.editor.post("/api/articles", json=WRONG))
    await refused(await desk.editor.patch(f"/api/articles/{article['id']}", json=WRONG))
    assert await desk.last_seq() == before
    assert await desk.article(article["id"]) == article


async def test_a_headline_is_all_it_takes(desk: Desk) -> None:
    assert errors(await desk.editor.post("/api/articles", json={})) == {"headline": "This field is required"}
    null = await desk.editor.post("/api/articles", json={"headline": None})
    assert set(errors(null)) == {"headline"}


async def test_null_says_what_absence_says(desk: Desk) -> None:
    emptied = {name: None for name in WHOLE if name not in ("headline", "status", "comments_open")}
    article = await desk.create(headline="Bare", **emptied)
    plain = await desk.create(headline="Bare")
    own = ("id", "guid", "urls", "slug")
    assert {**article, **dict.fromkeys(own)} == {**plain, **dict.fromkeys(own)}


async def test_created_at_the_clocks_instant(desk: Desk) -> None:
    desk.clock.advance(microseconds=123_456)
    article = await desk.create(headline="Bare")
    assert article["created_at"] == article["modified_at"] == f"{NOON:%Y-%m-%dT%H:%M:%S}.123456Z"
