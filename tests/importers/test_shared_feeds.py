"""Small feeds with which other software has gone wrong, and what is right of each."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.model import Article, ArticleStatus
from tests.importers.reading import Read, read

SHARED = os.environ.get("DATELINE_TEST_SHARED")
pytestmark = pytest.mark.skipif(not SHARED, reason="DATELINE_TEST_SHARED names no folder with cases/")
CASES = Path(SHARED or "") / "cases" / "import"
ENCODINGS = sorted((CASES / "enc").glob("*.xml")) if SHARED else []


def case(folder: Path, name: str, file: str = "in.xml") -> Read:
    return read(folder, (CASES / name / file).read_bytes(), zone="UTC")


def articles(folder: Path, name: str) -> dict[str, Article]:
    """By their headlines."""
    return {record.article.headline: record.article for record in case(folder, name).records}


def photo(article: Article) -> str:
    return article.image.url.rpartition("/")[2] if article.image else ""


def test_dates(tmp_path: Path) -> None:
    found = case(tmp_path, "dates-zones")
    times = [record.article.published_at for record in found.records]
    hours = ["08:00", "09:00", "09:00", "04:30", "01:00", "08:00", "08:00", "10:00", "10:00", "14:00", "04:30", "08:00"]
    assert times == [datetime.fromisoformat(f"2024-05-06T{hour}").replace(tzinfo=UTC) for hour in hours]
    assert found.report.cut.named == []


def test_pictures(tmp_path: Path) -> None:
    found = articles(tmp_path, "media-sizes")
    photos = {headline: photo(article) for headline, article in found.items()}
    assert photos == {"T1": "700.jpg", "T2": "b-940.jpg", "T3": "t300.jpg", "T4": "featured.jpg", "T5": "poster.jpg"}
    assert [file.url for file in found["T5"].enclosures] == ["https://v.example/clip.mp4"]
    assert photo(articles(tmp_path, "wpcom-gravatar")["T1"]) == "photo.jpg"


def test_youtube(tmp_path: Path) -> None:
    article = articles(tmp_path, "youtube")["Council live"]
    assert "The council meets." in article.body_html
    assert "https://city.example/a" in article.body_html
    assert photo(article) == "hqdefault.jpg"
    assert article.image is not None
    assert article.image.caption == ""


@pytest.mark.parametrize("file", ENCODINGS, ids=lambda path: path.stem)
def test_encodings(file: Path, tmp_path: Path) -> None:
    words = {"koi8-u": "Київ", "iso-8859-7": "Αθήνα", "windows-1253": "Αθήνα", "x-sjis": "東京", "iso-8859-9": "İstanbul ğüş",
             "windows-1254": "İstanbul ğüş"}  # fmt: skip
    assert case(tmp_path, "enc", file.name).article.body_html == words.get(file.stem, "café")


def test_names(tmp_path: Path) -> None:
    article = articles(tmp_path, "names")["T1"]
    assert [author.name for author in article.authors] == ["Anna & Ben O’Neil"]
    assert [tag.name for tag in article.tags] == ["R&D", "Q&A"]
    assert article.source is not None
    assert (article.source.name, article.rights) == ("Smith & Sons’ News", "© 2024 Smith & Sons")
    slugs = [author.slug for author in article.authors] + [tag.slug for tag in article.tags]
    assert not any("amp" in slug or "8217" in slug for slug in slugs)


def test_xhtml(tmp_path: Path) -> None:
    body = articles(tmp_path, "xhtml-br")["Poem"].body_html
    assert (body.count("<br>"), body.count("<hr>")) == (2, 1)
    assert all(word in body for word in ("one", "two", "three", "after"))


def test_drafts_comments_and_templates(tmp_path: Path) -> None:
    found = articles(tmp_path, "atom-draft")
    assert {headline for headline, article in found.items() if article.status is not ArticleStatus.DRAFT} == {"E5"}
    assert not {"E3", "E4"} & found.keys()
    assert [tag.name for tag in found["E5"].tags] == ["Local news"]


def test_original_link(tmp_path: Path) -> None:
    assert articles(tmp_path, "origlink")["T"].canonical_url == "https://agency.example/real/"


@pytest.mark.parametrize(
    ("name", "headline"),
    [("blank-first", "Ferry resumes"), ("charref", "Ferry resumes"), ("ent-named", "Ferry resumes — …")],
)
def test_exports_of_wordpress(name: str, headline: str, tmp_path: Path) -> None:
    assert list(articles(tmp_path, name)) == [headline]


def test_titles(tmp_path: Path) -> None:
    wanted = ["Titanic sinks", "AT&T buys", "AT&T buys", "Q&A", "It’s", "<b> tag explained", "if a < b", "Now & then",
              "5 < 6 && 7 > 3",
              "Vector<T> explained", "<script>alert(1)</script> is XSS", "C <foo@bar>"]  # fmt: skip
    assert [record.article.headline for record in case(tmp_path, "titles").records] == wanted


def test_references_and_bases(tmp_path: Path) -> None:
    found = articles(tmp_path, "entities")
    assert "5€ – café … <b>x</b>" in found["T1"].body_html
    assert found["T2"].body_html == "<pre>&amp;eacute; &amp;lt; é</pre>"
    based = articles(tmp_path, "xmlbase")["E1"]
    assert based.canonical_url == "https://base.example/x/one.html"
    assert 'href="https://base.example/x/deep/y"' in based.body_html
    assert 'src="https://base.example/z.png"' in based.body_html


def test_podcast(tmp_path: Path) -> None:
    found = articles(tmp_path, "podcast")
    assert [file.url.rpartition("/")[2] for file in found["Ep 1"].enclosures] == ["1.mp3?src=feed"]
    assert [file.url.rpartition("/")[2] for file in found["Ep 2"].enclosures] == ["2.mp3", "2.mp4"]
    assert (photo(found["Ep 1"]), [author.name for author in found["Ep 1"].authors]) == ("ep.jpg", ["Host"])


def test_two_agencies_are_two_sources(tmp_path: Path) -> None:
    first, second = (case(tmp_path, "guid-two-agencies", file).record for file in ("a.xml", "b.xml"))
    assert first.article.guid == second.article.guid
    assert first.source != second.source
    assert case(tmp_path, "guid-two-agencies", "a.xml").record.source == first.source
