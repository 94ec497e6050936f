"""What a file's bytes say: by the label of their encoding, and mended where a parser would refuse all of it."""

import codecs
from collections.abc import Iterator
from pathlib import Path

import pytest
import webencodings.labels
from hypothesis import given
from hypothesis import strategies as st

from feeds.importers import file as import_file
from feeds.importers.encodings import codec_of
from feeds.importers.file import ImportFile
from feeds.importers.xml_text import mended
from tests.importers.reading import read, write
from tests.importers.wxr_files import post, wxr

UNREADABLE = {"replacement", "csiso2022kr", "hz-gb-2312", "iso-2022-cn", "iso-2022-cn-ext", "iso-2022-kr"}
"""Labels of encodings in which one byte may change what all that follow mean: no browser reads them."""


def text_of(folder: Path, data: bytes, charset: str = "") -> tuple[str, list[str]]:
    """An XML file's text, and what is said of it."""
    source = ImportFile(write(folder, data), lambda _: None, charset=charset)
    return "".join(source.text()), source.warnings


def mend(text: str) -> str:
    return "".join(mended([text]))


@pytest.mark.parametrize("label", sorted(webencodings.labels.LABELS.keys() - UNREADABLE))
def test_every_label_of_the_standard_is_known(label: str) -> None:
    for written in (label, label.upper(), f" {label}\n"):
        codecs.lookup(codec_of(f"<?xml version='1.0' encoding='{written}'?><rss>".encode()))
    assert codec_of(b"<rss>", label) == codec_of(f'<?xml encoding="{label}"?>'.encode())


@pytest.mark.parametrize(
    ("label", "written", "encoded"),
    [
        ("latin1", "café – “€”", "cp1252"), ("us-ascii", "naïve’s", "cp1252"), ("iso-8859-9", "İstanbul ğüş", "cp1254"),
        ("x-sjis", "東京 ①㈱", "cp932"), ("ms_kanji", "～∥", "cp932"), ("ks_c_5601-1987", "똠방각하", "cp949"),
        ("gb_2312-80", "中国€龘", "gb18030"), ("big5-hkscs", "香港嘅", "big5hkscs"), ("x-mac-cyrillic", "Київ", "mac-cyrillic"),
        ("dos-874", "กรุงเทพ", "cp874"), ("koi8-ru", "Київ", "koi8-u"), ("x-cp1251", "Москва №", "cp1251"),
        ("iso_8859-8:1988", "שלום", "iso8859-8"), ("logical", "שלום", "iso8859-8"), ("arabic", "مرحبا", "iso8859-6"),
        ("sun_eu_greek", "Αθήνα", "iso8859-7"), ("windows-1258", "Việt".replace("ệ", "ê"), "cp1258"),
        ("l9", "Œuvre €", "iso8859-15"),
        ("macintosh", "Ünïcödé", "mac-roman"), ("iso-2022-jp", "東京", "iso2022_jp"), ("unicode-1-1-utf-8", "日本", "utf-8"),
        ("utf8mb4", "🚢", "utf-8"), ("UTF_8", "日本", "utf-8"),
    ],
)  # fmt: skip
def test_labels_are_read_as_browsers_read_them(label: str, written: str, encoded: str, tmp_path: Path) -> None:
    data = f"<?xml version='1.0' encoding='{label}'?><a>{written}</a>".encode(encoded)
    assert text_of(tmp_path, data) == (f"<a>{written}</a>", [])
    bare = f"<a>{written}</a>".encode(encoded)
    assert text_of(tmp_path, bare, charset=label) == (f"<a>{written}</a>", [])


@pytest.mark.parametrize("label", ["utf-16", "UTF-16LE", "unicode", "utf-16be", "ucs-2"])
def test_what_was_read_byte_by_byte_is_not_in_utf_16(label: str, tmp_path: Path) -> None:
    """.NET writes a text that was made in memory with the encoding of its memory."""
    assert text_of(tmp_path, f"<?xml version='1.0' encoding='{label}'?><a>café</a>".encode()) == ("<a>café</a>", [])


@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]
)
@pytest.mark.parametrize("declared", ["utf-8", "UTF-16", "windows-1252", ""])
def test_marks_and_zeros_say_more_than_a_declaration(encoding: str, declared: str, tmp_path: Path) -> None:
    declaration = f"<?xml version='1.0' encoding='{declared}'?>" if declared else ""
    assert text_of(tmp_path, f"{declaration}<a>日本é</a>".encode(encoding), "koi8-r") == ("<a>日本é</a>", [])


@pytest.mark.parametrize(
    "before",
    ["\n", "\r\n\r\n  ", "\t", "\ufeff\n", "\n\ufeff", "\ufeff\ufeff", "\u200b", "\xa0\n", "ï»¿", "\x00\x1f", "<!-- cached -->\n"],
)  # fmt: skip
@pytest.mark.parametrize(
    "declaration", ["<?xml version='1.0' encoding='UTF-8'?>", "<?xml encoding = utf-8 ?>", '<?xml version="1.1"?>']
)
def test_nothing_but_lines_is_left_before_the_root(before: str, declaration: str, tmp_path: Path) -> None:
    text, warnings = text_of(tmp_path, f"{before}{declaration}\n<a>é</a>".encode())
    assert (text.lstrip("\n"), warnings) == ("<a>é</a>", [])
    assert text.count("\n") == before.replace("\r\n", "\n").count("\n") + 1, "an error names the right line"
    export = wxr(post(1, "Café"))
    assert read(tmp_path, before + export).article.headline == "Café"


def test_what_is_no_character_is_counted_and_the_rest_is_read(tmp_path: Path) -> None:
    damaged = "<a>Zoë, Øre, café</a>".encode().replace("Ø".encode(), b"\xc3")
    assert text_of(tmp_path, damaged) == (
        "<a>Zoë, \ufffdre, café</a>",
        ["what is no character of the file's encoding, and was read as \ufffd: 1 in all"],
    )
    japanese = "<?xml version='1.0' encoding='shift_jis'?><a>東\x00京</a>".encode("cp932").replace(b"\0", b"\x81 ")
    text, [warning] = text_of(tmp_path, japanese)
    assert (text[:4], text[-5:]) == ("<a>東", "京</a>")
    assert warning.endswith("1 in all")


def test_letters_of_one_byte_in_what_says_it_is_utf_8(tmp_path: Path) -> None:
    text, [warning] = text_of(
        tmp_path, "<?xml version='1.0' encoding='UTF-8'?><a>W\xf6rter – “\xe9”</a>".encode("cp1252")
    )
    assert text == "<a>Wörter – “é”</a>"
    assert "it was read as windows-1252" in warning
    assert text_of(tmp_path, b"<a>W\xf6rter</a>")[0] == "<a>Wörter</a>"


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("a&#x1F;b&#0;c&#xB;&#xFFFE;&#xFFFF;&#x110000;&#99999999999;d", "abcd"),
        ("&#xD83D;&#xDE00; &#55357;&#56832; &#xd83d;&#56832;", "😀 😀 😀"),
        ("&#xD83D;x&#xDE00;&#xDE00;&#xD83D;", "x"), ("&#55000;&#55357;&#56832;", "&#55000;😀"),
        ("&amp;#55357;&amp;#56832;", "😀"), ("&#150;&#x92;&#128;", "–’€"),
        ("&nbsp;&mdash;&hellip;&eacute;&NotEqualTilde;", "\xa0—…é≂̸"), ("&lt;&gt;&amp;&quot;&apos;", "&lt;&gt;&amp;&quot;&apos;"),
        ("&#60;&#38;&#10;&#13;&#x41;&#X41;", "&#60;&#38;&#10;&#13;&#65;&#65;"),
        ("AT&T & co&; &#; &#x; &amp", "AT&amp;T &amp; co&amp;; &amp;#; &amp;#x; &amp;amp"),
        ("<a href='?a=1&copy=2&b'>", "<a href='?a=1&amp;copy=2&amp;b'>"), ("&agency;", "&agency;"),
        ("<![CDATA[&nbsp;&#0;& a]]>&nbsp;", "<![CDATA[&nbsp;&#0;& a]]>\xa0"),
        ("<![CDATA[&#55357;&#56832;]]]]>&#0;", "<![CDATA[😀]]]]>"),
        ("<a><!-- & <![CDATA[ -->&nbsp;<?php & ?>&nbsp;", "<a><!-- & <![CDATA[ -->\xa0<?php & ?>\xa0"),
    ],
)  # fmt: skip
def test_references(written: str, read_as: str) -> None:
    assert mend(written) == read_as


@given(
    st.lists(
        st.sampled_from(
            ["&#xD83D;", "&#xDE00;", "&nbsp;", "&#0;", "&", "&amp;", "#", ";", "<![CDATA[", "]]>", "]", "<!--", "-->", "<?", "?>"]
        )
        | st.text("a<é \n", max_size=3),
        max_size=20,
    ).map("".join),
    st.lists(st.integers(1, 9), min_size=1, max_size=5),
)  # fmt: skip
def test_where_chunks_end_changes_nothing(text: str, sizes: list[int]) -> None:
    def chunks() -> Iterator[str]:
        rest, turn = "<a>" + text, 0
        while rest:
            yield rest[: sizes[turn % len(sizes)]]
            rest, turn = rest[sizes[turn % len(sizes)] :], turn + 1

    assert "".join(mended(chunks())) == mend("<a>" + text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "shift_jis", "gb18030"])
def test_where_reads_end_changes_nothing(encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_file, "CHUNK", 3)
    data = f"<?xml version='1.0' encoding='{encoding}'?>\r\n<a>東京\r\n&nbsp;é&#xD83D;&#xDE00;</a>".replace("é", "")
    assert text_of(tmp_path, data.encode(encoding)) == ("\n<a>東京\n\xa0😀</a>", [])


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (b"x\xed\xa0\xbdy", "xy"),
        (b"x\xed\xb8\x80\xed\xa0\xbdy", "xy"),
        (b"x\xed\xa0\xbd\xed\xb8\x80y", "x😀y"),
        (b"\xed\xa0\xbd\xed\xa0\xbd\xed\xb8\x80\xed\xb8\x80", "😀"),
    ],
)
def test_surrogates_in_utf_8_wherever_reads_end(
    written: bytes, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Java and old databases write what lies above U+FFFF: two halves are a character, and one is none."""
    for chunk in range(1, 18):
        monkeypatch.setattr(import_file, "CHUNK", chunk)
        assert text_of(tmp_path, b"<a>" + written + b"</a>") == (f"<a>{text}</a>", [])


def test_a_wordpress_export_has_the_same_text(tmp_path: Path) -> None:
    export = wxr(post(1, "x", "A &nbsp; b")).replace(
        "<![CDATA[x]]>", "Ferry&nbsp;resumes &mdash; &hellip; &#x1F;&#xD83D;&#xDEA2; R&D"
    )
    article = read(tmp_path, export).article
    assert article.headline == "Ferry resumes — … 🚢 R&D"
    assert article.body_html in ("<p>A \xa0 b</p>", "<p>A &nbsp; b</p>")


def test_no_mending_of_text_takes_more_than_a_pass() -> None:
    """Each would take minutes in quadratic time."""
    for text in ("&" * 1_000_000, "&#" * 500_000, "&#xD83D;" * 100_000, "<![CDATA[" * 100_000, "]" * 1_000_000, "<!" * 500_000,
                 "<!--" * 200_000, "\n" * 1_000_000, "&a" * 500_000, "<?" * 500_000):  # fmt: skip
        "".join(mended(text[at : at + 65536] for at in range(0, len(text), 65536)))
        codec_of(text[:4096].encode())


@pytest.mark.parametrize("label", ["us-ascii", "ASCII", "ANSI_X3.4-1968"])
def test_what_is_said_to_be_ascii_and_is_not(label: str, tmp_path: Path) -> None:
    for codec in ("utf-8", "cp1252"):
        assert text_of(tmp_path, f"<?xml version='1.0' encoding='{label}'?><a>é –</a>".encode(codec)) == (
            "<a>é –</a>",
            [],
        )


@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1251", "koi8-r"])
def test_what_is_said_to_be_of_one_byte_a_letter_and_is_utf_8(label: str, tmp_path: Path) -> None:
    written = f'<?xml version="1.0" encoding="{label}"?><a>{"x" * 70_000}Crème, Київ</a>'
    assert text_of(tmp_path, written.encode())[0].endswith("xCrème, Київ</a>")
    cut = written[:-4].encode("utf-8")[:-1]
    assert not text_of(tmp_path, cut)[0].endswith("Киї")
