"""All of it, and its life cycle."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from storage.omissions import Omissions
from storage.protocol.answers import Answers
from storage.protocol.articles import Articles
from storage.protocol.bans import Bans
from storage.protocol.changes import Changes
from storage.protocol.comments import Comments
from storage.protocol.cursors import Cursors
from storage.protocol.due import DueTasks
from storage.protocol.entitlement import Entitlements
from storage.protocol.former_sites import FormerSites
from storage.protocol.front import Front
from storage.protocol.held_feeds import HeldFeeds
from storage.protocol.held_webhooks import HeldWebhooks
from storage.protocol.hub_checks import HubChecks
from storage.protocol.members import Members
from storage.protocol.moderation import Moderation
from storage.protocol.names import Names
from storage.protocol.pages import Pages
from storage.protocol.partners import Partners
from storage.protocol.privacy import Privacy
from storage.protocol.push import Push
from storage.protocol.redirects import Redirects
from storage.protocol.reply_feeds import ReplyFeeds
from storage.protocol.retention import Retention
from storage.protocol.sections import Sections
from storage.protocol.sitemaps import Sitemaps
from storage.protocol.sites import Sites
from storage.protocol.tokens import Sessions, Tokens
from storage.protocol.transfer import Aliases, FeedSources, Transfer
from storage.protocol.webhooks import Webhooks

Waited = Callable[[str, float], None]
"""Is told 'read' or 'write', and seconds."""


class Store(
    Articles,
    Comments,
    Moderation,
    Bans,
    ReplyFeeds,
    Privacy,
    Retention,
    Sections,
    Front,
    Pages,
    Sitemaps,
    Names,
    Changes,
    Cursors,
    DueTasks,
    Push,
    HubChecks,
    Webhooks,
    HeldWebhooks,
    Partners,
    Members,
    Entitlements,
    Sites,
    Tokens,
    Answers,
    Sessions,
    HeldFeeds,
    Transfer,
    Aliases,
    Redirects,
    FormerSites,
    FeedSources,
    Protocol,
):
    """All of it, and its life cycle. A store is made by `storage.connect.open_store`, open and migrated or not.

    What holds a text that is looked up by and is longer than `storage.keys` says is not kept: Invalid, with the text's field.

    A row that cannot be read is left out of every list and noted in `omissions`; who asks for it alone is told Unreadable.
    """

    @property
    def omissions(self) -> Omissions:
        """What was left out of lists since the store was opened, by it and by whoever shows what it lists."""

    def now(self) -> datetime:
        """What time it is for the store: by the clock that it was opened with, or on PostgreSQL by the database's, which all hosts
        share. Whatever is compared with what it keeps, such as a time of publication, is asked of this one.
        """

    def tell_waits(self, waited: Waited) -> None:
        """Tell of each unit of work, in the thread that asks for it, how long it was waited for: for its turn, a lock and a
        connection, and until it was done; also where it failed.
        """

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
