"""The contract of a store, by topic. The docstrings are the contract; `tests/storage` holds every backend to it.

For all of them: a call is one unit of work, in one transaction; a write is durable when its call returns. A write
appends exactly one Change (imports: one for each article that is not unchanged; moderation: one for each comment whose
status moves; forgetting: one for each comment) and raises the scopes that `storage.scopes` names, in that transaction:
their `version` becomes the Change's seq, their `modified_at` two seconds from now, or a second after the previous where that is
later: it is later than any second that the clock showed before the commit. A commit that took so long that this is not true is
followed by one more Change, of the site, that raises the same scopes again. Datetimes are aware, in UTC. Values come back equal
to what was kept.
Any call may raise Unavailable; then nothing was written. It is Damaged where a row cannot be read; the others may be. A write waits
for other writers five seconds at most, counted from its call, however many wait with it. Reads wait for no writer.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from storage.model import (
    Alias,
    Article,
    ArticleList,
    ArticleRecord,
    ArticleStatus,
    ArticleView,
    Change,
    Comment,
    CommentHistory,
    CommentList,
    CommentPage,
    CommentStatus,
    CurrentList,
    Decision,
    DecisionPage,
    Due,
    FeedSource,
    Forgotten,
    LocationList,
    LocationPages,
    ModeratedThread,
    NameList,
    NewsList,
    Outcome,
    PathTarget,
    Position,
    Rest,
    SearchIn,
    Section,
    SectionList,
    Session,
    Site,
    Span,
    Token,
)
from storage.omissions import Omissions

TOKEN_USE_INTERVAL = timedelta(hours=1)
"""Between two notes of a token's use: each is a write, at which every process looks once."""


class Articles(Protocol):
    """Articles, and the lists that public ones stand in."""

    async def add_article(self, article: Article) -> Article:
        """Keep a new article and return it as kept.

        It is public at once if its `public_at` has come; else, if it has one, it waits for the due-task.
        Without a `published_at` nothing is published: it is kept as a draft, without a day.
        A slug that another article of that day has, or once had in public, gets '-2', '-3', ...: where many have it, a number
        after one that is taken, though one before may be free by now.
        An author or tag whose slug is known keeps the known name.

        Raises Conflict if the guid is taken, Invalid if a section is unknown (field 'section' or 'sections').
        """

    async def update_article(self, article: Article, *, if_version: int) -> Article:
        """Replace the article with this id, if it still is at `if_version`; return it as kept.

        Where readers see it otherwise, or again, `edited_at` is now; comments, an editorial note, an unpublished edit move it not.

        An article that stops being public gets `gone_at`, and tombstones in the lists it stood in; a list it
        leaves by a move gets none. Its former path goes on leading to it: what readers have seen keeps its day without a date, and
        what is published keeps its date where it is given none.
        One that is public again loses them, and gets an `updated_at` later than its tombstone's `gone_at`.

        Raises NotFound, Conflict if another write came first or the guid is taken, Invalid as add_article does.
        """

    async def get_article(self, article_id: int) -> Article:
        """Raises NotFound."""

    async def list_articles(
        self, *, status: ArticleStatus | None = None, before_id: int | None = None, limit: int
    ) -> tuple[Article, ...]:
        """Every article, public or not, by id descending, from below `before_id`."""

    async def read_articles(
        self,
        scope: str,
        *,
        limit: int | None,
        span: Span | Rest | None = None,
        also: Sequence[str] = (),
        late_since: datetime | None = None,
    ) -> ArticleList:
        """The newest public articles of a scope, or of a part of it, by (published_at, id) descending; all for a limit of None.

        `also`: further scopes whose state the snapshot is to hold; `scope` itself is always in it.
        Tombstones are those not older in that order than the last article listed (any, where fewer than
        `limit` are listed), newest first, `limit` at most; a part has none. An unknown scope is an empty list.

        With `late_since` comes what arrived late in the list after that instant, with `limit` tombstones of it at most. An article
        arrives in a list when it becomes public, is corrected so that its `updated_at` moves, moves into the list, or to
        another place of it. It is late where its date was an hour ago by then, and another stood before it (whole newsroom:
        whatever stood there); or where it was a minute ago, and 20 stood before it already. What becomes public late has
        an `updated_at` of its arrival. An import brings in late only what arrived so by its `arrived_at`. Days have nothing late.
        """

    async def read_day(
        self, day: date, *, limit: int, today: date, span: Span | Rest | None = None, also: Sequence[str] = ()
    ) -> ArticleList:
        """The newest public articles of a day, or of a part of it, as read_articles; with the days beside it.

        What stands after a position ends early, with an article whose id is a multiple of `limit`, where there is one: whoever
        goes down a day from anywhere, soon reads the parts that others do.
        The snapshot holds the scopes of the day and of days, that of the next day if it is before `today`, and `also`.
        """

    async def first_day(self) -> date | None:
        """The first day that ever had a public article, though it may have none any more; None where there never was one."""

    async def read_period(
        self, scope: str, *, limit: int, span: Span | Rest | None = None, also: Sequence[str] = ()
    ) -> ArticleList:
        """The newest public articles of a month or a year, or of a part of it, as read_articles; with the days or months of it that
        have any, ascending, and the months or years beside it.

        The snapshot holds its scope and that of days, and `also`.
        """

    async def read_current(
        self, *, limit: int, day: date, late_since: datetime, also: Sequence[str] = ()
    ) -> CurrentList:
        """The newest public articles with those that arrived late after an instant, as read_articles of the home scope.

        The snapshot holds the scopes of home and of days, and `also`. The newest come with the days beside `day`.
        """

    async def search_articles(
        self,
        words: str,
        *,
        limit: int,
        span: Span | Rest | None = None,
        ranked: bool = False,
        also: Sequence[str] = (),
        late_since: datetime | None = None,
    ) -> ArticleList:
        """The newest public articles that match all of the words, or a part of these; `ranked`: the best of the newest.

        Words are found whatever their case and accents; "words in quotes" as they follow each other, 'word*' as a beginning; what
        has a '-word' is not found. In scripts that write no spaces between words, and in Korean, whatever stands within running
        text is (`storage.segmentation`). Whoever matches no letter or digit, or only excludes, finds nothing. The snapshot holds
        the home scope and `also`. With `late_since` come those that match of what arrived late in the whole newsroom after that
        instant; without tombstones, of which there are none.
        """

    async def reindex(self) -> bool:
        """Make what an earlier release indexed otherwise be found as this one finds it: a part, in one short transaction.

        Whether more is left; where nothing is, nothing is written. The last part appends a Change that raises the home scope, if
        anything was indexed anew.
        """

    async def view_article(
        self, path: str, *, size: int, page: int | None = None, around: int | None = None, also: Sequence[str] = ()
    ) -> ArticleView | PathTarget | None:
        """What is at an article's path: the view of a public article that sits there now, else a PathTarget, else None.

        It has one page of the thread, in pages of `size` comments (`storage.model.lists.pages_of`): the one that shows the comment
        `around`, or `page`; the last one, where there is none such. No more comments are read than it has, and what they answer.
        The snapshot holds the article's scope, its comments' scope, and `also`.
        """

    async def find_path(self, path: str) -> PathTarget | None:
        """Where a path that was public once leads; None if it never was. Paths are unencoded, with their last slash.

        An alias leads to its page, while that is a section's, or that of a tag or an author that readers have seen.
        """


class Comments(Protocol):
    """Readers' replies and their moderation."""

    async def add_comment(
        self,
        comment: Comment,
        *,
        list_after: timedelta,
        admit: Callable[[Article, CommentHistory], Comment] | None = None,
    ) -> Comment:
        """Keep a comment and return it as kept.

        `list_after`: feeds show a new comment count at most once in this interval; the due-task writes the last one.
        `admit` is told the comment's article and its history, and returns what to keep in its stead, on the same article. It
        runs within the write: no worker writes anything between what it is told and what is kept. So it must not wait, nor
        call the store. What it raises comes out of this call, and nothing was written.
        Raises NotFound if there is no such article, Invalid (field 'parent') if the parent is not on that article,
        Conflict if the guid is taken.
        """

    async def last_comment_at(self, author_email: str, ip_hash: str) -> datetime | None:
        """When the last comment from this address, in whatever case, or this hash was written, whatever became of it; None if
        there is none. '' is nobody's.
        """

    async def update_comment(self, comment: Comment, *, if_version: int) -> Comment:
        """Give the comment with this id the author's name, email and URL and the body of this one, if it still is at
        `if_version`; return it as kept. Nothing else of it changes by this; where nothing differs, no Change is appended.

        What readers see of a public comment gets a later `updated_at`, by a second at least; the entries that name it as the
        one they answer move with its author's name.

        Raises NotFound, Conflict if another write came first.
        """

    async def set_comment_status(
        self, comment_id: int, status: CommentStatus, *, by: str, list_after: timedelta
    ) -> Comment:
        """Moderate, and note the Decision and `by` whom. Setting the status that it has already changes nothing, notes nothing
        and appends no Change. Raises NotFound, Conflict for one that was erased.
        """

    async def get_comment(self, comment_id: int) -> Comment:
        """Raises NotFound."""

    async def list_comments(
        self,
        *,
        status: CommentStatus | None = None,
        article_id: int | None = None,
        before_id: int | None = None,
        limit: int,
    ) -> tuple[Comment, ...]:
        """Comments for moderators, by id descending, from below `before_id`."""

    async def read_comments(
        self,
        scope: str,
        *,
        limit: int,
        span: Span | Rest | None = None,
        also: Sequence[str] = (),
        late_since: datetime | None = None,
    ) -> CommentList:
        """The newest public comments of a scope, or of a part of it, by (created_at, id) descending, with tombstones and with what
        arrived late as in read_articles. A comment arrives when it becomes public, moves into the list with its article, or is
        edited so that its `updated_at` moves; imported ones never are late.
        """

    async def view_comments(
        self,
        path: str,
        *,
        limit: int,
        span: Span | Rest | None = None,
        also: Sequence[str] = (),
        late_since: datetime | None = None,
    ) -> CommentList | PathTarget | None:
        """The same of the article that is at a path, with the article; for what else is there, as view_article.

        The snapshot holds the article's scope, its comments' scope, and `also`.
        """


class Privacy(Protocol):
    """A reader's wish to be forgotten."""

    async def forget_comments(
        self, email: str, *, alias: str, erase: bool, list_after: timedelta, limit: int
    ) -> Forgotten:
        """Forget the first `limit` comments of an email, compared without regard to case, with a Change for each.

        An approved one keeps its text and its place in the thread, and `alias` becomes its author's name; email, URL and
        IP hash are emptied. Any other, and with `erase` an approved one too, is emptied of all these, its author's name and its
        text, and stays in the trash as an empty stub: its guid is not forgotten, so that no import brings it back.
        Ask again until nothing is left to forget; each call is whole in itself. An empty email is nobody's.
        """

    async def scrub(self) -> bool:
        """Take what was overwritten or deleted out of the store's files, as far as they can be had; whether they could be.

        Copies elsewhere, such as backups, are not reached.
        """


class Moderation(Protocol):
    """What moderators work with: comments of every status. Lists are by id descending: the order in which comments came."""

    async def moderate(
        self, comment_ids: Sequence[int], status: CommentStatus, *, by: str, list_after: timedelta
    ) -> tuple[Decision, ...]:
        """Set the status of several comments in one transaction, with a Change and a Decision for each that had another.

        Ids that there are not, comments that were erased, and those whose article cannot be read are passed over. The
        Decisions' ids follow each other.
        """

    async def undo_decisions(self, first: int, last: int, *, by: str, list_after: timedelta) -> tuple[Decision, ...]:
        """Give the comments of the decisions from `first` to `last` (500 at most) the status they had before.

        Only where the decision was `by` the same, and is the last on its comment. Each is a Decision of its own.
        """

    async def read_queue(
        self, status: CommentStatus | None, *, before_id: int | None = None, after_id: int | None = None, limit: int
    ) -> CommentPage:
        """Comments of a status, or all: the newest, those below `before_id`, or those next above `after_id`."""

    async def search_comments(
        self,
        words: str,
        *,
        among: SearchIn,
        status: CommentStatus | None = None,
        before_id: int | None = None,
        limit: int,
    ) -> CommentPage:
        """The newest comments that match, below `before_id`.

        Words, quotes and '-' are as in search_articles, but words are whole ones, and the markup of a body is searched, too: the
        address of a link is found. Emails are found by how they begin.

        At most 10,000 that match are looked at for their status; then the page is `cut`, and goes on where it ended. Of more
        than 10,000 comments whose emails begin so, the first of the alphabet alone are found.
        """

    async def count_comments(self, *, at_most: int) -> Mapping[CommentStatus, int]:
        """How many there are of each status, counted up to `at_most`."""

    async def read_thread(self, article_id: int, *, around: int | None = None, limit: int) -> ModeratedThread:
        """An article's comments around an id, or the last ones. Raises NotFound."""

    async def latest_decisions(self, *, before_id: int | None = None, limit: int) -> DecisionPage:
        """The newest decisions, below `before_id`."""

    async def list_waiting(self, *, after: Position | None = None, limit: int) -> tuple[Article, ...]:
        """Articles that the clock will make public, by (public_at, id) ascending, after a position in that order."""


class Sections(Protocol):
    async def add_section(self, section: Section) -> Section:
        """One that was deleted may be made again: its path leads to it as before.

        Raises Conflict if the path is taken, or leads to an article; Invalid (field 'parent') if the parent does not exist.
        """

    async def update_section(self, section: Section) -> Section:
        """Change the title and description of the section with this path; raises the site's scope. Another title is one for all
        entries that name it: its `seq` is this Change's. Raises NotFound.
        """

    async def delete_section(self, path: str) -> None:
        """Raises NotFound, or Conflict while it has articles (of any status) or sections in it. Its path is gone from then on."""

    async def get_sections(self) -> tuple[Section, ...]:
        """Every section, by path."""

    async def read_sections(self, *, also: Sequence[str] = ()) -> SectionList:
        """The same for readers. The snapshot holds the site's scope and `also`."""


class Sitemaps(Protocol):
    """Where all public articles are, for those who crawl them."""

    async def location_pages(self, *, limit: int, also: Sequence[str] = ()) -> LocationPages:
        """The first pages that hold public articles, by number. Page 1 is of the ids 1 to 50,000, and so on: what is on a page
        stays there, whatever else is published.

        When a page changed is the date of its scope, which a write of any of its locations raises. The snapshot holds the home
        scope and `also`. A look-up or two for each page, however many articles there are.
        """

    async def read_locations(self, page: int, *, also: Sequence[str] = ()) -> LocationList:
        """The public articles of a page, by id ascending; none for a page that holds none.

        One range of ids. The snapshot holds the scope of the page, and `also`.
        """

    async def read_news(self, since: datetime, *, limit: int, also: Sequence[str] = ()) -> NewsList:
        """The newest public articles published after an instant, and when the last one up to it was.

        The snapshot holds the home scope and `also`.
        """


class Names(Protocol):
    async def read_names(self, *, among: int, limit: int, also: Sequence[str] = ()) -> NameList:
        """The tags and the authors, `limit` of each at most, that `among` so many of the newest public articles have most often;
        and the last day with any.

        What it costs depends on `among`, not on the newsroom. The snapshot holds the home scope and `also`.
        """


class Changes(Protocol):
    """The log of every write."""

    async def changes_since(self, seq: int, *, limit: int) -> tuple[Change, ...]:
        """The Changes after `seq`, in order, none skipped, `limit` at most."""

    async def last_seq(self) -> int:
        """The seq of the newest Change; 0 of an empty log."""

    def moved(self) -> bool:
        """Whether a commit may have come since the last call: by this store at once, by another process as soon as it can be seen.

        Not a coroutine: it is asked before cached answers, in a few microseconds. True also when it cannot tell.
        It looks at the database only when its last look is older than 10 ms; a commit of this store is reported even before.
        """


class Clockwork(Protocol):
    """What happens because its time has come."""

    async def run_due(self) -> Due:
        """Commit every publication and comment count that is due, once whichever worker asks first; return what is due next.

        A call that finds nothing due reads and writes nothing else. One Change for each. Also forgets IP hashes of 30 days
        ago (no Change: nobody sees a difference). One that cannot be written, whatever is wrong with it, is logged, put off for
        a time that grows (a minute to an hour) and `held_up`; all others are done. So what is returned is never due yet.
        """

    async def next_due(self) -> Due:
        """What run_due has to do next, which may be due by now. Only reads."""


class Sites(Protocol):
    async def get_site(self) -> Site: ...

    async def announce_rendering(self, fingerprint: str) -> None:
        """Raise the site's scope, with one Change, if `fingerprint` (settings and version of the renderer) is not the one kept.

        Where it is, nothing is written.
        """

    async def settle_dates(self) -> None:
        """Raise once more, with one Change of the site, what was written last by processes that did not live to close the store:
        they may not have seen whether their commits were in time. With another, what was raised here and is dated too early
        still. Where nothing is left to do, nothing is written. For the start of a server, and from time to time.
        """


class Tokens(Protocol):
    """Management tokens. No call appends a Change: nothing that is published shows them."""

    async def add_token(self, token: Token) -> None:
        """Raises Conflict if the name is taken."""

    async def find_token(self, hash: str) -> Token | None: ...

    async def list_tokens(self) -> tuple[Token, ...]:
        """Every token, by name."""

    async def revoke_token(self, name: str) -> None:
        """Forget a token and end its sessions: no look-up that begins after this returned finds them, in any process.

        Raises NotFound.
        """

    async def note_token_use(self, name: str, at: datetime) -> None:
        """Keep when a token was last used, unless that was noted within TOKEN_USE_INTERVAL before `at`, or it is gone."""


class Sessions(Protocol):
    """Who is signed in at the desk. No call appends a Change."""

    async def begin_session(self, hash: str, *, token: str, ends_at: datetime) -> None:
        """Keep a session of the token of that name; forget some that are over.

        Raises NotFound if there is no such token, Conflict if the hash is taken.
        """

    async def find_session(self, hash: str) -> Session | None:
        """A session that is not over, with its token as it is now."""

    async def end_session(self, hash: str) -> None:
        """Whether or not there is one."""


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


class Sources(Protocol):
    """Where feeds are imported from. Neither call appends a Change."""

    async def get_feed_source(self, url: str) -> FeedSource | None:
        """What was kept last of the feed at this URL, compared as text."""

    async def keep_feed_source(self, source: FeedSource) -> None:
        """Keep it in place of what was kept of its URL; keeping the same again writes nothing."""


class Store(
    Articles,
    Comments,
    Moderation,
    Privacy,
    Sections,
    Sitemaps,
    Names,
    Changes,
    Clockwork,
    Sites,
    Tokens,
    Sessions,
    Transfer,
    Aliases,
    Sources,
    Protocol,
):
    """All of it, and its life cycle. A store is made by `storage.connect.open_store`, open and migrated or not.

    A row that cannot be read is left out of every list and noted in `omissions`; who asks for it alone is told Unreadable.
    """

    @property
    def omissions(self) -> Omissions:
        """What was left out of lists since the store was opened, by it and by whoever shows what it lists."""

    def fault(self) -> str | None:
        """Why nothing can be kept, in a sentence for whoever runs the server, as far as can be told in a few microseconds and
        without a write: that the database file was taken away, or another put in its place. None if nothing is known.

        Then every write raises Unavailable, and reads go on: what they find is what was acknowledged last, for nothing more can
        be.
        """

    async def check(self) -> Sequence[str]:
        """Faults in one line each: a schema that is not current, a damaged file. Empty when healthy."""

    async def close(self) -> None:
        """Wait for work under way, then let go of every connection. Twice does no harm."""
