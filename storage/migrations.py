"""Numbered SQL files, applied forward only: what every backend's schema is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable

from storage.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Migration:
    """One file, '0001_newsroom.sql': applied in one transaction, which also records its number."""

    number: int
    name: str
    sql: str


def read_migrations(folder: Traversable) -> tuple[Migration, ...]:
    """Every migration of a folder, by number.

    Raises ValueError unless the numbers are 1, 2, 3, ...
    """
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)
    found = tuple(
        Migration(int(file.name[:4]), file.name.removesuffix(".sql"), file.read_text(encoding="utf-8"))
        for file in files
    )
    if [migration.number for migration in found] != list(range(1, len(found) + 1)):
        raise ValueError(f"migrations are not numbered 1, 2, 3, ...: {[migration.name for migration in found]}")
    return found


def pending(migrations: Sequence[Migration], applied: int) -> Sequence[Migration]:
    """Those still to apply to a schema that has the first `applied`.

    Raises Unavailable if the schema is newer than all of them: there is no way back.
    """
    if applied > len(migrations):
        raise Unavailable(
            f"The database has schema {applied}, made by a newer release; this one knows {len(migrations)}. "
            "Run the newer release."
        )
    return migrations[applied:]
