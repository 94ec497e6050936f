"""What comes from other newsrooms, or goes there."""

from dataclasses import dataclass
from enum import StrEnum

from storage.model.articles import Article
from storage.model.comments import Comment


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportSource:
    """Where records come from. What one source says never touches what another brought."""

    names: tuple[str, ...]
    """By which it is known, the one it goes by now first: a feed's own address; then those that it had before, which lead there
    for good now. Compared as text."""
    site: str = ""
    """The address of the site it is of, as its channel's link: a site's export and its feed are one source; '' if it says none."""
    whole: bool = False
    """Whether it is an export of the site, and not a feed: it completes what the feed brought, and a feed never changes what it
    brought."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRecord:
    """An article as importers and exporters hand it over: with its thread and its other paths.

    `article.created_at`, `modified_at`, `gone_at`, `arrived_at` are kept as given when set. Ids are kept when free, else new
    ones are given; `Comment.parent_id` and `Comment.article_id` speak of the ids in this record.
    """

    article: Article
    comments: tuple[Comment, ...] = ()
    old_paths: tuple[str, ...] = ()
    """Paths that lead to it besides its present one: '/harbour-reopens/', '/?p=123', earlier days and slugs."""
    keeps: frozenset[str] = frozenset()
    """Names of the article's fields that stay as they are where its guid is known already: what the source does not say,
    and what is the newsroom's to decide."""
    digest: str = ""
    """Of what the source says. A known article that was imported with the same digest is left alone, whatever the newsroom
    has made of it since; so is one that an earlier release imported, whose digest says nothing now, unless `article.updated_at` is
    later than its own dates. '' = it is compared field by field."""
    source: ImportSource | None = None
    """Whose guid it is; None = it is this newsroom's own."""


class Outcome(StrEnum):
    """What an import did with one article."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Alias:
    """A path that led to a list where the newsroom was before: '/?cat=7'. Both are unencoded."""

    path: str
    page: str
    """Of a section, a tag or an author, as `storage.model.paths` builds them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSource:
    """A feed that was imported from its URL, and what its server said of it then: '' where it said nothing."""

    url: str
    etag: str = ""
    last_modified: str = ""
    """Both verbatim, to be sent back so (RFC 9110, section 13.1)."""
    placement: str = ""
    """Into which sections its entries went: whoever wants them elsewhere must not be told that nothing changed."""
