"""Every table, once: what a copy of a store takes over of it. A test compares with the schema of each engine."""

from dataclasses import dataclass, field

from storage.sql.comment_rows import COMMENT_COLUMNS
from storage.sql.rows import ARTICLE_COLUMNS


@dataclass(frozen=True, slots=True)
class Table:
    """`columns` begin with the key, and hold all that is not computed from the others or of an engine's own."""

    name: str
    columns: tuple[str, ...]
    keys: int = 1
    """How many of the columns are the key."""
    counted: bool = False
    """The database gives the key, which is a number, and never the same twice."""
    parent: str = ""
    """The column that refers to another row of the table, be it before or after this one."""
    page: int = field(default=2000, compare=False)
    """Rows that are held at a time: fewer where they are long."""

    @property
    def key(self) -> tuple[str, ...]:
        return self.columns[: self.keys]


def _table(name: str, columns: str, keys: int = 1, *, counted: bool = False) -> Table:
    return Table(name, tuple(columns.split()), keys, counted=counted)


_LISTED = "scope_id gone at item_id"
_PAGE_COLUMNS = ("title", "status", "version", "created_at", "modified_at", "published_at", "body_html")

ARTICLES = Table("articles", (*ARTICLE_COLUMNS, "count_listed_at"), page=200)
COMMENTS = Table("comments", (*COMMENT_COLUMNS, "email_key", "author_key"), parent="parent_id", page=500)
SITE = _table("site", "id created_at secret rendering pruned_seq")
CHANGES = _table("changes", "seq at action subject subject_id scopes", counted=True)

TABLES = (
    SITE,
    CHANGES,
    _table("scopes", "id name version modified_at moved left_seq left_at", counted=True),
    _table("tokens", "name hash scopes created_at used_at"),
    _table("sessions", "hash token ends_at"),
    _table("held_feeds", "token key_hash created_at"),
    _table("sections", "path title description created_at seq"),
    _table("navigation", "position section"),
    _table("authors", "slug name url about"),
    _table("tags", "slug name"),
    ARTICLES,
    _table("pinned", "position article_id"),
    _table("article_facets", "facet article_id", keys=2),
    _table("paths", "path article_id section page"),
    Table("pages", ("path", *_PAGE_COLUMNS, "uppermost"), page=200),
    _table("page_origins", "origin path digest version"),
    COMMENTS,
    _table("article_listings", _LISTED, keys=4),
    _table("comment_listings", _LISTED, keys=4),
    _table("article_arrivals", _LISTED, keys=4),
    _table("comment_arrivals", _LISTED, keys=4),
    _table("article_names", "article_id seq"),
    _table("comment_names", "comment_id seq"),
    _table("feed_sources", "url etag last_modified placement"),
    _table("import_sources", "id seed site whole", counted=True),
    _table("import_source_names", "whole name source_id fetched", keys=2),
    _table("imports", "id run at kind name counts undone_at", counted=True),
    _table("imported_entries", "guid source_id article_id said kept added_by receipt", keys=2),
    _table("imported_comments", "comment_id source_id said kept added_by"),
    _table("import_changes", "subject subject_id import_id before", keys=3),
    _table("import_memory", "source_id name added_by said done_by", keys=3),
    _table("aliases", "path page"),
    _table("former_sites", "address path permalinks category_base tag_base author_base"),
    _table("cursors", "name seq holder held_until"),
    _table(
        "push_topics", "id path raised looked digest content spread_to new_from due_at attempts claim", counted=True
    ),
    _table("push_topic_scopes", "scope topic_id", keys=2),
    _table(
        "subscriptions",
        "id topic_id callback asked secret algorithm content created_at verified_at expires_at wanted delivered digest due_at "
        "attempts claim last_error last_error_at last_delivered_at",
        counted=True,
    ),
    _table(
        "subscription_requests",
        "id callback callback_host asked path mode lease secret algorithm content client reason seq asked_at due_at attempts claim",
        counted=True,
    ),
    _table("hub_checks", "token path secret created_at expires_at number asked arrived_at fault"),
    _table("reply_feeds", "id key_hash created_at changed_at ended", counted=True),
    _table("reply_feed_comments", "feed_id comment_id below whole", keys=2),
    _table("term_sets", "id digest terms created_at last_number filled_to unused_since", counted=True),
    _table(
        "partners",
        "id name name_key contact set_id rate expires_at key_in_path created_at version silence renewal_url networks end_leaked",
        counted=True,
    ),
    _table("partner_keys", "partner_id name hash created_at expires_at used_at", keys=2),
    _table("members", "id partner_id member hash created_at expires_at used_at flagged_at networks", counted=True),
    _table("member_networks", "day member_id network", keys=3),
    _table("ended_keys", "hash partner_id ended_at"),
    _table("partner_reads", "partner_id set_id number at"),
    _table("partner_silences", "partner_id since"),
    _table("partner_visits", "partner_id at set_id since"),
    _table("partner_pickups", "partner_id set_id article_id number at", keys=4),
    _table("partner_lists", "partner_id set_id scope down_to at", keys=3),
    _table(
        "partner_webhooks",
        "id partner_id url secret created_at ended_at ended_why cursor set_id number due_at attempts claim last_error "
        "last_error_at",
        counted=True,
    ),
    _table(
        "webhook_events",
        "id webhook_id message action urgency article_id guid set_id number queued_at attempts acknowledged_at",
        counted=True,
    ),
    _table(
        "held_webhooks",
        "id url secret created_at ended_at ended_why told_id message quiet_until due_at attempts claim last_error last_error_at "
        "acknowledged_at",
        counted=True,
    ),
    _table("withheld_sources", "name label"),
    _table("entitled", "set_id article_id number action state lists at gone_at due_at embargoed gone_seq", keys=2),
    _table("entitled_log", "set_id number action article_id guid at", keys=2),
    _table("bans", "id kind key shown note by created_at ends_at", counted=True),
    _table("decisions", "id comment_id before after at by", counted=True),
    Table(
        "kept_answers",
        ("token", "key", "digest", "at", "status", "fields", "body", "size", "comment_id"),
        keys=2,
        page=200,
    ),
)
"""A row refers to tables before its own, and to rows of its own. Articles come after the names that are indexed with them."""

NOT_COPIED = frozenset({"last_writes", "copying", "schema_migrations", "article_words", "comment_words"})
"""Of processes, of the copy itself, of an engine's schema, and of its index of words, which a copy has anew."""
