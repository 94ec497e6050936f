"""Whatever API, desk, imports and the clock do, in whatever order: every list answers, is well-formed and says what it should."""

import asyncio
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from lxml import html

from feeds.importers import ImportOptions, export_lines, import_file
from feeds.importers.base import Placement
from feeds.newsroom.forgetting import forget
from tests.api.desk import BASE, EMAIL, Desk, add_token, opened_desk
from tests.importers.feed_files import RSS_2
from tests.importers.wxr_files import category, comment, post, wxr
from tests.web.edits_model import DATES, Fields, Model, written
from tests.web.reader import DESK_PAGES, Reader

PLACES = ("world", "world/africa", "business", "sport", None)
STATUSES = ("published", "published", "published", "draft", "withdrawn")
VERDICTS = ("approved", "approved", "pending", "spam", "trash")
VERBS = ("approve", "approve", "hold", "spam", "trash")
MOVES = (5, 45, 24 * 60, 8 * 24 * 60, 40 * 24 * 60, -7, -26 * 60)
"""Minutes."""
TEXTS = st.one_of(
    st.sampled_from(["Harbour", "Côte d'Ivoire: \U0001f6a2 & <b>", "عنوان", "a" * 500]),
    st.text(min_size=1, max_size=20),
)
SENT = st.fixed_dictionaries(
    {},
    optional={
        "headline": TEXTS,
        "slug": st.sampled_from([None, "harbour", "ferry", "Été à Brest"]),
        "section": st.sampled_from(PLACES),
        "sections": st.sampled_from([None, [], ["business"], ["world", "world/africa"]]),
        "tags": st.sampled_from([None, [], ["storm"], ["storm", "sea"]]),
        "authors": st.sampled_from([None, [], [{"name": "Ann"}], [{"name": "Ann"}, {"name": "Bob", "url": BASE}]]),
        "summary": st.one_of(st.none(), TEXTS),
        "body_html": st.sampled_from([None, "", "<p>Harbour.</p>", "<ul><li>a<li>b</ul><img src=x>", "&#0;\x0c<i>"]),
        "image": st.sampled_from([None, {"url": "/media/a.png"}, {"url": "https://a.example/b.jpg", "caption": "C"}]),
        "enclosures": st.sampled_from(
            [
                None,
                [{"url": "/media/a.mp3", "type": "audio/mpeg"}],
                [{"url": "/media/a.mp3", "type": "audio/mpeg", "duration": 9}],
            ]
        ),
        "source": st.sampled_from([None, {"name": "Wire"}, {"name": "Wire", "url": "https://wire.example/"}]),
        "language": st.sampled_from([None, "", "fr", "ar"]),
        "correction": st.sampled_from([None, "", "Not so."]),
        "comments_open": st.booleans(),
        "status": st.sampled_from(STATUSES),
        "published_at": st.sampled_from(DATES),
        "embargoed_until": st.sampled_from(DATES),
    },
)
PICK = st.integers(0, 6)

WXR = wxr(
    post(7, "From the old site", categories={"world": "World"}, comments=[comment(3, "A reader wrote.")]),
    post(8, "Never finished", status="draft"),
    before=[category("world", "World")],
)


class Edits(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.run = self.runner.run

    @initialize()
    def open(self) -> None:
        self.folder = Path(self.stack.enter_context(TemporaryDirectory()))
        self.desk: Desk = self.run(self.stack.enter_async_context(opened_desk(self.folder, rate_limit=0)))
        self.model = Model(ZoneInfo("Africa/Kampala"))
        self.reader = Reader(self.desk, self.model)
        self.exported: list[bytes] = []
        self.run(self.sign_in())
        self.run(self.send({"headline": "Harbour", "status": "published", "section": "world", "tags": ["storm"]}))

    def teardown(self) -> None:
        self.run(self.stack.aclose())
        self.runner.close()

    @rule(sent=SENT)
    def create(self, sent: Fields) -> None:
        self.run(self.send({"headline": "Ferry"} | sent))

    @rule(pick=PICK, sent=SENT, significant=st.booleans())
    def edit(self, pick: int, sent: Fields, significant: bool) -> None:
        if self.model.articles:
            self.run(self.send(sent | {"significant": significant}, self.article(pick)))

    @rule(pick=PICK, status=st.sampled_from(STATUSES), at=st.sampled_from(DATES))
    def turn(self, pick: int, status: str, at: Any) -> None:
        if self.model.articles:
            self.run(self.send({"status": status, "published_at": at}, self.article(pick)))

    @rule(pick=PICK)
    def withdraw(self, pick: int) -> None:
        if self.model.articles:
            number = self.article(pick)
            self.run(self.desk.withdraw(number))
            answer = self.run(self.desk.article(number))
            self.model.write({"status": "withdrawn"}, answer, self.now)

    @rule(
        pick=PICK,
        status=st.sampled_from(VERDICTS),
        body=st.sampled_from(["Well said.", "<b>a</b> & b", "\x07\U0001f44d!"]),
    )
    def reply(self, pick: int, status: str, body: str) -> None:
        if self.model.articles:
            number = self.article(pick)
            sent = {"author_name": "Miriam", "author_email": EMAIL, "body": body, "status": status}
            response = self.run(self.desk.moderator.post(f"/api/articles/{number}/comments", json=sent))
            assert response.status_code < 500
            if response.status_code == 201:
                self.model.comments[response.json()["id"]] = (number, status)

    @rule(pick=PICK, verb=st.sampled_from(VERBS))
    def decide(self, pick: int, verb: str) -> None:
        if self.model.comments:
            number = sorted(self.model.comments)[pick % len(self.model.comments)]
            response = self.run(self.desk.moderator.post(f"/api/comments/{number}/{verb}"))
            assert response.status_code in (200, 409)
            self.run(self.learn_comments())

    @rule(act=st.sampled_from(VERBS), picks=st.lists(PICK, max_size=3))
    def decide_at_the_desk(self, act: str, picks: list[int]) -> None:
        numbers = sorted(self.model.comments)
        ids = [str(numbers[pick % len(numbers)]) for pick in picks] if numbers else []
        self.run(self.press("/desk/moderate", {"do": act, "id": ids, "back": "/desk/"}))
        self.run(self.learn_comments())

    @rule(erase=st.booleans())
    def forget_a_reader(self, erase: bool) -> None:
        store = self.desk.site.store
        policy = self.desk.site.comment_policy
        self.run(forget(store, EMAIL, language="en", erase=erase, list_after=policy.list_after))
        self.run(self.learn_comments())

    @rule(make=st.booleans(), path=st.sampled_from(["sport", "world/africa", "business"]))
    def change_sections(self, make: bool, path: str) -> None:
        parent, _, slug = path.rpartition("/")
        if make:
            sent = {"title": slug.capitalize(), "slug": slug} | ({"parent": parent} if parent else {})
            response = self.run(self.desk.editor.post("/api/sections", json=sent))
        else:
            response = self.run(self.desk.admin.delete(f"/api/sections/{path}"))
        assert response.status_code in (201, 204, 404, 409, 422)

    @rule()
    def keep_an_export(self) -> None:
        async def lines() -> bytes:
            return b"".join([line async for line in export_lines(self.desk.site.store, private=True)])

        self.exported.append(self.run(lines()))

    @rule(kind=st.sampled_from(["export", "export", "wxr", "feed"]), pick=PICK)
    def bring_in(self, kind: str, pick: int) -> None:
        if kind == "export" and not self.exported:
            return
        content = {"wxr": WXR.encode(), "feed": RSS_2.encode()}.get(kind) or self.exported[pick % len(self.exported)]
        file = self.folder / "file"
        file.write_bytes(content)
        placement = Placement(section="world") if kind == "feed" else Placement()
        site = self.desk.site
        self.run(
            import_file(
                site.store,
                file,
                settings=site.settings,
                clock=self.desk.clock,
                options=ImportOptions(placement=placement),
            )
        )
        self.run(self.learn_articles())
        self.run(self.learn_comments())

    @rule(minutes=st.sampled_from(MOVES))
    def pass_time(self, minutes: int) -> None:
        self.desk.clock.advance(minutes=minutes)

    @invariant()
    def everything_answers(self) -> None:
        self.model.pass_time(self.now)
        self.run(self.reader.read_everything())
        self.run(self.read_the_desk())

    @property
    def now(self) -> datetime:
        return self.desk.clock()

    def article(self, pick: int) -> int:
        return sorted(self.model.articles)[pick % len(self.model.articles)]

    async def send(self, sent: Fields, number: int | None = None) -> None:
        """What the API does not take, it names, and nothing changed."""
        dates = {name: self.dated(sent[name]) for name in ("published_at", "embargoed_until") if name in sent}
        editor = self.desk.editor
        if number is None:
            response = await editor.post("/api/articles", json=sent | dates)
        else:
            response = await editor.patch(f"/api/articles/{number}", json=sent | dates)
        assert response.status_code in (200, 201, 422), response.text
        if response.status_code != 422:
            answer = response.json()
            self.model.write(sent | dates, answer, self.now)
            article = self.model.articles[answer["id"]]
            assert (answer["public"], answer["status"]) == (article.public, article.status)
            page = self.desk.site.urls.of(article.path) if article.path else None
            assert answer["urls"]["page"] == page

    def dated(self, at: Any) -> str | None:
        return at if at is None or isinstance(at, str) else written(self.now + at)

    async def learn_articles(self) -> None:
        listed = (await self.desk.editor.get("/api/articles", params={"limit": 200})).json()["items"]
        for answer in listed:
            self.model.adopt(answer, self.now)
            assert answer["public"] == self.model.articles[answer["id"]].public

    async def learn_comments(self) -> None:
        for kept in await self.desk.site.store.list_comments(before_id=10**9, limit=1000):
            self.model.comments[kept.id] = (kept.article_id, kept.status.value)

    async def sign_in(self) -> None:
        await add_token(self.desk.site, "ann", "moderate")
        transport = httpx2.ASGITransport(self.desk.app)
        self.browser = await self.stack.enter_async_context(httpx2.AsyncClient(transport=transport, base_url=BASE))
        response = await self.browser.post("/desk/sign-in", data={"key": "ann", "next": ""})
        assert response.status_code == 303

    async def read_the_desk(self) -> None:
        for path in (*DESK_PAGES, *(f"/desk/articles/{number}/" for number in self.model.articles)):
            response = await self.browser.get(path)
            # A session of 12 hours may be over by now.
            assert response.status_code in (200, 303), path

    async def press(self, path: str, fields: dict[str, Any]) -> None:
        page = await self.browser.get("/desk/")
        if page.status_code != 200:
            await self.browser.post("/desk/sign-in", data={"key": "ann", "next": ""})
            page = await self.browser.get("/desk/")
        token = str(html.document_fromstring(page.text).xpath("string(//input[@name='token']/@value)"))
        response = await self.browser.post(path, data={"token": token, **fields})
        assert response.status_code == 303, response.text


CHECKS = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


def test_every_list_answers_whatever_is_done() -> None:
    run_state_machine_as_test(
        Edits, settings=settings(max_examples=2, stateful_step_count=12, suppress_health_check=CHECKS, deadline=None)
    )


@pytest.mark.nightly
def test_every_list_answers_whatever_is_done_all_night() -> None:
    run_state_machine_as_test(
        Edits, settings=settings(max_examples=300, stateful_step_count=30, suppress_health_check=CHECKS, deadline=None)
    )
