"""Blogger's export: an Atom file in which a blog's posts, comments, pages, settings and templates are entries alike.

Since 2024 its elements say what an entry is, before that a category of Google's did.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import unquote, urlsplit

from feeds.clean.html import sanitize_comment
from feeds.importers.base import Desk
from feeds.importers.feeds.article import Entry, byline, records
from feeds.importers.feeds.things import Thing, get_text, get_things
from feeds.importers.markup import title
from feeds.importers.report import A_PAGE
from feeds.importers.standing import digest_of, no_article, page_of
from feeds.newsroom.replies import ANONYMOUS
from feeds.newsroom.standing import page_path
from storage.model import (
    Alias,
    Article,
    ArticleRecord,
    ArticleStatus,
    Comment,
    CommentStatus,
    ImportSource,
    Page,
    PageRecord,
)

_KIND = "//schemas.google.com/g/2005#kind"
_POST, _COMMENT, _PAGE = "post", "comment", "page"
_FEEDS = {
    "/feeds/posts/default/": "/feed.atom",
    "/feeds/comments/default/": "/comments/feed.atom",
    "/atom.xml/": "/feed.atom",
    "/rss.xml/": "/feed.rss",
}
"""Where a blog at an address of its own has its feeds, and where they are here."""
_PUBLIC = frozenset({"", "live", "scheduled", "published"})
_COMMENT_STATES = {"spam": CommentStatus.SPAM, "spam_trashed": CommentStatus.SPAM}
_NOBODY = "noreply@blogger.com"
"""Stands for the address of everybody who gave none."""


def is_kind(tag: Thing) -> bool:
    """Whether a category says what an entry is: no category of the blog's. By its scheme, be it written with http or https."""
    return get_text(tag, "scheme").strip().partition(":")[2].lower() == _KIND


def is_draft(entry: Thing) -> bool:
    """By RFC 5023, or by what came before it: whatever is not said to be none is one."""
    return isinstance(dict.get(entry, "app_draft"), str) and get_text(entry, "app_draft").strip().lower() != "no"


def terms(entry: Thing, tag: Thing) -> list[str]:
    """What a category names: Blogger's export writes all labels of a post into one, a line each."""
    term = get_text(tag, "term")
    return term.split("\n") if get_text(entry, "blogger_type") else [term]


def is_export(entries: Sequence[Thing]) -> bool:
    return any(_kind(entry) for entry in entries)


def exported(
    entries: Sequence[Thing], read: Callable[[Thing], Entry], desk: Desk, source: ImportSource
) -> Iterator[Alias | ArticleRecord | PageRecord]:
    """The posts of a newsroom that moves here, with their comments and under their old addresses, and its pages: drafts as drafts,
    what is in the trash not at all. An entry of no kind is a post that some other software added.
    """
    posts: dict[str, Thing] = {}
    pages: dict[str, Thing] = {}
    threads: dict[str, list[Thing]] = defaultdict(list)
    for entry in entries:
        kind = _kind(entry) or _POST
        if _is_trashed(entry):
            yield from _trashed(entry, kind, source, desk)
        elif kind == _COMMENT:
            threads[_text(entry, "in_reply_to") or _text(entry, "blogger_parent")].append(entry)
        elif kind in (_POST, _PAGE) and _text(entry, "id"):
            (posts if kind == _POST else pages)[_text(entry, "id")] = entry
        elif kind in (_POST, _PAGE):
            desk.report.refused.add(_name(entry), "it has no id")
        else:
            desk.report.left_out.add(_name(entry), f"Blogger's {kind}")
    yield from (Alias(path, feed) for path, feed in _FEEDS.items())
    threads_left = dict(threads)
    number = 0
    for record in records(map(read, posts.values()), desk, replace(source, whole=True)):
        post, replies = posts[record.article.guid], threads_left.pop(record.article.guid, [])
        thread = _thread(replies, read, number)
        number += len(thread)
        said = {comment.guid: body for comment, body in thread}
        comments = tuple(comment for comment, _ in thread)
        yield replace(
            _moved(record, post, desk),
            former_page=_origin(source, record.article.guid),
            comments=comments,
            said_in_comments=said,
            all_comments=True,
        )
    for record in records(map(read, pages.values()), desk, source):
        guid = record.article.guid
        left = _thread(threads_left.pop(guid, []), read, 0)
        desk.report.leave_comments("a page's comments", record.article.headline, (comment for comment, _ in left))
        yield no_article(replace(source, whole=True), guid, record.article.headline, A_PAGE)
        yield _page(_moved(record, pages[guid], desk), guid, source)
    for replies in threads_left.values():
        for reply in replies:
            desk.report.left_out.add(_name(reply), "a comment on what is not imported")


def _trashed(entry: Thing, kind: str, source: ImportSource, desk: Desk) -> Iterator[ArticleRecord | PageRecord]:
    """What is in the trash is here no more, whichever of the two it was."""
    guid, why = _text(entry, "id"), f"a {kind} in the trash"
    if kind not in (_POST, _PAGE) or not guid:
        desk.report.left_out.add(_name(entry), why)
        return
    whole = replace(source, whole=True)
    if kind == _POST:
        yield no_article(whole, guid, _name(entry), why, former_page=_origin(source, guid))
    else:
        path = unquote(urlsplit(_text(entry, "blogger_filename")).path) or "/"
        yield PageRecord(
            page=Page(path=path, title=_name(entry)), origin=_origin(source, guid), digest=why, left_out=why
        )
        yield no_article(whole, guid, _name(entry), A_PAGE)


def _moved(record: ArticleRecord, post: Thing, desk: Desk) -> ArticleRecord:
    """A post as this newsroom's own: it was no agency that wrote it."""
    article = replace(record.article, canonical_url="", source=None)
    status = get_text(post, "blogger_status").strip().lower()
    said = record.said
    if is_draft(post) or status not in _PUBLIC:
        article, said = _draft(article), {**said, "published_at": None}
        if status not in _PUBLIC and status != "draft":
            desk.report.made_drafts.add(article.headline, f"Blogger's status {status[:40]}")
    elif not article.summary:
        article = replace(article, summary=title(get_text(post, "blogger_metadescription")))
    places = (record.article.canonical_url, _text(post, "blogger_filename"))
    # As the store knows what led somewhere: with a last slash.
    paths = {f"{unquote(urlsplit(place).path).rstrip('/')}/" for place in places}
    return replace(record, article=article, said=said, old_paths=tuple(sorted(paths - {"/"})))


def _page(record: ArticleRecord, guid: str, source: ImportSource) -> PageRecord:
    """One that is no article, at its own path, or where it has none yet, at its name."""
    article = record.article
    try:
        path = page_path(next(iter(record.old_paths), "") or article.slug)
    except ValueError:
        path = page_path(article.slug)
    page = page_of(article, path, public=article.status is ArticleStatus.PUBLISHED)
    digest = digest_of([article.headline, article.body_html, article.status, path])
    return PageRecord(page=page, origin=_origin(source, guid), digest=digest)


def _origin(source: ImportSource, guid: str) -> str:
    return f"{source.names[0]} {guid}"


def _draft(article: Article) -> Article:
    return replace(
        article,
        status=ArticleStatus.DRAFT,
        created_at=article.published_at,
        published_at=None,
        updated_at=None,
        day=None,
    )


def _thread(replies: Sequence[Thing], read: Callable[[Thing], Entry], before: int) -> list[tuple[Comment, str]]:
    """Comments in the order in which they were written, each with its HTML as it came, numbered on from those of other posts; a
    reply to one that is not here, or was written later, stands on its own.
    """
    entries = sorted(((read(reply), reply) for reply in replies), key=lambda pair: str(_written(pair[0])))
    ids: dict[str, int] = {}
    thread: list[tuple[Comment, str]] = []
    for number, (entry, reply) in enumerate(entries, before + 1):
        written = _written(entry)
        if written is None or not entry.guid or entry.guid in ids:
            continue
        author = entry.authors[0] if entry.authors else byline(ANONYMOUS)
        comment = Comment(
            id=number,
            guid=entry.guid,
            article_id=0,
            parent_id=ids.get(_answered(reply)),
            author_name=author.name if author else ANONYMOUS,
            author_email=_email(reply),
            author_url=author.url if author else "",
            body_html=sanitize_comment(entry.body),
            status=_state(reply),
            created_at=written,
        )
        thread.append((comment, entry.body))
        ids[entry.guid] = number
        ids[entry.guid.rpartition("-")[2]] = number
    return thread


def _written(entry: Entry) -> datetime | None:
    return entry.published or entry.updated


def _answered(reply: Thing) -> str:
    """The comment that it answers: its id, or the last part of that, by which Blogger's links call it."""
    if parent := _text(reply, "blogger_inreplyto"):
        return parent
    links = (get_text(link, "href") for link in get_things(reply, "links") if get_text(link, "rel") == "related")
    return next((link.rpartition("/comments/default/")[2] for link in links if "/comments/default/" in link), "")


def _state(reply: Thing) -> CommentStatus:
    status = get_text(reply, "blogger_status").strip().lower()
    if is_draft(reply):
        return CommentStatus.PENDING
    return CommentStatus.APPROVED if status in _PUBLIC else _COMMENT_STATES.get(status, CommentStatus.PENDING)


def _email(reply: Thing) -> str:
    written = next(
        (get_text(one, "email") for one in get_things(reply, "authors") if get_text(one, "email")), ""
    ).strip()
    return "" if written.lower() == _NOBODY or written.count("@") != 1 else written[:254]


def _kind(entry: Thing) -> str:
    """'post', 'comment', 'page', 'settings', 'template'; '' for what is no part of an export."""
    if kind := get_text(entry, "blogger_type").strip().lower():
        return kind
    kinds = (get_text(tag, "term") for tag in get_things(entry, "tags") if is_kind(tag))
    return next((kind.rpartition("#")[2].lower() for kind in kinds), "")


def _is_trashed(entry: Thing) -> bool:
    return bool(_text(entry, "blogger_trashed")) or "trashed" in get_text(entry, "blogger_status").lower()


def _name(entry: Thing) -> str:
    return title(get_text(entry, "title")) or get_text(entry, "id")[:200]


def _text(entry: Thing, key: str) -> str:
    return get_text(entry, key).strip()
