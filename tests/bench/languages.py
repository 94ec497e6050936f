"""What another language than English costs a page: an article's with a page of its thread, made anew."""

import asyncio
import gc
import tempfile
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import process_time

from feeds.kinds.base import Publication
from feeds.newsroom.reply_policy import Policy
from feeds.settings import Settings
from feeds.web.pages.article import article_html
from feeds.web.pages.form import reply_form
from feeds.web.pages.thread import build_thread
from storage.clock import utc_now
from storage.connect import open_store
from storage.model import Article, ArticleStatus, ArticleView, Author, Comment, CommentStatus, Section, Tag
from tests.bench.report import Report

COMMENTS = 50
_ROUNDS, _PAGES = 100, 5
_TAGS = ("en", "ar", "ar-EG")


async def report_languages(report: Report) -> None:
    """Milliseconds of CPU a page, in turns: each language is held against the English of the same round, whatever else the machine
    did in it.
    """
    view = await _article()
    rounds: list[dict[str, float]] = []
    sizes = {tag: len(make_page(view, tag)) for tag in _TAGS}
    gc.disable()
    try:
        for number in range(_ROUNDS):
            turns = _TAGS if number % 2 else _TAGS[::-1]
            rounds.append({tag: _cost(view, tag) for tag in turns})
            gc.collect()
    finally:
        gc.enable()
    english = median(taken["en"] for taken in rounds)
    for tag, name in (
        ("ar", f"article page with {COMMENTS} comments in Arabic, in English"),
        ("ar-EG", "  with Arabic digits"),
    ):
        report.compare(
            name, english * median(taken[tag] / taken["en"] for taken in rounds), english, "ms CPU", bar=1.05
        )
    report.compare("  its size", sizes["ar"] / 1000, sizes["en"] / 1000, "kB")


def _cost(view: ArticleView, tag: str) -> float:
    began = process_time()
    for _ in range(_PAGES):
        make_page(view, tag)
    return 1000 * (process_time() - began) / _PAGES


def make_page(view: ArticleView, tag: str) -> bytes:
    """The page as a newsroom of this language shows it."""
    publication, policy = _newsroom(tag)
    now = utc_now()
    thread = build_thread(view, publication, policy.depth)
    return article_html(publication, now, view, thread, reply_form(policy, view.article, now))


def _newsroom(tag: str, known: dict[str, tuple[Publication, Policy]] = {}) -> tuple[Publication, Policy]:  # noqa: B006
    if tag not in known:
        settings = Settings(title="Courier", language=tag, timezone="Africa/Cairo")
        known[tag] = Publication.of(settings, utc_now()), Policy.of(settings, b"secret")
    return known[tag]


async def _article() -> ArticleView:
    """With a thread of one page, its replies written on two days."""
    now = utc_now()
    with tempfile.TemporaryDirectory() as folder:
        store = await open_store(f"sqlite:///{Path(folder) / 'one.db'}", migrate=True)
        try:
            await store.add_section(Section(path="world", title="World", created_at=now))
            article = await store.add_article(
                Article(
                    guid="urn:example:1", slug="one", headline="Harbour reopens", sections=("world",), day=now.date(),
                    body_html="<p>The first ferry left at six.</p>" * 20, status=ArticleStatus.PUBLISHED, published_at=now,
                    authors=(Author(slug="jane", name="Jane"), Author(slug="kofi", name="Kofi")),
                    tags=(Tag(slug="sea", name="Sea"),),
                )
            )  # fmt: skip
            parent = None
            for number in range(COMMENTS):
                comment = Comment(
                    guid=f"urn:example:comment:{number}", article_id=article.id, author_name=f"Reader {number}",
                    author_email="a@b.example",
                    body_html="<p>Quite so, and well said.</p>", status=CommentStatus.APPROVED, parent_id=parent,
                    created_at=now + timedelta(minutes=30 * number),
                )  # fmt: skip
                added = await store.add_comment(comment, list_after=timedelta(0))
                parent = added.id if number % 3 else None
            view = await store.view_article(article.path, size=COMMENTS, also=("site", "pages"))
        finally:
            await store.close()
    assert isinstance(view, ArticleView)
    return view


if __name__ == "__main__":
    printed = Report("Languages")
    asyncio.run(report_languages(printed))
    printed.print()
