"""Exports that other importers got wrong, each of its kind."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.model import ArticleRecord, ArticleStatus, Author
from tests.importers.cases import case, needs_cases
from tests.importers.reading import Read, read_parts

pytestmark = needs_cases

JANE = Author(slug="jdoe", name="Jane Doe")


def read_case(folder: Path, name: str, *files: str) -> Read:
    return read_parts(folder, *(case(name, file) for file in files or ("in.xml",)), zone="UTC")


def by_id(found: Read) -> dict[int, ArticleRecord]:
    return {record.article.id: record for record in found.records}


def test_a_namespace_in_https(tmp_path: Path) -> None:
    read = read_case(tmp_path, "https-ns")
    found = by_id(read)
    assert {number: record.article.status for number, record in found.items()} == {
        1: ArticleStatus.PUBLISHED,
        2: ArticleStatus.DRAFT,
        3: ArticleStatus.DRAFT,
        4: ArticleStatus.DRAFT,
    }
    assert [note.why for note in read.report.left_out.named] == ["trash"]
    assert found[1].article.published_at == datetime(2024, 3, 5, 8, tzinfo=UTC)
    assert found[1].article.authors == (JANE,)


def test_several_authors_and_guests(tmp_path: Path) -> None:
    found = read_case(tmp_path, "coauthors")
    assert found.article.authors == (JANE, Author(slug="tom-guest", name="Tom Guest"))
    assert "tom@example.com" not in repr(found)


def test_logins_that_are_email_addresses(tmp_path: Path) -> None:
    found = read_case(tmp_path, "email-login")
    assert [record.article.authors for record in found.records] == [
        (Author(slug="ann-lee", name="ann.lee"),),
        (Author(slug="bob", name="bob"),),
    ]
    assert "mail.example" not in repr(found)


def test_logins_that_slug_alike(tmp_path: Path) -> None:
    assert [record.article.authors[0] for record in read_case(tmp_path, "login-collision").records] == [
        Author(slug="j-doe", name="Jane Doe"),
        Author(slug="j-doe-2", name="John Doe"),
    ]


def test_former_dates_and_slugs(tmp_path: Path) -> None:
    assert set(read_case(tmp_path, "old-date").record.old_paths) == {
        "/?name=former", "/?name=story-1", "/?p=1",
        "/2024/03/05/story-1/", "/2024/03/01/story-1/", "/2024/03/05/former/", "/2024/03/01/former/",
    }  # fmt: skip


def test_pages_of_a_post_and_of_its_pictures(tmp_path: Path) -> None:
    assert set(read_case(tmp_path, "oldforms").record.old_paths) == {
        "/?name=story-1", "/?p=1", "/?attachment_id=11",
        "/2024/03/05/story-1/", "/2024/03/05/story-1/2/", "/2024/03/05/story-1/pic-11/",
    }  # fmt: skip


def test_the_tags_of_the_first_exports(tmp_path: Path) -> None:
    article = read_case(tmp_path, "wxr10-tags").article
    assert [tag.name for tag in article.tags] == ["Harbour", "Ferries"]
    assert article.sections == ("world",)


def test_the_language_of_each_article(tmp_path: Path) -> None:
    found = by_id(read_case(tmp_path, "polylang"))
    assert [(found[n].article.language, found[n].article.tags) for n in (1, 2)] == [("ar", ()), ("", ())]


def test_taxonomies_of_the_sites_own(tmp_path: Path) -> None:
    counted = read_case(tmp_path, "custom-tax")
    assert {met.name for met in counted.report.stripped.met()} == {"taxonomy series", "taxonomy region"}
    assert (counted.article.sections, counted.article.tags) == (("news",), ())
    chosen = read_parts(tmp_path, case("custom-tax"), zone="UTC", tags_from=frozenset({"series"})).article
    assert [(tag.slug, tag.name) for tag in chosen.tags] == [("elections", "Elections 2024")]


def test_types_of_comments(tmp_path: Path) -> None:
    assert [comment.id for comment in read_case(tmp_path, "webmention").record.comments] == [1, 2, 3]


def test_bare_addresses_in_comments(tmp_path: Path) -> None:
    comments = {comment.id: comment for comment in read_case(tmp_path, "comment-links").record.comments}
    assert '<a href="https://w.example/page"' in comments[1].body_html
    assert ">https://w.example/page</a>" in comments[1].body_html


@pytest.mark.parametrize("files", [("part1.xml", "part2.xml"), ("part2.xml", "part1.xml")])
def test_an_export_in_parts(tmp_path: Path, files: tuple[str, ...]) -> None:
    found = by_id(read_case(tmp_path, "split", *files))
    assert found[1].article.image is not None
    assert found[1].article.image.url == "/wp-content/uploads/2024/a.jpg"
    assert "a.jpg" in found[1].article.body_html
    assert {record.article.sections for record in found.values()} == {("world/africa",)}


def test_a_part_whose_section_is_here(tmp_path: Path) -> None:
    found = read_parts(tmp_path, case("split", "part2.xml"), zone="UTC", sections=("world", "world/africa"))
    assert found.article.sections == ("world/africa",)


def test_another_time_zone(tmp_path: Path) -> None:
    [warning] = read_case(tmp_path, "tz").report.warnings
    assert "UTC+13:00" in warning
    assert "DATELINE_TIMEZONE" in warning
    assert "Pacific/Auckland" in warning
    assert not read_parts(tmp_path, case("tz"), zone="Pacific/Auckland").report.warnings
