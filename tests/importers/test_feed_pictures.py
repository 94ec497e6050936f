"""Which of an entry's pictures is its photo, and whose words are whose."""

from pathlib import Path

import pytest

from storage.model import Article
from tests.importers.reading import read

SPACES = 'xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'


def article(folder: Path, item: str) -> Article:
    head = f'<rss version="2.0" {SPACES}><channel><title>T</title><link>https://a.example/</link>'
    return read(folder, f"{head}<item><guid>1</guid><title>Boat</title>{item}</item></channel></rss>").article


def content(url: str, rest: str = "", inside: str = "") -> str:
    return f'<media:content url="/{url}" medium="image" {rest}>{inside}</media:content>'


@pytest.mark.parametrize(
    ("item", "photo"),
    [
        (content("s.jpg", 'width="140"') + content("l.jpg", 'width="700"') + content("m.jpg", 'width="460"'), "l.jpg"),
        (content("s.jpg", 'width="140"') + content("l.jpg", 'width="700"') + content("m.jpg", 'isDefault="TRUE"'), "m.jpg"),
        (content("a.jpg") + content("b.jpg"), "a.jpg"), (content("a.jpg", 'width="auto"') + content("b.jpg", 'width="9"'), "b.jpg"),
        (content("a.jpg", 'width="9" height="1"') + content("b.jpg", 'width="9" height="2"'), "b.jpg"),
        (content("a.jpg", 'fileSize="1"') + content("b.jpg", 'fileSize="2"'), "b.jpg"),
        ('<media:thumbnail url="/75.jpg" width="75"/><media:thumbnail url="/300.jpg" width="300"/>', "300.jpg"),
        ('<media:thumbnail url="/t.jpg" width="900"/><enclosure url="/e.jpg" type="image/jpeg" length="1"/>', "e.jpg"),
        ('<media:thumbnail url="/t.jpg"/><itunes:image href="/i.jpg"/>', "i.jpg"),
        ('<media:group><media:content url="/f.mp4" type="video/mp4"><media:thumbnail url="/p.jpg"/></media:content></media:group>',
         "p.jpg"),
        (content("x").replace("/x", "https://secure.gravatar.com/avatar/1?s=96") + content("b.jpg", 'width="1"'), "b.jpg"),
        (content("x", 'width="96"').replace("/x", "https://0.gravatar.com/avatar/1") + '<media:thumbnail url="/t.jpg"/>', "t.jpg"),
        (content("me.png", 'width="96"', '<media:title type="html">author</media:title>') + content("b.jpg"), "b.jpg"),
        (content("img/avatars/7.png", 'width="96"') + '<media:thumbnail url="/t.jpg"/>', "t.jpg"),
        (content("avatar/first-film.jpg"), "avatar/first-film.jpg"),
        (content("avatar-2-review.jpg") + content("b.jpg"), "avatar-2-review.jpg"),
        (content("x").replace("/x", "https://avatars.githubusercontent.com/u/1"), ""),
        ('<enclosure url="https://www.gravatar.com/avatar/1.jpg" type="image/jpeg" length="1"/>', ""),
        ('<media:thumbnail url="https://1.gravatar.com/avatar/1"/>', ""),
        ('<media:content url="/k.jpg" type="application/octet-stream"/>', "k.jpg"),
        (content("a.jpg", 'width="90"') + content("b.jpg", 'width="900px"'), "b.jpg"),
        ("<image><title>Pier</title><url>/p.jpg</url><link>/pier</link></image>", "p.jpg"), ("<image>/p.jpg</image>", "p.jpg"),
        ('<image><url>/p.jpg</url></image><itunes:image href="/i.jpg"/>', "i.jpg"),
        ('<enclosure url="/k.jpg" type="binary/octet-stream" length="1"/>', "k.jpg"),
    ],
)  # fmt: skip
def test_the_photo(item: str, photo: str, tmp_path: Path) -> None:
    found = article(tmp_path, item)
    assert (found.image.url if found.image else "") == (f"https://a.example/{photo}" if photo else "")
    assert photo not in [enclosure.url for enclosure in found.enclosures]


def test_a_photo_has_its_own_words_or_those_of_all_media(tmp_path: Path) -> None:
    own = (
        "<media:title>A boat</media:title><media:description>At dawn</media:description><media:credit>P.</media:credit>"
    )
    of_all = (
        "<media:title>All</media:title><media:description>Everything</media:description><description>Text</description>"
    )
    image = article(tmp_path, of_all + content("a.jpg", "", own)).image
    assert image is not None
    assert (image.alt, image.caption, image.credit) == ("A boat", "At dawn", "P.")
    image = article(tmp_path, of_all + content("a.jpg")).image
    assert image is not None
    assert (image.alt, image.caption) == ("All", "Everything")


def test_no_email_address_is_a_credit(tmp_path: Path) -> None:
    for credit, shown in (("ann@mail.example", ""), ("Ann Lee &lt;ann@mail.example&gt;", "Ann Lee")):
        image = article(tmp_path, content("a.jpg", "", f"<media:credit>{credit}</media:credit>")).image
        assert image is not None
        assert image.credit == shown


def test_what_the_article_says_anyway_is_no_caption(tmp_path: Path) -> None:
    words = "<media:title>Boat</media:title><media:description type='html'>&lt;b>A&lt;/b> text</media:description>"
    found = article(tmp_path, "<description>A text</description>" + content("a.jpg", "", words))
    assert found.image is not None
    assert (found.image.alt, found.image.caption, found.body_html) == ("", "", "A text")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("", "<p>One &lt;two&gt; &amp; three.<br>\nFour.</p>\n<p>Five.</p>"),
        ("type='html'", "One  &amp; three.\nFour.\n\nFive."),
    ],
)
def test_a_film_without_other_words_is_told_of_by_its_own(kind: str, body: str, tmp_path: Path) -> None:
    words = f"<media:description {kind}>One &lt;two&gt; &amp;amp; three.\nFour.\n\nFive.</media:description>".replace(
        "&amp;amp;", "&amp;" if not kind else "&amp;amp;"
    )
    film = '<media:content url="https://v.example/v/1" type="application/x-shockwave-flash"/><media:thumbnail url="/hq.jpg"/>'
    for item in (f"<media:group>{film}{words}</media:group>", film + words):
        found = article(tmp_path, item)
        assert found.body_html == body
        assert found.image is not None
        assert (found.image.url, found.image.caption) == ("https://a.example/hq.jpg", "")
        assert found.enclosures == ()
    inside = f'<media:content url="/f.mp4" type="video/mp4">{words}</media:content>'
    assert article(tmp_path, inside).body_html == body
    assert article(tmp_path, film + words + "<description>Own words</description>").body_html == "Own words"
