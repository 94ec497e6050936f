"""Partners that ask for their feeds."""

import json
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from feeds.newsroom.partners.keys import key_hash, new_key
from storage.model import Partner, PartnerKey, Terms
from tests.web.site import Client, Reply, Site


def basic(name: str, key: str) -> str:
    return "Basic " + b64encode(f"{name}:{key}".encode()).decode()


@dataclass(frozen=True)
class Asker:
    """A partner with one of its keys."""

    client: Client
    partner: Partner
    key: str

    async def ask(self, path: str, **fields: str) -> Reply:
        """What is at a path below `/partner`."""
        return await self.client.ask(f"/partner{path}", {"Authorization": f"Bearer {self.key}", **fields})

    async def items(self, path: str = "/feed.json") -> list[dict[str, Any]]:
        reply = await self.ask(path)
        assert reply.status == 200, reply.text
        items: list[dict[str, Any]] = json.loads(reply.body)["items"]
        return items

    async def titles(self, path: str = "/feed.json") -> list[str]:
        return [item["title"] for item in await self.items(path)]


@dataclass(frozen=True)
class Partners:
    site: Site
    client: Client

    async def add(self, name: str = "Rome Weekly", *, rate: int = 0, **terms: Any) -> Asker:
        chosen = {"rate": rate, "key_in_path": terms.pop("key_in_path", True), "expires_at": terms.pop("until", None)}
        partner = await self.site.state.store.add_partner(Partner(name=name, terms=Terms(**terms), **chosen))
        return Asker(self.client, partner, await self.key(name, "first"))

    async def key(self, partner: str, name: str, until: datetime | None = None) -> str:
        key = new_key()
        made = PartnerKey(name=name, hash=key_hash(key), created_at=self.site.clock(), expires_at=until)
        await self.site.state.store.add_partner_key(partner, made)
        return key
