"""GET and PATCH /api/articles/{id}: versions, preconditions, and what an edit leaves alone."""

import asyncio
from typing import Any

import pytest

from tests.api.desk import Desk, errors, kept
from tests.api.test_create import WHOLE
from tests.stores import ANY_ENGINE

pytestmark = pytest.mark.anyio


async def test_absent_keeps_and_null_clears(desk: Desk) -> None:
    article = await desk.create(**WHOLE)
    url = f"/api/articles/{article['id']}"
    empty: dict[str, object] = {
        "sections": [], "section": None, "summary": "", "body_html": "", "authors": [], "dateline": "", "source": None,
        "image": None, "enclosures": [], "tags": [], "language": "", "rights": "", "canonical_url": "",
        "digital_source_type": "", "credit_line": "", "republish_until": None,
        "embargoed_until": None, "editorial_note": "",
    }  # fmt: skip
    expected = article
    for name, cleared in empty.items():
        expected = expected | {name: cleared}
        changed = kept(await desk.editor.patch(url, json={name: None}))
        assert {field: changed[field] for field in WHOLE} == {field: expected[field] for field in WHOLE}, name
    assert changed["version"] == 1 + len(empty)


async def test_what_cannot_be_empty_is_refused_null(desk: Desk) -> None:
    article = await desk.publish()
    url = f"/api/articles/{article['id']}"
    nulls = dict.fromkeys(("headline", "status", "comments_open", "significant"))
    assert set(errors(await desk.editor.patch(url, json=nulls))) == set(nulls)


async def test_null_has_a_slug_a_date_and_an_identifier_made_anew_or_kept(desk: Desk) -> None:
    article = await desk.publish(slug="first-words")
    desk.clock.advance(hours=1)
    changed = await desk.edit(article["id"], slug=None, guid=None, published_at=None)
    assert changed["slug"] == "harbour-reopens"
    assert changed["guid"] == article["guid"]
    assert changed["published_at"] == "2023-03-22T13:00:00Z"


async def test_an_edit_raises_the_version(desk: Desk) -> None:
    article = await desk.publish()
    response = await desk.editor.patch(f"/api/articles/{article['id']}", json={"headline": "Harbour open again"})
    changed = kept(response)
    assert (changed["version"], response.headers["etag"]) == (2, '"2"')
    assert (changed["headline"], changed["slug"]) == ("Harbour open again", "harbour-reopens")
    assert (await desk.feed())["items"][0]["title"] == "Harbour open again"


async def test_an_edit_that_changes_nothing_writes_nothing(desk: Desk) -> None:
    article = await desk.publish()
    before = await desk.last_seq()
    assert await desk.edit(article["id"]) == article
    assert await desk.edit(article["id"], headline=" Harbour  reopens ") == article
    assert await desk.last_seq() == before


@ANY_ENGINE
@pytest.mark.parametrize(
    ("precondition", "status"),
    [
        ('"2"', 200),
        ('"7", "2"', 200),
        ('"7" , "8" ,"2"', 200),
        ("*", 200),
        ('"2-gzip"', 200),
        ('"1"', 412),
        ('"1", "3"', 412),
        ('W/"2"', 412),
        ('W/"2", "1"', 412),
        ("2", 412),
        ('"02"', 412),
        ('"abc"', 412),
        ("", 412),
        ('"99999999999999999999"', 412),
    ],
)
async def test_if_match(desk: Desk, precondition: str, status: int) -> None:
    article = await desk.publish()
    await desk.edit(article["id"], summary="Ferries run again.")
    before = await desk.last_seq()
    response = await desk.editor.patch(
        f"/api/articles/{article['id']}", json={"headline": "Mine"}, headers={"If-Match": precondition}
    )
    assert response.status_code == status
    assert (await desk.last_seq() > before) == (status == 200)
    assert (await desk.article(article["id"]))["headline"] == ("Mine" if status == 200 else "Harbour reopens")


async def test_if_match_on_several_lines(desk: Desk) -> None:
    article = await desk.publish()
    response = await desk.editor.patch(
        f"/api/articles/{article['id']}", json={"headline": "Mine"}, headers=[("If-Match", '"9"'), ("If-Match", '"1"')]
    )
    assert response.status_code == 200


async def test_of_edits_that_name_the_same_version_one_lands(desk: Desk) -> None:
    article = await desk.publish()

    async def save(headline: str) -> int:
        response = await desk.editor.patch(
            f"/api/articles/{article['id']}", json={"headline": headline}, headers={"If-Match": '"1"'}
        )
        return response.status_code

    statuses = await asyncio.gather(*(save(f"Mine {number}") for number in range(5)))
    assert sorted(statuses) == [200, 412, 412, 412, 412]
    assert (await desk.article(article["id"]))["version"] == 2


async def test_edits_without_if_match_all_land(desk: Desk) -> None:
    article = await desk.publish(section="world/africa")
    fields: dict[str, Any] = {
        "headline": "Harbour open again", "summary": "Ferries run.", "dateline": "Mombasa", "language": "en-KE",
        "rights": "© Wire", "tags": ["Ports"], "section": "world", "sections": ["business"], "comments_open": False,
        "body_html": "<p>At six.</p>", "editorial_note": "Check.", "canonical_url": "https://wire.example/1",
    }  # fmt: skip
    await asyncio.gather(*(desk.edit(article["id"], **{name: value}) for name, value in fields.items()))
    landed = await desk.article(article["id"])
    assert {name: landed[name] for name in fields} == fields
    assert landed["version"] == 1 + len(fields)


async def test_only_a_significant_edit_moves_updated(desk: Desk) -> None:
    article = await desk.publish()
    desk.clock.advance(hours=1)
    quiet = await desk.edit(article["id"], headline="Harbour open again")
    assert quiet["updated_at"] == "2023-03-22T12:00:00Z"
    assert quiet["modified_at"] == "2023-03-22T13:00:00Z"
    assert b"<updated>2023-03-22T12:00:00+00:00</updated>" in await desk.atom()
    desk.clock.advance(hours=1)
    loud = await desk.edit(article["id"], body_html="<p>At seven.</p>", significant=True)
    assert loud["updated_at"] == "2023-03-22T14:00:00Z"
    assert (loud["published_at"], "significant" in loud) == ("2023-03-22T12:00:00Z", False)
    assert b"<updated>2023-03-22T14:00:00+00:00</updated>" in await desk.atom()
    desk.clock.advance(hours=1)
    again = await desk.edit(article["id"], significant=True)
    assert again["updated_at"] == "2023-03-22T15:00:00Z"
    assert (await desk.edit(article["id"], significant=False))["updated_at"] == "2023-03-22T15:00:00Z"


async def test_significant_means_nothing_for_what_nobody_has_seen(desk: Desk) -> None:
    draft = await desk.create(headline="Bare")
    changed = await desk.edit(draft["id"], significant=True)
    assert changed == draft
    scheduled = await desk.create(headline="Later", status="published", published_at="2023-03-22T18:00:00Z")
    assert (await desk.edit(scheduled["id"], significant=True))["updated_at"] == "2023-03-22T18:00:00Z"


async def test_significant_is_no_field_of_a_new_article(desk: Desk) -> None:
    response = await desk.editor.post("/api/articles", json={"headline": "New", "significant": True})
    assert set(errors(response)) == {"significant"}


async def test_a_draft_is_published_by_an_edit(desk: Desk) -> None:
    draft = await desk.create(headline="Harbour reopens")
    desk.clock.advance(hours=2)
    article = await desk.edit(draft["id"], status="published")
    assert (article["published_at"], article["public"]) == ("2023-03-22T14:00:00Z", True)
    assert [item["id"] for item in (await desk.feed())["items"]] == [draft["guid"]]


async def test_a_scheduled_article_is_brought_forward_or_called_off(desk: Desk) -> None:
    later = {"status": "published", "published_at": "2023-03-23T06:00:00Z"}
    forward = await desk.create(headline="Forward", **later)
    off = await desk.create(headline="Off", **later)
    assert (await desk.edit(forward["id"], published_at=None))["published_at"] == "2023-03-22T12:00:00Z"
    assert (await desk.edit(off["id"], status="draft"))["public"] is False
    desk.clock.advance(days=2)
    assert [item["title"] for item in (await desk.feed())["items"]] == ["Forward"]


async def test_an_identifier_is_steady_once_it_was_seen(desk: Desk) -> None:
    article = await desk.publish()
    response = await desk.editor.patch(f"/api/articles/{article['id']}", json={"guid": "urn:other"})
    assert set(errors(response)) == {"guid"}
    await desk.withdraw(article["id"])
    response = await desk.editor.patch(f"/api/articles/{article['id']}", json={"guid": "urn:other"})
    assert set(errors(response)) == {"guid"}
    draft = await desk.create(headline="Bare")
    assert (await desk.edit(draft["id"], guid="urn:other"))["guid"] == "urn:other"
    taken = await desk.editor.patch(f"/api/articles/{draft['id']}", json={"guid": article["guid"]})
    assert taken.status_code == 409


async def test_a_section_is_changed_without_touching_the_further_ones(desk: Desk) -> None:
    article = await desk.publish(section="world/africa", sections=["business"])
    moved = await desk.edit(article["id"], section="world")
    assert (moved["section"], moved["sections"]) == ("world", ["business"])
    further = await desk.edit(article["id"], sections=["world/africa", "world", "world/africa"])
    assert (further["section"], further["sections"]) == ("world", ["world/africa"])
    alone = await desk.edit(article["id"], section="business", sections=[])
    assert (alone["section"], alone["sections"]) == ("business", [])


async def test_the_first_further_section_takes_the_place_of_none(desk: Desk) -> None:
    article = await desk.create(headline="Bare", sections=["business", "world"])
    assert (article["section"], article["sections"]) == ("business", ["world"])
    changed = await desk.edit(article["id"], section=None)
    assert (changed["section"], changed["sections"]) == ("world", [])


async def test_reading_answers_its_validator(desk: Desk) -> None:
    article = await desk.publish()
    url = f"/api/articles/{article['id']}"
    response = await desk.editor.get(url)
    assert response.headers["etag"] == '"1"'
    assert response.headers["cache-control"] == "private, no-cache"
    for known in ('"1"', 'W/"1"', '"7", "1"', "*", '"1-gzip"'):
        unmodified = await desk.editor.get(url, headers={"If-None-Match": known})
        assert (unmodified.status_code, unmodified.headers["etag"]) == (304, '"1"')
        assert unmodified.headers["cache-control"] == "private, no-cache"
    await desk.edit(article["id"], summary="New.")
    assert (await desk.editor.get(url, headers={"If-None-Match": '"1"'})).status_code == 200


@ANY_ENGINE
@pytest.mark.parametrize("number", ["99", "0", "-1", "1.5", "abc", "1_0", "٣", "9223372036854775808", "9" * 400, "%00"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "PATCH", "DELETE"])
async def test_there_is_no_such_article(still_desk: Desk, method: str, number: str) -> None:
    response = await still_desk.editor.request(
        method, f"/api/articles/{number}", json={"headline": "x"} if method == "PATCH" else None
    )
    assert response.status_code == 404


async def test_a_readers_reply_does_not_refuse_an_editors_save(desk: Desk) -> None:
    article = await desk.publish()
    await desk.reply(article["id"])
    response = await desk.editor.patch(
        f"/api/articles/{article['id']}", json={"headline": "Mine"}, headers={"If-Match": '"1"'}
    )
    assert response.status_code == 200


async def test_a_correction_is_dated_and_shown_wherever_the_article_is(desk: Desk) -> None:
    article = await desk.publish()
    assert (article["correction"], article["corrected_at"]) == (None, None)
    words = "The pier is of 1898 & not of 1998.\nSorry."
    corrected = await desk.edit(article["id"], correction=words)
    assert corrected["correction"] == words
    assert corrected["corrected_at"] is not None
    assert corrected["updated_at"] == article["updated_at"], "it was not called significant"
    later = await desk.edit(article["id"], summary="Other.")
    assert later["corrected_at"] == corrected["corrected_at"], "other edits do not move it"
    withdrawn = await desk.edit(article["id"], correction=None)
    assert (withdrawn["correction"], withdrawn["corrected_at"]) == (None, None)
