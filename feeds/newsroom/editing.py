"""A moderator's edit of a reply that is kept."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import ConfigDict, Field

from feeds.aside import aside
from feeds.clean.fields import Fields, read
from feeds.newsroom.replies import Body, Email, Name, Url
from feeds.newsroom.revising import revise
from feeds.newsroom.submissions import without_defaults
from storage.model import Comment
from storage.protocol import Comments


class CommentPatch(Fields):
    model_config = ConfigDict(json_schema_extra=without_defaults)

    author_name: Name = ""
    author_email: Email = Field(default="", repr=False)
    """Never published."""
    author_url: Url = ""
    body: Body = ""
    """In place of `body_html`: plain text, or the HTML elements that readers may use."""


async def edit_comment(
    store: Comments, comment_id: int, data: Mapping[str, object], *, if_version: frozenset[int] | None = None
) -> Comment:
    """Change the fields of `CommentPatch` that are there; nothing is written when nothing differs.

    `if_version`: the versions at which alone it may be changed; None for any.
    Raises NotFound, Stale, Invalid naming every wrong field, Conflict if too many edits meet.
    """
    patch = await aside(read, CommentPatch, data)
    changes: dict[str, Any] = {name: getattr(patch, name) or "" for name in patch.model_fields_set - {"body"}}
    if "body" in patch.model_fields_set:
        changes["body_html"] = patch.body

    async def write(kept: Comment) -> Comment:
        return await store.update_comment(replace(kept, **changes), if_version=kept.version)

    return await revise(lambda: store.get_comment(comment_id), write, if_version=if_version)
