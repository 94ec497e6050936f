"""What every preset is: what it makes of a document, and what it finds wrong with one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from feeds.document import FeedDocument, FeedItem

Said = str | None
"""A sentence that says what is wrong and what to change; None or '' where nothing is."""
_MARK = "preset"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What a partner would not have so."""

    article: int
    """Its id; 0 where it is the feed itself."""
    rule: str
    sentence: str
    source: str
    """Address of the page on which the partner demands it."""
    refuses: bool
    """Whether it would be refused; else it is shown worse than it could be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What an entry is judged by besides itself."""

    document: FeedDocument
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRule:
    """`check` is handed entries in the form that the preset gives them."""

    name: str
    source: str
    check: Callable[[FeedItem, Around], Said]
    refuses: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRule:
    """`check` is handed the feed in the form that the preset gives it."""

    name: str
    source: str
    check: Callable[[FeedDocument], Said]
    refuses: bool = True


def as_it_is(item: FeedItem) -> FeedItem:
    return item


def unchanged(document: FeedDocument) -> FeedDocument:
    return document


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """The form that a partner demands. Pure: what becomes of an entry depends on the entry alone."""

    name: str
    label: str
    """What people call the partner."""
    item: Callable[[FeedItem], FeedItem] = as_it_is
    """What becomes of an entry; its key is `apply`'s."""
    feed: Callable[[FeedDocument], FeedDocument] = unchanged
    """What becomes of the rest."""
    items: int = 0
    """Entries that the partner wants to find, where the terms do not say how many; 0: as many as there are."""
    item_rules: tuple[ItemRule, ...] = ()
    feed_rules: tuple[FeedRule, ...] = ()
    needs_text: str = ""
    """Where it says that it takes no summaries; '' of one that takes them."""
    needs_pictures: str = ""
    """Where it says that it takes nothing without pictures."""

    def apply(self, document: FeedDocument) -> FeedDocument:
        """The document in this form; one that has it already, as it is."""
        return self.framed(replace(document, items=tuple(map(self._formed, document.items))))

    def framed(self, document: FeedDocument) -> FeedDocument:
        """The document, whose entries have this form already, in the form."""
        framed = self.feed(document)
        return replace(framed, updated=max([framed.updated, *(item.updated for item in framed.items)]))

    def _formed(self, item: FeedItem) -> FeedItem:
        key = (_MARK, self.name, item.key)
        if isinstance(item.key, tuple) and item.key[:2] == key[:2]:
            return item
        return replace(self.item(item), key=key)

    def problems(self, document: FeedDocument, items: Sequence[FeedItem], now: datetime) -> tuple[Problem, ...]:
        """What is wrong with entries of a document, all in this form."""
        around = Around(document=document, now=now)
        return tuple(
            Problem(article=item.id, rule=rule.name, sentence=said, source=rule.source, refuses=rule.refuses)
            for item in items
            for rule in self.item_rules
            if (said := rule.check(item, around))
        )

    def feed_problems(self, document: FeedDocument) -> tuple[Problem, ...]:
        """What is wrong with a document in this form, its entries apart."""
        return tuple(
            Problem(article=0, rule=rule.name, sentence=said, source=rule.source, refuses=rule.refuses)
            for rule in self.feed_rules
            if (said := rule.check(document))
        )
