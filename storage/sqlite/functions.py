"""Functions of the program that SQL calls: migrations, and triggers."""

import sqlite3

from storage.authors import name_key
from storage.segmentation import for_index, is_segmented


def add_functions(db: sqlite3.Connection) -> None:
    """Make them known to a connection: who writes comments, or reads them, without them gets an error."""
    for name, function in (("name_key", name_key), ("for_index", _for_index), ("is_segmented", _is_segmented)):
        db.create_function(name, 1, function, deterministic=True)
    # Elsewhere it is called so, too; of values that are none of them NULL.
    db.create_function("greatest", -1, max, deterministic=True)


def _for_index(text: bytes) -> str | bytes:
    """Given as a BLOB, for text that is no UTF-8 never reaches a function. It is indexed as it is."""
    try:
        return for_index(text.decode())
    except UnicodeDecodeError:
        return text


def _is_segmented(text: bytes) -> bool:
    try:
        return is_segmented(text.decode())
    except UnicodeDecodeError:
        return False
