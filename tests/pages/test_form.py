"""The reply form, through a real application."""

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from feeds.web.pages.replies import HELD_SHOWN
from storage.model import Article, ArticleStatus, Comment, CommentStatus
from tests.pages.newsroom import EMAIL, Newsroom, one, parse, select, text
from tests.pages.rules import faults

pytestmark = pytest.mark.anyio


@pytest.fixture
async def article(newsroom: Newsroom) -> Article:
    return await newsroom.publish("Harbour reopens")


class Form:
    """A reader with a browser: takes the form from the page and sends it back."""

    def __init__(self, newsroom: Newsroom, client: httpx.AsyncClient, article: Article) -> None:
        self.newsroom = newsroom
        self.client = client
        self.article = article

    async def send(self, *, page: str = "", **typed: str) -> httpx.Response:
        shown = await self.client.get(page or self.article.path)
        form = one(parse(shown.content), "//form")
        fields = {field.get("name"): field.get("value") or "" for field in select(form, ".//input")}
        written = {"name": "Miriam", "email": EMAIL, "comment": "Well said."} | typed
        return await self.client.post(form.get("action").partition("#")[0], data=fields | written)

    async def comments(self) -> tuple[Comment, ...]:
        return await self.newsroom.site.store.list_comments(limit=100)

    def hold(self, which: str) -> None:
        site = self.newsroom.site
        self.newsroom.use(replace(site, settings=site.settings.model_copy(update={"comments_hold": which})))


@pytest.fixture
def form(newsroom: Newsroom, client: httpx.AsyncClient, article: Article) -> Form:
    return Form(newsroom, client, article)


async def test_a_reply_is_kept_and_shown(form: Form) -> None:
    answer = await form.send(
        url="https://miriam.example/", comment="First line\nsecond\n\nNext <b>bold</b> <i onclick=x>one</i>"
    )
    (kept,) = await form.comments()
    assert (answer.status_code, answer.headers["location"]) == (303, f"{form.article.path}#comment-{kept.id}")
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
    assert one(parse(answer.content), "//meta[@name='robots']/@content") == "noindex"


async def test_a_held_reply_is_shown_to_its_author_alone(form: Form) -> None:
    form.hold("first")
    answer = await form.send(comment="Please publish me")
    (kept,) = await form.comments()
    assert kept.status is CommentStatus.PENDING
    address = answer.headers["location"]
    assert address.startswith(f"{form.article.path}?held={kept.id}-")
    assert address.endswith(f"#comment-{kept.id}")
    shown = await form.client.get(address)
    mine = one(parse(shown.content), f"//*[@id='comment-{kept.id}']")
    assert "awaiting moderation" in text(mine)
    assert "Please publish me" in text(mine)
    assert EMAIL not in shown.text
    assert faults(shown.content) == []
    public = await form.client.get(form.article.path)
    assert "Please publish me" not in public.text
    assert "No comments" in public.text


async def test_a_held_reply_is_shown_for_an_hour(form: Form) -> None:
    form.hold("all")
    address = (await form.send(comment="Please publish me")).headers["location"]
    form.newsroom.clock.now += HELD_SHOWN - timedelta(microseconds=1)
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
        answer = await form.client.get(form.article.path, params={"held": state})
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
async def test_a_form_that_is_not_ours_is_refused(form: Form, token: str) -> None:
    answer = await form.send(token=token, comment="Keep me")
    assert answer.status_code == 400
    document = parse(answer.content)
    assert "send your reply once more" in text(one(document, "//*[@role='alert']"))
    assert "Keep me" in one(document, "//textarea").text
    assert await form.comments() == ()


async def test_the_form_of_another_article_is_not_of_this(form: Form) -> None:
    other = await form.newsroom.publish()
    token = one(parse((await form.client.get(other.path)).content), "//input[@name='token']/@value")
    assert (await form.send(token=token)).status_code == 400


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


async def test_an_article_that_moved_meanwhile_takes_it(form: Form) -> None:
    token = one(parse((await form.client.get(form.article.path)).content), "//input[@name='token']/@value")
    moved = await form.newsroom.change(form.article, slug="elsewhere")
    fields = {"name": "Miriam", "email": EMAIL, "comment": "In time", "token": token}
    answer = await form.client.post(f"{form.article.path}comments", data=fields)
    assert answer.headers["location"].startswith(f"{moved.path}#comment-")


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
