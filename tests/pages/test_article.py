"""An article's page."""

from datetime import UTC, datetime, timedelta

import pytest

from feeds.clean.html import absolute_html, sanitize_article
from feeds.clean.source_types import SCHEME
from feeds.formats import FORMATS
from feeds.kinds.base import FeedGone, FeedMoved
from feeds.web.pages.article import build_article
from storage.errors import NotFound
from storage.model import ArticleStatus, Author, CommentStatus, Enclosure, Image, Source, Tag
from storage.scopes import article_comments_scope, article_scope, with_older
from tests.pages.newsroom import EMAIL, NOON, Newsroom, linked_data, one, params_of, parse, select, text
from tests.pages.rules import faults

pytestmark = pytest.mark.anyio


async def test_it_shows_all_that_the_newsroom_gave(newsroom: Newsroom) -> None:
    article = await newsroom.publish(
        "Harbour reopens",
        summary="After a month of repairs.",
        sections=("world/africa", "sport"),
        authors=(
            Author(slug="grace", name="Grace Achieng"),
            Author(slug="tom", name="Tom", url="https://tom.example/"),
        ),
        dateline="Brussels, Belgium",
        source=Source(name="Xinhua", url="https://xinhua.example/"),
        image=Image(url="/media/pier.jpg", alt="The pier", caption="At dawn.", credit="A. Photographer"),
        tags=(Tag(slug="lake", name="Lake"), Tag(slug="ferries", name="Ferries")),
        enclosures=(Enclosure(url="https://news.example/media/talk.mp3", type="audio/mpeg"),),
        rights="Free to share.",
        updated_at=NOON + timedelta(hours=2),
    )
    document = parse(await newsroom.article_page(article))
    assert text(one(document, "//h1")) == "Harbour reopens"
    assert text(one(document, "//nav[@aria-label='Breadcrumb']")) == "Home World Africa Harbour reopens"
    assert text(one(document, "//p[@class='byline']")) == "By Grace Achieng and Tom"
    assert select(document, "//a[@rel='author']/@href") == ["/author/grace/", "https://tom.example/"]
    assert select(document, "//a[@rel='tag']/@href") == ["/tag/lake/", "/tag/ferries/"]
    times = select(document, "//main/article//time")
    assert [text(time) for time in times] == ["22 March 2023, 12:00 EAT", "22 March 2023, 14:00 EAT"]
    assert times[0].get("datetime") == "2023-03-22T12:00:00+03:00"
    assert text(one(document, "//figcaption")) == "At dawn. A. Photographer"
    assert one(document, "//figure/img/@alt") == "The pier"
    body = one(document, "//div[@class='body']")
    assert text(body) == "Brussels, Belgium | Xinhua | The first ferry left at six."
    assert one(body, "p/span[@class='dateline']/a[.='Xinhua']/@href") == "https://xinhua.example/"
    footer = text(one(document, "//main/article/footer"))
    assert footer == "talk.mp3 Tags: Lake, Ferries Free to share."


async def test_what_is_not_given_leaves_no_trace(newsroom: Newsroom) -> None:
    document = parse(await newsroom.article_page(await newsroom.publish()))
    for path in ("//p[@class='byline']", "//figure", "//*[@class='dateline']", "//main/article/footer"):
        assert select(document, path) == []
    assert "Updated" not in text(document)


async def test_its_body_is_the_feeds_body(newsroom: Newsroom) -> None:
    body = '<p>See <a href="/2023/">the year</a> and <a href="more">more</a>.</p><h2>Then</h2>'
    article = await newsroom.publish(body_html=body)
    page = await newsroom.article_page(article)
    assert absolute_html(body, f"https://news.example{article.path}").encode() in page.html
    assert one(parse(page), "//a[text()='more']/@href") == f"https://news.example{article.path}more"


async def test_sound_and_film_of_its_own_have_a_player_each(newsroom: Newsroom) -> None:
    files = tuple(
        Enclosure(url=url, type=kind)
        for url, kind in (
            ("/media/talk.mp3", "audio/mpeg"),
            ("https://cdn.example/film.mp4?a&b", "video/mp4"),
            ("/media/in-text.mp3", "audio/mpeg"),
            ("/media/plan.pdf", "application/pdf"),
        )
    )
    body = sanitize_article('<p>Words.</p><audio src="/media/in-text.mp3"></audio>')
    page = await newsroom.article_page(await newsroom.publish(body_html=body, enclosures=files))
    assert faults(page.html) == []
    document = parse(page)
    footer = one(document, "//main/article/footer")
    players = select(footer, ".//audio | .//video")
    assert [(player.tag, player.get("src"), player.get("preload")) for player in players] == [
        ("audio", "/media/talk.mp3", "none"),
        ("video", "https://cdn.example/film.mp4?a&b", "metadata"),
    ]
    assert [player.get("aria-label") for player in players] == ["Listen: talk.mp3", "Watch: film.mp4?a&b"]
    assert all(player.get("controls") is not None for player in players)
    assert [link.get("href") for link in select(footer, ".//a")] == [
        "/media/talk.mp3", "https://cdn.example/film.mp4?a&b", "/media/in-text.mp3", "/media/plan.pdf"
    ]  # fmt: skip
    assert text(select(footer, "./p")[-1]) == "To download: in-text.mp3, plan.pdf"
    assert select(document, "//div[@class='body']//audio/@src") == ["https://news.example/media/in-text.mp3"]


async def test_links_within_its_body_stay_on_it(newsroom: Newsroom) -> None:
    body = '<p id="comments"><a href="#note">1</a> <a href="#reply">Reply</a></p><p id="note"><a href="#comments">Back</a></p>'
    article = await newsroom.publish(body_html=sanitize_article(body))
    page = await newsroom.article_page(article)
    document = parse(page)
    links = select(document, "//div[@class='body']//a/@href")
    top, note = select(document, "//div[@class='body']//p/@id")
    assert top.startswith("comments_")
    assert links == [f"#{note}", "#reply", f"#{top}"]
    ids = select(document, "//@id")
    assert len(ids) == len(set(ids))
    assert faults(page.html) == []


async def test_the_headline_is_its_one_top_heading(newsroom: Newsroom) -> None:
    page = await newsroom.article_page(await newsroom.publish(body_html='<h1 title="x">Inside</h1><p>Words.</p>'))
    assert [text(title) for title in select(parse(page), "//h1")] == ["Harbour reopens"]
    assert one(parse(page), "//h2[@title='x']").text == "Inside"


@pytest.mark.parametrize(("replies", "words"), [(0, "No comments"), (1, "One comment"), (2, "2 comments")])
async def test_it_counts_its_comments(newsroom: Newsroom, replies: int, words: str) -> None:
    article = await newsroom.publish()
    for _ in range(replies):
        await newsroom.comment(article)
    await newsroom.comment(article, status=CommentStatus.PENDING)
    document = parse(await newsroom.article_page(article))
    assert text(one(document, "//h2[@id='comments-title']")) == words
    assert text(one(document, "//main/article//a[@href='#comments']")) == words


async def test_comments_are_numbered_nested_and_signed(newsroom: Newsroom) -> None:
    article = await newsroom.publish()
    first = await newsroom.comment(article, "First", author_url="https://miriam.example/")
    second = await newsroom.comment(article, "Second")
    third = await newsroom.comment(article, "Third", parent_id=first.id)
    document = parse(await newsroom.article_page(article))
    remarks = select(document, "//*[@id='comments']//li/article")
    assert [remark.get("id") for remark in remarks] == [f"comment-{comment.id}" for comment in (first, third, second)]
    assert [text(one(remark, ".//a[@class='number']")) for remark in remarks] == ["1", "3", "2"]
    assert one(document, f"//li[article[@id='comment-{first.id}']]/ol/li/article/@id") == f"comment-{third.id}"
    signature = one(remarks[0], ".//a[@class='who']")
    assert (signature.get("href"), signature.get("rel")) == ("https://miriam.example/", "nofollow ugc noopener")
    assert select(remarks[1], ".//a[@class='who']") == []
    reply = one(remarks[2], ".//p[@class='answer']/a")
    assert (reply.get("href"), reply.get("rel")) == (f"{article.path}?parent={second.id}#reply", "nofollow")


async def test_no_email_is_in_it(newsroom: Newsroom) -> None:
    article = await newsroom.publish()
    await newsroom.comment(article)
    await newsroom.comment(article, status=CommentStatus.PENDING)
    html = (await newsroom.article_page(article)).html
    assert EMAIL.encode() not in html
    assert b"readers.example" not in html


async def test_closed_comments_say_so_and_show_those_there_are(newsroom: Newsroom) -> None:
    article = await newsroom.publish(comments_open=False)
    await newsroom.comment(article, "Still here")
    document = parse(await newsroom.article_page(article))
    assert "Comments on this article are closed." in text(document)
    assert "Still here" in text(document)
    assert select(document, "//form") == []
    assert select(document, "//p[@class='answer']") == []


async def test_the_form_promises_and_asks(newsroom: Newsroom) -> None:
    article = await newsroom.publish()
    form = one(parse(await newsroom.article_page(article)), "//form")
    assert (form.get("method"), form.get("action")) == ("post", f"{article.path}comments")
    fields = {field.get("name"): field for field in select(form, ".//input | .//textarea")}
    assert set(fields) == {"name", "email", "url", "comment", "parent", "token", "subject"}
    assert {name for name, field in fields.items() if field.get("required") is not None} == {"name", "email", "comment"}
    assert {name: fields[name].get("autocomplete") for name in ("name", "email", "url", "subject")} == {
        "name": "name", "email": "email", "url": "url", "subject": "off", }  # fmt: skip
    assert text(one(form, "../h2")) == "Leave a Reply"
    assert text(one(form, "../p")) == "Your email address will not be published. Required fields are marked *"
    labels = [text(label) for label in select(form, ".//div[starts-with(@class, 'field')]/label")]
    assert labels == ["Comment *", "Name *", "Email *", "Website"]


async def test_it_is_discoverable(newsroom: Newsroom) -> None:
    article = await newsroom.publish()
    document = parse(await newsroom.article_page(article))
    alternates = [
        link.get("href") for link in select(document, "//link[@rel='alternate']") if "oembed" not in link.get("type")
    ]
    # Whoever subscribes to a page by its address gets the first: news, not the comments on one article.
    assert alternates == [
        f"https://news.example{path}feed{extension}" for path in ("/", article.path) for extension in FORMATS
    ]
    assert one(document, "//link[@rel='canonical']/@href") == f"https://news.example{article.path}"
    shown = select(document, "//*[@id='subscribe']//dd/a")
    assert [text(link) for link in shown] == alternates[len(FORMATS) :]


async def test_the_canonical_address_may_be_elsewhere(newsroom: Newsroom) -> None:
    article = await newsroom.publish(canonical_url="https://agency.example/1")
    document = parse(await newsroom.article_page(article))
    assert one(document, "//link[@rel='canonical']/@href") == "https://agency.example/1"


async def test_it_describes_itself_to_machines(newsroom: Newsroom) -> None:
    article = await newsroom.publish(
        "</script><script>alert(1)</script>",
        image=Image(url="/media/a.jpg", alt="A pier", caption="At <dawn>.", credit="Jo", width=1200, height=800),
        sections=("world/africa",),
        authors=(Author(slug="grace", name="Grace"),),
        dateline="Brussels, Belgium",
        source=Source(name="Xinhua & Co", url="https://xinhua.example/"),
    )
    page = await newsroom.article_page(article)
    assert page.html.count(b"</script") == page.html.count(b"<script"), "nothing leaves its element"
    document = parse(page)
    data = linked_data(document)["NewsArticle"]
    assert data["headline"] == article.headline
    assert data["dateline"] == "Brussels, Belgium"
    assert data["image"] == [
        {"@type": "ImageObject", "url": "https://news.example/media/a.jpg", "width": 1200, "height": 800,
         "caption": "At <dawn>.", "creditText": "Jo"}
    ]  # fmt: skip
    assert data["articleSection"] == ["Africa"]
    grace = {"@type": "Person", "name": "Grace", "url": "https://news.example/author/grace/"}
    assert data["author"] == [grace]
    agency = {"@type": "Organization", "name": "Xinhua & Co", "url": "https://xinhua.example/"}
    assert data["sourceOrganization"] == agency
    assert data["publisher"]["logo"]["url"] == "https://news.example/icon.png"


async def test_what_its_data_for_machines_lacks_is_left_out(newsroom: Newsroom) -> None:
    article = await newsroom.publish(image=Image(url="javascript:alert(1)"), source=Source(name="X", url="tel:1"))
    data = linked_data(parse(await newsroom.article_page(article)))["NewsArticle"]
    assert {"dateline", "image", "keywords", "correction"}.isdisjoint(data)
    assert data["sourceOrganization"] == {"@type": "Organization", "name": "X"}
    site = newsroom.site.publication
    assert data["author"] == [{"@type": "Organization", "name": site.title, "url": "https://news.example/"}]


async def test_its_place_is_a_breadcrumb_for_machines(newsroom: Newsroom) -> None:
    article = await newsroom.publish("Harbour <reopens>", sections=("world/africa",))
    crumbs = linked_data(parse(await newsroom.article_page(article)))["BreadcrumbList"]["itemListElement"]
    assert [(crumb["position"], crumb["name"], crumb.get("item")) for crumb in crumbs] == [
        (1, "Home", "https://news.example/"),
        (2, "World", "https://news.example/section/world/"),
        (3, "Africa", "https://news.example/section/world/africa/"),
        (4, "Harbour <reopens>", None),
    ]


@pytest.mark.parametrize(
    "image", [None, Image(url="/media/a.jpg"), Image(url="/a.png", type="image/png", width=9, height=8)]
)
async def test_it_says_how_it_is_shared(newsroom: Newsroom, image: Image | None) -> None:
    article = await newsroom.publish("Harbour & pier", image=image)
    document = parse(await newsroom.article_page(article))
    tags = {tag.get("property") or tag.get("name"): tag.get("content") for tag in select(document, "//meta[@content]")}
    assert (tags["og:type"], tags["og:title"]) == ("article", "Harbour & pier")
    assert tags["robots"] == "max-image-preview:large"
    photo = {name: content for name, content in tags.items() if "image" in name} | {"card": tags["twitter:card"]}
    assert photo == (
        {"card": "summary"}
        if image is None
        else {"card": "summary_large_image", "og:image": "https://news.example/media/a.jpg"}
        if not image.width
        else {"card": "summary_large_image", "og:image": "https://news.example/a.png", "og:image:type": "image/png",
              "og:image:width": "9", "og:image:height": "8"}
    )  # fmt: skip


async def test_its_language_and_direction_are_its_own(newsroom: Newsroom) -> None:
    article = await newsroom.publish("الميناء", language="ar")
    document = parse(await newsroom.article_page(article))
    assert (document.get("lang"), document.get("dir")) == ("en", "ltr")
    story = one(document, "//main/article")
    assert (story.get("lang"), story.get("dir")) == ("ar", "rtl")


async def test_it_depends_on_itself_and_its_comments(newsroom: Newsroom) -> None:
    article = await newsroom.publish()
    await newsroom.comment(article)
    page = await newsroom.article_page(article)
    comments = with_older(article_comments_scope(article.id))
    assert set(page.snapshot.scopes) == {"site", "pages", article_scope(article.id), *comments}


async def test_drafts_have_no_page_and_withdrawn_ones_are_gone(newsroom: Newsroom) -> None:
    draft = await newsroom.publish(status=ArticleStatus.DRAFT)
    with pytest.raises(NotFound):
        await newsroom.article_page(draft)
    article = await newsroom.publish()
    withdrawn = {"status": ArticleStatus.WITHDRAWN}
    await newsroom.change(article, **withdrawn)
    with pytest.raises(FeedGone):
        await newsroom.article_page(article)


async def test_a_former_path_leads_to_the_present_one(newsroom: Newsroom) -> None:
    article = await newsroom.publish()
    moved = await newsroom.change(article, slug="another")
    with pytest.raises(FeedMoved) as leads:
        await newsroom.page(build_article, **params_of(article))
    assert leads.value.path == moved.path


async def test_a_correction_is_labelled_and_in_the_data_for_machines(newsroom: Newsroom) -> None:
    late = datetime(2023, 3, 22, 22, 30, tzinfo=UTC)
    article = await newsroom.publish(correction="The pier is of 1898 & older.", corrected_at=late)
    document = parse(await newsroom.article_page(article))
    shown = text(one(document, "//p[@class='correction']"))
    assert shown == "Correction, 23 March 2023: The pier is of 1898 & older."
    data = linked_data(document)["NewsArticle"]
    assert data["correction"] == {
        "@type": "CorrectionComment",
        "text": "The pier is of 1898 & older.",
        "datePublished": late.isoformat(),
    }


async def test_the_headline_describes_an_article_without_text(newsroom: Newsroom) -> None:
    article = await newsroom.publish("A photo alone", body_html="")
    document = parse(await newsroom.article_page(article))
    assert one(document, "//meta[@name='description']/@content") == "A photo alone"
    assert one(document, "//meta[@property='og:description']/@content") == "A photo alone"


async def test_machines_are_told_what_others_may_do_with_it(newsroom: Newsroom) -> None:
    article = await newsroom.publish(credit_line="Coast Wire", digital_source_type=f"{SCHEME}trainedAlgorithmicMedia")
    data = linked_data(parse(await newsroom.article_page(article)))["NewsArticle"]
    assert data["creditText"] == "Coast Wire"
    assert data["digitalSourceType"] == "https://schema.org/TrainedAlgorithmicMediaDigitalSource"
    assert "license" not in data
