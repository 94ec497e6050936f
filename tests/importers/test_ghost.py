"""Ghost's exports."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from feeds.importers import ImportRefused, Placement
from storage.model import ArticleStatus, Author, Tag
from storage.protocol import Store
from tests.importers.ghost_files import USERS, ghost, of_post, post
from tests.importers.reading import NOW, keep, read, settings_in
from tests.importers.serving import served
from tests.stores import ANY_ENGINE

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("wrapped", [True, False])
@pytest.mark.parametrize("posts_last", [True, False])
def test_a_post_is_an_article(tmp_path: Path, *, wrapped: bool, posts_last: bool) -> None:
    image = "__GHOST_URL__/content/images/2024/03/ferry.jpg"
    story = post(
        1,
        "Ferry resumes &amp; more",
        html=f'<p>Boats left. <a href="__GHOST_URL__/post-2/">Before</a></p><img src="{image}">',
        feature_image=image,
        custom_excerpt="A < B",
        locale="fr",
        canonical_url="https://agency.example/ferry",
    )
    meta = {"post_id": story["id"], "feature_image_alt": "A boat", "feature_image_caption": "<b>The</b> boat"}
    tables = {
        "posts_tags": of_post(1, "posts_tags", "t2", "t3", "t1"),
        "posts_authors": of_post(1, "posts_authors", "u2", "u1"),
        "posts_meta": [meta],
    }

    found = read(tmp_path, ghost([story], wrapped=wrapped, posts_last=posts_last, **tables))

    article = found.article
    assert (article.guid, article.slug, article.headline) == (story["id"], "post-1", "Ferry resumes &amp; more")
    assert article.body_html == (
        '<p>Boats left. <a href="/post-2/">Before</a></p><img src="/content/images/2024/03/ferry.jpg">'
    )
    assert article.image is not None
    assert (article.image.url, article.image.type) == ("/content/images/2024/03/ferry.jpg", "image/jpeg")
    assert (article.image.alt, article.image.caption) == ("A boat", "The boat")
    assert article.summary == "A < B"
    assert article.tags == (Tag(slug="ferries", name="Ferries"), Tag(slug="world-news", name="World news"))
    assert article.authors == (
        Author(slug="tom", name="tom"),
        Author(slug="jane", name="Jane Doe", url="https://jane.example/"),
    )
    assert (article.language, article.canonical_url) == ("fr", "https://agency.example/ferry")
    assert article.status is ArticleStatus.PUBLISHED
    assert article.day == date(2024, 3, 5)
    assert article.published_at == datetime(2024, 3, 5, 8, 1, tzinfo=UTC)
    assert article.updated_at == datetime(2024, 3, 6, 9, 30, tzinfo=UTC)
    assert found.record.old_paths == ("/p/7d6e0000-0000-4000-8000-000000000001/", "/post-1/")
    assert found.record.source is not None
    assert found.record.source.names == ("ghost:5c1e0000-0000-4000-8000-00000000abcd",)
    assert [(met.name, met.example) for met in found.report.stripped.met()] == [
        ("internal tag #front", "Ferry resumes &amp; more")
    ]


@pytest.mark.parametrize(
    ("fields", "status", "why"),
    [
        ({"status": "draft", "published_at": None}, ArticleStatus.DRAFT, ""),
        ({"status": "scheduled", "published_at": "2099-01-01T00:00:00.000Z"}, ArticleStatus.PUBLISHED, ""),
        ({"status": "sent"}, ArticleStatus.DRAFT, "sent as a newsletter alone"),
        ({"visibility": "members"}, ArticleStatus.DRAFT, "for members alone"),
        ({"visibility": "paid"}, ArticleStatus.DRAFT, "for paying members alone"),
        ({"visibility": "tiers"}, ArticleStatus.DRAFT, "for tiers alone"),
        ({"visibility": ["members"]}, ArticleStatus.DRAFT, "for readers that the export does not name alone"),
        ({"visibility": None}, ArticleStatus.PUBLISHED, ""),
        ({"published_at": "0000-00-00"}, ArticleStatus.DRAFT, "without a date"),
        ({"status": "archived"}, ArticleStatus.DRAFT, "archived"),
        ({"status": None}, ArticleStatus.DRAFT, "without a status"),
    ],
)
def test_what_not_everybody_could_read_is_a_draft(
    tmp_path: Path, fields: dict[str, object], status: ArticleStatus, why: str
) -> None:
    found = read(tmp_path, ghost([post(1, "Ferry", **fields)]))
    assert found.article.status is status
    assert [note.why for note in found.report.made_drafts.named] == ([why] if why else [])


def test_a_newsletter_that_never_was_a_page_is_a_draft(tmp_path: Path) -> None:
    letter = post(1, "Letter")
    found = read(tmp_path, ghost([letter], posts_meta=[{"post_id": letter["id"], "email_only": 1}]))
    assert found.article.status is ArticleStatus.DRAFT


@pytest.mark.parametrize(("value", "warned"), [("true", True), (True, True), ("false", False), (None, False)])
def test_a_site_behind_a_password_is_told(tmp_path: Path, *, value: object, warned: bool) -> None:
    settings = [{"id": "s1", "key": "is_private", "value": value}]
    found = read(tmp_path, ghost([post(1, "Ferry")], settings=settings))
    assert [warning[:28] for warning in found.report.warnings] == ["All of the Ghost site was pr"] * warned


def test_scripts_are_counted(tmp_path: Path) -> None:
    html = '<p>A chart</p><script async src="https://charts.example/e.js"></script>'
    found = read(tmp_path, ghost([post(1, "Ferry", html=html)]))
    assert [met.name for met in found.report.stripped.met()] == ["script of charts.example"]


def test_comments_are_counted(tmp_path: Path) -> None:
    found = read(tmp_path, ghost([post(1, "Ferry")], comments=[{"id": "c1", "html": "<p>Well said.</p>"}]))
    assert found.report.warnings == ["Ghost's comments are not taken over: 1"]


def test_exports_of_old_releases(tmp_path: Path) -> None:
    story = {
        "id": 5, "title": "Old", "slug": "old", "html": "", "markdown": "Two *words*\n\nand a paragraph",
        "image": "/content/images/a.png", "page": 0, "status": "published", "language": "en_US", "author_id": 1,
        "published_at": 1388805572000,
    }  # fmt: skip
    users = [{"id": 1, "name": "Ann Lee", "slug": "ann-lee", "email": "ann@mail.example"}]
    found = read(tmp_path, ghost([story, {**story, "id": 6, "page": 1}], wrapped=False, users=users, settings=[]))
    article = found.article
    assert (article.guid, article.published_at) == ("5", datetime(2014, 1, 4, 3, 19, 32, tzinfo=UTC))
    assert [author.name for author in article.authors] == ["Ann Lee"]
    assert article.image is not None
    assert article.image.url == "/content/images/a.png"
    assert "Two *words*" in article.body_html
    assert [met.name for met in found.report.not_understood.met()] == [
        "a body of which the export has the plain words alone"
    ]
    [page] = found.pages
    assert (page.page.path, page.page.public, page.origin) == ("/old/", True, "ghost: 6")


@pytest.mark.parametrize(
    "export", [ghost([]), ghost([post(1, "Ferry")])[:-30], '{"db":[{"meta":{}}]}', '{"data": {"posts": 7}}']
)
def test_what_is_no_whole_export_is_refused(tmp_path: Path, export: str) -> None:
    with pytest.raises(ImportRefused, match=r"no posts|no well-formed JSON"):
        read(tmp_path, export)


@ANY_ENGINE
@pytest.mark.parametrize(
    "row",
    [
        {},
        {"id": None},
        {"id": True},
        {"id": ["x"]},
        {"id": "1", "title": 7, "html": {"a": 1}, "slug": [], "published_at": [], "page": "x"},
        {"id": "1", "published_at": 1e300, "status": "published"},
        {"id": "1", "published_at": -1e15},
        {"id": "1", "feature_image": "//x"},
        {"id": "1", "feature_image": "javascript:alert(1)", "canonical_url": "http://[", "html": "\x00\ud800<"},
        {"id": "1", "locale": "x" * 99},
    ],
)
async def test_rows_of_any_kind_are_taken_or_refused(tmp_path: Path, store: Store, row: dict[str, object]) -> None:
    related: dict[str, Any] = {
        "posts_tags": [{"post_id": "1", "tag_id": 7}, {}],
        "posts_authors": [{"post_id": [], "author_id": {}}],
    }
    summary = await keep(
        store, tmp_path, ghost([row, post(2, "Ferry")], tags=[{}, {"id": 7, "name": 7}], users=[{}], **related)
    )
    assert summary.articles + len(summary.refused) == 2


async def test_a_second_import_changes_nothing(tmp_path: Path, store: Store) -> None:
    posts = [post(number, f"Story {number}") for number in range(1, 30)]
    export = ghost(posts, posts_authors=of_post(1, "posts_authors", *(user["id"] or "" for user in USERS)))
    first, second = await keep(store, tmp_path, export), await keep(store, tmp_path, export)
    assert (first.added, second.added, second.changed, second.unchanged) == (29, 0, 0, 29)
    assert b"mail.example" not in b"".join(path.read_bytes() for path in tmp_path.glob("*.db*"))


@pytest.mark.parametrize("given", ["content", "."])
async def test_pictures_come_along_under_the_paths_that_they_had(tmp_path: Path, store: Store, given: str) -> None:
    folder = tmp_path / "old" / "content" / "images" / "2024"
    folder.mkdir(parents=True)
    for name in ("a.jpg", "b.jpg"):
        (folder / name).write_bytes(name.encode())
    body = '<p><img src="__GHOST_URL__/content/images/2024/b.jpg"><a href="__GHOST_URL__/content/files/2024/plan.pdf">.</a></p>'
    export = ghost([post(1, "Ferry", feature_image="__GHOST_URL__/content/images/2024/a.jpg", html=body)])

    summary = await keep(store, tmp_path, export, media=tmp_path / "old" / given)

    assert (summary.pictures_copied, summary.pictures_missing) == (2, 1)
    async with served(settings_in(tmp_path), clock=lambda: NOW) as client:
        for name in ("a.jpg", "b.jpg"):
            answer = await client.get(f"/content/images/2024/{name}")
            assert (answer.status_code, answer.content) == (200, name.encode())
        assert (await client.get("/content/files/2024/plan.pdf")).status_code == 404


def test_tags_that_are_sections_as_well(tmp_path: Path) -> None:
    tables: dict[str, Any] = {"posts_tags": of_post(1, "posts_tags", "t2", "t1", "t3")}
    placement = Placement(section="archive", categories={"WORLD news": "world", "hash-front": "front"})
    found = read(tmp_path, ghost([post(1, "A ferry"), post(2, "A train")], **tables), placement=placement)
    ferry, train = (record.article for record in found.records)
    assert (ferry.sections, train.sections) == (("archive", "world"), ("archive",))
    assert [tag.slug for tag in ferry.tags] == ["ferries", "world-news"]


def test_a_page_needs_no_date(tmp_path: Path) -> None:
    about = post(1, "About us", type="page", slug="about", published_at=None)
    [record] = read(tmp_path, ghost([about])).pages
    assert (record.page.path, record.page.public) == ("/about/", True)
