"""The newsroom's own webhooks: told of what waits for a moderator, all that came since the last message in one."""

import json
from collections.abc import Sequence
from datetime import datetime

from feeds import paths
from feeds.aside import aside
from feeds.delivery.messaging import Messenger, time_of
from feeds.newsroom.held_webhooks import owner_of_held
from storage.model import HeldDelivery, ModeratedComment


class HeldNotices(Messenger[HeldDelivery]):
    """Sends what is due. No reader waits for it: what waits is found in the store."""

    async def _claim(self, limit: int) -> Sequence[HeldDelivery]:
        return await self._store.claim_held_webhooks(limit=limit, lease=self._lease)

    async def _send(self, delivery: HeldDelivery) -> None:
        body = await aside(self._body, delivery, self._site.clock())
        await self._post_signed(delivery, body, owner_of_held(delivery.webhook.url))

    async def _acknowledge(self, delivery: HeldDelivery) -> None:
        await self._store.acknowledge_held(delivery)

    async def _fail(self, delivery: HeldDelivery, error: str, *, due_at: datetime | None) -> None:
        await self._store.fail_held(delivery, error, due_at=due_at)

    async def _return(self, delivery: HeldDelivery, *, due_at: datetime) -> None:
        await self._store.return_held(delivery, due_at=due_at)

    async def _end(self, delivery: HeldDelivery, why: str) -> None:
        await self._store.end_held_webhook(delivery, why)

    def _body(self, delivery: HeldDelivery, now: datetime) -> bytes:
        """No email stands in it, and no address."""
        urls = self._site.urls
        message = {
            "type": "comments.held",
            "timestamp": time_of(now),
            "data": {
                "waiting": delivery.waiting,
                "queue": urls.of(paths.DESK),
                "comments": [self._comment(found) for found in delivery.comments],
            },
        }
        return json.dumps(message, ensure_ascii=False).encode("utf-8", "replace")

    def _comment(self, found: ModeratedComment) -> dict[str, object]:
        comment, urls = found.comment, self._site.urls
        return {
            "id": comment.id,
            "author_name": comment.author_name,
            "body_html": comment.body_html,
            "created_at": time_of(comment.created_at),
            "held_why": comment.held_why.splitlines(),
            "article": {"id": found.article.id, "headline": found.article.headline},
            "url": urls.of(paths.DESK_COMMENT(id=str(comment.id))),
        }
