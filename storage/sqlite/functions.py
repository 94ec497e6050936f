"""Functions of the program that SQL calls: migrations, and triggers."""

import sqlite3

from storage.authors import name_key
from storage.sqlite.former_words import for_index, is_segmented
from storage.words import words_of


def add_functions(db: sqlite3.Connection) -> None:
    """Make them known to a connection: who writes comments, or reads them, without them gets an error."""
    db.create_function("name_key", 1, name_key, deterministic=True)
    db.create_function("words_of", 1, _words_of, deterministic=True)
    db.create_function("for_index", 1, _for_index, deterministic=True)
    db.create_function("is_segmented", 1, _is_segmented, deterministic=True)
    # Elsewhere it is called so, too; of values that are none of them NULL.
    db.create_function("greatest", -1, max, deterministic=True)


def _words_of(text: bytes) -> str:
    """Given as a BLOB, for text that is no UTF-8 never reaches a function. What cannot be read of it parts words."""
    return words_of(text.decode(errors="replace"))


def _for_index(text: bytes) -> str | bytes:
    """Given as a BLOB, too. Text that is no UTF-8 was indexed as it is."""
    try:
        return for_index(text.decode())
    except UnicodeDecodeError:
        return text


def _is_segmented(text: bytes) -> bool:
    try:
        return is_segmented(text.decode())
    except UnicodeDecodeError:
        return False
