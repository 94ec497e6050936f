"""The contract of a store, a file a topic. The docstrings are the contract; `tests/storage` holds every backend to it.

For all of them: a call is one unit of work, in one transaction; a write is durable when its call returns. A write
appends exactly one Change (imports: one for each article or page that is not unchanged; moderation: one for each comment whose
status moves; forgetting: one for each comment) and raises the scopes that `storage.scopes` names, in that transaction (of lists in
which an article stands below the newest, the scope of the older entries in the list's own stead):
their `version` becomes the Change's seq, their `modified_at` two seconds from now, or a second after the previous where that is
later: it is later than any second that the clock showed before the commit. A commit that took so long that this is not true is
followed by one more Change, of the site, that raises the same scopes again. Datetimes are aware, in UTC. Values come back equal
to what was kept.
Text that no database keeps, which holds U+0000 or a lone surrogate, is Invalid where it is written (NoText), and is not found where
something is looked up by it, be it to change or delete it.
Any call may raise Unavailable; then nothing was written, unless it is OutcomeUnknown. It is Damaged where a row cannot be read; the
others may be. A write waits for other writers five seconds at most, counted from its call, however many wait with it. Reads wait
for no writer.
"""

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
from storage.protocol.push import PUT_OFF_AT_MOST, Push
from storage.protocol.redirects import Redirects
from storage.protocol.reply_feeds import ReplyFeeds
from storage.protocol.retention import Retention
from storage.protocol.sections import Sections
from storage.protocol.sitemaps import Sitemaps
from storage.protocol.sites import Sites
from storage.protocol.store import Store
from storage.protocol.tokens import TOKEN_USE_INTERVAL, Sessions, Tokens
from storage.protocol.transfer import Aliases, FeedSources, Transfer
from storage.protocol.webhooks import Webhooks

__all__ = [
    "PUT_OFF_AT_MOST",
    "TOKEN_USE_INTERVAL",
    "Aliases",
    "Answers",
    "Articles",
    "Bans",
    "Changes",
    "Comments",
    "Cursors",
    "DueTasks",
    "Entitlements",
    "FeedSources",
    "FormerSites",
    "Front",
    "HeldFeeds",
    "HeldWebhooks",
    "HubChecks",
    "Members",
    "Moderation",
    "Names",
    "Pages",
    "Partners",
    "Privacy",
    "Push",
    "Redirects",
    "ReplyFeeds",
    "Retention",
    "Sections",
    "Sessions",
    "Sitemaps",
    "Sites",
    "Store",
    "Tokens",
    "Transfer",
    "Webhooks",
]
