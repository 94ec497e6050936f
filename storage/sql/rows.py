"""Rows as model values, and back."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from storage.errors import Unreadable
from storage.model import (
    Article,
    ArticleStatus,
    Author,
    Enclosure,
    Image,
    Omission,
    Source,
    Subject,
    Tag,
)
from storage.omissions import BadRow, Name, sift
from storage.sql.engine import Connection, DamagedText

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

BEYOND = 2**63 - 1
"""Greater than any id or seq."""
HIGHEST_GIVEN_ID = 2**53
"""Ids from outside are kept below this: there is always a next one, and JavaScript can count to it."""


def to_us(instant: datetime) -> int:
    """Microseconds since the epoch, exactly."""
    return (instant - _EPOCH) // _MICROSECOND


def from_us(us: int) -> datetime:
    return _EPOCH + timedelta(microseconds=us)


def to_us_or_none(instant: datetime | None) -> int | None:
    return None if instant is None else to_us(instant)


def from_us_or_none(us: int | None) -> datetime | None:
    return None if us is None else from_us(us)


to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_decode = json.JSONDecoder().raw_decode


def from_json(text: str) -> Any:
    """What `to_json` made the text of. Three times as fast as json.loads, which looks for white space around it."""
    return _decode(text)[0]


def _object(value: Any) -> dict[str, Any]:
    """The fields of a frozen value with slots, by name."""
    return {name: getattr(value, name) for name in value.__slots__}


def _file(enclosure: Enclosure) -> dict[str, Any]:
    """Without what few have, where it is not said."""
    return {name: value for name, value in _object(enclosure).items() if value or name in _OF_ANY_FILE}


_OF_ANY_FILE = frozenset({"url", "type", "length"})

ARTICLE_COLUMNS = (
    "id", "guid", "slug", "day", "headline", "summary", "dateline", "source", "image", "enclosures", "sections",
    "authors", "tags", "language", "rights", "canonical_url", "status", "published_at", "embargoed_until", "updated_at",
    "comments_open", "editorial_note", "version", "seq", "public", "gone_at", "arrived_at", "publish_at", "comment_count",
    "listed_comment_count", "count_due_at", "created_at", "modified_at", "body_html",
    "correction", "corrected_at", "edited_at", "digital_source_type", "credit_line", "republish_until",
)  # fmt: skip
ARTICLE = ", ".join(f"articles.{column}" for column in ARTICLE_COLUMNS)
"""What to select for `to_articles`."""
KEPT_COLUMNS = tuple(column for column in ARTICLE_COLUMNS if column != "count_due_at")
"""What a write of the article keeps; when its comment count is listed is not of its making. The id comes first."""

_AUTHORS, _TAGS = ARTICLE_COLUMNS.index("authors"), ARTICLE_COLUMNS.index("tags")
_ARTICLE_SEQ = ARTICLE_COLUMNS.index("seq")


def from_article(article: Article) -> tuple[object, ...]:
    """A row of KEPT_COLUMNS."""
    return (
        article.id, article.guid, article.slug, article.day.isoformat() if article.day else None, article.headline,
        article.summary, article.dateline,
        to_json(_object(article.source)) if article.source else None,
        to_json(_object(article.image)) if article.image else None,
        to_json([_file(enclosure) for enclosure in article.enclosures]) if article.enclosures else "[]",
        to_json(article.sections), to_json([author.slug for author in article.authors]),
        to_json([tag.slug for tag in article.tags]), article.language, article.rights, article.canonical_url,
        article.status, to_us_or_none(article.published_at), to_us_or_none(article.embargoed_until),
        to_us_or_none(article.updated_at), int(article.comments_open), article.editorial_note, article.version, article.seq,
        int(article.public), to_us_or_none(article.gone_at), to_us_or_none(article.arrived_at),
        to_us_or_none(None if article.public else article.public_at),
        article.comment_count, article.listed_comment_count, to_us_or_none(article.created_at),
        to_us_or_none(article.modified_at), article.body_html,
        article.correction, to_us_or_none(article.corrected_at), to_us_or_none(article.edited_at),
        article.digital_source_type, article.credit_line, to_us_or_none(article.republish_until),
    )  # fmt: skip


M = TypeVar("M")
Row = tuple[Any, ...]


def article_name(row: Row) -> Name:
    """Of a row of ARTICLE."""
    return Name(Subject.ARTICLE, row[0], row[_ARTICLE_SEQ])


def to_articles(db: Connection, rows: Sequence[Row]) -> tuple[Article, ...]:
    """Articles of rows of ARTICLE, without those that cannot be read: two more statements, however many they are."""
    return sift_articles(db, rows)[0]


def sift_articles(db: Connection, rows: Sequence[Row]) -> tuple[tuple[Article, ...], tuple[Omission, ...]]:
    """The same, and what is left out; it is noted."""
    named, unnamed = sift(rows, checked(db, _with_slugs), article_name)
    authors, tags = known_names(
        db, (slug for _, slugs, _ in named for slug in slugs), (slug for _, _, slugs in named for slug in slugs)
    )
    articles, odd = sift(
        named,
        lambda one: _article(one[0], tuple(authors[slug] for slug in one[1]), tuple(tags[slug] for slug in one[2])),
        lambda one: article_name(one[0]),
    )
    left_out = unnamed + odd
    db.omissions.note(left_out)
    return tuple(articles), left_out


def whole(sifted: tuple[Sequence[M], tuple[Omission, ...]]) -> tuple[M, ...]:
    """All of what was sifted, where nothing may be passed over. Raises Unreadable for the first that is left out."""
    made, left_out = sifted
    if left_out:
        raise Unreadable(f"What is kept of {left_out[0].name} is damaged: put it back from a backup.")
    return tuple(made)


def refilled(
    read: Callable[[Row | None, int], list[Row]], make: Callable[[Sequence[Row]], Sequence[M]], limit: int
) -> tuple[M, ...]:
    """The first `limit` that can be made of rows, so that who asks for one more than a page learns whether there is one.

    `read` gives so many rows that stand after one, or from the beginning on.
    """
    made: list[M] = []
    last: Row | None = None
    while (wanted := limit - len(made)) > 0:
        rows = read(last, wanted)
        made += make(rows)
        if len(rows) < wanted:
            break
        last = rows[-1]
    return tuple(made)


def _with_slugs(row: Row) -> tuple[Row, list[str], list[str]]:
    """With the slugs of its authors and its tags. Raises for what is no JSON array of strings."""
    return row, slugs_in(row[_AUTHORS]), slugs_in(row[_TAGS])


def slugs_in(text: str) -> list[str]:
    """Of a JSON array."""
    slugs: list[str] = from_json(text)
    for slug in slugs:
        if not isinstance(slug, str):
            raise BadRow("its sections, authors or tags are no text")
    return slugs


def load_articles(db: Connection, ids: Iterable[int]) -> dict[int, Article]:
    """Those that there are, and can be read, by id."""
    return {article.id: article for article in sift_loaded(db, ids)[0]}


def sift_loaded(db: Connection, ids: Iterable[int]) -> tuple[tuple[Article, ...], tuple[Omission, ...]]:
    """The articles of these ids that there are, and what of them cannot be read."""
    test, parameters = one_of(db, "articles.id", sorted(set(ids)))
    return sift_articles(db, db.execute(f"SELECT {ARTICLE} FROM articles WHERE {test}", parameters).fetchall())


def checked(db: Connection, make: Callable[[Row], M]) -> Callable[[Row], M]:
    """`make`, after a look at the row's text where text that is no UTF-8 was met."""
    if not db.marks_damage:
        return make

    def check(row: Row) -> M:
        require_text(row)
        return make(row)

    return check


def require_text(row: Row) -> None:
    """Raises for a row with text that is no UTF-8."""
    if DamagedText in map(type, row):
        raise BadRow("its text is no UTF-8")


def _article(row: tuple[Any, ...], authors: tuple[Author, ...], tags: tuple[Tag, ...]) -> Article:
    (
        id_, guid, slug, day, headline, summary, dateline, source, image, enclosures, sections,
        _, _, language, rights, canonical_url, status, published_at, embargoed_until, updated_at,
        comments_open, editorial_note, version, seq, public, gone_at, arrived_at, publish_at, comment_count,
        listed_comment_count, count_due_at, created_at, modified_at, body_html,
        correction, corrected_at, edited_at, digital_source_type, credit_line, republish_until,
    ) = row  # fmt: skip
    if public and (published_at is None or not day):
        raise BadRow("it is public, and has no date")
    due = [us for us in (publish_at, count_due_at) if us is not None]
    return Article(
        id=id_,
        guid=guid,
        slug=slug,
        day=date.fromisoformat(day) if day else None,
        headline=headline,
        summary=summary,
        body_html=body_html,
        dateline=dateline,
        source=Source(**from_json(source)) if source else None,
        image=Image(**from_json(image)) if image else None,
        enclosures=tuple(Enclosure(**fields) for fields in from_json(enclosures)) if enclosures != "[]" else (),
        sections=tuple(slugs_in(sections)),
        authors=authors,
        tags=tags,
        language=language,
        rights=rights,
        canonical_url=canonical_url,
        digital_source_type=digital_source_type,
        credit_line=credit_line,
        republish_until=from_us_or_none(republish_until),
        status=ArticleStatus(status),
        published_at=from_us_or_none(published_at),
        embargoed_until=from_us_or_none(embargoed_until),
        updated_at=from_us_or_none(updated_at),
        comments_open=bool(comments_open),
        editorial_note=editorial_note,
        correction=correction,
        corrected_at=from_us_or_none(corrected_at),
        edited_at=from_us_or_none(edited_at),
        version=version,
        seq=seq,
        public=bool(public),
        gone_at=from_us_or_none(gone_at),
        arrived_at=from_us_or_none(arrived_at),
        due_at=from_us(min(due)) if due else None,
        comment_count=comment_count,
        listed_comment_count=listed_comment_count,
        created_at=from_us(created_at),
        modified_at=from_us(modified_at),
    )


_EACH = 4


def one_of(db: Connection, column: str, values: Iterable[str] | Iterable[int]) -> tuple[str, tuple[object, ...]]:
    """The condition that a column is one of some values, with its parameters: of a few each is one, which is quicker."""
    few: tuple[Any, ...] = tuple(values)
    if 0 < len(few) <= _EACH:
        return f"{column} IN ({', '.join('?' * len(few))})", few
    return db.among(column), (db.array(few),)


Names = tuple[dict[str, Author], dict[str, Tag]]
"""By their slugs."""


def known_names(db: Connection, author_slugs: Iterable[str], tag_slugs: Iterable[str]) -> Names:
    """Those authors and tags that there are."""
    authors, tags = sorted(set(author_slugs)), sorted(set(tag_slugs))
    author_rows: Iterable[Row] = ()
    tag_rows: Iterable[Row] = ()
    # Both are asked for before one is waited for.
    if authors:
        test, parameters = one_of(db, "slug", authors)
        author_rows = db.execute(f"SELECT slug, name, url, about FROM authors WHERE {test}", parameters)
    if tags:
        test, parameters = one_of(db, "slug", tags)
        tag_rows = db.execute(f"SELECT slug, name FROM tags WHERE {test}", parameters)
    return (
        {slug: Author(slug=slug, name=name, url=url, about=about) for slug, name, url, about in author_rows},
        {slug: Tag(slug=slug, name=name) for slug, name in tag_rows},
    )
