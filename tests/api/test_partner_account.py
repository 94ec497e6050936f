"""Partners' accounts by the API, as JSON and as CSV."""

import csv
from io import StringIO

import pytest

from storage.model import Partner, PartnerNotes, PartnerVisit, ShownArticles
from tests.api.desk import Desk, errors, kept
from tests.stores import ANY_ENGINE

pytestmark = pytest.mark.anyio

FORMULAS = ('=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", '"quoted", and more', "plain")


@ANY_ENGINE
async def test_an_account_says_what_was_taken_and_what_was_not(desk: Desk) -> None:
    store = desk.site.store
    partner = await store.add_partner(Partner(name="Rome / Weekly"))
    at = "/api/partners/Rome%20%2F%20Weekly/account"
    empty = kept(await desk.admin.get(at), 200)
    assert (empty["visited_at"], empty["since"], empty["freshness"], empty["items"]) == (None, None, None, [])
    since = desk.clock()
    desk.clock.advance(minutes=1)
    made = [await desk.publish(headline) for headline in FORMULAS]
    await store.expand_views()
    told_at = desk.clock()
    desk.clock.advance(minutes=5)
    shown = ShownArticles(
        set_id=partner.set_id,
        number=await store.entitled_number(partner.set_id),
        articles=tuple(one["id"] for one in made[:2]),
    )
    visit = PartnerVisit(at=desk.clock(), set_id=partner.set_id, since=since)
    await store.note_partners(
        PartnerNotes(visits={partner.id: visit}, taken=((shown, {partner.id: desk.clock(), 99: desk.clock()}),))
    )
    await desk.edit(made[0]["id"], summary="Other")
    await store.expand_views()
    account = kept(await desk.admin.get(at), 200)
    assert (account["name"], account["taken"], account["outstanding"], account["whole"]) == (partner.name, 2, 1, True)
    assert account["freshness"] == {"median": 300.0, "worst": 300.0, "count": 2}
    first = account["items"][0]
    assert (first["action"], first["article"], first["taken_at"]) == ("edit", made[0]["id"], None)
    assert first["outstanding"]
    assert [one["headline"] for one in account["items"]] == [FORMULAS[0], *FORMULAS[::-1]]

    answer = await desk.admin.get(f"{at}.csv?days=1")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    rows = list(csv.DictReader(StringIO(answer.text, newline="")))
    assert [row["headline"] for row in rows][1:] == [*FORMULAS[:3:-1], *(f"'{one}" for one in FORMULAS[3::-1])]
    assert [(row["seconds"], row["outstanding"]) for row in rows] == [
        ("", "yes"), *[("", "no")] * 4, ("300", "no"), ("300", "no"),
    ]  # fmt: skip
    assert rows[1]["told_at"] == f"{told_at:%Y-%m-%dT%H:%M:%SZ}"

    desk.clock.advance(days=8)
    later = kept(await desk.admin.get(at), 200)
    assert [one["outstanding"] for one in later["items"]] == [True], "what is outstanding is never too old"
    assert len(kept(await desk.admin.get(f"{at}?days=9"), 200)["items"]) == 7
    for days in ("0", "367", "x", "-1"):
        assert "days" in errors(await desk.admin.get(f"{at}?days={days}"))
    for path in ("Nobody/account", "Nobody/account.csv"):
        assert (await desk.admin.get(f"/api/partners/{path}")).status_code == 404
