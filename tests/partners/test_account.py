"""Accounts, by a model of a partner that shows what it took."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from feeds.newsroom.partners import account
from feeds.newsroom.partners.account import Log, account_of
from storage.model import Action, EntitledChange, Partner, PartnerPickup, PartnerVisit

_BEGIN = datetime(2023, 3, 1, tzinfo=UTC)
_PARTNER = Partner(id=1, name="Rome", set_id=7)
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(1, 4), st.booleans()),
        st.tuples(st.just("feed"), st.sets(st.integers(1, 4)), st.booleans()),
        st.tuples(st.just("cursor"), st.integers(0, 3), st.none()),
    ),
    max_size=30,
)


@dataclass
class _Model:
    """A newsroom, and a partner that takes some of what there is."""

    log: list[EntitledChange] = field(default_factory=list)
    pickups: list[PartnerPickup] = field(default_factory=list)
    has: dict[int, int] = field(default_factory=dict)
    """The number of what it shows, or knows to be gone, by article."""
    first: dict[int, datetime] = field(default_factory=dict)
    """When it had an entry, or what came in its place."""
    now: datetime = _BEGIN

    def latest(self, article: int) -> EntitledChange | None:
        return next((one for one in reversed(self.log) if one.article_id == article), None)

    def write(self, article: int, withdraws: bool) -> None:
        before = self.latest(article)
        is_there = before is not None and before.action is not Action.WITHDRAW
        action = (Action.WITHDRAW if withdraws else Action.EDIT) if is_there else Action.INSERT
        number = len(self.log) + 1
        self.log.append(
            EntitledChange(number=number, action=action, article_id=article, guid=str(article), at=self.now)
        )

    def take(self, article: int, number: int) -> None:
        self.has[article] = max(number, self.has.get(article, 0))
        for one in self.log:
            if one.article_id == article and one.number <= number:
                self.first.setdefault(one.number, self.now)

    def feed(self, articles: set[int], tells_withdrawals: bool) -> None:
        for article in articles:
            one = self.latest(article)
            if one is not None and (tells_withdrawals or one.action is not Action.WITHDRAW):
                self.take(article, one.number)
                # What was told of it meanwhile is not known when it is noted late: then by all that was told when it was shown.
                number = len(self.log) if len(self.pickups) % 2 else one.number
                self.pickups.append(PartnerPickup(article_id=article, number=number, at=self.now))

    def cursor(self, behind: int) -> None:
        number = max(len(self.log) - behind, 0)
        for one in self.log[:number]:
            self.take(one.article_id, one.number)
        self.pickups.append(PartnerPickup(article_id=0, number=number, at=self.now))

    def outstanding(self) -> set[int]:
        """Articles that it shows, and not as they are now."""
        shown = {article for article, number in self.has.items() if self.log[number - 1].action is not Action.WITHDRAW}
        return {
            article
            for article in shown
            if (latest := self.latest(article)) is not None
            and latest.number > self.has[article]
            and latest.action is not Action.INSERT
        }


@given(_STEPS, st.integers(1, 12))
def test_what_is_outstanding_is_what_a_partner_shows_otherwise(steps: list, looked_at: int) -> None:  # type: ignore[type-arg]
    model = _Model()
    for step, what, how in steps:
        model.now += timedelta(minutes=1)
        if step == "write":
            model.write(what, how)
        elif step == "feed":
            model.feed(what, how)
        else:
            model.cursor(what)
    visit = PartnerVisit(at=model.now, set_id=7, since=_BEGIN)
    newest_first = model.log[::-1]
    found = account_of(_PARTNER, Log(newest_first, _BEGIN), model.pickups, visit, None)
    assert {one.change.article_id for one in found.outstanding} == model.outstanding()
    assert {one.change.number: one.taken_at for one in found.entries} == {
        one.number: model.first.get(one.number) for one in model.log
    }
    # Where the log is longer than what is looked at, what may be outstanding is not left out; an insert is taken for the first.
    newest = newest_first[:looked_at]
    part = account_of(_PARTNER, Log(newest, _BEGIN + timedelta(days=1)), model.pickups, visit, None)
    oldest = {one.article_id: one.action for one in newest}
    told = {article for article, action in oldest.items() if action is not Action.INSERT}
    assert {one.change.article_id for one in part.outstanding} >= model.outstanding() & told
    assert all(one.outstanding for one in part.entries), "of the rest nothing is asked"
    assert len(model.log) < account.LOOKED_AT
