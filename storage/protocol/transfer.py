"""Whole newsrooms in and out, and where they were before."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from storage.model import (
    Alias,
    ArticleRecord,
    Ban,
    FeedSource,
    FollowedName,
    FormerSite,
    FrontRecord,
    ImportRun,
    ImportSource,
    Intake,
    Outcome,
    PageRecord,
    PastImport,
    SaidName,
    Section,
    Undone,
    UndoPlace,
)


class Transfer(Protocol):
    """Whole newsrooms in and out. Authors and tags come with their articles."""

    async def import_sections(self, sections: Sequence[Section], *, run: ImportRun | None = None) -> int:
        """Keep those whose path is new, parents before children; return how many. `run`: the import that they are of."""

    async def import_articles(self, records: Sequence[ArticleRecord]) -> tuple[Outcome, ...]:
        """`take_in` for no import that is to be taken back; an outcome for each record, in order."""

    async def take_in(self, records: Sequence[ArticleRecord], *, run: ImportRun | None = None) -> Intake:
        """Keep a batch in one transaction.

        A record with a source is found by what this source calls it, and by nothing else. Of a site's export (`whole`) and its
        feeds, which name the same site, each guid is one article: the export completes what a feed brought, and of what an export
        brought no feed changes anything. What earlier releases imported is the first source's that names its guid, if it is of its
        site or its agency; what was written here is nobody's. Of an export a guid that is by http for https, or the other way
        round, and `other_guid` name the same article where one of the record's old paths leads to it; a guid is another article's
        where that has another number ('/?p=12') and date, and none of the record's old paths leads to it.
        A new article keeps the source's guid, unless something else is called so here: then it gets a `urn:uuid:` that is made of
        the source's first name and the guid, the same each time; the guids of its comments follow.

        A known one is merged: a field that the source says otherwise than it did last follows, unless the newsroom changed it
        since; then it stays, and is named as a conflict, the next time again; `run.theirs` takes the source's. The same of a
        comment's status and of its text; its date, and which one it answers, the source alone says. A
        comment that is not among all of its source's any more goes to the trash. A reader who was forgotten is not brought back.

        A record without a source is the newsroom's own: a guid that is known updates that article where it differs and adds the
        comments that are new by guid; what is equal is left alone, without a Change.
        An old path that another article has is left to it.
        A record with `article.gone_at` is kept as withdrawn, with its tombstone. Comment counts are listed at once.
        Raises Invalid if a section is unknown.
        """

    async def get_receipts(self, source: ImportSource, guids: Sequence[str]) -> Mapping[str, str]:
        """The receipts of a source's records by their guids: of those which, taken in again, would change nothing, with or without
        `run.theirs`, and of which nothing would be told. Whatever changes that, whoever does it, lets go of the receipt: another
        record of the article, a reader who is forgotten, an import that is taken back.
        """

    async def remember(self, source: ImportSource, said: Mapping[str, str], *, run: ImportRun) -> None:
        """Keep by their names what a later import of the source is to know, in place of what stood there; '' = nothing. It is taken
        back with the import, and what stood there before it stands again. Appends no Change.
        """

    async def follow_names(
        self, source: ImportSource, names: Sequence[SaidName], *, run: ImportRun
    ) -> Sequence[FollowedName]:
        """Let what authors, sections and tags are called follow their source, merged as the fields of an article are: what it says
        otherwise than it did last, unless it was changed here since; then it stays and is a conflict, the next time again;
        `run.theirs` takes the source's. What is not here yet is noted: it comes with what names it. Where the source speaks of
        something for the first time, what is here stays, unless that is its `makeshift`, or what the source said `before`.
        Return those that followed, and the conflicts, in order. It is taken back with the import.
        """

    async def recall(self, source: ImportSource, *, after: str, limit: int) -> Sequence[tuple[str, str]]:
        """What importers had remembered of the source, by name, from the first name after this one on."""

    async def count_imported(self, source: ImportSource) -> int:
        """How many articles a source has spoken of, in all its imports that were not taken back."""

    async def end_import(self, run: ImportRun, counts: Mapping[str, int]) -> int:
        """Note what an import's summary counted; return its id, or 0 if it changed nothing: then there is nothing to take back."""

    async def list_imports(self, *, limit: int) -> tuple[PastImport, ...]:
        """The imports that changed something, newest first."""

    async def undo_import(self, import_id: int, *, list_after: timedelta, onward: UndoPlace | None = None) -> Undone:
        """Take a part of an import back, in one transaction: from the beginning, or from where a part before it has come to. Who
        was interrupted begins again.

        What it added is withdrawn, and sits in no section; its comments go to the trash; what it changed is what it was; the
        sections that it made go, if they are empty; so do aliases, bans, the navigation, what is pinned and what is known of the
        former site, unless a later import brought the same. What was edited here since, or by a later import, stays as it is and is
        named; so is a page whose former path something else has: it stays where it is, and unseen if it was. The same import brings
        it all back, under the same ids, guids and paths.
        Raises NotFound.
        """

    def export(
        self, *, public_only: bool = False, unreadable: Callable[[str], None] | None = None
    ) -> AsyncIterator[Section | Alias | FormerSite | PageRecord | Ban | ArticleRecord | FrontRecord]:
        """Every section and alias, by path, every former site, by address, every standing page, by path, every ban that is not
        over, by id, but for those known by a keyed hash alone, which another newsroom's secret makes nothing of; then every article
        with its thread (all statuses, by id), its other paths (sorted) and from where it came, by id ascending; at last the
        navigation and what is pinned, where there is any. All of it is of one moment, whatever is written meanwhile: whoever keeps
        it in this order refuses nothing. In memory that depends on the largest threads, on all pages and all bans.

        `public_only`: no article or page that readers do not see, pinned or not, no ban, nothing of from where one came, and no
        alias that leads nowhere. `unreadable` is told the name of each article, comment and ban that is damaged and left out:
        'article 17'. Without it the first of them ends the export, with Damaged or with whatever reading it raises.
        """


class Aliases(Protocol):
    """Paths that lead elsewhere, as an import brings them. Neither call appends a Change: nothing that is kept shows them."""

    async def import_aliases(self, aliases: Sequence[Alias], *, run: ImportRun | None = None) -> None:
        """Keep those whose path is new, and those that an import of the same site led elsewhere, and nobody since: a list may have
        another name there by now. Others lead where they lead. What an article, a section or a page has at such a path is found
        first. `run`: the import that they are of, to be taken back with it.
        """

    async def get_aliases(self) -> tuple[Alias, ...]:
        """Every alias, by path."""


class FeedSources(Protocol):
    """Where feeds are imported from. Neither call appends a Change."""

    async def get_feed_source(self, url: str) -> FeedSource | None:
        """What was kept last of the feed at this URL, compared as text; None if nothing was."""

    async def keep_feed_source(self, source: FeedSource) -> None:
        """Keep it in place of what was kept of its URL; keeping the same again writes nothing."""
