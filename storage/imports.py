"""What becomes of an article or a comment when its source speaks of it again: a merge of three sides, field by field.

The sides are what the newsroom has now, what the source says now, and what it said last. Of the last one a short digest is kept of
each field (`said`), and one of what was kept here then (`kept`): a field that does not have it any more was changed here since.
"""

from binascii import b2a_base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from hashlib import blake2b
from operator import attrgetter
from typing import Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from storage.model import Article, ArticleRecord, Author, Comment, Enclosure, Image, Source, Tag, latest_of

_BYTES, _WIDTH = 6, 8
"""Of a digest, and of the same as text."""
UNKNOWN = "." * _WIDTH
"""In the place of a digest: nothing was said of the field, or nobody knows what."""

UNITS: tuple[tuple[str, ...], ...] = (
    ("status",),
    ("published_at", "day"),
    ("slug",),
    ("headline",),
    ("summary",),
    ("body_html",),
    ("dateline",),
    ("source",),
    ("image",),
    ("enclosures",),
    ("sections",),
    ("authors",),
    ("tags",),
    ("language",),
    ("rights",),
    ("canonical_url",),
    ("embargoed_until",),
    ("comments_open",),
    ("editorial_note",),
    ("correction", "corrected_at"),
    ("updated_at",),
    ("digital_source_type",),
    ("credit_line",),
    ("republish_until",),
)
"""The fields that are merged, those together that belong together. The place of each is the place of its digest: a new one comes
last.
"""
_DATE = UNITS.index(("updated_at",))
"""It goes with the others: nobody contends for the date of an edit."""
COMMENT_UNITS = ("status", "text", "created_at", "parent_id")
_TEXT, _CONTENDED = 1, 2
"""How many of these the newsroom changes as well. When a comment was written, and which one it answers, the source alone says."""


def _digest(text: str) -> str:
    return b2a_base64(blake2b(text.encode(), digest_size=_BYTES).digest(), newline=False).decode()


def _written(value: Any) -> str:
    """A field as text that tells it from others. Media types are left out, which importers guess; so are names of authors and tags,
    which the store has as they were first.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return "\n".join(map(_written, value))
    if isinstance(value, Author | Tag):
        return value.slug
    if isinstance(value, Enclosure):
        # Of what is said of episodes, what few files have, nothing where it is not said: files without it are as they were.
        said = (f"{name}={told}" for name in _OF_EPISODES if (told := getattr(value, name)))
        return "\t".join((value.url, str(value.length), *said))
    if isinstance(value, Source | Image):
        return "\t".join(str(getattr(value, name)) for name in value.__slots__ if name != "type")
    return str(value)


_OF_EPISODES = ("duration", "episode", "season", "episode_type", "explicit", "transcript", "chapters")
_FIRST = attrgetter(*(names[0] for names in UNITS))
_WITH_OTHERS = tuple((place, names[1]) for place, names in enumerate(UNITS) if len(names) > 1)
_OF_NOTHING = {kind: _digest(f"no {kind.__name__}") for kind in (str, tuple, bool, type(None))}


def _of(value: Any) -> str:
    if not value:
        return _OF_NOTHING[type(value)]
    return _digest(value if type(value) is str else _written(value))


def _of_two(article: Article, names: tuple[str, ...]) -> str:
    values = [getattr(article, name) for name in names]
    return _of("\n".join(map(_written, values)) if any(values) else None)


def _kept_unit(article: Article, names: tuple[str, ...]) -> str:
    return _of(getattr(article, names[0])) if len(names) == 1 else _of_two(article, names)


def _made_of(article: Article) -> list[str]:
    made = list(map(_of, _FIRST(article)))
    for place, _ in _WITH_OTHERS:
        made[place] = _of_two(article, UNITS[place])
    return made


def kept_of(article: Article, record: ArticleRecord | None = None, made: Sequence[str] = ()) -> str:
    """The digests of what an article holds; quicker with those `made` of a record that it was made from."""
    if record is None:
        return "".join(_made_of(article))
    pairs = zip(_FIRST(article), _FIRST(record.article), made, strict=True)
    kept = [digest if now is then else _of(now) for now, then, digest in pairs]
    for place, other in _WITH_OTHERS:
        names = UNITS[place]
        is_same = all(getattr(article, name) is getattr(record.article, name) for name in (names[0], other))
        kept[place] = made[place] if is_same else _of_two(article, names)
    return "".join(kept)


def digests_of(record: ArticleRecord) -> tuple[str, list[str]]:
    """The digests of what a record says, and of what its article holds."""
    made = _made_of(record.article)
    said = made
    if record.said:
        said = made.copy()
        for name, words in record.said.items():
            if (place := _PLACES.get(name)) is not None:
                said[place] = UNKNOWN if words is None else _digest(words)
    return "".join(said), made


def said_of(record: ArticleRecord) -> str:
    """The digests of what a record says."""
    return digests_of(record)[0]


_BLANK = _made_of(Article(guid="", slug="", headline=""))
"""The digests of fields without anything in them."""
_PLACES = {names[0]: place for place, names in enumerate(UNITS)}


def _at(digests: str, place: int) -> str:
    """Of a release that knew fewer fields nothing is known of the others."""
    return digests[place * _WIDTH : (place + 1) * _WIDTH] or UNKNOWN


def _kept_at(kept: str, place: int) -> str:
    """The same of what was kept. A release that did not know a field brought nothing of it."""
    digest = _at(kept, place)
    return _BLANK[place] if digest == UNKNOWN and place > _DATE else digest


@dataclass(frozen=True, slots=True)
class Merged:
    """An article as the merge wants it, and the digests to be kept with it."""

    article: Article
    said: str
    kept: str
    """But for the fields in `taken`: what is kept of them is known when they are."""
    taken: tuple[int, ...]
    """Places in UNITS of the fields that the source decided."""
    conflicts: tuple[str, ...]


def merge(ours: Article, record: ArticleRecord, said: str, last_said: str, kept: str, *, theirs: bool) -> Merged:
    """Merge what a record says, `said`, into an article of which its source said `last_said`, when `kept` was kept.

    A field that the source did not change stays. One that it changed follows, unless it was changed here, too: that is a conflict,
    and what is here stays, unless `theirs`. Nothing of it is noted, so that it is one the next time as well. What the source says
    for the first time counts as changed. Of what an earlier release brought it is not known what was kept: there the source is
    followed if by its own word it was edited later than readers saw an edit here, else what is here stays.
    """
    if said == last_said:
        return Merged(ours, last_said, kept, (), ())
    new_said: list[str] = []
    new_kept: list[str] = []
    taken: list[int] = []
    conflicts: list[str] = []
    is_newer = latest_of(record.article.updated_at, ours.last_edited_at) != ours.last_edited_at
    for place, names in enumerate(UNITS):
        says, said_last, kept_last = _at(said, place), _at(last_said, place), _at(kept, place)
        if says in (UNKNOWN, said_last) or place == _DATE:
            new_said.append(said_last)
            new_kept.append(kept_last)
            continue
        stands = _kept_unit(ours, names)
        if stands == _kept_unit(record.article, names):
            new_said.append(says)
            new_kept.append(stands)
        elif theirs or stands == kept_last or (kept_last == UNKNOWN and is_newer):
            taken.append(place)
            new_said.append(says)
            new_kept.append(UNKNOWN)
        elif kept_last == UNKNOWN and said_last == UNKNOWN:
            new_said.append(says)
            new_kept.append(UNKNOWN)
        else:
            conflicts.append(names[0])
            new_said.append(said_last)
            new_kept.append(kept_last)
    if _at(said, _DATE) not in (UNKNOWN, _at(last_said, _DATE)) and (taken or not conflicts):
        new_said[_DATE] = _at(said, _DATE)
        if is_newer or kept != "":
            taken.append(_DATE)
    fields = {name: getattr(record.article, name) for place in taken for name in UNITS[place]}
    if _DATE in taken:
        # What was published again here, or by the clock, has a later `updated` than its source: it never goes back.
        fields["updated_at"] = latest_of(ours.updated_at, record.article.updated_at)
    article = replace(ours, **fields) if fields else ours
    return Merged(article, "".join(new_said), "".join(new_kept), tuple(taken), tuple(conflicts))


def with_kept(kept: str, article: Article, places: Iterable[int]) -> str:
    """The digests with those of the article at some places."""
    digests = [_at(kept, place) for place in range(len(UNITS))]
    for place in places:
        digests[place] = _kept_unit(article, UNITS[place])
    return "".join(digests)


def places_of(names: Iterable[str]) -> tuple[int, ...]:
    """The places in UNITS of some fields, each once."""
    return tuple(dict.fromkeys(place for name in names for place, unit in enumerate(UNITS) if name in unit))


def edited_since(article: Article, kept: str, places: Iterable[int] | None = None) -> tuple[int, ...]:
    """The places of the fields, of all or of some, that do not hold what was kept of them."""
    wanted = range(len(UNITS)) if places is None else places
    return tuple(
        place for place in wanted if place != _DATE and _kept_unit(article, UNITS[place]) != _kept_at(kept, place)
    )


def kept_of_comment(comment: Comment) -> str:
    text = "\n".join((comment.author_name, comment.author_email, comment.author_url, comment.body_html))
    return _digest(comment.status) + _digest(text)


def said_of_comment(comment: Comment, words: str | None, answered: str) -> str:
    """`words`: its text as it came, if it is known; `answered`: what the source calls the comment that it answers, '' for none."""
    contended = kept_of_comment(comment if words is None else replace(comment, body_html=words))
    return contended + _digest(comment.created_at.astimezone(UTC).isoformat()) + _digest(answered)


def answers_another(said: str, last_said: str) -> bool:
    """Whether the source says that a comment answers another one, or none, than it said last."""
    place = COMMENT_UNITS.index("parent_id")
    return _at(said, place) not in (UNKNOWN, _at(last_said, place))


GONE_AT_SOURCE = _digest("trash")
"""What a source says of the status of a comment that it has no more."""


@dataclass(frozen=True, slots=True)
class MergedComment:
    comment: Comment
    said: str
    kept: str
    has_conflict: bool


def merge_comment(
    ours: Comment, wanted: Comment, said: str, last_said: str, kept: str, *, theirs: bool
) -> MergedComment:
    """The same of a comment: its status, its text, its date and what it answers, which is all that readers see of it.

    A reader who was forgotten is not brought back, by nothing.
    """
    after, new_said, new_kept, has_conflict = ours, [], [], False
    stands, would_stand = kept_of_comment(ours), kept_of_comment(wanted)
    is_forgotten = ours.erased or (not ours.author_email and wanted.author_email and _at(stands, 1) != _at(kept, 1))
    for place in range(len(COMMENT_UNITS)):
        says, said_last, kept_last = _at(said, place), _at(last_said, place), _at(kept, place)
        if says in (UNKNOWN, said_last) or (ours.erased or (is_forgotten and place == _TEXT)):
            new_said.append(said_last)
            new_kept.append(kept_last)
        elif place >= _CONTENDED:
            name = COMMENT_UNITS[place]
            after = replace(after, **{name: getattr(wanted, name)})
            new_said.append(says)
        elif _at(stands, place) in (kept_last, _at(would_stand, place)) or theirs:
            after = _with_text(after, wanted) if place == _TEXT else replace(after, status=wanted.status)
            new_said.append(says)
            new_kept.append(_at(would_stand, place))
        else:
            has_conflict = True
            new_said.append(said_last)
            new_kept.append(kept_last)
    return MergedComment(after, "".join(new_said), "".join(new_kept[:_CONTENDED]), has_conflict)


def _with_text(comment: Comment, wanted: Comment) -> Comment:
    return replace(
        comment,
        author_name=wanted.author_name,
        author_email=wanted.author_email,
        author_url=wanted.author_url,
        body_html=wanted.body_html,
    )


def site_key(url: str) -> str:
    """What the addresses of a site have in common: 'old.example/blog' of 'https://www.old.example/blog/'."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url.strip()
    host = parts.netloc.lower().removeprefix("www.")
    return host + parts.path.rstrip("/") if host else url.strip().rstrip("/")


def other_scheme(url: str) -> str:
    """The same by http for https, and the other way round; '' for what is by neither."""
    if url.startswith("https://"):
        return "http" + url[5:]
    return "https" + url[4:] if url.startswith("http://") else ""


def host_of(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def made_guid(seed: str, guid: str) -> str:
    """The guid of what a source calls by one that something else has here: the same each time."""
    return uuid5(NAMESPACE_URL, f"{seed} {guid}").urn


def comment_guid(comment_guid: str, source_guid: str, article_guid: str) -> str:
    """A comment's guid follows its article's, which it begins with."""
    if article_guid == source_guid or not comment_guid.startswith(source_guid):
        return comment_guid
    return article_guid + comment_guid.removeprefix(source_guid)
