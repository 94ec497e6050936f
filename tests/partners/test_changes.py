"""A partner's changes over HTTP: what an answer says, who is made to wait for one, and what a mirror is told of itself."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any
from urllib.parse import quote

import httpx2
import pytest

from feeds.formats import PARTNER_FORMATS
from feeds.newsroom.partners.access import Admitted, Claim
from feeds.newsroom.partners.notices import Notices
from feeds.newsroom.partners.shown import article_for, digest_of, digest_of_all
from feeds.web.partner import changes as handler
from storage.entitlement import state_of
from storage.model import Author, Enclosure, Image, Source, Terms
from tests.kinds.newsroom import until
from tests.partners.partner import Asker, Partners
from tests.server.listening import Listening, listening
from tests.web.site import Reply, Site

pytestmark = pytest.mark.anyio


async def read(asker: Asker, since: str = "", **asked: Any) -> dict[str, Any]:
    query = "".join(f"&{name}={value}" for name, value in asked.items())
    reply = await asker.ask(f"/changes?since={quote(since)}{query}")
    assert reply.status == 200, reply.text
    answer: dict[str, Any] = json.loads(reply.body)
    assert answer.keys() == {"items", "next"}
    assert all(item.keys() == {"cursor", "action", "guid", "article"} for item in answer["items"])
    return answer


async def end_of(asker: Asker, since: str = "") -> str:
    while (answer := await read(asker, since))["items"]:
        since = answer["next"]
    return str(answer["next"])


async def post(asker: Asker, body: Any, path: str = "/partner/mirror") -> Reply:
    content = json.dumps(body).encode()
    return await asker.client.ask(
        path, {"Authorization": f"Bearer {asker.key}", "Content-Length": str(len(content)), "Content-Type": "application/json"},
        method="POST", content=content,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits in a test does so until it is told: a machine may be busy."""
    monkeypatch.setattr(handler, "_LONGEST", 600.0)


async def test_an_answer_is_for_its_partner_alone(site: Site, partners: Partners) -> None:
    asker = await partners.add()
    reply = await asker.ask("/changes")
    assert (reply.status, reply.fields["cache-control"]) == (200, "private, no-store")
    assert reply.fields["content-type"] == "application/json"
    assert "etag" not in reply.fields
    assert "access-control-allow-origin" not in reply.fields
    assert "authorization" in reply.fields["vary"]
    assert (await partners.client.ask("/partner/changes")).status == 401
    await site.newsroom.publish("first")
    coded = await asker.ask("/changes", Accept_Encoding="gzip")
    assert coded.fields["content-encoding"] == "gzip"
    assert gzip.decompress(coded.body) == (await asker.ask("/changes")).body
    head = await partners.client.ask("/partner/changes", {"Authorization": f"Bearer {asker.key}"}, method="HEAD")
    assert head.status == 200
    refused = await post(asker, {}, "/partner/changes")
    assert (refused.status, refused.fields["allow"]) == (405, "GET, HEAD")


async def test_what_was_acknowledged_is_told(site: Site, partners: Partners) -> None:
    asker = await partners.add(sections=("world",))
    cursor = await end_of(asker)
    article = await site.newsroom.publish("first", body_html='<p>See <a href="/about/">us</a>.</p>')
    answer = await read(asker, cursor)
    (item,) = answer["items"]
    assert (item["action"], item["guid"], item["cursor"]) == ("insert", article.guid, answer["next"])
    assert item["article"]["body_html"] == '<p>See <a href="https://news.example/about/">us</a>.</p>'
    assert item["article"].keys().isdisjoint({"editorial_note", "version", "modified_at", "comments_open"})
    article = await site.newsroom.edit(article, headline="Corrected")
    edited = await read(asker, answer["next"])
    assert [(item["action"], item["article"]["headline"]) for item in edited["items"]] == [("edit", "Corrected")]
    await site.newsroom.withdraw(article)
    withdrawn = await read(asker, edited["next"])
    assert [(item["action"], item["guid"], item["article"]) for item in withdrawn["items"]] == [
        ("withdraw", article.guid, None)
    ]
    assert (await read(asker, withdrawn["next"]))["items"] == []
    begun = await read(asker, limit=1)
    assert begun["items"] == [], "what was withdrawn before is no news to who begins"


@pytest.mark.parametrize("path", ["?since=yesterday", "?wait=soon", "?limit=many", "?wait=-1"])
async def test_what_cannot_be_read_is_refused(partners: Partners, path: str) -> None:
    reply = await (await partners.add()).ask(f"/changes{path}")
    assert (reply.status, reply.fields["content-type"]) == (400, "application/problem+json")


async def test_who_comes_too_late_is_told_where_to_begin_anew(site: Site, partners: Partners) -> None:
    asker = await partners.add()
    await site.newsroom.publish("first")
    cursor = await end_of(asker)
    for number in range(3):
        await site.newsroom.publish(f"later-{number}")
        await end_of(asker, cursor)
    site.clock.advance(days=40)
    await site.state.store.prune_sets(keep_log=30 * 86_400, keep_unused=30 * 86_400)
    reply = await asker.ask(f"/changes?since={cursor}")
    problem = json.loads(reply.body)
    assert (reply.status, problem["status"]) == (410, 410)
    assert "`restart`" in problem["detail"]
    assert quote(problem["restart"]) in reply.fields["link"]
    assert len((await read(asker, problem["restart"]))["items"]) == 4


async def test_who_waits_is_told_at_once(site: Site, partners: Partners) -> None:
    asker = await partners.add(sections=("world",))
    cursor = await end_of(asker)
    waiting = [asyncio.create_task(read(asker, cursor, wait=600)) for _ in range(3)]
    await until(lambda: len(site.state.notices) == 3)
    article = await site.newsroom.publish("first")
    for told in await asyncio.gather(*waiting):
        assert [item["guid"] for item in told["items"]] == [article.guid]
    assert len(site.state.notices) == 0


async def test_other_terms_end_the_wait_with_the_difference(site: Site, partners: Partners) -> None:
    asker = await partners.add(sections=("world",))
    article = await site.newsroom.publish("first")
    cursor = await end_of(asker)
    waiting = asyncio.create_task(read(asker, cursor, wait=600))
    await until(lambda: len(site.state.notices) == 1)
    other = replace(asker.partner, terms=Terms(sections=("world/africa",)))
    await site.state.store.update_partner(other, if_version=1)
    assert [(item["action"], item["guid"]) for item in (await waiting)["items"]] == [("withdraw", article.guid)]


async def test_other_terms_while_a_request_is_under_way_do_not_turn_it_away(site: Site, partners: Partners) -> None:
    asker, store = await partners.add(sections=("world",)), site.state.store
    await site.newsroom.publish("story", sections=("business",))
    before = await site.state.partners.find(Claim.of(asker.key))
    assert isinstance(before, Admitted)
    await store.update_partner(replace(asker.partner, terms=Terms()), if_version=asker.partner.version)
    site.clock.advance(days=1)
    await store.prune_sets(keep_log=0, keep_unused=0)
    reader = handler._Reader(site.state, before, "", 10)
    telling, items = await reader.begin()
    assert len(items) == len(telling.changes) == 1
    assert reader.access.partner.terms == Terms()


async def test_who_waits_with_a_key_that_is_revoked_is_told_nothing_more(site: Site, partners: Partners) -> None:
    asker = await partners.add()
    cursor = await end_of(asker)
    waiting = asyncio.create_task(asker.ask(f"/changes?since={cursor}&wait=600"))
    await until(lambda: len(site.state.notices) == 1)
    await site.state.store.revoke_partner_key(asker.partner.name, "first")
    assert (await waiting).status == 401


async def test_the_end_of_the_server_ends_the_wait(site: Site, partners: Partners) -> None:
    asker = await partners.add()
    cursor = await end_of(asker)
    waiting = asyncio.create_task(read(asker, cursor, wait=600))
    await until(lambda: len(site.state.notices) == 1)
    site.state.ending.set()
    assert await waiting == {"items": [], "next": cursor}


async def test_no_more_wait_than_may(site: Site, partners: Partners, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site.state.notices, "_most_of_one", 1)
    asker = await partners.add()
    cursor = await end_of(asker)
    waiting = asyncio.create_task(read(asker, cursor, wait=600))
    await until(lambda: len(site.state.notices) == 1)
    refused = await asker.ask(f"/changes?since={cursor}&wait=600")
    assert (refused.status, refused.fields["retry-after"]) == (503, "30")
    assert (await read(asker, cursor))["items"] == [], "who does not wait has room"
    await site.newsroom.publish("first")
    await waiting


async def test_who_waits_is_woken_by_what_is_watched_alone() -> None:
    notices = Notices()
    with notices.waiting(1) as notice:
        notices.watch(notice, ["terms:1"])
        assert await notice.wait(0) == frozenset()
        notices.wake_all()
        assert await notice.wait(600) == {"terms:1"}
        notices.watch(notice, ["terms:2"])
        notices.wake_all()
        assert await notice.wait(600) == {"terms:2"}
        assert await notice.wait(0) == frozenset(), "once"
    assert not notices.somebody.is_set()
    assert not notices._of_scope


class Stream:
    """A client's end."""

    def __init__(self, response: httpx2.Response) -> None:
        self._lines = response.aiter_lines()

    async def next(self) -> dict[str, str]:
        """The next event, or the fields of what is none; {} of a comment. Raises EOFError at the end."""
        fields: dict[str, str] = {}
        async for line in self._lines:
            if not line:
                return fields
            name, _, value = line.partition(": ")
            if name and not line.startswith(":"):
                fields[name] = value
        raise EOFError

    async def ended(self) -> None:
        """Wait until it has ended as it should."""
        with suppress(EOFError):
            while True:
                await self.next()

    async def told(self) -> dict[str, Any]:
        while "data" not in (fields := await self.next()):
            pass
        item: dict[str, Any] = json.loads(fields["data"])
        assert (fields["id"], fields["event"]) == (item["cursor"], item["action"])
        return item


@asynccontextmanager
async def stream(
    server: Listening, asker: Asker, since: str = "", path: str = "/partner", **fields: str
) -> AsyncIterator[Stream]:
    own = {"Host": "news.example", "Authorization": f"Bearer {asker.key}", "Accept": "text/event-stream"}
    url = f"http://127.0.0.1:{server.port}{path}/changes?since={quote(since)}"
    async with (
        httpx2.AsyncClient(timeout=60) as browser,
        browser.stream("GET", url, headers=own | fields) as response,
    ):
        assert response.status_code == 200
        assert response.headers["cache-control"] == "private, no-store"
        yield Stream(response)


@pytest.fixture
async def server(site: Site) -> AsyncIterator[Listening]:
    async with listening(site.app, site.state) as server:
        yield server


async def test_a_stream_tells_each_change_once(site: Site, partners: Partners, server: Listening) -> None:
    asker = await partners.add(sections=("world",))
    first = await site.newsroom.publish("first")
    async with stream(server, asker) as events:
        begun = await events.told()
        assert begun["guid"] == first.guid
        second = await site.newsroom.publish("second")
        told = await events.told()
        assert (told["action"], told["guid"]) == ("insert", second.guid)
        await site.newsroom.withdraw(first)
        assert (await events.told())["article"] is None
    third = await site.newsroom.publish("third")
    async with stream(server, asker, "", **{"Last-Event-ID": told["cursor"]}) as events:
        assert [(await events.told())["guid"] for _ in range(2)] == [first.guid, third.guid]


async def test_a_stream_tells_of_a_withdrawal_and_ends_so_that_its_client_says_what_it_has(
    site: Site, partners: Partners, server: Listening
) -> None:
    asker = await partners.add()

    async def noted() -> int:
        await site.state.pickups.stop()
        return {id_: read.number for id_, read in (await site.state.store.partner_reads()).items()}[asker.partner.id]

    article = await site.newsroom.publish("wrong")
    start = await end_of(asker)
    before = await noted()
    async with stream(server, asker, start) as events:
        assert "id" in await events.next()
        await site.newsroom.publish("right")
        assert (await events.told())["action"] == "insert"
        await site.newsroom.withdraw(article)
        assert (await events.told())["action"] == "withdraw"
        assert int((await events.next())["retry"]) < 1000
        last = (await events.next())["id"]
        with pytest.raises(EOFError):
            await events.next()
    assert await noted() == before, "what was sent may not have arrived"
    async with stream(server, asker, start, **{"Last-Event-ID": last}) as events:
        assert (await events.next())["id"] == last
    assert await noted() == before + 2


async def test_a_stream_ends_with_its_key(site: Site, partners: Partners, server: Listening) -> None:
    asker = await partners.add()
    async with stream(server, asker) as events:
        assert "id" in await events.next()
        await site.state.store.revoke_partner_key(asker.partner.name, "first")
        await events.ended()
    assert len(site.state.notices) == 0


async def test_a_stream_by_a_key_in_the_path_ends_where_none_may_stand_there(
    site: Site, partners: Partners, server: Listening
) -> None:
    """Whatever is refused at the door from now on is not let go on within."""
    asker, store = await partners.add(), site.state.store
    async with stream(server, asker) as by_field, stream(server, asker, path=f"/partner/{asker.key}") as by_path:
        assert "id" in await by_path.next()
        assert "id" in await by_field.next()
        asked = asyncio.create_task(
            asker.client.ask(f"/partner/{asker.key}/changes?since={await end_of(asker)}&wait=30")
        )
        await until(lambda: len(site.state.notices) == 3)
        present = await store.get_partner(asker.partner.name)
        await store.update_partner(replace(present, key_in_path=False), if_version=present.version)
        async with asyncio.timeout(10):
            await by_path.ended()
            assert (await asked).status == 403
        article = await site.newsroom.publish("first")
        assert (await by_field.told())["guid"] == article.guid, "who sends it in a field goes on"


async def test_a_stream_ends_when_its_key_does(
    site: Site, partners: Partners, server: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handler, "_HEARTBEAT", 0.01)
    asker = await partners.add(until=site.clock() + timedelta(hours=1))
    async with stream(server, asker) as events:
        assert "id" in await events.next()
        assert await events.next() == {}, "a comment, while nothing happens"
        site.clock.advance(hours=2)
        await events.ended()


async def let_time_end_it(site: Site, _name: str) -> None:
    site.clock.advance(hours=2)
    # The clock of tests wakes nobody.
    await site.newsroom.publish("first")


async def end_at_once(site: Site, name: str) -> None:
    present = await site.state.store.get_partner(name)
    await site.state.store.update_partner(replace(present, expires_at=site.clock()), if_version=present.version)


async def keep_keys_out_of_paths(site: Site, name: str) -> None:
    present = await site.state.store.get_partner(name)
    await site.state.store.update_partner(replace(present, key_in_path=False), if_version=present.version)


async def end_key(site: Site, name: str) -> None:
    await site.state.store.revoke_partner_key(name, "first")


async def forget_partner(site: Site, name: str) -> None:
    await site.state.store.remove_partner(name)


@pytest.mark.parametrize("end", [let_time_end_it, end_at_once, keep_keys_out_of_paths, end_key, forget_partner])
async def test_whoever_waits_is_refused_as_at_the_door(
    site: Site, partners: Partners, server: Listening, end: Any
) -> None:
    """One cause has one answer, in the middle of a wait, too."""
    asker = await partners.add(until=site.clock() + timedelta(hours=1) if end is let_time_end_it else None)
    path = f"/partner/{asker.key}/changes?since={await end_of(asker)}"
    async with stream(server, asker, path=f"/partner/{asker.key}") as events:
        assert "id" in await events.next()
        waiting = asyncio.create_task(asker.client.ask(f"{path}&wait=30"))
        await until(lambda: len(site.state.notices) == 2)
        await end(site, asker.partner.name)
        async with asyncio.timeout(10):
            told = await waiting
            await events.ended()
    at_the_door = await asker.client.ask(path)
    assert at_the_door.status in (401, 403)
    assert (told.status, told.body, told.fields) == (at_the_door.status, at_the_door.body, at_the_door.fields)


async def test_a_mirror_is_told_what_is_not_as_it_should_be(site: Site, partners: Partners) -> None:
    asker = await partners.add(sections=("world",))
    articles = [await site.newsroom.publish(f"story-{number}") for number in range(3)]
    shown = {item["guid"]: item["article"] for item in (await read(asker))["items"]}
    digests = {guid: digest_of(article) for guid, article in shown.items()}
    assert json.loads((await post(asker, {"digest": digest_of_all(digests.items())})).body) == {"identical": True}
    right = {"identical": True, "missing": [], "different": [], "withdrawn": []}
    assert json.loads((await post(asker, {"items": digests})).body) == right
    site.clock.advance(minutes=1)
    await site.newsroom.withdraw(articles[0])
    await site.newsroom.edit(articles[1], body_html="<p>It was not so.</p>")
    fresh = await site.newsroom.publish("fresh")
    assert json.loads((await post(asker, {"digest": digest_of_all(digests.items())})).body) == {"identical": False}
    assert json.loads((await post(asker, {"items": digests})).body) == {
        "identical": False,
        "missing": [fresh.guid],
        "different": [articles[1].guid],
        "withdrawn": [articles[0].guid],
    }


async def test_a_large_mirror_is_compared_in_parts(site: Site, partners: Partners) -> None:
    asker = await partners.add()
    for number in range(6):
        await site.newsroom.publish(f"story-{number}")
    guids = sorted(digests := {one["guid"]: digest_of(one["article"]) for one in (await read(asker))["items"]})
    gone, wrong = guids[1], guids[4]
    shown = {guid: digests[guid] for guid in guids if guid != gone} | {wrong: "0" * 64}
    first = {"items": {guid: shown[guid] for guid in guids[:3] if guid != gone}, "until": guids[2]}
    last = {"items": {guid: shown[guid] for guid in guids[3:]} | {"zzz": "1"}, "after": guids[2]}
    told = [json.loads((await post(asker, part)).body) for part in (first, last)]
    assert told == [
        {"identical": False, "missing": [gone], "different": [], "withdrawn": []},
        {"identical": False, "missing": [], "different": [wrong], "withdrawn": ["zzz"]},
    ]


async def test_what_is_shared_among_those_who_wait_is_never_what_was_so() -> None:
    notices, made = Notices(), 0

    async def make() -> int:
        nonlocal made
        made += 1
        if made == 2:
            raise ValueError("at times")
        return made

    assert [await notices.share("a", make) for _ in range(2)] == [1, 1]
    notices.look_at([])
    with pytest.raises(ValueError, match="at times"):
        await notices.share("a", make)
    assert [await notices.share("a", make) for _ in range(2)] == [3, 3]


@pytest.mark.parametrize(
    "body",
    [{}, {"after": 5, "items": {}}, {"digest": 5}, {"items": []}, {"items": {"a": 1}}, {"digest": "a", "items": {}}],
)
async def test_what_is_no_mirror_is_refused(partners: Partners, body: Any) -> None:
    assert (await post(await partners.add(), body)).status == 422


async def test_an_article_is_told_within_the_terms(site: Site) -> None:
    image = Image(url="/media/a.jpg", type="image/jpeg", alt="A ship", credit="Ann")
    article = await site.newsroom.publish(
        "first",
        image=image,
        body_html='<p>Long.</p><figure><img src="/b.jpg" alt=""></figure>',
        source=Source(name="Reuters"),
    )
    urls = site.state.urls
    whole = article_for(article, Terms(), urls)
    assert whole["image"]["url"] == "https://news.example/media/a.jpg"
    assert "https://news.example/b.jpg" in whole["body_html"]
    plain = article_for(article, Terms(images=False), urls)
    assert (plain["image"], plain["body_html"]) == (None, "<p>Long.</p>")
    brief = article_for(article, Terms(full_text=False), urls)
    assert (brief["body_html"], brief["summary"]) == ("", "Long.")


async def test_it_says_nothing_that_the_log_does_not_tell(site: Site) -> None:
    article = await site.newsroom.publish("first")
    for unseen in (
        {
            "version": 9,
            "editorial_note": "secret",
            "comments_open": False,
            "modified_at": site.clock() + timedelta(days=1),
        },
        {"comment_count": 4, "listed_comment_count": 4, "seq": 99, "arrived_at": None, "created_at": None},
        {"embargoed_until": site.clock() - timedelta(days=1)},
    ):
        other = replace(article, **unseen)
        assert state_of(other, embargoed=False) == state_of(article, embargoed=False)
        assert article_for(other, Terms(), site.state.urls) == article_for(article, Terms(), site.state.urls)


async def test_no_way_shows_more_of_an_article_than_another(site: Site, partners: Partners) -> None:
    """Feeds, single articles and changes are made by different hands: within any terms they show the same."""
    files = {
        "untyped.jpg": "", "loud.png": "IMAGE/PNG", "read.mp3": "audio/mpeg", "whole.pdf": "application/pdf",
    }  # fmt: skip
    pictures = {"photo.jpg", "inline.jpg", "poster.jpg", "alt-words", "untyped.jpg", "loud.png"}
    texts = {"body-words", "inline.jpg", "poster.jpg", "read.mp3", "whole.pdf"}
    marks = pictures | texts
    article = await site.newsroom.publish(
        "first",
        summary="In short.",
        body_html='<p>body-words</p><p><img src="/inline.jpg"></p><video src="/v.mp4" poster="/poster.jpg"></video>',
        image=Image(url="/media/photo.jpg", type="image/jpeg", alt="alt-words"),
        enclosures=tuple(Enclosure(url=f"/files/{name}", type=type, length=1) for name, type in files.items()),
    )
    ways = [*(f"/feed{extension}" for extension in PARTNER_FORMATS), f"{article.path[:-1]}.ninjs", "/changes"]
    for images, full_text in product((True, False), repeat=2):
        asker = await partners.add(f"{images} {full_text}", images=images, full_text=full_text)
        granted = marks - (set() if images else pictures) - (set() if full_text else texts)
        for way in ways:
            told = (await asker.ask(way)).text
            assert {mark for mark in marks if mark in told} == granted, (way, images, full_text)


@pytest.mark.both_engines
@pytest.mark.parametrize("new", [{"name": "Jane Roe"}, {"url": "https://jane.example/"}])
async def test_what_an_author_is_called_is_told_with_each_article(
    site: Site, partners: Partners, new: dict[str, str]
) -> None:
    """It stands in articles, and nothing is written to these."""
    store, author = site.state.store, Author(slug="jane", name="Jane Doe")
    asker = await partners.add(embargoed=True)
    stories = [
        await site.newsroom.publish("signed", authors=(author,)),
        await site.newsroom.publish("held", authors=(author,), embargoed_until=site.clock() + timedelta(days=1)),
    ]
    gone = await site.newsroom.publish("gone", authors=(author,))
    await site.newsroom.publish("other")
    await site.newsroom.withdraw(gone)
    cursor = await end_of(asker)
    waiting = asyncio.create_task(read(asker, cursor, wait=30))
    await until(lambda: len(site.state.notices) == 1)
    await store.update_author(replace(author, **new))
    async with asyncio.timeout(10):
        told = await waiting
    assert {item["guid"]: item["action"] for item in told["items"]} == {one.guid: "edit" for one in stories}
    assert all(new.items() <= item["article"]["authors"][0].items() for item in told["items"])
    assert (await read(asker, told["next"]))["items"] == [], "once"
    await store.update_author(replace(author, **new, about="Writes."))
    assert (await read(asker, told["next"]))["items"] == [], "that stands in no article"


@pytest.mark.both_engines
async def test_a_cursor_that_nobody_was_given_tells_nothing_of_what_others_see(site: Site, partners: Partners) -> None:
    """By one that names another set of terms it would be told what it is not to show, were it so."""
    asker = await partners.add("World", sections=("world",))
    other = await partners.add("All", embargoed=True)
    hidden = await site.newsroom.publish(
        "hidden", embargoed_until=site.clock() + timedelta(days=1), sections=("business",)
    )
    await site.newsroom.publish("shown")
    given = await end_of(other)
    own = (await end_of(asker)).partition("*")[0]
    there = other.partner.set_id
    for made in (
        f"{there}-0",
        f"{there}-2",
        given.partition("*")[0],
        f"{there}-2~{own}_0",
        f"{given.partition('*')[0]}~{own}",
    ):
        for signature in ("", "*", "*0123456789abcdef", "*" + given.partition("*")[2]):
            if f"{made}{signature}" == given:
                continue
            refused = await asker.ask(f"/changes?since={quote(made + signature)}")
            assert (refused.status, hidden.guid in refused.text) == (410, False), made
            restart = json.loads(refused.body)["restart"]
            assert {item["article"]["headline"] for item in (await read(asker, restart))["items"]} == {"Shown"}
    assert (await read(asker, own))["items"] == [], "one that was given before there were signatures is as good"
