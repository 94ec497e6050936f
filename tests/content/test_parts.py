"""Each part of an article's text stands in it once, whatever the body has already."""

import pytest

from feeds.content import Content, content_of
from feeds.document import Correction, Photo

PAGE = "https://news.example/2023/03/22/harbour/"
PHOTO = Photo(
    url="https://news.example/media/harbour.jpg", type="image/jpeg", length=9, width=800, height=600,
    alt="A harbour", caption="The harbour at dawn", credit="Jo Doe",
)  # fmt: skip
NOTE = Correction(label="Correction, 22 March 2023", text="Three ships < four of them.\nSorry.")
FIGURE = (
    '<figure><img src="https://news.example/media/harbour.jpg" alt="A harbour" width="800" height="600">'
    "<figcaption>The harbour at dawn <small>Jo Doe</small></figcaption></figure>"
)
LINE = "Brussels, Belgium | Xinhua"


def dated(body: str, place: str = "Brussels, Belgium", agency: str = "Xinhua") -> str:
    return content_of(body, PAGE, place=place, agency=agency).html()


def test_a_text_begins_with_photo_and_dateline_and_ends_with_the_correction() -> None:
    content = content_of(
        "<p>Allies of the harbour met.</p>", PAGE, photo=PHOTO, place="Brussels, Belgium", agency="Xinhua", correction=NOTE
    )  # fmt: skip
    assert content.html() == (
        f"{FIGURE}<p>{LINE} | Allies of the harbour met.</p>"
        "<p><strong>Correction, 22 March 2023:</strong> Three ships &lt; four of them.<br>Sorry.</p>"
    )
    assert content.photo == PHOTO
    assert content.dateline == ("Brussels, Belgium", "Xinhua")
    assert content.correction == NOTE


def test_a_page_puts_its_own_markup_into_the_body() -> None:
    content = content_of("<h2>Ships</h2><p>Allies</p>", PAGE, place="Brussels", agency="Xinhua")
    assert content.body_with("<b>B</b>") == "<h2>Ships</h2><p><b>B</b> | Allies</p>"
    assert content.body_with("") == "<h2>Ships</h2><p>Allies</p>"
    assert content_of("", PAGE, place="Brussels").body_with("<b>B</b>") == "<p><b>B</b></p>"


def test_what_was_not_given_leaves_the_body_as_it_is() -> None:
    assert content_of("<p>Allies</p>", PAGE) == Content(after="<p>Allies</p>", inline=False)
    assert dated("<p>Allies</p>", "Brussels", "") == "<p>Brussels | Allies</p>"
    assert dated("<p>Allies</p>", "", "Xinhua") == "<p>Xinhua | Allies</p>"
    assert dated("<p>Allies</p>", "Brussels | Xinhua", "Xinhua") == "<p>Brussels | Xinhua | Allies</p>"


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("<p>Allies</p>", f"<p>{LINE} | Allies</p>"),
        ('<p dir="auto">\n <b>Al</b>lies</p>', f'<p dir="auto">\n {LINE} | <b>Al</b>lies</p>'),
        ("<p>\n Allies</p>", f"<p>\n {LINE} | Allies</p>"),
        ("Allies <b>met</b>", f"{LINE} | Allies <b>met</b>"),
        ("<div><em><b>Allies</b></em></div>", f"<div>{LINE} | <em><b>Allies</b></em></div>"),
        ("<p></p><p>&nbsp;</p><p>Allies</p>", f"<p></p><p>&nbsp;</p><p>{LINE} | Allies</p>"),
        ("<h2>Ships</h2><p>Allies</p>", f"<h2>Ships</h2><p>{LINE} | Allies</p>"),
        ("<ul><li>One</li></ul><p>Allies</p>", f"<ul><li>One</li></ul><p>{LINE} | Allies</p>"),
        ("<blockquote><p>Ay</p></blockquote>Allies", f"<blockquote><p>Ay</p></blockquote>{LINE} | Allies"),
        (
            '<figure><img src="/a.png"><figcaption>A ship</figcaption></figure><p>Allies</p>',
            f'<figure><img src="/a.png"><figcaption>A ship</figcaption></figure><p>{LINE} | Allies</p>',
        ),
        (
            '<p><a href="/"><img src="/a.png"></a> Allies</p>',
            f'<p><a href="/"><img src="/a.png"></a> {LINE} | Allies</p>',
        ),
        ('<p><img src="/a.png"><br>Allies</p>', f'<p><img src="/a.png"><br>{LINE} | Allies</p>'),
        ("<ul><li>One</li></ul>", f"<p>{LINE}</p><ul><li>One</li></ul>"),
        ("<h2>Ships</h2>", f"<p>{LINE}</p><h2>Ships</h2>"),
        ("", f"<p>{LINE}</p>"),
    ],
)
def test_the_dateline_stands_before_the_first_words_of_a_paragraph(body: str, shown: str) -> None:
    assert dated(body) == shown


@pytest.mark.parametrize(
    "body",
    [
        "<p>Brussels, Belgium | Xinhua | Allies</p>",
        "<p>BRUSSELS (Xinhua) - Allies</p>",
        "<p>BRUSSELS, Belgium (XINHUA) — Allies</p>",
        "<p><strong>BRUSSELS, March 22 (Xinhua)</strong> -- Allies</p>",
        "<p><strong>Brussels,</strong>\n<em>Belgium</em>&nbsp;|&nbsp;Xinhua&nbsp;– Allies</p>",
        "<p>(Xinhua) - BRUSSELS, 22 March - Allies</p>",
        "<p>Xinhua | Brussels, Belgium: Allies</p>",
        "<p>Brussels | 22 March 2023 | Xinhua | Allies</p>",
        "<p>Brussels, Belgium<br>Xinhua<br>Allies</p>",
        "<p><strong>Brussels, Belgium</strong></p><p>Xinhua</p><p>Allies</p>",
        "<h2>Ships met</h2><p>BRUSSELS (Xinhua) - Allies</p>",
        "<h4>Brussels, Belgium | Xinhua</h4><p>Allies</p>",
        "<p>By JANE DOE</p><p>BRUSSELS (Xinhua) - Allies</p>",
        "Ｂrussels, Belgium | Xinhua | Allies",
    ],
)
def test_a_dateline_that_the_body_has_is_not_repeated(body: str) -> None:
    assert dated(body) == body


@pytest.mark.parametrize(
    ("place", "agency", "body"),
    [
        ("布鲁塞尔", "新华社", "<p>新华社布鲁塞尔3月22日电 盟国</p>"),
        ("ブリュッセル", "共同", "<p>【ブリュッセル共同】同盟国は</p>"),
        ("Брюссель", "ТАСС", "<p>БРЮССЕЛЬ, 22 марта. /ТАСС/. Союзники</p>"),
        ("브뤼셀", "연합뉴스", "<p>(브뤼셀=연합뉴스) 동맹국</p>"),
        ("بروكسل", "شينخوا", "<p>بروكسل (شينخوا) - حلفاء</p>"),
        ("Αθήνα", "", "<p>ΑΘΗΝΑ – Σύμμαχοι</p>"),
        ("Zürich", "sda", "<p>ZÜRICH/GENF (sda) – Alliierte</p>"),
        ("Brussels", "The Associated Press", "<p>BRUSSELS, Belgium (AP) — Allies</p>"),
        ("Bruxelles", "Agence France-Presse", "<p>Bruxelles (AFP) - Des alliés</p>"),
        ("Aix-en-Provence, France", "", "<p>AIX-EN-PROVENCE – Des alliés</p>"),
    ],
)
def test_a_dateline_is_known_in_any_script(place: str, agency: str, body: str) -> None:
    assert dated(body, place, agency) == body


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("<p>Brussels — Allies</p>", "<p>Xinhua | Brussels — Allies</p>"),
        ("<p>(Xinhua) Allies</p>", "<p>Brussels, Belgium | (Xinhua) Allies</p>"),
        ("<p>Brussels has decided.</p>", f"<p>{LINE} | Brussels has decided.</p>"),
        (
            "<p>Brussels, Belgium, has been chosen – finally.</p>",
            f"<p>{LINE} | Brussels, Belgium, has been chosen – finally.</p>",
        ),
        ("<p>Xinhua reports.</p>", f"<p>{LINE} | Xinhua reports.</p>"),
        ("<p>Allies met in Brussels (Xinhua) -</p>", f"<p>{LINE} | Allies met in Brussels (Xinhua) -</p>"),
        ("<p>Brusselsprouts – Allies</p>", f"<p>{LINE} | Brusselsprouts – Allies</p>"),
    ],
)
def test_a_body_that_names_one_or_none_gets_the_rest(body: str, shown: str) -> None:
    assert dated(body) == shown


def test_names_in_another_direction_do_not_turn_the_text_around() -> None:
    """`dir=auto` passes over what is in a `bdi` (HTML, 3.2.6.4)."""
    assert dated("<p>حلفاء</p>", "Brussels", "شينخوا") == "<p><bdi>Brussels</bdi> | شينخوا | حلفاء</p>"
    photo = Photo(url=PHOTO.url, type="", length=0, width=0, height=0, alt="", caption="At dawn", credit="تصوير رويترز")
    assert "At dawn <small><bdi>تصوير رويترز</bdi></small>" in content_of("", PAGE, photo=photo).html()


@pytest.mark.parametrize(
    "source",
    [
        "/media/harbour.jpg",
        "../../../../media/harbour.jpg",
        "//news.example/media/harbour.jpg",
        "http://www.news.example/media/harbour.jpg?w=300&amp;h=2#x",
        "/media/harbour-300x200.jpg",
        "/media/harbour-scaled.jpg",
        "/media/harbour-e1679480000000-1024x683.JPG",
        "https://i0.wp.com/news.example/media/harbour.jpg?resize=300",
    ],
)
def test_a_photo_that_the_body_shows_under_any_address_is_not_shown_again(source: str) -> None:
    caption = "<figcaption>The harbour, at <b>dawn</b>. Photo: Jo Doe</figcaption>"
    body = f'<figure><a href="/x"><img src="{source}" alt=""></a>{caption}</figure><p>Allies</p>'
    # A comma in the caption is no other caption.
    assert content_of(body, PAGE, photo=PHOTO).html() == body


@pytest.mark.parametrize(
    "source", ["/media/other.jpg", "/media/harbour.png", "https://cdn.example/media/harbour.jpg", ""]
)
def test_another_picture_is_not_the_photo(source: str) -> None:
    assert (
        content_of(f'<p><img src="{source}"></p>', PAGE, photo=PHOTO).html() == f'{FIGURE}<p><img src="{source}"></p>'
    )


@pytest.mark.parametrize(
    ("photo", "source"),
    [
        (
            "https://news.example/wp-content/uploads/2020/01/a-scaled.jpg",
            "https://old.example/wp-content/uploads/2020/01/a-300x200.jpg",
        ),
        ("https://news.example/media/%D1%84%20%281%29.jpg", "/media/ф (1).jpg"),
        ("https://news.example/picture?id=1", "/picture?id=1"),
    ],
)
def test_a_photo_is_known_by_its_address(photo: str, source: str) -> None:
    body = f'<p><img src="{source}"></p>'
    its_photo = Photo(url=photo, type="", length=0, width=0, height=0, alt="", caption="", credit="")
    assert content_of(body, PAGE, photo=its_photo).html() == body


def test_a_query_that_names_another_picture_counts() -> None:
    photo = Photo(
        url="https://news.example/picture?id=1", type="", length=0, width=0, height=0, alt="", caption="", credit=""
    )
    assert content_of('<img src="/picture?id=2">', PAGE, photo=photo).photo == photo


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (
            '<p><a href="/x"><img src="/media/harbour.jpg"></a></p><p>Allies</p>',
            '<p><a href="/x"><img src="/media/harbour.jpg"></a><br>{}</p><p>Allies</p>',
        ),
        (
            '<figure><img src="/media/harbour.jpg"></figure><figure>Other</figure>',
            '<figure><img src="/media/harbour.jpg"><figcaption>{}</figcaption></figure><figure>Other</figure>',
        ),
        (
            '<figure><picture><img src="/media/harbour.jpg"></picture><figcaption>Ships.</figcaption></figure>',
            '<figure><picture><img src="/media/harbour.jpg"></picture><figcaption>Ships. {}</figcaption></figure>',
        ),
        ('<picture><img src="/media/harbour.jpg"></picture>', '<picture><img src="/media/harbour.jpg"></picture><br>{}'),
    ],
)  # fmt: skip
def test_what_a_body_does_not_say_of_the_photo_that_it_shows_is_said_there(body: str, shown: str) -> None:
    assert content_of(body, PAGE, photo=PHOTO).html() == shown.format("The harbour at dawn <small>Jo Doe</small>")


def test_a_caption_in_the_body_leaves_the_credit_to_be_said() -> None:
    body = '<p><img src="/media/harbour.jpg"></p><p>The Harbour at dawn</p>'
    shown = '<p><img src="/media/harbour.jpg"><br><small>Jo Doe</small></p><p>The Harbour at dawn</p>'
    assert content_of(body, PAGE, photo=PHOTO).html() == shown


@pytest.mark.parametrize(
    "body",
    [
        "<p>Allies</p><p><em>Correction:</em> Three ships &lt; four of them. <b>Sorry.</b></p>",
        "<p>THREE ships &lt; four of them.</p><p>Sorry.</p><p>Allies</p>",
    ],
)
def test_a_correction_that_the_body_has_is_not_repeated(body: str) -> None:
    assert content_of(body, PAGE, correction=NOTE).html() == body


def test_a_short_correction_is_not_taken_for_words_of_the_body() -> None:
    note = Correction(label="Correction", text="Two ships")
    assert content_of("<p>Two ships met.</p>", PAGE, correction=note).correction == note
    assert content_of("<p>Allies</p><p>Correction: two ships.</p>", PAGE, correction=note).correction is None
