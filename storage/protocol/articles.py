"""Articles, and the lists that readers see of them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from storage.model import (
    Article,
    ArticleFilter,
    ArticleList,
    ArticleStatus,
    ArticleView,
    CurrentList,
    FilteredArticles,
    Once,
    PathTarget,
    Rest,
    Span,
)


class Articles(Protocol):
    """Articles, and the lists that public ones stand in."""

    async def add_article(self, article: Article, *, once: Once[Article] | None = None) -> Article:
        """Keep a new article and return it as kept.

        It is public at once if its `public_at` has come; else, if it has one, it waits for the due-task.
        Without a `published_at` nothing is published: it is kept as a draft, without a day.
        A slug that another article of that day has, or once had in public, gets '-2', '-3', ...: where many have it, a number
        after one that is taken, though one before may be free by now.
        An author or tag whose slug is known keeps the known name.

        Raises Repeated where `once` is known; Conflict if the guid is taken, with its holder; Invalid if a section is unknown
        (field 'section' or 'sections').
        """

    async def update_article(self, article: Article, *, if_version: int) -> Article:
        """Replace the article with this id, if it still is at `if_version`; return it as kept. Where nothing would be kept
        otherwise than it is, as where a known tag is written otherwise, nothing is written and no Change appended.

        Where readers see it otherwise, or again, `edited_at` is now; comments, an editorial note, an unpublished edit move it not.

        An article that stops being public gets `gone_at`, and tombstones in the lists it stood in; a list it
        leaves by a move gets none. Its former path goes on leading to it: what readers have seen keeps its day without a date, and
        what is published keeps its date where it is given none.
        One that is public again loses them, and gets an `updated_at` later than its tombstone's `gone_at`.

        Raises NotFound, Conflict if another write came first or the guid is taken (with its holder), Invalid as add_article does.
        """

    async def get_article(self, article_id: int) -> Article:
        """The article, public or not. Raises NotFound, Unreadable."""

    async def find_article(self, guid: str) -> Article:
        """The article of this guid, public or not. Raises NotFound, Unreadable."""

    async def headlines(self, ids: Collection[int]) -> Mapping[int, str]:
        """Of those of the articles that there are, by id."""

    async def list_articles(
        self, *, status: ArticleStatus | None = None, before_id: int | None = None, limit: int
    ) -> tuple[Article, ...]:
        """Every article, public or not, by id descending, from below `before_id`."""

    async def filter_articles(
        self, wanted: ArticleFilter, *, before_id: int | None = None, limit: int
    ) -> FilteredArticles:
        """Every article, public or not, that a filter leaves, by id descending, from below `before_id`. Where a filter sets several
        conditions, or a date, it may find fewer than `limit`, or none, and yet stop before the end: it looks at no more than a
        thousand articles. What is not known is no article's.
        """

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

        `also`: further scopes whose state the snapshot is to hold; `scope` itself is always in it, and that of its older entries
        where the part may reach below the newest (`storage.scopes.NEWEST`).
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
        text is (`storage.words`). Whoever matches no letter or digit, or only excludes, finds nothing. Where more than 50,000 have
        all the words of a phrase, it may be looked for in the newest 50,000 of these alone. The snapshot holds
        the home scope and `also`. With `late_since` come those that match of what arrived late in the whole newsroom after that
        instant; without tombstones, of which there are none.
        """

    async def reindex(self) -> bool:
        """Make what an earlier release indexed otherwise be found as this one finds it: a part, in one short transaction, the
        newest first. Until then it is found as that release found it.

        Whether more may be left; where nothing is, nothing is written. The last part of the articles appends a Change that raises
        the home scope.
        """

    async def view_article(
        self,
        path: str,
        *,
        size: int,
        page: int | None = None,
        around: int | None = None,
        related: int = 0,
        also: Sequence[str] = (),
    ) -> ArticleView | PathTarget | None:
        """What is at an article's path: the view of a public article that sits there now, else a PathTarget, else None.

        It has one page of the thread, in pages of `size` comments (`storage.model.lists.pages_of`): the one that shows the comment
        `around`, or `page`; the last one, where there is none such. No more comments are read than it has, and what they answer.
        `related`: as many others come with it that have tags of its own, of the newest of each of its first five tags: first those
        that share most of these, then the newest.
        The snapshot holds the article's scope, its comments' scope, those of the tags whose lists were read, and `also`.
        """

    async def find_path(self, path: str) -> PathTarget | None:
        """Where a path that was public once leads; None if it never was. Paths are unencoded, with their last slash.

        An alias leads to its page, while that is a section's, or that of a tag or an author that readers have seen; so does such a
        page itself. One leads to a former site's file, or to the folder of them, whether or not that is there.
        """

    async def find_paths(self, paths: Sequence[str]) -> Mapping[str, PathTarget]:
        """As find_path, of several at once: where those lead that were public once, by path."""
