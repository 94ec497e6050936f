"""What another language than English costs a page: an article's with a page of its thread, made anew."""

import asyncio
import gc
import tempfile
from dataclasses import replace
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
_ROUNDS, _PAGES = 60, 5


async def report_languages(report: Report) -> None:
    """Milliseconds of CPU a page, in turns."""
    view = await _article()
    costs: dict[str, list[float]] = {"en": [], "ar": [], "ar-EG": []}
    sizes = {}
    gc.disable()
    try:
        for _ in range(_ROUNDS):
            for tag, taken in costs.items():
                make_page(view, tag)
                gc.collect(0)
                began = process_time()
                for _ in range(_PAGES):
                    page = make_page(view, tag)
                taken.append(1000 * (process_time() - began) / _PAGES)
                sizes[tag] = len(page)
    finally:
        gc.enable()
    english, arabic, egyptian = (median(taken) for taken in costs.values())
    name = f"article page with {COMMENTS} comments in Arabic, in English"
    report.compare(name, arabic, english, "ms CPU", bar=1.05)
    report.compare("  the same with Arabic digits", egyptian, english, "ms CPU", bar=1.05)
    report.compare("  its size", sizes["ar"] / 1000, sizes["en"] / 1000, "kB")


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
    return replace(view)


if __name__ == "__main__":
    printed = Report("Languages")
    asyncio.run(report_languages(printed))
    printed.print()
