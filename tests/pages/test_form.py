"""The reply form, through a real application."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from feeds.newsroom.commenting import WITHDRAW_WINDOW
from feeds.web.pages.own import SHOWN, own_state
from storage.model import Article, ArticleStatus, Comment, CommentStatus
from tests.pages.newsroom import EMAIL, NOON, Newsroom, one, parse, select, text
from tests.pages.rules import faults

pytestmark = pytest.mark.anyio


@pytest.fixture
async def article(newsroom: Newsroom) -> Article:
    return await newsroom.publish("Harbour reopens")


class Form:
    """A reader with a browser: takes the form from the page and sends it back."""

    def __init__(self, newsroom: Newsroom, client: httpx2.AsyncClient, article: Article) -> None:
        self.newsroom = newsroom
        self.client = client
        self.article = article

    async def send(self, *, page: str = "", **typed: str) -> httpx2.Response:
        shown = await self.client.get(page or self.article.path)
        form = one(parse(shown.content), "//form")
        fields = {field.get("name"): field.get("value") or "" for field in select(form, ".//input")}
        written = {"name": "Miriam", "email": EMAIL, "comment": "Well said."} | typed
        return await self.client.post(form.get("action").partition("#")[0], data=fields | written)

    async def comments(self) -> tuple[Comment, ...]:
        return await self.newsroom.site.store.list_comments(limit=100)

    def address(self, comment: Comment) -> str:
        """Where its author is sent."""
        state = own_state(self.newsroom.site.site.secret, comment)
        return f"{self.article.path}?mine={state}#comment-{comment.id}"

    def hold(self, which: str) -> None:
        self.set(comments_hold=which)

    def set(self, **settings: object) -> None:
        site = self.newsroom.site
        self.newsroom.use(replace(site, settings=site.settings.model_copy(update=settings)))

    async def token(self) -> str:
        document = parse((await self.client.get(self.article.path)).content)
        return str(one(document, "//form//input[@name='token']/@value"))


@pytest.fixture
def form(newsroom: Newsroom, client: httpx2.AsyncClient, article: Article) -> Form:
    return Form(newsroom, client, article)


async def test_a_reply_is_kept_and_shown(form: Form) -> None:
    answer = await form.send(
        url="https://miriam.example/", comment="First line\nsecond\n\nNext <b>bold</b> <i onclick=x>one</i>"
    )
    (kept,) = await form.comments()
    assert (answer.status_code, answer.headers["location"]) == (303, form.address(kept))
    assert answer.headers["cache-control"] == "no-store"
    assert (kept.author_name, kept.author_email, kept.status) == ("Miriam", EMAIL, CommentStatus.APPROVED)
    document = parse((await form.client.get(answer.headers["location"])).content)
    words = one(document, f"//*[@id='comment-{kept.id}']/div[@class='words']")
    assert [text(paragraph) for paragraph in select(words, "p")] == ["First linesecond", "Next bold one"]
    assert len(select(words, "p/br")) == 1
    assert select(words, ".//@onclick") == []


async def test_a_reply_to_a_comment(form: Form) -> None:
    parent = await form.newsroom.comment(form.article, author_name="Peter", author_email="peter@readers.example")
    page = f"{form.article.path}?parent={parent.id}"
    document = parse((await form.client.get(page)).content)
    assert text(one(document, "//*[@id='reply-title']")) == "Reply to Peter"
    assert (await form.send(page=page)).status_code == 303
    assert [comment.parent_id for comment in await form.comments()] == [parent.id, None]


@pytest.mark.parametrize("parent", ["", "0", "99", "abc", "-1", "９", "1" * 40])
async def test_a_link_to_reply_to_nothing_gives_the_plain_form(form: Form, parent: str) -> None:
    answer = await form.client.get(form.article.path, params={"parent": parent})
    assert answer.status_code == 200
    assert text(one(parse(answer.content), "//*[@id='reply-title']")) == "Leave a Reply"


async def test_pages_for_one_reader_are_kept_by_nobody(form: Form) -> None:
    answer = await form.client.get(form.article.path, params={"parent": "1"})
    assert answer.headers["cache-control"] == "private, no-store"
    assert "content-security-policy" in answer.headers
    assert one(parse(answer.content), "//meta[@name='robots']/@content").startswith("noindex")


async def test_a_held_reply_is_shown_to_its_author_alone(form: Form) -> None:
    form.hold("first")
    answer = await form.send(comment="Please publish me")
    (kept,) = await form.comments()
    assert kept.status is CommentStatus.PENDING
    address = answer.headers["location"]
    assert address == form.address(kept)
    shown = await form.client.get(address)
    mine = one(parse(shown.content), f"//*[@id='comment-{kept.id}']")
    assert "awaiting moderation" in text(mine)
    assert "Please publish me" in text(mine)
    assert EMAIL not in shown.text
    assert faults(shown.content) == []
    public = await form.client.get(form.article.path)
    assert "Please publish me" not in public.text
    assert "No comments" in public.text


async def test_a_strangers_answer_does_not_tell_whether_an_address_is_known(form: Form) -> None:
    form.set(comments_hold="first", comments_pause=0)
    before = form.newsroom.clock.now - timedelta(hours=1)
    known = "peter@readers.example"
    await form.newsroom.comment(form.article, author_name="Peter", author_email=known, created_at=before)
    told = []
    for email in (known, "nobody@readers.example"):
        answer = await form.send(name="Mallory", email=email, comment="Hm.")
        assert answer.status_code == 303, text(parse(answer.content))
        (sent, *_) = await form.comments()
        assert sent.status is CommentStatus.PENDING
        shown = await form.client.get(answer.headers["location"])
        own = form.address(sent).partition("mine=")[2].partition("#")[0]
        told.append(
            (answer.status_code, sorted(answer.headers), sorted(shown.headers),
             shown.text.replace(own, "").replace(f"comment-{sent.id}", "").replace(f"parent={sent.id}", ""))
        )  # fmt: skip
        await form.newsroom.site.store.set_comment_status(
            sent.id, CommentStatus.SPAM, by="api:test", list_after=timedelta()
        )
    assert told[0] == told[1]


async def test_a_held_reply_is_shown_for_an_hour(form: Form) -> None:
    form.hold("all")
    address = (await form.send(comment="Please publish me")).headers["location"]
    form.newsroom.clock.now += SHOWN - timedelta(microseconds=1)
    assert "Please publish me" in (await form.client.get(address)).text
    form.newsroom.clock.now += timedelta(microseconds=1)
    assert "Please publish me" not in (await form.client.get(address)).text


async def test_a_held_address_shows_nothing_else(form: Form) -> None:
    form.hold("all")
    address = (await form.send(comment="Please publish me")).headers["location"].partition("#")[0]
    other = await form.newsroom.comment(form.article, "Somebody's spam", status=CommentStatus.SPAM)
    kept = (await form.comments())[1]
    signature = address.rpartition("-")[2]
    for state in (
        f"{other.id}-{signature}",
        f"{kept.id}-",
        f"{kept.id}",
        f"{kept.id}-{signature[:-1]}é",
        "",
        f"-{signature}",
    ):
        answer = await form.client.get(form.article.path, params={"mine": state})
        assert answer.status_code == 200
        assert select(parse(answer.content), "//article[contains(@class, 'held')]") == []
    await form.newsroom.site.store.set_comment_status(
        kept.id, CommentStatus.TRASH, by="desk:ann", list_after=timedelta(0)
    )
    assert "Please publish me" not in (await form.client.get(address)).text


async def test_errors_stand_beside_their_fields_and_keep_what_was_typed(form: Form) -> None:
    answer = await form.send(name='  "><b>', email="not an email", url="javascript:alert(1)", comment=" \n ")
    assert answer.status_code == 400
    assert await form.comments() == ()
    document = parse(answer.content)
    assert text(one(document, "//title")).startswith("Error: ")
    summary = one(document, "//*[@role='alert']")
    assert select(summary, ".//a/@href") == ["#reply-comment", "#reply-email", "#reply-url"]
    for name in ("comment", "email", "url"):
        field = one(document, f"//*[@id='reply-{name}']")
        assert field.get("aria-invalid") == "true"
        problem = f"reply-{name}-problem"
        assert problem in field.get("aria-describedby").split()
        assert text(one(document, f"//*[@id='{problem}']"))
    assert one(document, "//*[@id='reply-name']").get("aria-invalid") is None
    values = {name: one(document, f"//*[@id='reply-{name}']/@value") for name in ("name", "email", "url")}
    assert values == {"name": '  "><b>', "email": "not an email", "url": "javascript:alert(1)"}
    assert text(one(document, "//*[@id='reply-comment-problem']")) == "Write your comment"
    assert faults(answer.content) == []
    assert answer.headers["cache-control"] == "private, no-store"


async def test_what_was_typed_keeps_its_line_breaks_and_its_parent(form: Form) -> None:
    parent = await form.newsroom.comment(form.article, author_email="peter@readers.example")
    comment = "\n\n  one\n</textarea><script>x</script>"
    answer = await form.send(page=f"{form.article.path}?parent={parent.id}", name="", comment=comment)
    document = parse(answer.content)
    # The first line break of a textarea is not of its text (HTML, 13.2.6.4.7); lxml keeps it.
    assert one(document, "//textarea").text == "\n" + comment
    assert one(document, "//input[@name='parent']/@value") == str(parent.id)
    assert text(one(document, "//*[@id='reply-name-problem']")) == "Write your name"


async def test_everything_too_long_or_empty_is_named_at_once(form: Form) -> None:
    answer = await form.send(name="n" * 246, email="", comment="c" * 65_526)
    problems = {problem.get("id"): text(problem) for problem in select(parse(answer.content), "//p[@class='problem']")}
    assert set(problems) == {"reply-comment-problem", "reply-name-problem", "reply-email-problem"}
    assert problems["reply-email-problem"] == "Write your email address"
    assert await form.comments() == ()


@pytest.mark.parametrize("token", ["", "0" * 32, "é", "x" * 10_000])
async def test_what_comes_by_a_form_that_is_not_ours_is_held(form: Form, token: str) -> None:
    answer = await form.send(token=token)
    (kept,) = await form.comments()
    assert (answer.status_code, answer.headers["location"]) == (303, form.address(kept))
    assert kept.status is CommentStatus.PENDING


async def test_the_form_of_another_article_is_not_of_this(form: Form) -> None:
    other = await form.newsroom.publish()
    token = one(parse((await form.client.get(other.path)).content), "//input[@name='token']/@value")
    await form.send(token=token)
    assert [kept.status for kept in await form.comments()] == [CommentStatus.PENDING]


@pytest.mark.parametrize(("days", "status"), [(7, CommentStatus.APPROVED), (8, CommentStatus.PENDING)])
async def test_a_form_is_good_for_seven_days(form: Form, days: int, status: CommentStatus) -> None:
    token = await form.token()
    form.newsroom.clock.pass_by(days=days)
    assert await form.token() != token
    await form.send(token=token)
    assert [kept.status for kept in await form.comments()] == [status]


async def test_the_page_changes_when_its_token_does(form: Form) -> None:
    began, ends = datetime(2023, 3, 21, 21, tzinfo=UTC), datetime(2023, 3, 22, 21, tzinfo=UTC)  # midnights in Kampala
    page, token = await form.newsroom.article_page(form.article), await form.token()
    assert (page.validity.since, page.validity.until) == (began, ends)
    form.newsroom.clock.now = ends - timedelta(microseconds=1)
    assert (await form.newsroom.article_page(form.article)).html == page.html
    form.newsroom.clock.pass_by(microseconds=1)
    assert await form.token() != token
    assert (await form.newsroom.article_page(form.article)).validity.since == ends


async def test_comments_close_when_their_time_is_over(form: Form) -> None:
    form.set(comments_close_after=2)
    token, closes_at = await form.token(), NOON + timedelta(days=2)
    form.newsroom.clock.now = closes_at - timedelta(microseconds=1)
    open_page = await form.newsroom.article_page(form.article)
    assert open_page.validity.until == closes_at
    assert (await form.send()).status_code == 303
    form.newsroom.clock.now = closes_at
    page = await form.newsroom.article_page(form.article)
    assert (page.validity.since, page.validity.until) == (closes_at, datetime(2023, 3, 24, 21, tzinfo=UTC))
    assert "Comments on this article are closed." in text(parse(page))
    assert select(parse(page), "//form") == []
    fields = {"name": "Ann", "email": "ann@readers.example", "comment": "Too late, alas", "token": token}
    answer = await form.client.post(f"{form.article.path}comments", data=fields)
    assert answer.status_code == 403
    assert "Too late, alas" in one(parse(answer.content), "//textarea[@readonly]").text
    assert faults(answer.content) == []
    assert len(await form.comments()) == 1


async def test_what_holds_a_disallowed_word_looks_held_and_is_in_the_trash(form: Form) -> None:
    form.set(comments_trash_words="casino, 198.51.100")
    answer = await form.send(comment="The best <b>Ca</b>sino")
    (kept,) = await form.comments()
    assert kept.status is CommentStatus.TRASH
    assert answer.headers["location"] == form.address(kept)
    shown = await form.client.get(answer.headers["location"])
    assert "awaiting moderation" in text(one(parse(shown.content), f"//*[@id='comment-{kept.id}']"))
    assert "sino" not in (await form.client.get(form.article.path)).text


async def test_a_name_and_an_email_may_be_left_out_where_the_newsroom_says_so(form: Form) -> None:
    form.set(comments_require_name_email=False)
    document = parse((await form.client.get(form.article.path)).content)
    assert select(document, "//form//*[@required]/@name") == ["comment"]
    labels = [text(label) for label in select(document, "//form//div[starts-with(@class, 'field')]/label")]
    assert labels == ["Comment *", "Name", "Email", "Website"]
    assert (await form.send(name="", email="")).status_code == 303
    (kept,) = await form.comments()
    assert (kept.author_name, kept.author_email) == ("Anonymous", "")
    assert (await form.send(name="Ann", email="no address")).status_code == 400


OWN = "https://news.example"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"origin": OWN}, 303),
        ({"origin": "https://NEWS.example:443"}, 303),
        ({"origin": OWN, "sec-fetch-site": "same-site"}, 303),
        ({"origin": "null", "sec-fetch-site": "same-origin"}, 303),
        ({"origin": "https://www.news.example", "sec-fetch-site": "same-origin"}, 303),
        ({"origin": "null"}, 403),
        ({"origin": "null", "sec-fetch-site": "cross-site"}, 403),
        ({"origin": "https://elsewhere.example"}, 403),
        ({"origin": "http://news.example"}, 403),
        ({"origin": "https://www.news.example", "sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": OWN, "sec-fetch-site": "cross-site"}, 403),
    ],
)
async def test_another_site_cannot_make_a_reader_write(form: Form, headers: dict[str, str], status: int) -> None:
    fields = {"name": "Miriam", "email": EMAIL, "comment": "Well said.", "token": await form.token()}
    answer = await form.client.post(f"{form.article.path}comments", data=fields, headers=headers)
    assert answer.status_code == status
    assert len(await form.comments()) == (status == 303)
    if status == 403:
        assert "Well said." in one(parse(answer.content), "//textarea").text
        assert faults(answer.content) == []


async def test_an_author_takes_a_reply_back(form: Form) -> None:
    for which in ("none", "all"):
        form.hold(which)
        form.newsroom.clock.pass_by(minutes=1)
        shown = await form.client.get((await form.send(comment=f"Hasty words, {which}")).headers["location"])
        assert faults(shown.content) == []
        assert shown.headers["cache-control"] == "private, no-store"
        remedy = one(parse(shown.content), "//form[contains(@action, 'delete')]")
        assert "Delete my reply" not in (await form.client.get(form.article.path)).text
        fields = {"mine": one(remedy, "input/@value")}
        answer = await form.client.post(remedy.get("action"), data=fields)
        assert answer.status_code == 303
        assert (await form.comments())[0].status is CommentStatus.TRASH
        told = await form.client.get(answer.headers["location"])
        assert "Your reply was deleted." in text(parse(told.content))
        assert "Hasty words" not in told.text + (await form.client.get(form.article.path)).text
        # Once more is no error: a double click.
        assert (await form.client.post(remedy.get("action"), data=fields)).status_code == 303


async def test_a_link_alone_deletes_nothing(form: Form) -> None:
    address = (await form.send()).headers["location"]
    (kept,) = await form.comments()
    await form.client.get(address)
    state = own_state(form.newsroom.site.site.secret, kept)
    answer = await form.client.get(f"{form.article.path}comments/delete", params={"mine": state})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{form.article.path}#comments")
    assert (await form.comments())[0].status is CommentStatus.APPROVED


async def test_a_reply_is_taken_back_for_ten_minutes_and_by_its_author_alone(form: Form) -> None:
    await form.send()
    (kept,) = await form.comments()
    other = await form.newsroom.comment(form.article, "Another's")
    path, secret = f"{form.article.path}comments/delete", form.newsroom.site.site.secret
    state = own_state(secret, kept)
    _, _, signature = state.partition("-")
    elsewhere = await form.newsroom.publish()
    for wrong in ("", str(kept.id), f"{other.id}-{signature}", state[:-1]):
        assert (await form.client.post(path, data={"mine": wrong})).status_code == 403
    assert (await form.client.post(f"{elsewhere.path}comments/delete", data={"mine": state})).status_code == 403
    headers = {"origin": "https://elsewhere.example"}
    assert (await form.client.post(path, data={"mine": state}, headers=headers)).status_code == 403
    form.newsroom.clock.pass_by(seconds=WITHDRAW_WINDOW.total_seconds())
    late = await form.client.post(path, data={"mine": state})
    assert late.status_code == 403
    assert "ask the newsroom" in text(one(parse(late.content), "//*[@role='status'][@autofocus]"))
    assert faults(late.content) == []
    shown = await form.client.get(form.address(kept))
    assert select(parse(shown.content), "//form[contains(@action, 'delete')]") == []
    assert {comment.status for comment in await form.comments()} == {CommentStatus.APPROVED}


async def test_what_a_moderator_called_spam_is_not_the_authors_any_more(form: Form) -> None:
    await form.send()
    (kept,) = await form.comments()
    store, state = form.newsroom.site.store, own_state(form.newsroom.site.site.secret, kept)
    await store.set_comment_status(kept.id, CommentStatus.SPAM, by="desk:ann", list_after=timedelta(0))
    assert (await form.client.post(f"{form.article.path}comments/delete", data={"mine": state})).status_code == 403
    assert (await form.comments())[0].status is CommentStatus.SPAM


async def test_the_focus_goes_to_the_first_error(form: Form) -> None:
    answer = await form.send(name="", email="no address")
    assert one(parse(answer.content), "//*[@autofocus]").get("id") == "reply-name"
    await form.send()
    answer = await form.send(comment="And another thing")
    assert one(parse(answer.content), "//*[@autofocus]").get("role") == "alert"


async def test_posts_that_are_refused_do_not_count_as_flood(form: Form) -> None:
    assert (await form.send(email="no address")).status_code == 400
    assert (await form.send(subject="Cheap watches")).status_code == 400
    assert (await form.send()).status_code == 303


async def test_a_deeper_reply_stands_at_the_deepest_level(form: Form) -> None:
    form.set(comments_depth=2)
    top = await form.newsroom.comment(form.article, author_email="a@readers.example")
    second = await form.newsroom.comment(form.article, parent_id=top.id, author_email="b@readers.example")
    assert (await form.send(page=f"{form.article.path}?parent={second.id}")).status_code == 303
    kept = max(await form.comments(), key=lambda comment: comment.id)
    assert kept.parent_id == top.id
    form.newsroom.clock.pass_by(minutes=1)
    assert (await form.send(page=f"{form.article.path}?parent={second.id}")).status_code == 409


async def test_what_is_not_public_is_not_answered(form: Form) -> None:
    for status in (CommentStatus.PENDING, CommentStatus.SPAM, CommentStatus.TRASH):
        hidden = await form.newsroom.comment(form.article, status=status, author_email="peter@readers.example")
        answer = await form.send(parent=str(hidden.id))
        assert answer.status_code == 403
        assert "cannot be answered" in text(one(parse(answer.content), "//*[@role='alert']"))


async def test_a_robot_that_fills_in_the_trap_is_refused_and_a_person_told(form: Form) -> None:
    answer = await form.send(subject="Cheap watches", comment="Keep me")
    assert answer.status_code == 400
    document = parse(answer.content)
    assert "readers do not see" in text(one(document, "//*[@role='alert']"))
    assert one(document, "//input[@name='subject']").get("value") is None
    assert "Keep me" in one(document, "//textarea").text
    assert await form.comments() == ()


async def test_a_second_reply_at_once_is_asked_to_wait(form: Form) -> None:
    await form.send()
    form.newsroom.clock.pass_by(seconds=5)
    answer = await form.send(comment="And another thing")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "10")
    document = parse(answer.content)
    assert "wait a moment" in text(one(document, "//*[@role='alert']"))
    assert "And another thing" in one(document, "//textarea").text
    form.newsroom.clock.pass_by(seconds=10)
    assert (await form.send(comment="And another thing")).status_code == 303


async def test_the_same_reply_twice_is_kept_once(form: Form) -> None:
    await form.send()
    form.newsroom.clock.pass_by(minutes=1)
    answer = await form.send()
    assert answer.status_code == 409
    assert "already" in text(one(parse(answer.content), "//*[@role='alert']"))
    assert len(await form.comments()) == 1


async def test_a_closed_article_takes_no_reply(form: Form) -> None:
    token = one(parse((await form.client.get(form.article.path)).content), "//input[@name='token']/@value")
    await form.newsroom.change(form.article, comments_open=False)
    fields = {"name": "Miriam", "email": EMAIL, "comment": "Too late", "token": token}
    answer = await form.client.post(f"{form.article.path}comments", data=fields)
    assert 400 <= answer.status_code < 500
    assert "Comments on this article are closed." in text(parse(answer.content))
    assert await form.comments() == ()


async def test_what_is_kept_asks_nothing_of_the_thread(form: Form, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of a thread of thousands is made for whoever looks at it, not for whoever writes."""
    token, views = await form.token(), 0
    store = form.newsroom.site.store
    view_article = store.view_article

    async def counted(*args: Any, **kwargs: Any) -> Any:
        nonlocal views
        views += 1
        return await view_article(*args, **kwargs)

    monkeypatch.setattr(store, "view_article", counted)
    fields = {"name": "Miriam", "email": EMAIL, "comment": "Well said.", "token": token}
    sent = await form.client.post(f"{form.article.path}comments", data=fields)
    assert (sent.status_code, views) == (303, 0)
    mine = sent.headers["location"].partition("mine=")[2].partition("#")[0]
    taken = await form.client.post(f"{form.article.path}comments/delete", data={"mine": mine})
    assert (taken.status_code, views) == (303, 0)
    assert (await form.client.post(f"{form.article.path}comments", data={"token": token})).status_code == 400
    assert views == 1


async def test_an_article_that_moved_meanwhile_takes_it(form: Form) -> None:
    token = one(parse((await form.client.get(form.article.path)).content), "//input[@name='token']/@value")
    moved = await form.newsroom.change(form.article, slug="elsewhere")
    fields = {"name": "Miriam", "email": EMAIL, "comment": "In time", "token": token}
    answer = await form.client.post(f"{form.article.path}comments", data=fields)
    assert answer.headers["location"].startswith(f"{moved.path}?mine=")


async def test_there_is_nothing_to_reply_to_where_no_article_is(form: Form) -> None:
    assert (await form.client.post("/2023/03/22/nothing/comments", data={})).status_code == 404
    await form.newsroom.change(form.article, status=ArticleStatus.WITHDRAWN)
    assert (await form.client.post(f"{form.article.path}comments", data={})).status_code == 410


async def test_a_parent_elsewhere_is_refused(form: Form) -> None:
    elsewhere = await form.newsroom.comment(await form.newsroom.publish())
    for parent in (str(elsewhere.id), "99", "abc", "9" * 30):
        answer = await form.send(parent=parent)
        assert answer.status_code == 400
        assert text(one(parse(answer.content), "//*[@role='alert']//li"))
    assert len(await form.comments()) == 1


async def test_forms_may_come_as_multipart(form: Form) -> None:
    token = one(parse((await form.client.get(form.article.path)).content), "//input[@name='token']/@value")
    fields = {"name": "Ngũgĩ", "email": EMAIL, "comment": "Well said.", "token": token}
    files = {name: (None, value) for name, value in fields.items()}
    assert (await form.client.post(f"{form.article.path}comments", files=files)).status_code == 303
    assert [comment.author_name for comment in await form.comments()] == ["Ngũgĩ"]


@pytest.mark.parametrize("charset", ["charset=punycode", "charset*=utf-8''punycode", "CHARSET=utf-7", "charset=rot13"])
async def test_a_form_is_utf_8_whatever_its_sender_calls_it(form: Form, charset: str) -> None:
    """Python's codecs are many, and some take the square of the time: one named here once held a worker for a minute."""
    fields = {"name": "Ngũgĩ", "email": EMAIL, "comment": "Well + said."}
    body = "".join(f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{fields[name]}\r\n' for name in fields)
    answer = await form.client.post(
        f"{form.article.path}comments",
        content=f"{body}--x--\r\n".encode(),
        headers={"content-type": f"multipart/form-data; boundary=x; {charset}"},
    )
    assert answer.status_code == 303
    assert [comment.author_name for comment in await form.comments()] == ["Ngũgĩ"]


def part(disposition: bytes, value: bytes) -> bytes:
    return b"--x\r\nContent-Disposition: form-data; " + disposition + b"\r\n\r\n" + value + b"\r\n--x--\r\n"


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("application/x-www-form-urlencoded", b"name=%00%ff&comment=%ud800&email=%ED%A0%80&\xff=\xfe"),
        ("application/x-www-form-urlencoded", b"&".join(b"a=1" for _ in range(1000))),
        ("application/json", b'{"name": "Miriam"}'),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--y\r\nnot it"),
        ("multipart/form-data; boundary=x; charset=idna", part(b'name="name"', b"xn--\xff")),
        ("multipart/form-data; boundary=x; charset=undefined", part(b'name="name"', b"a")),
        ("multipart/form-data; boundary=x", part(b'name="name"; filename="a"', b"a")),
        ("multipart/form-data; boundary=x", part(b"", b"a")),
    ],
)  # fmt: skip
async def test_what_is_no_form_is_a_bad_request(form: Form, media_type: str, body: bytes) -> None:
    headers = {"content-type": media_type}
    answer = await form.client.post(f"{form.article.path}comments", content=body, headers=headers)
    assert answer.status_code == 400
    assert await form.comments() == ()


async def test_raw_utf8_is_read_as_such(form: Form) -> None:
    token = one(parse((await form.client.get(form.article.path)).content), "//input[@name='token']/@value")
    body = f"name=Ngũgĩ&email={EMAIL}&comment=Yes&token={token}".encode()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    await form.client.post(f"{form.article.path}comments", content=body, headers=headers)
    assert [comment.author_name for comment in await form.comments()] == ["Ngũgĩ"]


async def test_whoever_asks_for_the_forms_address_is_led_to_the_article(form: Form) -> None:
    answer = await form.client.get(f"{form.article.path}comments")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{form.article.path}#comments")
    assert (await form.client.delete(f"{form.article.path}comments")).status_code == 405
