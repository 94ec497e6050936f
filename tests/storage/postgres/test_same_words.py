"""The same search finds the same on both engines, whatever is written and asked for, and whatever way it is found."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from storage.model import Position, Rest, SearchIn, Span
from storage.postgres import candidates, words
from storage.search import parse_search
from storage.sql.engine import Connection
from storage.sql.rows import from_us
from tests.postgres.databases import Databases
from tests.storage.postgres.words import (
    add_article,
    add_comment,
    file_connection,
    found,
    found_comments,
    part,
    server_connection,
    undone,
)
from tests.storage.test_words import GAPS, WORD

FEW = st.sampled_from(
    ["sea", "seal", "ferry", "nátó", "北京", "東京", "かな", "ไทย", "서울", "дом", "हिन्दी", "a", "é", "的"]
)
PIECE = st.tuples(FEW | WORD, GAPS | st.just("")).map("".join)
TEXT = st.lists(PIECE, max_size=10).map("".join)
ARTICLE = st.tuples(TEXT, TEXT, TEXT, TEXT)
TERM = st.one_of(
    PIECE,
    st.lists(PIECE, min_size=1, max_size=3).map(lambda pieces: f'"{"".join(pieces)}"'),
    (FEW | WORD).flatmap(lambda word: st.integers(1, len(word)).map(lambda end: f"{word[:end]}*")),
)
SEARCH = st.lists(st.tuples(st.sampled_from(["", "", "-"]), TERM).map("".join), min_size=1, max_size=4).map(" ".join)

_EACH_WAY = 40
"""Of what is written and searched for: there are four ways."""

Engines = tuple[Connection, Connection]


@pytest.fixture(scope="module", name="engines")
def _engines(postgres: Databases) -> Iterator[Engines]:
    with file_connection() as file, postgres.empty() as url, server_connection(url) as server:
        yield file, server


@pytest.fixture(params=["as it is", "walked", "by words", "oversized"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How PostgreSQL finds what it finds."""
    if request.param in ("walked", "by words"):
        depth = 10_000 if request.param == "walked" else 0
        monkeypatch.setattr(candidates, "_depth", lambda *_: depth)
    if request.param == "oversized":
        monkeypatch.setattr(words, "_HELD", 40)
    return str(request.param)


@pytest.mark.usefixtures("way")
@settings(max_examples=_EACH_WAY, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(articles=st.lists(ARTICLE, min_size=1, max_size=5), searches=st.lists(SEARCH, min_size=1, max_size=4))
@example(articles=[("\ud800a\0b", "'\\", "it's", "a&b|c:!d")], searches=["b", "a", "'", "it's", '"a\\b"', "s*", "c*"])
def test_the_same_articles_are_found(engines: Engines, articles: list[tuple[str, ...]], searches: list[str]) -> None:
    file, server = engines
    with undone(file), undone(server):
        for number, parts in enumerate(articles, 1):
            for db in engines:
                # Of one instant each has its own place.
                add_article(db, number, 1000 * number, parts)
        sought = [*searches, *(f'"{part}" -{search}' for part, search in zip(articles[0], searches, strict=False))]
        for search in sought:
            assert found(server, search) == found(file, search), search
            if terms := parse_search(search):
                ids = [*range(1, len(articles) + 1)]
                assert server.full_text.matching(server, terms, ids) == tuple(sorted(found(file, search)))


@pytest.mark.usefixtures("way")
@settings(max_examples=_EACH_WAY, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(comments=st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=5), search=SEARCH, among=st.sampled_from(SearchIn))
def test_the_same_comments_are_found(
    engines: Engines, comments: list[tuple[str, str]], search: str, among: SearchIn
) -> None:
    # A row of text has no such characters: they are taken out at the door.
    texts = [tuple(text.replace("\0", "").encode(errors="ignore").decode() for text in pair) for pair in comments]
    file, server = engines
    with undone(file), undone(server):
        for db in engines:
            add_article(db, 1, 1, ("", "", "", ""))
            for number, (name, body) in enumerate(texts, 1):
                add_comment(db, number, name, body)
        if among is not SearchIn.EMAIL:
            assert found_comments(server, search, among) == found_comments(file, search, among)


def test_long_articles_are_found_by_all_their_words(engines: Engines) -> None:
    """A tsvector ends at a megabyte, and at 16,383 places; a word of it at 2,046 bytes."""
    _, server = engines
    common = "word " * 30_000 + "end of it"
    many = " ".join(f"{number}parola{number * 7919}" for number in range(150_000))
    for db in engines:
        with undone(db):
            add_article(db, 1, 1, ("", "", "", common))
            add_article(db, 2, 2, ("headline", "", "", many))
            add_article(db, 3, 3, ("", "", "", "的" * 100_000 + "北京"))
            add_article(db, 4, 4, ("", "", "", "𝔷é" * 3000))
            sought = {
                '"end of it"': [1],
                '"word end"': [1],
                "149999parola1187842081": [2],
                "149999p* headline": [2],
                '"149998parola1187834162 149999parola1187842081"': [2],
                "headline -149999parola1187842081": [],
                "北京": [3],
                "的的": [3],
                "ze" * 3000: [4],
                "z*": [4],
                "-headline word": [1],
            }
            assert {search: found(db, search) for search in sought} == sought
    with undone(server):
        add_article(server, 2, 2, ("headline", "", "", many))
        assert server.execute("SELECT oversized FROM article_words").fetchone() == (True,)


@pytest.mark.usefixtures("way")
def test_the_newest_come_first_and_lists_go_on(engines: Engines) -> None:
    for db in engines:
        with undone(db):
            for number in range(1, 8):
                add_article(db, number, 100 * (number // 2), ("same", "", "", f"n{number}"))
            assert found(db, "same", 3) == [7, 6, 5]
            assert found(db, "same -n5") == [7, 6, 4, 3, 2, 1]
            older = Span(Position(from_us(200), 5))
            newer = Span(Position(from_us(200), 4), newer=True)
            assert [part(db, "same", 2, span) for span in (older, newer, Rest(3), Rest(9))] == [
                ([4, 3], True, True), ([6, 5], True, True), ([4, 3], True, True), ([], True, False)
            ]  # fmt: skip
