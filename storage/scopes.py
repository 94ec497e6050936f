"""What a feed depends on, by name, and which of these a write raises. Pure: every backend calls these.

A scope is both the list an article stands in and the unit of invalidation. Section scopes include the
ancestors', so that a nested section is one range of its parent's list too.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from datetime import date
from operator import attrgetter

from storage.model import Article, Comment, Page, Rest, Span

SITE = "site"
"""Every feed: names of sections, authors and tags, rendering settings, the renderer's version."""
HOME = "home"
"""Any public article."""
DAYS = "days"
"""Which days have public articles."""
COMMENTS = "comments"
"""Any public comment."""
PAGES = "pages"
"""What every page of the site shows and no feed: which public pages there are, with their titles, in the footer; what the newsroom
put into the navigation; and what leads the front page."""


def day_scope(day: date) -> str:
    return f"day:{day.isoformat()}"


def month_scope(year: int, month: int) -> str:
    return f"month:{year:04d}-{month:02d}"


def year_scope(year: int) -> str:
    return f"year:{year:04d}"


def section_scope(path: str) -> str:
    return f"section:{path}"


def tag_scope(slug: str) -> str:
    return f"tag:{slug}"


def author_scope(slug: str) -> str:
    return f"author:{slug}"


def article_scope(article_id: int) -> str:
    return f"article:{article_id}"


def article_comments_scope(article_id: int) -> str:
    return f"comments:article:{article_id}"


def section_comments_scope(path: str) -> str:
    return f"comments:section:{path}"


NEWEST = 64
"""Entries of a list: a document that shows fewer, from the first on, depends on the list's own scope alone. What lies further down
raises the scope of the older ones in its stead, so that an archive that is brought in, and replies to what was published years ago,
leave the feeds alone that are polled most."""


def older_scope(scope: str) -> str:
    """Of what stands in a list below its NEWEST: 'older:section:world'."""
    return f"older:{scope}"


def with_older(*scopes: str) -> tuple[str, ...]:
    """What a document depends on that may show any part of these lists; within a view a list is raised as one."""
    return (*scopes, *(older_scope(scope) for scope in scopes if scope.partition(":")[0] in _LISTS))


def scopes_of_part(scope: str, limit: int | None, span: Span | Rest | None) -> tuple[str, ...]:
    """What a part of a list depends on; of the entry after its last one it knows that there is one."""
    shows_newest = span is None and limit is not None and limit < NEWEST
    return (scope,) if shows_newest else with_older(scope)


def page_scope(path: str) -> str:
    return f"page:{path}"


def partner_scope(partner_id: int) -> str:
    """A partner's keys and terms: no document depends on it, whoever remembers what a key opens does."""
    return f"partner:{partner_id}"


def terms_scope(set_id: int) -> str:
    """All that a set of terms sees."""
    return f"terms:{set_id}"


def hub_check_scope(token: str) -> str:
    """The feed of a trial of the hub: no other document depends on it."""
    return f"hub check:{token}"


def in_view(set_id: int, scope: str) -> str:
    """The list that is to what a set of terms sees as a scope's is to the public: 'terms:7/section:world'."""
    return f"{terms_scope(set_id)}/{scope}"


THREADS = "threads"
"""Within a view: on which articles a set of terms sees comments. These stand in the public's lists, and are sifted."""


def raised_in_view(lists: Iterable[str], set_id: int) -> frozenset[str]:
    """What a move in these lists of a view raises."""
    return frozenset({terms_scope(set_id), *(in_view(set_id, scope) for scope in lists)})


def view_id(view: str) -> int:
    """Of the set of terms of a view, 'terms:7/'; 0 of ''."""
    return int(view[len("terms:") : -1]) if view else 0


def within_view(view: str, scope: str) -> str:
    """The name of a scope within a view, 'terms:7/'; '' is the public's. What is no list of articles has one name for all."""
    return f"{view}{scope}" if scope.partition(":")[0] in _LISTS_OF_ARTICLES else scope


_LISTS = frozenset((HOME, "day", "month", "year", "section", "tag", "author", COMMENTS))
_LISTS_OF_ARTICLES = _LISTS - {COMMENTS} | {DAYS}


def of_view(scope: str) -> tuple[str, str]:
    """A scope's name before and after the slash that ends a view's: ('terms:7/', 'home'); ('', 'home') of a public one."""
    view, slash, name = scope.partition("/")
    return (view + slash, name) if slash and view.startswith("terms:") else ("", scope)


def raised_by_page(before: Page | None, after: Page | None) -> frozenset[str]:
    """The scopes that a write of a standing page raises; `after` is None where it is deleted. Empty when no reader can see a
    difference.
    """
    old = before if before is not None and before.public else None
    new = after if after is not None and after.public else None
    if old is not None and new is not None and _page_text(old) == _page_text(new):
        return frozenset()
    raised = {page_scope(page.path) for page in (old, new) if page is not None}
    if raised:
        raised.add(locations_scope(0))
    if _page_link(old) != _page_link(new):
        raised.add(PAGES)
    return frozenset(raised)


def _page_text(page: Page) -> tuple[str, ...]:
    return (page.path, page.title, page.body_html)


def _page_link(page: Page | None) -> tuple[str, ...]:
    return (page.path, page.title) if page else ()


def section_of(scope: str) -> str | None:
    """The path of the section that a scope is of, be it of its articles or its comments; None for any other scope."""
    path = scope.removeprefix("comments:").removeprefix("section:")
    return path if scope in (section_scope(path), section_comments_scope(path)) else None


LOCATIONS = 50_000
"""Articles, by id, whose locations change together: a page of the sitemap, as long as its protocol allows."""


def location_page(article_id: int) -> int:
    """The page of the sitemap that an article is on while it is public: 1 is that of the ids 1 to LOCATIONS."""
    return (article_id - 1) // LOCATIONS + 1


def locations_scope(page: int) -> str:
    """Where the public articles of a page of the sitemap are, and when each was last edited; of page 0, standing ones."""
    return f"locations:{page}"


def with_ancestors(path: str) -> Iterator[str]:
    """'world/africa' gives 'world/africa', 'world'."""
    while path:
        yield path
        path = path.rpartition("/")[0]


def section_paths(article: Article) -> frozenset[str]:
    """The article's sections and all their ancestors."""
    return frozenset(path for section in article.sections for path in with_ancestors(section))


def lists_of_article(article: Article) -> frozenset[str]:
    """The lists a public article stands in."""
    assert article.day is not None, "a public article has a day"
    day = article.day
    dates = frozenset({HOME, day_scope(day), month_scope(day.year, day.month), year_scope(day.year)})
    return dates | facets_of_article(article)


def facets_of_article(article: Article) -> frozenset[str]:
    """The lists it stands in, or would if it were public, whatever its date: by these a list of all articles is narrowed down."""
    return frozenset(
        {section_scope(path) for path in section_paths(article)}
        | {tag_scope(tag.slug) for tag in article.tags}
        | {author_scope(author.slug) for author in article.authors}
    )


def lists_that_show_late(article: Article) -> frozenset[str]:
    """The lists that show a public article beside their newest where it arrives late there. A day shows all it has: its pages are
    documents of the archive.
    """
    assert article.day is not None, "a public article has a day"
    return lists_of_article(article) - {day_scope(article.day)}


def lists_of_comment(article: Article) -> frozenset[str]:
    """The lists an approved comment on a public article stands in."""
    return frozenset(
        {COMMENTS, article_comments_scope(article.id)}
        | {section_comments_scope(path) for path in section_paths(article)}
    )


def raised_by_article(before: Article | None, after: Article) -> frozenset[str]:
    """The scopes that a write of an article raises: empty when no reader can see a difference."""
    old = before if before is not None and before.public else None
    new = after if after.public else None
    if old is not None and new is not None and _page_view(old) == _page_view(new):
        return frozenset()
    if old is None and new is None:
        return frozenset()
    raised = {article_scope(after.id)}
    if _location_view(old) != _location_view(new):
        raised.add(locations_scope(location_page(after.id)))
    if old is None or new is None or _feed_view(old) != _feed_view(new):
        for side in (old, new):
            if side is not None:
                raised |= lists_of_article(side)
    if old is None or new is None or _comment_view(old) != _comment_view(new):
        # A comment's entry names its article; the article's own comment feed carries its title even while empty.
        raised.add(article_comments_scope(after.id))
        if after.comment_count:
            for side in (old, new):
                if side is not None:
                    raised |= lists_of_comment(side)
    return frozenset(raised)


def raised_by_comments(article: Article, *, listed: bool) -> frozenset[str]:
    """The scopes raised when comments of a public article appear, change or go.

    `listed`: the count that article feeds show moves with this write.
    """
    raised = lists_of_comment(article)
    if listed:
        raised |= lists_of_article(article) | {article_scope(article.id)}
    return raised


def feed_differs(before: Article, after: Article) -> bool:
    """Whether the entries of two public versions of an article differ: whether `Article.seq` moves."""
    return _feed_view(before) != _feed_view(after)


def comment_entries_differ(before: Article, after: Article) -> bool:
    """Whether two public versions of an article are named differently in its comments' entries: whether their `seq` moves."""
    return _named_in_comments(before) != _named_in_comments(after)


def reads_otherwise(before: Article, after: Article) -> bool:
    """Whether two public versions of an article tell readers anything else: comments and their count are no edit of it."""
    return edited_view(before) != edited_view(after)


def comment_differs(before: Comment, after: Comment) -> bool:
    """Whether readers see a difference between two public versions of a comment."""
    return _entry_view(before) != _entry_view(after)


def _entry_view(comment: Comment) -> tuple[object, ...]:
    return (comment.author_name, comment.author_url, comment.body_html, comment.created_at, comment.parent_id)


_UNSEEN = frozenset(
    (
        "version",
        "seq",
        "gone_at",
        "arrived_at",
        "due_at",
        "comment_count",
        "created_at",
        "modified_at",
        "editorial_note",
    )
)


def _view(*left_out: str) -> Callable[[Article], tuple[object, ...]]:
    """All of an article but what no reader can see, and these. Copies without them, to be compared, took ten times as long."""
    return attrgetter(*(field.name for field in fields(Article) if field.name not in _UNSEEN.union(left_out)))


_page_view = _view()
_feed_view = _view("comments_open")
"""What a feed shows of it: the page's view without what the page alone shows."""
edited_view = _view("comments_open", "listed_comment_count", "embargoed_until")


def _location_view(article: Article | None) -> tuple[object, ...]:
    """What a sitemap says of it."""
    return (article.path, article.canonical_url, article.last_edited_at) if article else ()


def _comment_view(article: Article) -> tuple[object, ...]:
    """What its comments' feeds say of it, and which lists they stand in."""
    return (*_named_in_comments(article), frozenset(article.sections), article.language)


def _named_in_comments(article: Article) -> tuple[str, ...]:
    return (article.headline, article.path, article.guid)
