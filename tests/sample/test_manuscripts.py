"""The sample edition is well written, in the sense that a program can see."""

import re
from importlib.resources import files

import pytest

from feeds.clean.html import sanitize_article, sanitize_comment, text_of
from feeds.clean.text import one_line
from feeds.sample.manuscripts import Manuscript, Manuscripts
from storage.model import ArticleStatus, CommentStatus

SOURCES = {
    file.name.removesuffix(".html"): file.read_text("utf-8")
    for file in files("feeds.sample").joinpath("articles").iterdir()
}


def test_there_are_about_forty_articles_in_five_sections(manuscripts: Manuscripts) -> None:
    assert 40 <= len(manuscripts.articles) <= 46
    assert {article.article.slug for article in manuscripts.articles} == set(SOURCES)
    paths = [section.path for section in manuscripts.sections]
    assert paths == ["world", "world/africa", "business", "sport", "culture"]
    filed = [path for manuscript in manuscripts.articles for path in manuscript.article.sections]
    assert set(filed) == set(paths)
    assert all(filed.count(path) >= 5 for path in paths)


@pytest.mark.parametrize("slug", sorted(SOURCES))
def test_an_article_is_complete(manuscripts: Manuscripts, slug: str) -> None:
    (manuscript,) = (each for each in manuscripts.articles if each.article.slug == slug)
    article = manuscript.article
    for line in (article.headline, article.summary, article.dateline):
        assert line == one_line(line)
    assert article.headline
    assert article.summary
    assert article.authors
    assert article.tags
    assert all(author.slug for author in article.authors)
    assert all(tag.slug for tag in article.tags)
    assert 80 <= len(text_of(article.body_html).split()) <= 250
    assert article.body_html.count("<p>") >= 3
    if article.image:
        assert article.image.credit
        assert len(article.image.alt) >= 15
        assert len(article.image.caption) >= 15
        assert article.image.alt != article.image.caption


@pytest.mark.parametrize("slug", sorted(SOURCES))
def test_sanitising_an_article_changes_nothing(slug: str) -> None:
    body = SOURCES[slug].split("+++\n", 2)[2].strip()
    assert sanitize_article(body) == body


def test_sanitising_a_comment_keeps_its_text(manuscripts: Manuscripts) -> None:
    for manuscript in manuscripts.articles:
        for reply in manuscript.thread:
            assert sanitize_comment(reply.body_html) == reply.body_html
            assert text_of(reply.body_html)


def test_nothing_is_said_twice(manuscripts: Manuscripts) -> None:
    said = [
        sentence
        for manuscript in manuscripts.articles
        for sentence in re.findall(r"[^.?!]{40,}[.?!]", text_of(manuscript.article.body_html))
    ]
    assert len(said) > 200
    assert len(said) == len(set(said))
    assert "lorem" not in " ".join(said).casefold()


def test_the_edition_shows_what_a_newsroom_has(manuscripts: Manuscripts) -> None:
    articles = [manuscript.article for manuscript in manuscripts.articles]
    assert {article.language for article in articles} == {"en", "fr", "ar"}
    assert [article.status for article in articles].count(ArticleStatus.DRAFT) == 1
    assert sum(article.source is not None for article in articles) >= 10
    assert sum(article.image is not None for article in articles) >= 40
    assert sum(bool(article.enclosures) for article in articles) >= 1
    assert len({author.slug for article in articles for author in article.authors}) >= 8
    assert any(len(article.authors) > 1 for article in articles)
    assert any(not article.comments_open for article in articles)
    assert any(manuscript.updated for manuscript in manuscripts.articles)
    bodies = "".join(article.body_html for article in articles)
    assert all(f"<{tag}" in bodies for tag in ("ul", "ol", "blockquote", "q", "em", "a href"))


def test_threads_have_replies_and_every_state_but_the_trash(manuscripts: Manuscripts) -> None:
    replies = [reply for manuscript in manuscripts.articles for reply in manuscript.thread]
    assert len(replies) >= 50
    assert {reply.status for reply in replies} == {CommentStatus.APPROVED, CommentStatus.PENDING, CommentStatus.SPAM}
    for manuscript in manuscripts.articles:
        for place, reply in enumerate(manuscript.thread):
            if reply.reply_to is not None:
                assert 0 <= reply.reply_to < place
                assert manuscript.thread[reply.reply_to].after < reply.after


def test_guids_are_forever_and_single(manuscripts: Manuscripts) -> None:
    guids = [manuscript.article.guid for manuscript in manuscripts.articles]
    guids += [reply.guid for manuscript in manuscripts.articles for reply in manuscript.thread]
    assert len(guids) == len(set(guids))
    ferry = next(each.article for each in manuscripts.articles if each.article.slug == "ferry-returns-to-skarvoya")
    assert ferry.guid == "urn:uuid:5da62d27-250d-5c3f-9666-7d0e34232a73"


def test_email_addresses_can_belong_to_nobody(manuscripts: Manuscripts) -> None:
    """RFC 2606, section 2: nobody has a name under .example."""
    for manuscript in manuscripts.articles:
        assert "@" not in public_text(manuscript)
        assert all(reply.email.endswith(".example") for reply in manuscript.thread)


def public_text(manuscript: Manuscript) -> str:
    return manuscript.article.body_html + "".join(reply.name + reply.body_html for reply in manuscript.thread)
