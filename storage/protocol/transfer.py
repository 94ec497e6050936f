"""Whole newsrooms in and out, and where they were before."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Protocol

from storage.model import Alias, ArticleRecord, FeedSource, Outcome, Section


class Transfer(Protocol):
    """Whole newsrooms in and out. Authors and tags come with their articles."""

    async def import_sections(self, sections: Sequence[Section]) -> int:
        """Keep those whose path is new, parents before children; return how many."""

    async def import_articles(self, records: Sequence[ArticleRecord]) -> tuple[Outcome, ...]:
        """Keep a batch in one transaction; an outcome for each record, in order.

        A guid that is known updates that article where it differs and adds the comments that are new by guid; what is equal
        is left alone, without a Change. An old path that another article has is left to it.
        A known article keeps the fields that `record.keeps` names, and is left alone if it was imported with `record.digest` last.
        A record with `article.gone_at` is kept as withdrawn, with its tombstone. Comment counts are listed at once.
        Raises Invalid if a section is unknown.
        """

    def export(
        self, *, public_only: bool = False, unreadable: Callable[[str], None] | None = None
    ) -> AsyncIterator[Section | Alias | ArticleRecord]:
        """Every section and every alias, by path, then every article with its thread (all statuses, by id) and its other paths
        (sorted), by id ascending. All of it is of one moment, whatever is written meanwhile: whoever keeps it in this order
        refuses nothing. In memory that depends on the largest threads.

        `public_only`: no article that readers do not see, and no alias that leads nowhere. `unreadable` is told the name of each
        article and comment that is damaged and left out: 'article 17'. Without it the first of them ends the export, with Damaged
        or with whatever reading it raises.
        """


class Aliases(Protocol):
    """Paths of lists from where the newsroom was before. Neither call appends a Change: nothing that is kept shows them."""

    async def import_aliases(self, aliases: Sequence[Alias]) -> None:
        """Keep those whose path is new: one leads to the same list for ever. What an article or a section has at such a path
        is found first.
        """

    async def get_aliases(self) -> tuple[Alias, ...]:
        """Every alias, by path."""


class FeedSources(Protocol):
    """Where feeds are imported from. Neither call appends a Change."""

    async def get_feed_source(self, url: str) -> FeedSource | None:
        """What was kept last of the feed at this URL, compared as text; None if nothing was."""

    async def keep_feed_source(self, source: FeedSource) -> None:
        """Keep it in place of what was kept of its URL; keeping the same again writes nothing."""
