"""The documents that the golden files show. All names in them are invented."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from feeds.document import (
    Agency,
    Attachment,
    Category,
    Correction,
    DeletedItem,
    Episode,
    FeedDocument,
    FeedItem,
    InReplyTo,
    Person,
    Photo,
    Podcast,
    Replies,
)
from feeds.licence import Licence, Payment
from storage.model import ScopeState, Snapshot

BASE = "https://news.example"
NOON = datetime(2023, 3, 22, 12, 0, tzinfo=UTC)
HUBS = (f"{BASE}/hub", "https://hub.example/?a=1&b=2")
CREATED = datetime(2023, 1, 1, 6, 30, tzinfo=UTC)
SNAPSHOT = Snapshot(seq=90, scopes={"home": ScopeState(version=90, modified_at=NOON)})

WORLD = Category(term="world", label="World", scheme=f"{BASE}/section/")
AFRICA = Category(term="world/africa", label="Africa", scheme=f"{BASE}/section/")
HARBOURS = Category(term="ports-piers", label="Ports & piers", scheme=f"{BASE}/tag/")


def article(number: int) -> FeedItem:
    """An entry with no more than an entry must have."""
    url = f"{BASE}/2023/03/22/story-{number}/"
    return FeedItem(
        key=("article", number),
        seq=number,
        guid=f"urn:uuid:6b1f2a3c-0000-4000-8000-{number:012d}",
        url=url,
        title=f"Story {number}",
        summary="",
        content_html=f"<p>The text of story {number}.</p>",
        published=NOON - timedelta(hours=number),
        updated=NOON - timedelta(hours=number),
    )


def feed(*items: FeedItem) -> FeedDocument:
    """The latest feed of a newsroom, with these entries."""
    return FeedDocument(
        title="The Morning Tide",
        description="News from the coast & beyond",
        page_url=f"{BASE}/",
        feed_url=f"{BASE}/feed",
        language="en-GB",
        updated=max((item.updated for item in items), default=CREATED),
        items=items,
        rights="© The Morning Tide",
        note=f"This is a feed. As a page: {BASE}/a--page/",
        hubs=HUBS,
        snapshot=SNAPSHOT,
    )


FULL = replace(
    article(1),
    title='Harbour "reopens" <early> & ships return',
    summary="The port is open again: 3 < 4 & nobody waits.",
    content_html=(
        '<p>Ships <a href="/tag/ports-piers/">came in</a> at dawn &amp; unloaded <em>everything</em>.</p>\n'
        '<p><img src="photo.jpg" alt="A crane"> A list of ]]&gt; marks, a <a href="#notes">note</a>, 港口, ميناء, 🚢.</p>'
    ),
    updated=NOON + timedelta(minutes=5, microseconds=250_000),
    modified=NOON + timedelta(minutes=40),
    authors=(
        Person(name="Zoë Okello", url=f"{BASE}/author/zoe-okello/"),
        Person(name="李雷"),
    ),
    categories=(AFRICA, WORLD, HARBOURS),
    photo=Photo(
        url=f"{BASE}/media/harbour.jpg",
        type="image/jpeg",
        length=48_213,
        width=1200,
        height=800,
        alt="A crane above a grey ship",
        caption="The first ship at the north pier & its crane",
        credit="Zoë Okello / Tide Pictures",
    ),
    attachments=(
        Attachment(url=f"{BASE}/media/harbour.mp3", type="audio/mpeg", length=1_204_224),
        Attachment(url=f"{BASE}/media/report.pdf", type="application/pdf", length=0),
    ),
    agency=Agency(name="Coastal News Agency", url="https://agency.example/"),
    dateline="Port Amara, Kestria",
    replies=Replies(
        count=2,
        page_url=f"{BASE}/2023/03/22/story-1/",
        feed_url=f"{BASE}/2023/03/22/story-1/feed",
        updated=NOON + timedelta(minutes=30),
    ),
    rights="© 2023 Coastal News Agency",
)

FOREIGN = replace(
    article(2),
    guid="https://old.example/?p=280",
    title="Le marché rouvre après la tempête",
    content_html="<p>" + "Le marché a rouvert. " * 20 + "</p>",
    authors=(Person(name="Awa Diop", url=f"{BASE}/author/awa-diop/"),),
    categories=(WORLD,),
    photo=Photo(url=f"{BASE}/media/marche.png", type="", length=0, width=0, height=0, alt="", caption="", credit=""),
    agency=Agency(name="Agence Côtière", url=""),
    replies=Replies(count=0, page_url=f"{BASE}/2023/03/22/story-2/", feed_url=f"{BASE}/2023/03/22/story-2/feed"),
    language="fr",
)

BARE = replace(article(3), guid="legacy post 42", title=" ", content_html='<img src="chart.png">')

LATEST = replace(feed(FULL, FOREIGN, BARE), icon_url=f"{BASE}/static/icon.png", icon_size=(512, 512))

PHOTO_ALONE = replace(
    article(6),
    content_html="<h2>Dawn</h2>\n<p><em>Ships</em> came in.</p>",
    photo=FULL.photo,
    agency=FULL.agency,
    dateline=FULL.dateline,
    correction=Correction(label="Correction, 22 March 2023", text="Three ships came in, < four.\nWe are sorry."),
)

ALL_IN_THE_BODY = replace(
    PHOTO_ALONE,
    key=("article", 7),
    guid="urn:uuid:6b1f2a3c-0000-4000-8000-000000000007",
    url=f"{BASE}/2023/03/22/story-7/",
    content_html=(
        '<figure><img src="/media/harbour-300x200.jpg" alt=""><figcaption>The first ship at the north pier & its crane</figcaption>'
        "</figure><p><strong>PORT AMARA</strong> (Coastal News Agency) – Ships came in.</p>"
        "<p>Correction: three ships came in, &lt; four. We are sorry.</p>"
    ),
)

EMPTY_TEXT = replace(article(8), content_html="")

TERMS_OF_USE = replace(
    article(9),
    content_html="<p>Ships came in &amp; went.</p>",
    rights="© 2023 Coastal News Agency",
    canonical_url="https://agency.example/ships?a=1&b=2",
    digital_source_type="http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia",
    credit_line="Zoë Okello / Coastal <News> & Co.",
    republish_until=NOON + timedelta(days=30),
)

EMBARGOED = replace(
    article(10),
    photo=FULL.photo,
    embargoed_until=NOON + timedelta(hours=6),
    embargo_line="Embargoed until 22 March 2023, 18:00 (UTC+00:00)",
)

TERMS = feed(TERMS_OF_USE, EMBARGOED)

LICENCE = Licence(
    permits=("search", "ai-index"),
    prohibits=("ai-train",),
    payment=Payment(type="crawl", amount="0.01", currency="USD"),
    server="https://rights.example/?a=1&b=2",
    terms=f"{BASE}/licensing/",
)

LICENSED = replace(
    feed(replace(article(11), licence=LICENCE), replace(article(12), licence=LICENCE)),
    licence_url=f"{BASE}/license.xml",
)

TEXTS = feed(PHOTO_ALONE, ALL_IN_THE_BODY, EMPTY_TEXT)

REPLY = FeedItem(
    key=("comment", 11),
    seq=81,
    guid=f"{BASE}/2023/03/22/story-1/#comment-11",
    url=f"{BASE}/2023/03/22/story-1/#comment-11",
    title="By: Reader <b>One</b>",
    summary="About time & welcome.",
    content_html=(
        f'<p>In reply to <a href="{BASE}/2023/03/22/story-1/#comment-10">Reader Two</a>.</p>'
        "<p>About time &amp; <b>welcome</b>.</p>"
    ),
    published=NOON + timedelta(minutes=30),
    updated=NOON + timedelta(minutes=30),
    authors=(Person(name="Reader <b>One</b>", url="https://reader.example/"),),
    in_reply_to=InReplyTo(
        ref="comment ten",
        url=f"{BASE}/2023/03/22/story-1/#comment-10",
        feed_url=f"{BASE}/2023/03/22/story-1/feed",
    ),
)

FIRST = replace(
    REPLY,
    key=("comment", 10),
    seq=80,
    guid="comment ten",
    url=f"{BASE}/2023/03/22/story-1/#comment-10",
    title="By: Reader Two",
    summary="Which pier?",
    content_html="<p>Which pier?</p>",
    published=NOON + timedelta(minutes=10),
    updated=NOON + timedelta(minutes=10),
    authors=(Person(name="Reader Two"),),
    in_reply_to=InReplyTo(ref=FULL.guid, url=f"{BASE}/2023/03/22/story-1/", feed_url=f"{BASE}/2023/03/22/story-1/feed"),
)

COMMENTS = replace(
    feed(REPLY, FIRST),
    title='Comments on: Harbour "reopens" <early> & ships return',
    page_url=f"{BASE}/2023/03/22/story-1/",
    feed_url=f"{BASE}/2023/03/22/story-1/feed",
)

EMPTY = replace(
    feed(),
    title="Search: “no such thing”",
    description="",
    page_url=f"{BASE}/search?q=no+such+thing",
    feed_url=f"{BASE}/search/feed?q=no+such+thing",
    rights="",
)

TOMBSTONES = replace(
    feed(article(4)),
    updated=NOON + timedelta(hours=1),
    deleted=(
        DeletedItem(guid="urn:uuid:6b1f2a3c-0000-4000-8000-000000000005", when=NOON + timedelta(hours=1), seq=90),
        DeletedItem(guid="legacy post 41", when=NOON, seq=70),
    ),
)

PODCAST = replace(
    feed(
        replace(
            article(61),
            attachments=(
                Attachment(url=f"{BASE}/media/tide.m4a", type="audio/mp4", length=1234567, duration=1861),
                Attachment(url=f"{BASE}/media/tide.opus", type="audio/ogg", length=7654321, duration=1861),
            ),
            episode=Episode(
                number=12,
                season=2,
                type="bonus",
                explicit=True,
                transcript_url=f"{BASE}/media/tide.vtt?a=1&b=2",
                transcript_type="text/vtt",
                chapters_url=f"{BASE}/media/tide.json",
                image_url=f"{BASE}/media/tide.jpg",
            ),
        ),
        replace(
            article(62),
            summary="Tide & weather " * 400,
            attachments=(Attachment(url=f"{BASE}/media/ebb.mp3", type="audio/mpeg", length=0),),
            episode=Episode(),
        ),
        article(63),
    ),
    podcast=Podcast(
        guid="917393e3-1b1e-5cef-ace4-edaa54e1f810",
        author="The Morning Tide & friends",
        owner="tide@news.example",
        image_url=f"{BASE}/media/cover.jpg",
        categories=(("Society & Culture", "Places & Travel"), ("History", "")),
        serial=True,
    ),
)
