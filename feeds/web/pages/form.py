"""The *Leave a Reply* form: what it asks, what was typed, and what was wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from feeds.newsroom.reply_policy import Policy
from feeds.urls import encode_path
from feeds.web.pages.thread import ShownComment
from feeds.web.signing import form_token
from feeds.wording import marked
from storage.model import Article


@dataclass(frozen=True, slots=True)
class Field:
    label: str
    """A message."""
    limit: int
    """Characters."""


FIELDS: Mapping[str, Field] = {
    "comment": Field(marked("Comment"), 65_525),
    "name": Field(marked("Name"), 245),
    "email": Field(marked("Email"), 100),
    "url": Field(marked("Website"), 200),
}
"""What people fill in, in order of appearance; the limits are commenting's."""

HONEYPOT = "subject"
"""A field that people do not see and must leave empty; browsers do not fill it in by themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyForm:
    fields: ClassVar[Mapping[str, Field]] = FIELDS
    trap: ClassVar[str] = HONEYPOT

    page: str
    """The article's path, percent-encoded."""
    token: str
    open: bool
    """Whether the article takes replies."""
    names_required: bool
    """Whether a reader must give a name and an email address."""
    max_depth: int
    """Levels of the thread: below them there is nothing to answer."""
    answers: ShownComment | None
    """The comment replied to."""
    typed: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What was typed, by field; it goes back to whoever typed it alone."""
    errors: Mapping[str, str] = field(default_factory=dict)
    """A sentence for each wrong field; a name that is not in `fields` stands for the form as a whole."""

    @property
    def focus(self) -> str:
        """The first wrong field; '' for the form as a whole, where anything is wrong."""
        return next((name for name in self.fields if name in self.errors), "")


def reply_form(
    policy: Policy,
    article: Article,
    now: datetime,
    *,
    answers: ShownComment | None = None,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> ReplyForm:
    return ReplyForm(
        page=encode_path(article.path),
        token=form_token(policy.secret, article.id, policy.day(now)),
        open=policy.is_open(article, now),
        names_required=policy.names_required,
        max_depth=policy.depth,
        answers=answers,
        typed=dict.fromkeys(FIELDS, "") | dict(typed or {}),
        errors=errors or {},
    )
