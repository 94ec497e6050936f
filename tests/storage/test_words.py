"""What a word is: the same whatever its case, accents and width, and never less than an earlier release found."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from unicodedata import normalize

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from storage.search import Term, parse_search
from storage.segmentation import is_unspaced
from storage.sqlite.expressions import fts_expression
from storage.sqlite.former_words import for_index, former_terms
from storage.words import LONGEST, words_of, words_sought

LETTERS = (
    "abcXYZ019", "éÅñßØłĐıæŒǆÿİ", "άΈώςΣΐᾳἂ", "йЙёЁїўжЩѐӂ", "אבגםשּׁ\u05b8", "مُحَمَّدأآؤئةىـ٢", "हिन्दी की क़ख़", "বাংলাোৌ", "தமிழ்ொ",
    "ދިވެހި", "ሀለሐ", "ქართული", "Հայերենև", "ﬁﬀĲŉ", "ⅧⅳªºＡｂ１", "𝐀𝒷𝟙", "的一是北京", "ひらがなガｶﾞ", "서울한국", "กรุงเทพที่", "မြန်မာ့",
)  # fmt: skip
WORD = st.sampled_from(LETTERS).flatmap(lambda letters: st.text(letters, min_size=1, max_size=6))
GAPS = st.sampled_from([" ", ", ", "-", "\n", "“", "\0", "_", "\u200b", "·", "😀", "\ue000", "\u2028"])
WORDS = st.lists(st.tuples(WORD, GAPS).map("".join), min_size=1, max_size=8)
TEXT = WORDS.map("".join)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Night_FERRY, “returns”!", "night ferry returns"),
        ("Café Zoë Ångström Straße İstanbul ıslak", "cafe zoe angstrom strasse istanbul islak"),
        ("Łódź Tromsø Đoković Æsir œuvre Þórr", "lodz tromso dokovic aesir oeuvre thorr"),
        ("Οδυσσεύς ΟΔΥΣΣΕΎΣ Ἀθῆναι", "οδυσσευσ οδυσσευσ αθηναι"),
        ("Моя́ МОИ\u0306 край ёлка Украі\u0308ни", "моя мой край елка україни"),
        ("שָׁלוֹם مُحَمَّد أحمد آية محـــمد ﻣﺤﻤﺪ", "שלום محمد احمد اية محمد محمد"),
        ("दिल्ली क़लम तமிழ் ދިވެހި", "दिल्ली क\u093cलम तமிழ் ދިވެހި"),
        ("٢٠٢٤ ２０２４ Ⅷ ﬁn 𝐀𝐁", "2024 2024 viii fin ab"),
        ("m² 5½ №5 ™", "m² 5½ 5"),
        ("co\u00adoper\u2060ation می\u200cخواهم", "cooperation می خواهم"),
        ("a\0b \ud800c \ufffd \ue000d", "a b c d"),
        ("a " + "x" * (2 * LONGEST + 1) + " b", f"a {'x' * LONGEST} {'x' * LONGEST} x b"),
    ],
)
def test_what_words_are_made_of_a_text(text: str, words: str) -> None:
    assert words_of(text).split() == words.split()
    assert words_sought(text)[0] == words


@given(TEXT | st.text())
@example("\ufdfa ŉ ΐ \u0344 İ")
def test_words_are_made_once(text: str) -> None:
    words = words_of(text)
    if not any(map(is_unspaced, words)):
        assert words_of(words).split() == words.split()
    assert max(map(len, words.split()), default=0) <= LONGEST
    # An engine takes none of it for a space, and folds none of it.
    assert not {char for char in words if char.isascii()} - set("abcdefghijklmnopqrstuvwxyz0123456789 ")
    assert "\0" not in words
    words.encode()


@given(TEXT)
def test_letters_in_parts_are_the_same_words(text: str) -> None:
    assert words_of(normalize("NFD", text)).split() == words_of(normalize("NFC", text)).split()


@given(st.lists(WORD, min_size=1, max_size=4).map(" ".join))
def test_case_makes_no_difference(text: str) -> None:
    # A capital has the iota below beside it.
    text = text.replace("ᾳ", "")
    assert words_of(text.upper()).split() == words_of(text.lower()).split() == words_of(text.casefold()).split()


_OF_AN_ENCODING = st.sampled_from(("cp1252", "cp1251", "cp1253", "cp1255", "cp1256")).flatmap(
    lambda encoding: st.text(bytes(range(256)).decode(encoding, "ignore") + "😀ŁőΐҐ№½\u0301\u200d", max_size=300)
)


@given(_OF_AN_ENCODING)
@example("œuvre ßæÞ µ±5 ΟΔΟΣ")
@example("".join(map(chr, range(0x100, 0x180))))
def test_one_way_is_as_good_as_the_other(text: str) -> None:
    # Of a letter that none of these encodings has, every character is looked up.
    assert words_of(f"{text} ԥ").split() == [*words_of(text).split(), "ԥ"]


@pytest.fixture(scope="module", name="finds")
def _finds() -> Iterator[object]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        db.execute('CREATE VIRTUAL TABLE former USING fts5 (text, tokenize = "unicode61 remove_diacritics 2")')
        db.execute('CREATE VIRTUAL TABLE now USING fts5 (text, tokenize = "ascii")')

        def finds(table: str, text: str, terms: list[Term]) -> bool:
            db.execute(f"DELETE FROM {table}")
            db.execute(f"INSERT INTO {table} VALUES (?)", (text,))
            found = db.execute(f"SELECT 1 FROM {table} WHERE {table} MATCH ?", (fts_expression(terms),))
            return found.fetchone() is not None

        yield finds


@pytest.mark.parametrize("text", ["が \u07a8", "が \u07a8 が", "\u07a8 が", "ไ \u0940", "が \u0301"])
def test_a_mark_without_a_letter_hides_nothing(finds, text) -> None:  # type: ignore[no-untyped-def]
    for sought in (text, f'"{text}"'):
        assert finds("now", words_of(text), [*parse_search(sought)])


@given(words=WORDS, cut=st.data())
def test_whatever_was_found_is(finds, words, cut) -> None:  # type: ignore[no-untyped-def]
    first = cut.draw(st.integers(0, len(words) - 1))
    text, part = "".join(words), "".join(words[first : cut.draw(st.integers(first + 1, len(words)))])
    for sought in (part, f'"{part}"', f"{part}*"):
        terms = [*parse_search(sought)]
        if terms and finds("former", for_index(text), former_terms(terms)):
            assert finds("now", words_of(text), terms)


@pytest.mark.parametrize(
    "sign", ["a", "é", "й", "\u0301", "и\u0306", "\u05b8", "ि", "\ud800", "😀", "x" * 199 + " ", "ﷺ", "\U0001d400"]
)
def test_long_texts_take_linear_time(sign: str) -> None:
    # Quadratic, it would take minutes.
    text = "e" + sign * (300_000 // len(normalize("NFKD", sign))) + "z" * 300
    assert words_of(text)
    assert words_sought(text)[0]


def test_every_character_of_the_first_plane_takes_linear_time() -> None:
    assert words_of("".join(map(chr, range(0x80, 0xD800))) * 10)
