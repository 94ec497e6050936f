"""Blogger's export in both of its forms: what readers saw comes over as they saw it, and nothing else of it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from feeds.importers.report import Note
from storage.model import ArticleStatus, CommentStatus, Tag
from storage.protocol import Store
from tests.importers.reading import Read, keep, read

pytestmark = pytest.mark.anyio

BLOG = "tag:blogger.com,1999:blog-7"
MORNING = datetime(2023, 3, 6, 10, tzinfo=UTC)


def kind(name: str) -> str:
    return f"<category scheme='http://schemas.google.com/g/2005#kind' term='http://schemas.google.com/blogger/2008/kind#{name}'/>"


def entry(number: str, title: str, *parts: str, hour: int = 10, body: str = "&lt;p&gt;Words&lt;/p&gt;") -> str:
    return (
        f"<entry><id>{BLOG}.post-{number}</id>{''.join(parts)}<published>2023-03-06T{hour}:00:00.000+00:00</published>"
        f"<title type='text'>{title}</title><content type='html'>{body}</content><author><name>Jane Doe</name>"
        "<uri>https://www.blogger.com/profile/1</uri><email>noreply@blogger.com</email></author></entry>"
    )


def label(term: str) -> str:
    return f"<category scheme='http://www.blogger.com/atom/ns#' term='{term}'/>"


def link(path: str, rel: str = "alternate") -> str:
    return f"<link rel='{rel}' type='text/html' href='{path}'/>"


def reply_to(number: str) -> str:
    return f"<thr:in-reply-to href='https://blog.example/x.html' ref='{BLOG}.post-{number}' type='text/html'/>"


DRAFT = "<app:control xmlns:app='http://purl.org/atom/app#'><app:draft>yes</app:draft></app:control>"
BEFORE_2024 = (
    "<?xml version='1.0' encoding='UTF-8'?><feed xmlns='http://www.w3.org/2005/Atom' "
    f"xmlns:thr='http://purl.org/syndication/thread/1.0'><id>{BLOG}.archive</id><title>Blog</title>"
    + link("http://blog.example/") + link("http://www.blogger.com/feeds/7/archive", "self")
    + entry("0", "Template: Blog", kind("template"), body="&lt;b:skin/&gt;") + entry("9", "The name of the blog", kind("settings"))
    + entry("1",
    "Ferry &amp; boat", kind("post"), label("Local news"), label("R&amp;D"), link("http://blog.example/2024/05/ferry.html"))
    + entry("2", "Not yet", kind("post"), DRAFT) + entry("3", "About", kind("page"), link("http://blog.example/p/about.html"))
    + entry("13", "Third", kind("comment"), reply_to("1"), link("http://www.blogger.com/feeds/7/1/comments/default/11",
    "related"), hour=13)
    + entry("11", "First", kind("comment"), reply_to("1"), hour=11) + entry("12",
    "Waits", kind("comment"), reply_to("1"), DRAFT, hour=12)
    + entry("14", "On a page", kind("comment"), reply_to("3")) + "</feed>"
)  # fmt: skip


def takeout(number: str, title: str, type_: str, status: str = "LIVE", *parts: str, hour: int = 10) -> str:
    return entry(
        number,
        title,
        f"<blogger:type>{type_}</blogger:type><blogger:status>{status}</blogger:status>",
        *parts,
        hour=hour,
    ).replace("<author>", "<author><blogger:type>BLOGGER</blogger:type>")


def filename(path: str) -> str:
    return f"<blogger:filename>{path}</blogger:filename>"


def on(post: str, comment: str = "") -> str:
    parent = f"<blogger:inReplyTo>{BLOG}.post-{comment}</blogger:inReplyTo>" if comment else "<blogger:inReplyTo/>"
    return f"<blogger:parent>{BLOG}.post-{post}</blogger:parent>{parent}"


SINCE_2024 = (
    "<?xml version='1.0' encoding='utf-8'?><feed xmlns='http://www.w3.org/2005/Atom' "
    f"xmlns:blogger='http://schemas.google.com/blogger/2018'><id>{BLOG}</id><title>Blog</title>"
    + takeout("13", "Third", "COMMENT", "LIVE", on("1", "11"), hour=13) + takeout("11", "First", "COMMENT",
    "LIVE", on("1"), hour=11)
    + takeout("12", "Waits", "COMMENT", "PENDING", on("1"), hour=12) + takeout("15", "Bought", "COMMENT", "SPAM", on("1"), hour=15)
    + takeout(
        "1", "Ferry &amp; boat", "POST", "LIVE", f"<category scheme='{BLOG}' term='Local news&#10;R&amp;D'/>",
        filename("/2024/05/ferry.html"),
        "<blogger:trashed/><link/><enclosure/><blogger:metaDescription>Why</blogger:metaDescription>",
    )
    + takeout("2", "Not yet", "POST", "DRAFT", filename("/2024/05/not-yet.html")) + takeout("3", "About", "PAGE")
    + takeout("4", "Gone", "POST", "SOFT_TRASHED") + takeout("14", "On a page", "COMMENT", "LIVE", on("3"))
    + takeout("5", "Gone as well", "POST", "LIVE", "<blogger:trashed>2024-05-07T10:00:00Z</blogger:trashed>")
    + takeout("6", "Odd", "POST", "EMBARGOED") + "</feed>"
)  # fmt: skip


@pytest.mark.parametrize(
    "export",
    [BEFORE_2024, BEFORE_2024.replace("http://schemas", "https://schemas"), SINCE_2024],
    ids=["before 2024", "in https", "since"],
)
def test_a_post_with_its_labels_its_comments_and_its_old_address(export: str, tmp_path: Path) -> None:
    record = read(tmp_path, export).records[0]
    article = record.article
    assert (article.guid, article.headline, article.body_html) == (f"{BLOG}.post-1", "Ferry & boat", "<p>Words</p>")
    assert article.tags == (Tag(slug="local-news", name="Local news"), Tag(slug="r-d", name="R&D"))
    assert [author.name for author in article.authors] == ["Jane Doe"]
    assert (article.status, article.published_at) == (ArticleStatus.PUBLISHED, MORNING)
    assert (article.source, article.canonical_url) == (None, ""), "the newsroom's own, and here from now on"
    assert record.old_paths == ("/2024/05/ferry.html/",)
    comments = [comment for comment in record.comments if comment.status is not CommentStatus.SPAM]
    assert [comment.guid.rpartition("-")[2] for comment in comments] == ["11", "12", "13"]
    assert [comment.status.value for comment in comments] == ["approved", "pending", "approved"]
    assert [comment.parent_id for comment in comments] == [None, None, comments[0].id]
    assert {(comment.author_name, comment.author_email, comment.body_html) for comment in comments} == {
        ("Jane Doe", "", "<p>Words</p>")
    }


@pytest.mark.parametrize("export", [BEFORE_2024, SINCE_2024], ids=["before 2024", "since"])
def test_a_draft_is_a_draft_and_what_is_no_post_no_article(export: str, tmp_path: Path) -> None:
    found = read(tmp_path, export)
    assert {record.article.headline for record in found.records} <= {"Ferry & boat", "Not yet", "Odd"}
    for record in found.records[1:]:
        article = record.article
        assert (article.status, article.published_at, article.day, article.created_at) == (
            ArticleStatus.DRAFT,
            None,
            None,
            MORNING,
        )
    assert found.report.refused.named == []


@pytest.mark.parametrize(
    ("export", "path"), [(BEFORE_2024, "/p/about.html/"), (SINCE_2024, "/about/")], ids=["before 2024", "since"]
)
def test_a_page_stands_where_it_stood(export: str, path: str, tmp_path: Path) -> None:
    found = read(tmp_path, export)
    [record] = found.pages
    page = record.page
    assert (page.path, page.title, page.public, page.published_at) == (path, "About", True, MORNING)
    assert page.body_html == "<p>Words</p>"
    assert [(met.name, met.example) for met in found.report.stripped.met()] == [("a page's comments", "About")]
    draft = read(tmp_path, export.replace("<title type='text'>About<", f"{DRAFT}<title type='text'>About<")).pages[0]
    assert not draft.page.public


def test_whose_it_is(tmp_path: Path) -> None:
    sources = {record.source for record in read(tmp_path, BEFORE_2024).records}
    assert [(one.site, one.whole) for one in sources if one] == [("https://blog.example", True)]
    [source] = {record.source for record in read(tmp_path, SINCE_2024).records}
    assert source is not None
    assert (source.names, source.whole) == ((BLOG,), True)


def left_out(found: Read) -> list[Note]:
    return found.report.left_out.named


def test_what_is_left_out_is_named(tmp_path: Path) -> None:
    assert left_out(read(tmp_path, BEFORE_2024)) == [
        Note("Template: Blog", "Blogger's template"),
        Note("The name of the blog", "Blogger's settings"),
    ]
    found = read(tmp_path, SINCE_2024)
    assert [(note.title, note.why) for note in left_out(found)] == [
        ("Gone", "a post in the trash"),
        ("Gone as well", "a post in the trash"),
    ]
    assert found.report.made_drafts.named == [Note("Odd", "Blogger's status embargoed")]


@pytest.mark.parametrize("export", [BEFORE_2024, SINCE_2024], ids=["before 2024", "since"])
async def test_in_a_store(export: str, tmp_path: Path, store: Store) -> None:
    summary = await keep(store, tmp_path, export)
    assert summary.drafts == summary.added - 1
    [public] = [article for article in await store.list_articles(limit=9) if article.public]
    target = await store.find_path("/2024/05/ferry.html/")
    assert target is not None
    assert target.path == public.path
    again = await keep(store, tmp_path, export)
    assert (again.added, again.changed) == (0, 0)


@pytest.mark.parametrize("namespace", ["http://www.w3.org/2007/app", "http://purl.org/atom/app#"])
@pytest.mark.parametrize("said", ["yes", " YES\n", "", "true", "1", "ja"])
def test_a_draft_in_a_feed_is_left_out_until_it_is_published(namespace: str, said: str, tmp_path: Path) -> None:
    draft = f"<p:control xmlns:p='{namespace}'><p:draft>{said}</p:draft></p:control>"
    feed = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>T</title>{entry('1', 'A', draft)}{entry('2', 'B')}</feed>"
    found = read(tmp_path, feed)
    assert [record.article.headline for record in found.records] == ["B"]
    assert left_out(found) == [Note("A", "a draft")]
    published = read(tmp_path, feed.replace(f">{said}<", ">no<"))
    assert [record.article.headline for record in published.records] == ["A", "B"]


def test_the_feed_of_a_blog_is_a_feed(tmp_path: Path) -> None:
    """As everybody can read it, it has no kinds: an agency's articles, with its links."""
    post = entry("1", "A", label("News"), link("https://blog.example/a.html"))
    feed = f"<feed xmlns='http://www.w3.org/2005/Atom'><id>{BLOG}</id><title>Blog</title>{link('https://blog.example/')}{post}</feed>"
    article = read(tmp_path, feed).article
    assert article.source is not None
    assert (article.source.name, article.canonical_url) == ("Blog", "https://blog.example/a.html")
