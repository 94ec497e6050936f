"""The store: its topics, and its life cycle."""

from contextlib import suppress
from typing import Self

from storage.clock import Clock
from storage.errors import Damaged, Unavailable
from storage.omissions import Omissions
from storage.sql.aliases import AliasMixin
from storage.sql.articles import ArticleMixin
from storage.sql.author_names import AuthorMixin
from storage.sql.ban_transfer import BanTransferMixin
from storage.sql.bans import BanMixin
from storage.sql.changes import ChangeMixin
from storage.sql.checks import CheckMixin
from storage.sql.comments import CommentMixin
from storage.sql.copy_marks import require_whole
from storage.sql.cursors import CursorMixin
from storage.sql.dates import DateMixin, last_date
from storage.sql.days import DayMixin
from storage.sql.due import ClockMixin
from storage.sql.engine import Engine
from storage.sql.entitled_reading import EntitlementMixin
from storage.sql.filters import FilterMixin
from storage.sql.former_sites import FormerSiteMixin
from storage.sql.front import FrontMixin
from storage.sql.front_transfer import FrontTransferMixin
from storage.sql.held_feeds import HeldFeedMixin
from storage.sql.held_webhooks import HeldWebhookMixin
from storage.sql.hub_checks import HubCheckMixin
from storage.sql.kept_answers import AnswerMixin
from storage.sql.latest import CurrentMixin
from storage.sql.lists import ListMixin
from storage.sql.member_uses import MemberUseMixin
from storage.sql.members import MemberMixin
from storage.sql.moderation import ModerationMixin
from storage.sql.names import NameMixin
from storage.sql.page_transfer import PageTransferMixin
from storage.sql.pages import PageMixin
from storage.sql.partner_keys import PartnerKeyMixin
from storage.sql.partner_pickups import PartnerPickupMixin
from storage.sql.partner_silences import PartnerSilenceMixin
from storage.sql.partners import PartnerMixin
from storage.sql.periods import PeriodMixin
from storage.sql.privacy import PrivacyMixin
from storage.sql.pruning import PruningMixin
from storage.sql.push_deliveries import PushDeliveryMixin
from storage.sql.push_expansion import PushExpansionMixin
from storage.sql.push_listing import PushListingMixin
from storage.sql.push_requests import PushRequestMixin
from storage.sql.push_topics import PushTopicMixin
from storage.sql.redirects import RedirectMixin
from storage.sql.reindexing import ReindexingMixin
from storage.sql.reply_feeds import ReplyFeedMixin
from storage.sql.search import SearchMixin
from storage.sql.sections import SectionMixin
from storage.sql.sessions import SessionMixin
from storage.sql.sitemaps import SitemapMixin
from storage.sql.sites import SiteMixin
from storage.sql.sources import SourceMixin
from storage.sql.tokens import TokenMixin
from storage.sql.transfer import TransferMixin
from storage.sql.undoing import UndoMixin
from storage.sql.views import ViewMixin
from storage.sql.webhook_queue import WebhookQueueMixin
from storage.sql.webhooks import WebhookMixin


class SQLStore(
    ArticleMixin,
    FilterMixin,
    ListMixin,
    CurrentMixin,
    DayMixin,
    PeriodMixin,
    ViewMixin,
    SearchMixin,
    ReindexingMixin,
    CommentMixin,
    ReplyFeedMixin,
    PrivacyMixin,
    PruningMixin,
    ModerationMixin,
    BanMixin,
    BanTransferMixin,
    SectionMixin,
    FrontMixin,
    FrontTransferMixin,
    AuthorMixin,
    PageMixin,
    PageTransferMixin,
    SitemapMixin,
    NameMixin,
    ChangeMixin,
    CursorMixin,
    ClockMixin,
    DateMixin,
    PushRequestMixin,
    PushTopicMixin,
    PushExpansionMixin,
    PushDeliveryMixin,
    HubCheckMixin,
    PushListingMixin,
    PartnerMixin,
    PartnerKeyMixin,
    MemberMixin,
    MemberUseMixin,
    PartnerPickupMixin,
    PartnerSilenceMixin,
    WebhookMixin,
    WebhookQueueMixin,
    HeldWebhookMixin,
    EntitlementMixin,
    SiteMixin,
    TokenMixin,
    AnswerMixin,
    SessionMixin,
    HeldFeedMixin,
    TransferMixin,
    UndoMixin,
    AliasMixin,
    RedirectMixin,
    FormerSiteMixin,
    SourceMixin,
    CheckMixin,
):
    """A `storage.protocol.Store` in a database that speaks SQL."""

    @classmethod
    async def open(cls, engine: Engine, clock: Clock) -> Self:
        """The store of an engine that is open, with every migration applied. Raises Unavailable, of an unfinished copy, too."""
        store = cls(engine, clock)
        try:
            await engine.read(require_whole)
            with suppress(Damaged):
                if dated := await engine.read(last_date):
                    # The clock may have been put back before this process began.
                    store._date_after(dated)
        except BaseException:
            await engine.close()
            raise
        return store

    @property
    def omissions(self) -> Omissions:
        return self._engine.omissions

    def fault(self) -> str | None:
        return self._engine.fault()

    async def close(self) -> None:
        if self._has_written and not self._late:
            # All its dates are right: nothing is left to the next process.
            self._has_written = False
            with suppress(Unavailable):
                await self._engine.write(
                    lambda db: db.execute("DELETE FROM last_writes WHERE writer = ?", (self._engine.writer,)).rowcount
                )
        await self._engine.close()
