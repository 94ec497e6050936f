"""The file that `dateline import` reads, and how far it is."""

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


@contextmanager
def readable_file(name: str) -> Iterator[Path]:
    """The file's path. Standard input, '-', is copied to a temporary file first: an importer reads its file more than once."""
    if name != "-":
        yield Path(name)
        return
    with TemporaryDirectory(prefix="dateline-") as folder:
        path = Path(folder) / "standard input"
        with path.open("wb") as copy:
            shutil.copyfileobj(sys.stdin.buffer, copy)
        yield path


@contextmanager
def shown_progress(path: Path) -> Iterator[Callable[[int], None]]:
    """Tell the yielded function how many bytes are done: a bar on stderr shows it while that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("importing", total=path.stat().st_size if path.is_file() else None)
        yield lambda done: bar.update(task, completed=done)
