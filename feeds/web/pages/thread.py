"""An article's replies, numbered and nested."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from markupsafe import Markup

from feeds.clean.html import absolute_html
from feeds.kinds.base import Publication
from feeds.kinds.items import comment_name
from feeds.urls import comment_url, encode_path, linkable, thread_url
from feeds.web.pages.display import Moment, moment
from feeds.web.pages.layout import Link
from feeds.web.pages.nesting import nest
from feeds.wording import Wording
from storage.model import Article, ArticleView, Comment, Omission
from storage.omissions import omission


@dataclass(slots=True, kw_only=True, eq=False)
class ShownComment:
    """A comment in its thread."""

    id: int
    number: int
    """1 is the oldest of the article's; 0 for one that is held and has none, or stands on another page."""
    author: str
    author_url: str
    """'' unless it is an http(s) URL."""
    at: Moment
    body: Markup
    answers: "ShownComment | None"
    url: str
    """Its place: a fragment, where it is on the page that is shown."""
    depth: int
    """As written, from 1; nesting stops at the deepest level, and a deeper reply stands beside the one it answers."""
    held: bool
    newsroom: bool
    """Whether the newsroom itself wrote it."""
    replies: "list[ShownComment]" = field(default_factory=list)
    """Those nested under it, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    top: tuple[ShownComment, ...]
    """The top-level replies, oldest first, with the others nested under them."""
    by_id: Mapping[int, ShownComment]
    count: int
    """The approved ones, on all pages."""
    beside: tuple[Link, ...]
    """To the newer and the older page, as far as there are any."""
    older: tuple[Link, ...] = ()
    """The latter alone: it stands above the oldest that is shown, too."""
    omissions: tuple[Omission, ...] = ()
    """Those that could not be made."""


def build_thread(view: ArticleView, site: Publication, max_depth: int, held: Comment | None = None) -> Thread:
    """A page of it; `held` is a comment that its author alone may see.

    A reply to what stands on an earlier page stands at the top of its own, and names whom it answers.
    """
    article = view.article
    elsewhere = {parent.id: _elsewhere(parent, article, site) for parent in view.parents}
    by_id: dict[int, ShownComment] = {}
    numbered = [*enumerate(view.comments, start=view.older + 1), *([(0, held)] if held else [])]
    left_out = []
    for number, comment in numbered:
        parent = by_id.get(comment.parent_id) or elsewhere.get(comment.parent_id) if comment.parent_id else None
        try:
            by_id[comment.id] = _reply(number, comment, parent, article, site)
        except Exception as error:
            left_out.append(omission(comment_name(comment), error))
    top = nest(
        ((by_id[comment.id], comment.parent_id) for _, comment in numbered if comment.id in by_id),
        max_depth,
    )
    newer, older = _pages(view, site.wording)
    return Thread(
        top=tuple(top),
        by_id=by_id,
        count=article.comment_count,
        beside=newer + older,
        older=older,
        omissions=tuple(left_out),
    )


def _pages(view: ArticleView, wording: Wording) -> tuple[tuple[Link, ...], tuple[Link, ...]]:
    """To the newer and to the older page; none where there is none."""

    def link(page: int, text: str, rel: str) -> Link:
        return Link(f"{thread_url(encode_path(view.article.path), page, view.pages)}#comments", text, rel=rel)

    newer = (link(view.page + 1, wording.gettext("Newer comments"), "prev"),) if view.page < view.pages else ()
    older = (link(view.page - 1, wording.gettext("Older comments"), "next"),) if view.page > 1 else ()
    return newer, older


def _elsewhere(comment: Comment, article: Article, site: Publication) -> ShownComment:
    return replace(
        _reply(0, comment, None, article, site), url=comment_url(encode_path(article.path), comment.id), held=False
    )


def _reply(
    number: int, comment: Comment, parent: ShownComment | None, article: Article, site: Publication
) -> ShownComment:
    return ShownComment(
        id=comment.id,
        number=number,
        author=comment.author_name,
        author_url=linkable(comment.author_url),
        at=moment(comment.created_at, site.zone, site.wording),
        body=Markup(absolute_html(comment.body_html, site.urls.of(article.path))),
        answers=parent,
        url=f"#comment-{comment.id}",
        depth=parent.depth + 1 if parent else 1,
        held=number == 0,
        newsroom=comment.newsroom,
    )
