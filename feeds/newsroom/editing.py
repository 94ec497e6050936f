"""A moderator's edit of a reply that is kept."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import ConfigDict, Field

from feeds.aside import aside
from feeds.clean.fields import Fields, read
from feeds.newsroom.publishing import ATTEMPTS, Stale
from feeds.newsroom.replies import Body, Email, Name, Url
from feeds.newsroom.submissions import without_defaults
from storage.errors import Conflict
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
    for attempt in range(1, ATTEMPTS + 1):
        kept = await store.get_comment(comment_id)
        if if_version is not None and kept.version not in if_version:
            raise Stale(f"The comment is at version {kept.version} by now; read it again")
        try:
            return await store.update_comment(replace(kept, **changes), if_version=kept.version)
        except Conflict:
            # One that was erased is not edited at any version; another edit moved the version, so look again.
            if attempt == ATTEMPTS or (await store.get_comment(comment_id)).version == kept.version:
                raise
    raise AssertionError("the last attempt returns or raises")
