"""Where WordPress served a post before, and what of it had a page of its own."""

from pathlib import Path

import pytest

from tests.importers.reading import read
from tests.importers.wxr_files import SITE, attachment, post, wxr

OLD = [("_wp_old_slug", "former"), ("_wp_old_date", "2021-12-31")]


NAME = "/?name="


def paths(folder: Path, item: str, *more: str) -> set[str]:
    """But for those by its name."""
    return {path for path in read(folder, wxr(item, *more)).record.old_paths if not path.startswith(NAME)}


@pytest.mark.parametrize("link", ["/story-7/", "/2022/03/01/story-7/", "/archives/7", "/?p=7", ""])
def test_a_post_is_found_by_its_names_whatever_its_link_is(tmp_path: Path, link: str) -> None:
    record = read(tmp_path, wxr(post(7, link=link and SITE + link, meta=OLD))).record
    assert [path for path in record.old_paths if path.startswith(NAME)] == [f"{NAME}former", f"{NAME}story-7"]


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        (
            "/2022/03/01/story-7/",
            ["/2022/03/01/story-7/", "/2021/12/31/story-7/", "/2022/03/01/former/", "/2021/12/31/former/"],
        ),
        ("/2022/03/story-7/", ["/2022/03/story-7/", "/2021/12/story-7/", "/2022/03/former/", "/2021/12/former/"]),
        ("/in/2022/story-7", ["/in/2022/story-7/", "/in/2021/story-7/", "/in/2022/former/", "/in/2021/former/"]),
        ("/world/story-7/", ["/world/story-7/", "/world/former/"]),
        ("/story-7.html", ["/story-7.html/", "/former.html/"]),
        ("/7-story-7/", ["/7-story-7/", "/7-former/"]),
        ("/archives/7", ["/archives/7/", "/archives/former/"]),
        ("/?p=7", []),
    ],
)  # fmt: skip
def test_former_slugs_and_dates(tmp_path: Path, link: str, expected: list[str]) -> None:
    assert paths(tmp_path, post(7, link=SITE + link, meta=OLD)) == {*expected, "/?p=7"}


@pytest.mark.parametrize("value", ["", "yesterday", "2021-12", "99999-01-01", "2021-12-31-and-more"])
def test_what_is_no_former_date(tmp_path: Path, value: str) -> None:
    found = paths(tmp_path, post(7, link=f"{SITE}/2022/03/01/other/", name="other", meta=[("_wp_old_date", value)]))
    assert found <= {"/?p=7", "/2022/03/01/other/", "/2021/12/31/other/"}
    assert ("/2021/12/31/other/" in found) is value.startswith("2021-12-31")


def test_thousands_of_former_slugs_and_dates_are_cut(tmp_path: Path) -> None:
    meta = [("_wp_old_slug", f"old-{n}") for n in range(2000)] + [("_wp_old_date", "2021-12-31")] * 2000
    assert len(paths(tmp_path, post(7, meta=meta))) < 300


@pytest.mark.parametrize(
    ("content", "pages"),
    [
        ("One.", set()),
        ("One.<!--nextpage-->Two.\n<!--nextpage-->\nThree.", {"2/", "3/"}),
        ("<!-- wp:nextpage -->\n<!--nextpage-->\n<!-- /wp:nextpage -->", {"2/"}),
    ],
)
def test_pages_of_a_post(tmp_path: Path, content: str, pages: set[str]) -> None:
    found = paths(tmp_path, post(7, content=content, link=f"{SITE}/2022/03/01/story-7/"))
    assert found == {"/?p=7", *(f"/2022/03/01/story-7/{page}" for page in {"", *pages})}


def test_pages_of_pictures(tmp_path: Path) -> None:
    """Each led to the post that it was uploaded for."""
    story = post(7, link=f"{SITE}/story/")
    pictures = [
        attachment(8, parent=7).replace(f"<link>{SITE}/story-8/", f"<link>{SITE}/story/harbour/"),
        attachment(9, parent=7).replace(f"<link>{SITE}/story-9/", f"<link>{SITE}/?attachment_id=9"),
        attachment(10, parent=7).replace(f"<link>{SITE}/story-10/", f"<link>{SITE}/wp-content/uploads/2022/a.png"),
        attachment(11),
        attachment(12, parent=404),
    ]
    expected = {"/?p=7", "/story/", "/story/harbour/", *(f"/?attachment_id={n}" for n in (8, 9, 10))}
    assert paths(tmp_path, story, *pictures) == expected
    assert paths(tmp_path, *pictures[:1], story) == {"/?p=7", "/story/", "/story/harbour/", "/?attachment_id=8"}
