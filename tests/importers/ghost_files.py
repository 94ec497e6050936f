"""Exports as Ghost writes them: a dump of its tables."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]


def post(number: int, title: str, **fields: Any) -> dict[str, Any]:
    """A published post, with the columns of Ghost 5."""
    return {
        "id": f"64f0000000000000000000{number:02x}",
        "uuid": f"7d6e0000-0000-4000-8000-0000000000{number:02x}",
        "title": title,
        "slug": f"post-{number}",
        "mobiledoc": None,
        "lexical": "{}",
        "html": f"<p>Words of {title}.</p>",
        "plaintext": f"Words of {title}.",
        "feature_image": None,
        "featured": 0,
        "type": "post",
        "status": "published",
        "locale": None,
        "visibility": "public",
        "created_at": "2024-03-04T20:00:00.000Z",
        "updated_at": "2024-03-06T09:30:00.000Z",
        "published_at": f"2024-03-05T08:{number:02d}:00.000Z",
        "custom_excerpt": None,
        "codeinjection_head": None,
        "codeinjection_foot": None,
        "canonical_url": None,
        **fields,
    }


TAGS: list[Row] = [
    {"id": "t1", "name": "World news", "slug": "world-news", "visibility": "public"},
    {"id": "t2", "name": "Ferries", "slug": "ferries", "visibility": "public"},
    {"id": "t3", "name": "#front", "slug": "hash-front", "visibility": "internal"},
]
USERS: list[Row] = [
    {"id": "u1", "name": "Jane Doe", "slug": "jane", "email": "jane@mail.example", "website": "https://jane.example/"},
    {"id": "u2", "name": "tom@mail.example", "slug": "tom", "email": "tom@mail.example", "website": None},
]


def of_post(number: int, table: str, *ids: str) -> list[dict[str, Any]]:
    """The rows that give a post its tags (`tag_id`) or authors (`author_id`), in this order."""
    column = {"posts_tags": "tag_id", "posts_authors": "author_id"}[table]
    post_id = post(number, "")["id"]
    return [{"post_id": post_id, column: one, "sort_order": place} for place, one in enumerate(ids)]


def ghost(posts: Sequence[Row], *, wrapped: bool = True, posts_last: bool = False, **tables: Any) -> str:
    data: dict[str, Any] = {"posts": posts, "tags": TAGS, "users": USERS, **tables}
    data.setdefault("settings", [{"id": "s1", "key": "site_uuid", "value": "5c1e0000-0000-4000-8000-00000000abcd"}])
    # Whom a newsroom writes letters to is nobody else's to read.
    data["members"] = [{"id": "m1", "email": "reader@mail.example", "name": "A Reader"}]
    if posts_last:
        data["posts"] = data.pop("posts")
    export = {"meta": {"exported_on": 1709712000000, "version": "5.80.0"}, "data": data}
    return json.dumps({"db": [export]} if wrapped else export)
