"""What an importer tells of its work."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from feeds.clean.text import shorten
from feeds.importers.media import Media
from feeds.importers.trace import Trace
from storage.model import (
    ArticleRecord,
    ArticleStatus,
    Comment,
    CommentStatus,
    FollowedName,
    FrontRecord,
    Kept,
    NameOf,
    Outcome,
    PageOutcome,
)

NAMED = 100
"""How many of a kind are named; the others are counted."""
A_PAGE, A_PART = "a page", "a part of other articles"
_TOLD_OTHERWISE = frozenset({A_PAGE, A_PART})
"""What takes an article from readers who knew it as one, and is no news of what never was one."""
REASONS = 200
"""How many reasons are told apart, and things met: a file may give each of its articles another."""
EXAMPLES = 3

_TITLES = frozenset({NameOf.AUTHOR, NameOf.SECTION, NameOf.TAG})
_NOBODYS = frozenset({CommentStatus.SPAM, CommentStatus.TRASH})

Tell = Callable[[str, str, str], None]
"""Is told of every case: its kind, the title of what it is about, and why or what it is. All three are plain text."""


def tell_nobody(_kind: str, _title: str, _what: str) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that did not come over as it was, and why. Both are plain text."""

    title: str
    why: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why some things did not come over as they were."""

    why: str
    count: int
    examples: tuple[str, ...]
    """The titles of the first of them."""


@dataclass(frozen=True, slots=True)
class Notes:
    named: tuple[Note, ...] = ()
    more: int = 0
    """How many there are besides those named."""
    reasons: tuple[Reason, ...] = ()
    """Those of most things first."""

    def __len__(self) -> int:
        return len(self.named) + self.more


@dataclass(frozen=True, slots=True)
class Met:
    """Something of which articles had some: a plugin's shortcode, a type of comment."""

    name: str
    articles: int
    """In how many."""
    example: str
    """The title of the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What an import did. The counts of comments, drafts and redirects are of what the file holds, kept before or not."""

    source: str
    """The importer's name."""
    added: int
    changed: int
    unchanged: int
    pages: Mapping[PageOutcome, int]
    """Standing ones."""
    drafts: int
    scheduled: int
    comments: Mapping[CommentStatus, int]
    sections: int
    """New ones."""
    redirects: int
    """Former paths that lead to an article or a list."""
    former_sites: tuple[str, ...] = ()
    """What the sites it came from were made of, as far as is known: 'old.example/blog, articles at /%postname%/'."""
    pictures_copied: int
    pictures_missing: int
    made_drafts: Notes
    """Readers saw them, or a few did, or an editor waited for them: they are drafts now."""
    cut: Notes
    """What is here, without all that it had: an article may have so much of each."""
    left_out: Notes
    """What a newsroom's feeds have no place for."""
    refused: Notes
    """What was wrong."""
    conflicts: Notes = field(default_factory=Notes)
    """What the newsroom changed since, and the source as well: it stands as it is here."""
    completed: Notes = field(default_factory=Notes)
    """Articles of earlier imports, by what these files have of them."""
    named: Notes = field(default_factory=Notes)
    """Authors, sections and tags that are called otherwise here by now, as at the source."""
    comments_added: int = 0
    comments_changed: int = 0
    """Edited at the source since, or decided otherwise."""
    comments_trashed: int = 0
    """Of these, those that are in the trash now."""
    comments_left: int = 0
    """On pages and pictures, which have none here."""
    withdrawn: int = 0
    """Articles that readers saw here, and that this import took from them: they are in the source's trash."""
    page_drafts: int = 0
    front: FrontRecord = field(default_factory=FrontRecord)
    """What of the navigation, and of what is pinned, was set."""
    bans: int = 0
    """New ones: whose replies are taken no more."""
    absent: int = 0
    """Articles that earlier imports of the site brought, and that are not in this file."""
    import_id: int = 0
    """By which it can be taken back; 0 if it changed nothing."""
    stripped: tuple[Met, ...] = ()
    """What articles had, and have here no more."""
    not_understood: tuple[Met, ...] = ()
    """What stands in articles as it came: nobody here knows what it means."""
    warnings: tuple[str, ...] = ()
    """Of the whole import, in sentences."""

    @property
    def articles(self) -> int:
        return self.added + self.changed + self.unchanged


@dataclass(slots=True)
class NoteTaker:
    """Notes in the making: the first are kept, the others counted, so that memory stays bounded."""

    kind: str
    tell: Tell = tell_nobody
    trace: Trace = field(default_factory=Trace)
    named: list[Note] = field(default_factory=list)
    more: int = 0
    _reasons: dict[str, tuple[int, list[str]]] = field(default_factory=dict)

    def add(self, title: str, why: str) -> None:
        self.trace.note_told(self.kind, (title, why))
        self.tell(self.kind, title, why)
        title = shorten(title, 20)[:200]
        if len(self.named) < NAMED:
            self.named.append(Note(title, why))
        else:
            self.more += 1
        if why in self._reasons or len(self._reasons) < REASONS:
            count, examples = self._reasons.get(why, (0, []))
            self._reasons[why] = (count + 1, examples if len(examples) == EXAMPLES else [*examples, title])

    def notes(self) -> Notes:
        reasons = (Reason(why, count, tuple(examples)) for why, (count, examples) in self._reasons.items())
        return Notes(tuple(self.named), self.more, tuple(sorted(reasons, key=lambda reason: -reason.count)))


@dataclass(slots=True)
class Tally:
    """What is met in articles, in the making: counted by name, with one article for an example."""

    kind: str
    tell: Tell = tell_nobody
    trace: Trace = field(default_factory=Trace)
    _met: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    """Articles, the first one's title, and which the last one is."""

    def add(self, name: str, title: str, article: str | int = "") -> None:
        """Count an article's; of what an article has twice the second is not counted. `name` says what it is in a person's words:
        'shortcode [contact-form]', 'comments of the type review'; `article` which article it is, of several of one title.
        """
        self.trace.note_told(self.kind, (name, title, article))
        if name not in self._met and len(self._met) >= REASONS:
            name = "others"
        which = f"{article} {title}"
        articles, example, last = self._met.get(name, (0, title, ""))
        if not articles or which != last:
            self._met[name] = (articles + 1, example, which)
            self.tell(self.kind, title, name)

    def met(self) -> tuple[Met, ...]:
        """Those that most articles had first."""
        found = (Met(name, articles, shorten(example, 20)[:200]) for name, (articles, example, _) in self._met.items())
        return tuple(sorted(found, key=lambda met: (-met.articles, met.name)))


def counted_of(record: ArticleRecord) -> tuple[bool, str | None, int, dict[str, int]]:
    """What a summary counts of a record, kept before or not, in values of JSON."""
    article = record.article
    comments = Counter(comment.status.value for comment in record.comments)
    at = article.public_at
    return (
        article.status is ArticleStatus.DRAFT,
        at.isoformat() if at else None,
        len(record.old_paths),
        dict(comments),
    )


@dataclass(slots=True)
class Report:
    """A summary in the making."""

    tell: Tell = tell_nobody
    trace: Trace = field(default_factory=Trace)
    made_drafts: NoteTaker = field(default_factory=lambda: NoteTaker("kept as a draft"))
    cut: NoteTaker = field(default_factory=lambda: NoteTaker("cut"))
    left_out: NoteTaker = field(default_factory=lambda: NoteTaker("left out"))
    refused: NoteTaker = field(default_factory=lambda: NoteTaker("refused"))
    conflicts: NoteTaker = field(default_factory=lambda: NoteTaker("conflict"))
    completed: NoteTaker = field(default_factory=lambda: NoteTaker("completed"))
    named: NoteTaker = field(default_factory=lambda: NoteTaker("name"))
    stripped: Tally = field(default_factory=lambda: Tally("stripped"))
    not_understood: Tally = field(default_factory=lambda: Tally("not understood"))
    former_sites: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    pages: Counter[PageOutcome] = field(default_factory=Counter)
    comments: Counter[CommentStatus] = field(default_factory=Counter)
    drafts: int = 0
    scheduled: int = 0
    sections: int = 0
    redirects: int = 0

    comments_added: int = 0
    comments_changed: int = 0
    comments_trashed: int = 0
    comments_left: int = 0
    withdrawn: int = 0
    page_drafts: int = 0
    front: FrontRecord = field(default_factory=FrontRecord)
    bans: int = 0
    absent: int = 0
    import_id: int = 0

    def __post_init__(self) -> None:
        notes = (self.made_drafts, self.cut, self.left_out, self.refused, self.conflicts, self.completed, self.named)
        for taker in (*notes, self.stripped, self.not_understood):
            taker.tell = self.tell
            taker.trace = self.trace
            self.trace.hears[taker.kind] = taker.add

    def count_name(self, followed: FollowedName) -> None:
        """Count a name that its source says otherwise."""
        name = followed.name
        what, field_name = name.of.split(" ")
        if followed.is_conflict:
            self.conflicts.add(f"{what} {name.key}", f"{field_name}: changed here and at the source, and left as here")
        elif name.of in _TITLES:
            title = name.said if name.of is NameOf.AUTHOR else f"{what} {name.said}"
            self.named.add(title, f"was {followed.so_far} so far")
        else:
            self.named.add(f"{what} {name.key}", f"another {field_name}")

    def leave_comments(self, what: str, title: str, comments: Iterable[Comment]) -> None:
        """Count those of what has none here, a page or a picture, but for spam. `what`: whose they are, in a person's words."""
        left = sum(comment.status not in _NOBODYS for comment in comments)
        if left:
            self.comments_left += left
            self.stripped.add(what, title)

    def count(self, record: ArticleRecord, kept: Kept, now: datetime) -> None:
        """Count a record that the store has looked at."""
        name = record.article.headline or record.article.slug
        if record.again:
            self._count_again(name, kept)
            return
        if kept.outcome is Outcome.LEFT_OUT:
            if record.left_out not in _TOLD_OTHERWISE:
                self.left_out.add(name, record.left_out)
            return
        self.outcomes[kept.outcome] += 1
        if kept.conflicts:
            self.conflicts.add(name, f"{', '.join(kept.conflicts)}: changed here and at the source, and left as here")
        self.comments_added += kept.comments_added
        self.comments_changed += kept.comments_changed
        self.comments_trashed += kept.comments_trashed
        if record.left_out and kept.outcome is Outcome.CHANGED:
            self.withdrawn += 1
            self.tell("withdrawn", name, record.left_out)
        self._count(counted_of(record), now)

    def _count_again(self, name: str, kept: Kept) -> None:
        """Count an article of an earlier import that is not in these files, and was looked at again."""
        if kept.outcome is Outcome.CHANGED:
            self.outcomes[Outcome.CHANGED] += 1
            self.completed.add(name, "an earlier import did not have all of it")
        if kept.conflicts:
            self.conflicts.add(name, f"{', '.join(kept.conflicts)}: changed here and at the source, and left as here")

    def count_again(self, counted: Sequence[Any], now: datetime) -> None:
        """Count a record of which the store knows all. `counted`: `counted_of` it."""
        self.outcomes[Outcome.UNCHANGED] += 1
        self._count(counted, now)

    def _count(self, counted: Sequence[Any], now: datetime) -> None:
        is_draft, public_at, redirects, comments = counted
        self.drafts += is_draft
        self.scheduled += public_at is not None and datetime.fromisoformat(public_at) > now
        self.redirects += redirects
        for status, number in comments.items():
            self.comments[CommentStatus(status)] += number

    def counts(self) -> dict[str, int]:
        """What is kept of an import, to tell it from others."""
        return {
            "added": self.outcomes[Outcome.ADDED],
            "changed": self.outcomes[Outcome.CHANGED],
            "comments added": self.comments_added,
            "comments changed": self.comments_changed,
            "sections": self.sections,
        }

    def summary(self, source: str, media: Media) -> Summary:
        return Summary(
            source=source,
            added=self.outcomes[Outcome.ADDED],
            changed=self.outcomes[Outcome.CHANGED],
            unchanged=self.outcomes[Outcome.UNCHANGED],
            pages={outcome: self.pages[outcome] for outcome in PageOutcome},
            drafts=self.drafts,
            scheduled=self.scheduled,
            comments={status: self.comments[status] for status in CommentStatus},
            sections=self.sections,
            redirects=self.redirects,
            former_sites=tuple(self.former_sites),
            pictures_copied=media.copied,
            pictures_missing=media.missing,
            made_drafts=self.made_drafts.notes(),
            cut=self.cut.notes(),
            left_out=self.left_out.notes(),
            refused=self.refused.notes(),
            conflicts=self.conflicts.notes(),
            completed=self.completed.notes(),
            named=self.named.notes(),
            comments_added=self.comments_added,
            comments_changed=self.comments_changed,
            comments_trashed=self.comments_trashed,
            comments_left=self.comments_left,
            withdrawn=self.withdrawn,
            page_drafts=self.page_drafts,
            front=self.front,
            bans=self.bans,
            absent=self.absent,
            import_id=self.import_id,
            stripped=self.stripped.met(),
            not_understood=self.not_understood.met(),
            warnings=tuple(self.warnings),
        )
