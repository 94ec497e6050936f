"""An article's replies, numbered and nested."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from feeds.html import absolute_html
from feeds.kinds.base import Publication
from feeds.urls import web_url
from feeds.web.pages.nesting import nest
from feeds.web.pages.wording import Moment, moment
from storage.model import Article, Comment


@dataclass(slots=True, kw_only=True, eq=False)
class Reply:
    """A comment in its thread."""

    id: int
    number: int
    """1 is the oldest of the article's; 0 for one that is held and has none."""
    author: str
    author_url: str
    """'' unless it is an http(s) URL."""
    at: Moment
    body: Markup
    answers: "Reply | None"
    depth: int
    """As written, from 1; nesting stops at the deepest level, and a deeper reply stands beside the one it answers."""
    held: bool
    replies: "list[Reply]" = field(default_factory=list)
    """Those nested under it, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    top: tuple[Reply, ...]
    """The top-level replies, oldest first, with the others nested under them."""
    by_id: Mapping[int, Reply]
    count: int
    """The approved ones."""


def build_thread(
    article: Article, comments: Sequence[Comment], site: Publication, max_depth: int, held: Comment | None = None
) -> Thread:
    """`comments` are the approved ones, oldest first; `held` is one that its author alone may see."""
    by_id: dict[int, Reply] = {}
    numbered = [*enumerate(comments, start=1), *([(0, held)] if held else [])]
    for number, comment in numbered:
        parent = by_id.get(comment.parent_id) if comment.parent_id else None
        by_id[comment.id] = _reply(number, comment, parent, article, site)
    top = nest(((by_id[comment.id], comment.parent_id) for _, comment in numbered), max_depth)
    return Thread(top=tuple(top), by_id=by_id, count=len(comments))


def _reply(number: int, comment: Comment, parent: Reply | None, article: Article, site: Publication) -> Reply:
    return Reply(
        id=comment.id,
        number=number,
        author=comment.author_name,
        author_url=web_url(comment.author_url),
        at=moment(comment.created_at, site.zone),
        body=Markup(absolute_html(comment.body_html, site.urls.of(article.path))),
        answers=parent,
        depth=parent.depth + 1 if parent else 1,
        held=number == 0,
    )
