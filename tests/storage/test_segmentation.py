"""How text is split into words: whatever stands within running text is found, and no part of what spaces part."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.search import parse_search
from storage.segmentation import MAX_SIGNS
from storage.sqlite.expressions import fts_expression
from storage.words import words_of, words_sought

ALPHABETS = (
    "的一是北京大学人民國語𠮷々", "ひらがなとカタカナーっ", "食べ物の東京はｶﾞ", "서울에대한민국은", "กรุงเทพที่นี้ไำ", "ຫຼວງຂອງນີ້",
    "កម្ពុជានៃ", "မြန်မာ့သည်",
)  # fmt: skip
RUN = st.sampled_from(ALPHABETS).flatmap(lambda signs: st.text(signs, min_size=1, max_size=12))
WORD = st.text("abcdeéжш1", min_size=1, max_size=6)
GAP = st.sampled_from([" ", "、", ". ", " - "])
TEXT = st.lists(st.tuples(RUN | WORD, GAP).map("".join), min_size=1, max_size=6).map("".join)


@pytest.fixture(scope="module", name="matches")
def _matches() -> Iterator[object]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        db.execute('CREATE VIRTUAL TABLE found USING fts5 (text, tokenize = "ascii")')

        def matches(text: str, words: str) -> bool:
            db.execute("DELETE FROM found")
            db.execute("INSERT INTO found VALUES (?)", (words_of(text),))
            expression = fts_expression(parse_search(words))
            return bool(expression and db.execute("SELECT 1 FROM found WHERE found MATCH ?", (expression,)).fetchall())

        yield matches


@given(before=TEXT, run=RUN, after=TEXT, cut=st.data())
def test_any_part_of_running_text_finds_it(matches, before, run, after, cut) -> None:  # type: ignore[no-untyped-def]
    first = cut.draw(st.integers(0, len(run) - 1))
    part = run[first : cut.draw(st.integers(first + 1, len(run)))]
    # What is written in parts is one sign: half of it is another.
    if words_of(part).isascii() or part.startswith("ﾞ") or run[first + len(part) :].startswith("ﾞ"):
        return
    assert matches(f"{before}{run} {after}", part)
    assert matches(f"{before}abc{run}xyz {after}", part)
    assert matches(f"{before}abc{run}xyz {after}", f"abc{run}xyz")
    assert not matches(f"{before}{run} {after}", f"zzz -{part}")


@given(text=TEXT, part=RUN)
def test_nothing_else_does(matches, text, part) -> None:  # type: ignore[no-untyped-def]
    plain, sought = (value.replace("ｶﾞ", "ガ").replace("ｶ", "カ").replace("ﾞ", "\u3099") for value in (text, part))
    if "\u3099" not in plain + sought:
        assert matches(text, part) == (sought in plain)


@given(words=st.lists(WORD, min_size=1, max_size=5), run=RUN, part=WORD)
def test_words_between_spaces_are_whole_ones(matches, words, run, part) -> None:  # type: ignore[no-untyped-def]
    text = f" {run} ".join(words) + run
    assert all(matches(text, word) for word in words)
    plain = {word.replace("é", "e") for word in words}
    assert matches(text, part) == (part.replace("é", "e") in plain)
    assert matches(text, f"{words[0]} -{part}") != matches(text, part)


def test_what_is_written_in_parts_or_otherwise_is_the_same() -> None:
    pairs = (
        ("ｶﾞｷﾞ", "ガギ"), ("か\u3099", "が"), ("\u1112\u1161\u11ab\u1100\u116e\u11a8", "한국"), ("가\u11a8", "각"),
        ("ＡＢＣ１２", "ABC12"), ("\u2f00", "一"), ("㍻", "平成"), ("葛\U000e0100城", "葛城"), ("ជា\u200bរាជ", "ជារាជ"),
        ("مُحَمَّد", "محمد"), ("שָׁלוֹם", "שלום"),
    )  # fmt: skip
    assert [words_of(written).split() for written, _ in pairs] == [words_of(meant).split() for _, meant in pairs]


@pytest.mark.parametrize("text", ["北京", "の", "ก็", "ື", "서", "a", "7", "हि"])
def test_there_is_something_to_search_for(text: str) -> None:
    assert parse_search(text)


def test_a_term_is_bounded() -> None:
    [term] = parse_search("的" * 200)
    assert term.text.split() == ["的"] * MAX_SIGNS
    [term] = parse_search("abc" + "คน" * 100 + "xyz")
    assert len(term.text.split()) == MAX_SIGNS + 1


@pytest.mark.parametrize("sign", ["的", "ก", "ี", "ガ", "ﾞ", "\u3099", "\u1161", "한", "ि", "ُ", "。", "a的", "\u200b"])
def test_long_texts_take_linear_time(sign: str) -> None:
    # Quadratic, it would take minutes.
    assert words_of("あ" + sign * 300_000)
    assert words_sought("あ" + sign * 300_000)
