"""The files that `dateline import` reads, and how far commands are that take their time."""

import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn, TaskID


@contextmanager
def readable_files(names: Sequence[str]) -> Iterator[list[Path]]:
    """The files' paths, of one named twice once. Standard input, '-', is copied to a temporary file first: an importer reads its
    file more than once.
    """
    with TemporaryDirectory(prefix="dateline-") as folder:
        input_ = Path(folder) / "standard input"
        if "-" in names:
            with input_.open("wb") as copy:
                shutil.copyfileobj(sys.stdin.buffer, copy)
        yield [input_ if name == "-" else Path(name) for name in dict.fromkeys(names)]


@contextmanager
def shown_progress(paths: Sequence[Path]) -> Iterator[Callable[[int], None]]:
    """Tell the yielded function how many bytes are done: a bar on stderr shows it while that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.progress import DownloadColumn

    with _bar(DownloadColumn()) as bar:
        task = bar.add_task("importing", total=sum(path.stat().st_size for path in paths if path.is_file()))
        yield lambda done: bar.update(task, completed=done)


@contextmanager
def shown_rows(doing: str) -> Iterator[Callable[[int, int], None]]:
    """Tell the yielded function how many rows are done, and of how many."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.progress import MofNCompleteColumn

    with _bar(MofNCompleteColumn()) as bar:
        task = bar.add_task(doing, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def shown_steps() -> Iterator[Callable[[str, int, int | None], None]]:
    """Tell the yielded function what is being done, how much of it is done, and of how much, where that is known."""
    if not sys.stderr.isatty():
        yield lambda _doing, _done, _total: None
        return
    from rich.progress import MofNCompleteColumn

    with _bar(MofNCompleteColumn()) as bar:
        task = bar.add_task("asking")
        yield lambda doing, done, total: bar.update(task, description=doing, completed=done, total=total)


@contextmanager
def shown_lists() -> Iterator[Callable[[str, int, int], None]]:
    """Tell the yielded function how many are done of what, and of how many: a bar for each that is not done."""
    if not sys.stderr.isatty():
        yield lambda _name, _done, _total: None
        return
    from rich.progress import MofNCompleteColumn

    with _bar(MofNCompleteColumn()) as bar:
        tasks: dict[str, TaskID] = {}

        def show(name: str, done: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = bar.add_task(name, total=total)
            bar.update(tasks[name], completed=done, total=total, visible=done < total)

        yield show


def _bar(amount: "ProgressColumn") -> "Progress":
    """On stderr, gone when it is done."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), amount, TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)
