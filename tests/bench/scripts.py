"""The same newsroom in other scripts: each word of its articles has another, without spaces between, in the index alone."""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import cache, lru_cache
from pathlib import Path
from random import Random

from storage.sqlite.functions import add_functions
from storage.words import words_of
from tests.bench.newsroom import VOCABULARY

_SIGNS = (
    "的一是不了人我在有他这为之大来以个中上们到说国和地也子时道出而要于就下得可你年生",
    "のにはをたがでてとしれさるいなもっらかり東京日本会社",
    "านรอกเทงมวยลสตดบปแคหพไ่้ี",
    "이다의는에을를고가한지도사기로서대시자나하인",
)
"""Common signs of Chinese, Japanese, Thai and Korean: most articles have most of them, so that a word is no rare signs."""
_WORD = re.compile("[A-Za-z]+")
_BETWEEN = re.compile(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])")
_TERM = re.compile(r'([a-z]+)\*|"[^"]*"|\S+')


@cache
def other_word(word: str) -> str:
    """The word that stands for a Latin one, the same each time."""
    chance = Random(word.lower())
    script = chance.choice(_SIGNS)
    return "".join(chance.choices(script, k=chance.randint(2, 5)))


def in_other_scripts(text: str) -> str:
    """A text with its words in other scripts, which part none of them."""
    return _BETWEEN.sub("", _WORD.sub(lambda found: other_word(found[0]), text))


def search_in_other_scripts(words: str) -> str:
    """A search for the same, where a phrase is a run; of what ends in '*' as many signs as it has letters."""
    return _TERM.sub(lambda found: _beginning(found[1]) if found[1] else in_other_scripts(found[0]), words)


def _beginning(letters: str) -> str:
    return other_word(next(word for word in VOCABULARY if word.startswith(letters)))[: len(letters)]


def write_other_scripts(latin: Path, other: Path) -> None:
    """A copy of a store whose index has its articles in other scripts."""
    shutil.copy(latin, other)
    with closing(sqlite3.connect(other, isolation_level=None)) as db:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -400000", "locking_mode = EXCLUSIVE"):
            db.execute(f"PRAGMA {pragma}").fetchall()
        add_functions(db)
        [(sql,)] = db.execute("SELECT sql FROM sqlite_master WHERE name = 'article_words'")
        db.execute("BEGIN")
        db.execute("ALTER TABLE article_words RENAME TO latin")
        db.execute(sql)
        db.execute("INSERT INTO article_words (article_words, rank) VALUES ('hashsize', ?)", (64 << 20,))
        db.executemany(
            "INSERT INTO article_words (rowid, headline, names, summary, body) VALUES (?, ?, ?, ?, ?)", _rows(db)
        )
        db.execute("INSERT INTO article_words (article_words) VALUES ('optimize')")
        db.execute("DROP TABLE latin")
        db.execute("COMMIT")
        db.execute("PRAGMA journal_mode = WAL").fetchall()


def _rows(db: sqlite3.Connection) -> Iterator[tuple[object, ...]]:
    spaced = lru_cache(maxsize=4096)(lambda text: words_of(in_other_scripts(text)))
    for rowid, *texts in db.execute("SELECT rowid, headline, names, summary, body FROM latin ORDER BY rowid"):
        yield (rowid, *map(spaced, texts))
