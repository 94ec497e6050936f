"""A comment as an editor sees it."""

from dataclasses import dataclass, field

from markupsafe import Markup

from feeds import paths
from feeds.clean.html import absolute_html, text_of
from feeds.kinds.base import Publication
from feeds.newsroom.reply_policy import Why
from feeds.urls import comment_url, encode_path, linkable
from feeds.web.pages.display import Moment, moment
from storage.model import Article, Comment, CommentStatus, Decision, ModeratedComment

ACTIONS = {
    "approve": (CommentStatus.APPROVED, "Approve", "approved"),
    "hold": (CommentStatus.PENDING, "Hold", "held"),
    "spam": (CommentStatus.SPAM, "Spam", "marked as spam"),
    "trash": (CommentStatus.TRASH, "Trash", "put in the trash"),
}
"""What an editor may do: what becomes of the comment, the button, and how it is told."""

DONE = {status: told for status, _, told in ACTIONS.values()}
_WHO = {"reader": "the reader", "forget": "a wish to be forgotten", "cli": "the command line"}
_REASONS = {
    Why.ALL: "every reply waits for a moderator",
    Why.NEW: "its author’s first under this name and email",
    Why.LINKS: "links: {}",
    Why.WORD: "it holds “{}”",
    Why.NAME: "its name looks like the newsroom’s own",
    Why.BAN: "banned: {}",
    Why.FORM: "it was not sent by the article’s form, or by one that was open for long",
}
_EXCERPT = 120
"""Characters."""


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A decision in words."""

    who: str
    done: str
    before: str
    """'' of one that was written so."""
    at: Moment


@dataclass(frozen=True, slots=True)
class Answered:
    id: int
    author: str
    excerpt: str
    status: str


@dataclass(frozen=True, slots=True)
class Place:
    """The article of a comment."""

    headline: str
    thread: str
    page: str
    """'' unless readers see it."""


@dataclass(slots=True, kw_only=True)
class CommentView:
    id: int
    author: str
    email: str
    url: str
    """'' unless it is an http(s) URL."""
    at: Moment
    body: Markup
    status: str
    why: tuple[str, ...]
    """In words, why it was not shown when it came."""
    newsroom: bool
    answers: Answered | None
    place: Place
    public_url: str
    """'' unless readers see it."""
    decisions: tuple[DecisionView, ...]
    actions: tuple[tuple[str, str], ...]
    """Names and buttons of what makes it another."""
    replies: "list[CommentView]" = field(default_factory=list)


def comment_view(found: ModeratedComment, site: Publication) -> CommentView:
    comment, article = found.comment, found.article
    where = place(article, comment)
    shown = where.page and comment.status is CommentStatus.APPROVED
    return CommentView(
        id=comment.id,
        author=comment.author_name,
        email=comment.author_email,
        url=linkable(comment.author_url),
        at=moment(comment.created_at, site.zone),
        body=Markup(absolute_html(comment.body_html, site.urls.of(article.path))),
        status=comment.status.value,
        why=tuple(map(_reason, comment.held_why.splitlines())),
        newsroom=comment.newsroom,
        answers=_answered(found.parent) if found.parent else None,
        place=where,
        public_url=comment_url(where.page, comment.id) if shown else "",
        decisions=tuple(decision_view(decision, site) for decision in found.decisions),
        actions=_actions(comment),
    )


def _reason(line: str) -> str:
    """A line of `Comment.held_why` in words; of a reason that a later release had, what it says."""
    kind, _, what = line.partition(" ")
    return _REASONS[Why(kind)].format(what) if kind in set(Why) else line


def _actions(comment: Comment) -> tuple[tuple[str, str], ...]:
    """None for one that was erased: there is nothing left to show."""
    if comment.erased:
        return ()
    return tuple((name, button) for name, (status, button, _) in ACTIONS.items() if status is not comment.status)


def place(article: Article, comment: Comment) -> Place:
    return Place(
        headline=article.headline,
        thread=f"{paths.DESK_THREAD(id=str(article.id))}?around={comment.id}#comment-{comment.id}",
        page=encode_path(article.path) if article.public else "",
    )


def who(by: str) -> str:
    """Of a decision or a ban, in words."""
    kind, _, name = by.partition(":")
    return ({"desk": name, "api": f"{name} (API)"} | _WHO).get(kind, by)


def decision_view(decision: Decision, site: Publication) -> DecisionView:
    moved = decision.before is not decision.after
    return DecisionView(
        who=who(decision.by),
        done=DONE[decision.after] if moved else "written",
        before=decision.before.value if moved else "",
        at=moment(decision.at, site.zone),
    )


def excerpt(html: str) -> str:
    text = text_of(html)
    return text if len(text) <= _EXCERPT else text[:_EXCERPT].rsplit(" ", 1)[0] + " …"


def _answered(parent: Comment) -> Answered:
    return Answered(parent.id, parent.author_name, excerpt(parent.body_html), parent.status.value)
