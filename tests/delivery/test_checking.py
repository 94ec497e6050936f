"""`dateline subscriptions check`: the running server subscribes to itself, through its public address; what fails is named."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import httpx2
import pytest

from feeds.delivery.checking import CheckFailed, Findings, check_delivery, topic_of
from feeds.delivery.own import Ways, check_callback
from feeds.outbound import Callbacks, Forbidden, Guard, Networks, Unreachable
from feeds.settings import Settings
from feeds.urls import Urls
from storage.connect import open_store
from storage.model import UNSEEN, Subscription
from storage.protocol import Store
from tests.delivery.subscribers import Answer, Asked, Sink, sink, status
from tests.ports import free_port
from tests.server.running import COMMAND, environment, running
from tests.server.test_kills import newsroom
from tests.server.wire import PATIENCE, dial

pytestmark = pytest.mark.anyio

TOKEN, OTHER = "t" * 22, "u" * 22
"""Of trials."""


class Front:
    """What the newsroom's address leads to: it passes requests on to the server, and may change what is sent and answered."""

    def __init__(self, sink: Sink) -> None:
        self.server = 0
        """The port that it passes requests on to."""
        self.url = f"http://127.0.0.1:{sink.port}"
        self.mend()
        sink.otherwise = self._answer

    def mend(self) -> None:
        self.hub: Answer = self.forward
        self.verification: Answer = self.forward
        self.delivery: Answer = self.forward

    async def forward(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        await self._pass_on(asked, writer)

    async def forge(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        """The delivery, signed by somebody else."""
        await self._pass_on(asked, writer, **{"x-hub-signature": "sha256=" + "0" * 64})

    async def unsign(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        await self._pass_on(asked, writer, **{"x-hub-signature": ""})

    async def _answer(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        way = self.verification if asked.method == "GET" else self.delivery
        await (self.hub if asked.target == "/hub" else way)(asked, writer)

    async def _pass_on(self, asked: Asked, writer: asyncio.StreamWriter, **changed: str) -> None:
        own = ("host", "content-length", "connection")
        fields = {name: value for name, value in (dict(asked.fields) | changed).items() if value and name not in own}
        async with dial(self.server) as wire:
            answer = await wire.ask(asked.target, method=asked.method, body=asked.body, **fields)
        writer.write(answer.head + answer.body)


@dataclass
class Checked:
    """A server that runs behind a front, as its operator has it."""

    front: Front
    store: Store
    settings: Settings

    async def check(self, patience: float = PATIENCE) -> Findings:
        return await check_delivery(self.store, self.settings, patience)

    async def fault(self, patience: float = 1.0) -> str:
        """What the check says, having waited so many seconds for what does not come."""
        with pytest.raises(CheckFailed) as failed:
            await self.check(patience)
        return str(failed.value)

    async def post(self, path: str, body: bytes, **fields: str) -> int:
        async with dial(self.front.server) as wire:
            return (await wire.ask(path, method="POST", body=body, **fields)).status

    async def get(self, path: str) -> int:
        async with dial(self.front.server) as wire:
            return (await wire.ask(path)).status

    async def subscribe(self, token: str) -> int:
        """Of what the callback of a trial, be there one or not, asks of the hub: its status."""
        urls = Urls(self.front.url)
        form = {
            "hub.mode": "subscribe",
            "hub.topic": urls.base + topic_of(token).target,
            "hub.callback": check_callback(urls, token),
        }
        return await self.post("/hub", urlencode(form).encode(), Content_Type="application/x-www-form-urlencoded")


@asynccontextmanager
async def checked(folder: Path) -> AsyncIterator[Checked]:
    """Nothing of this machine's is open to its deliveries."""
    await newsroom(folder)
    async with sink() as made:
        front = Front(made)
        with running(folder, DATELINE_BASE_URL=front.url) as server:
            front.server = server.port
            url = f"sqlite:///{folder}/dateline.db"
            store = await open_store(url)
            try:
                yield Checked(front, store, Settings(database_url=url, base_url=front.url, outbound_timeout=5.0))
            finally:
                await store.close()


async def remains(store: Store) -> tuple[object, ...]:
    counts = await store.push_counts()
    return await store.list_subscriptions(limit=9), counts.topics, counts.requests, await store.next_push_at()


async def test_the_server_that_runs_tells_itself_or_what_fails_is_named(tmp_path: Path) -> None:
    async with checked(tmp_path) as at:
        async with dial(at.front.server) as wire:
            before = await wire.ask("/feed.rss")
        start = await at.store.last_seq()
        command = await asyncio.create_subprocess_exec(
            *COMMAND, "subscriptions", "check", "--wait", str(PATIENCE), cwd=tmp_path, stdout=asyncio.subprocess.PIPE,
            env=environment(tmp_path, DATELINE_BASE_URL=at.front.url),
        )  # fmt: skip
        said, _ = await command.communicate()
        assert command.returncode == 0
        legs = re.findall(r"^(\w+) +(\d+\.\d) ms", said.decode(), re.MULTILINE)
        assert [name for name, _ in legs] == ["asked", "verified", "delivered"]
        assert all(float(took) > 0 for _, took in legs)

        front = at.front
        for way, answer, fault in (
            ("hub", status(404), "not accepted: .*/hub answers 404: .*DATELINE_HUB"),
            ("verification", status(502), "no verification: .* does not reach http://127.0.0.1:"),
            ("verification", status(200, b"Welcome"), "no verification: "),
            ("delivery", status(500), "no delivery: the callback answers 500"),
            ("delivery", front.forge, "wrong signature: .* its signature is wrong"),
            ("delivery", front.unsign, "wrong signature: .* without its signature"),
        ):
            setattr(front, way, answer)
            heard = await at.fault()
            assert re.match(fault, heard), heard
            front.mend()
        elsewhere = Settings(base_url=f"http://127.0.0.1:{free_port()}")
        with pytest.raises(CheckFailed, match=r"^not reachable: "):
            await check_delivery(at.store, elsewhere, PATIENCE)
        # The server has another store than this command.
        other = await open_store(f"sqlite:///{tmp_path}/other.db", migrate=True)
        with pytest.raises(CheckFailed, match=r"^not accepted: .* another database"):
            await check_delivery(other, at.settings, PATIENCE)
        await other.close()

        # Nothing of it is anybody's, then or later.
        assert await remains(at.store) == ((), 0, 0, None)
        async with dial(front.server) as wire:
            after = await wire.ask("/feed.rss")
        assert (after.body, after.field("etag")) == (before.body, before.field("etag"))
        changes = await at.store.changes_since(start, limit=100)
        assert changes
        assert all(change.subject in UNSEEN for change in changes)
        assert all(scope.startswith("hub check:") for change in changes for scope in change.scopes)

        # Of the server's own addresses a subscriber is at none, whatever it is called, unless a trial lasts.
        assert await at.subscribe(OTHER) == 400
        await at.store.begin_hub_check(TOKEN, path=topic_of(TOKEN).path, secret="", lasts=timedelta(minutes=2))
        assert await at.subscribe(OTHER) == 400
        assert await at.subscribe(TOKEN) == 202
        [asked] = await made(at.store)
        assert asked.expires_at - asked.verified_at <= timedelta(minutes=2), "no longer than the trial"
        await at.store.end_hub_check(TOKEN)
        assert await remains(at.store) == ((), 0, 0, None)
        assert await at.subscribe(TOKEN) == 400
        assert await at.post(f"/hub/check/{TOKEN}", b"<rss/>") == await at.get(f"/hub/check/{TOKEN}") == 404
        assert await at.get(topic_of(TOKEN).target) == 404


async def made(store: Store) -> tuple[Subscription, ...]:
    """Subscriptions, once there is one."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if found := await store.list_subscriptions(limit=9):
                return found
            await asyncio.sleep(0.005)


@pytest.mark.parametrize(
    "path",
    [
        "/api/articles", "/hub", "/hub/check/", f"/hub/check/{TOKEN}/", f"/hub/check/{TOKEN}t", f"/hub/check/{TOKEN[1:]}",
        f"/hub/check/{TOKEN[1:]}%74", f"/hub/check/../check/{TOKEN}", f"//hub/check/{TOKEN}", f"/hub/check/{TOKEN}#",
        f"/hub/check/{TOKEN[2:]}..", f"/api/../hub/check/{TOKEN}",
    ],
)  # fmt: skip
@pytest.mark.parametrize("base", ["http://127.0.0.1:9", "http://localhost:9", "http://[::1]:9"])
async def test_of_the_servers_own_network_nothing_is_asked_but_the_callback_of_a_trial(base: str, path: str) -> None:
    subscribers, own = Callbacks(Guard(Networks())), Callbacks(Guard(Networks(), trusted=httpx2.URL(base)))
    async with subscribers, own:
        ways = Ways(Urls(base), subscribers, own)
        for callback in (base + path, f"http://127.0.0.1:10/hub/check/{TOKEN}", f"https{base[4:]}/hub/check/{TOKEN}"):
            with pytest.raises(Forbidden):
                await ways.get(f"{callback}?hub.mode=subscribe", {})
            with pytest.raises(Forbidden):
                await ways.post(callback, b"", {}, patience=0.0)
        with pytest.raises(Unreachable):
            await ways.post(f"{base}/hub/check/{TOKEN}", b"", {}, patience=0.0)
