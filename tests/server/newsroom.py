"""The newsroom whose feeds the server's tests ask for: everything in it happened before noon of 22 March 2023."""

from datetime import UTC, datetime

from storage.model import ArticleStatus, CommentStatus, Section
from tests.web.site import Site

NOON = datetime(2023, 3, 22, 12, tzinfo=UTC)
NEXT_DUE = datetime(2023, 3, 22, 18, tzinfo=UTC)
"""When the scheduled article comes."""

_WORDS = "<p>The first ferry left at six, with forty on board and the band of the fire brigade on the quay.</p>"


async def fill(site: Site) -> None:
    """Publish, move, withdraw, schedule and discuss; the clock is at noon at the end."""
    room, clock = site.newsroom, site.clock
    await room.store.add_section(Section(path="kult\xfara", title="Kult\xfara", created_at=clock()))
    clock.now = datetime(2023, 3, 20, 9, tzinfo=UTC)
    await room.publish("\xfcber-den-fluss", sections=("kult\xfara",), body_html=_WORDS * 20)
    moved = await room.publish("old-name", sections=("world/africa",), body_html=_WORDS * 5)
    clock.advance(hours=1)
    await room.edit(moved, slug="new-name")
    for number in range(12):
        clock.advance(hours=2)
        await room.publish(f"story-{number}", body_html=_WORDS * (number + 1))
    withdrawn = await room.publish("withdrawn", datetime(2023, 3, 21, 8, tzinfo=UTC))
    clock.now = datetime(2023, 3, 22, 9, tzinfo=UTC)
    harbour = await room.publish("harbour-reopens", sections=("world/africa", "business"), body_html=_WORDS * 30)
    await room.withdraw(withdrawn)
    clock.advance(minutes=20)
    first = await room.reply(harbour, "Miriam")
    clock.advance(minutes=20)
    await room.reply(harbour, "Jonas", parent=first)
    await room.reply(harbour, "Held", status=CommentStatus.PENDING)
    clock.advance(minutes=20)
    # What is due by now: the comment counts.
    await site.state.follower.catch_up()
    await room.publish("tonight", NEXT_DUE)
    await room.publish("draft", status=ArticleStatus.DRAFT)
    clock.now = NOON
    await site.state.follower.catch_up()
    assert site.state.follower.due.next_at == NEXT_DUE
