"""An import takes the same memory whatever the size of its file."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.importers.wxr_files import attachment, category, comment, post, wxr

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is read in /proc")

_CHILD = """
import asyncio, sys
from pathlib import Path
from feeds.importers import import_file
from storage.connect import open_store
from tests.importers.reading import settings_in

async def run(folder, path):
    settings = settings_in(folder)
    store = await open_store(settings.database_url, migrate=True, synchronous="NORMAL")
    summary = await import_file(store, path, settings=settings)
    await store.close()
    status = Path("/proc/self/status").read_text()
    print(summary.added, status.partition("VmHWM:")[2].split()[0])

asyncio.run(run(Path(sys.argv[1]), Path(sys.argv[2])))
"""


def write_export(path: Path, articles: int) -> None:
    """An export of some 30 kB an article, written a piece at a time."""
    start, end = wxr("@", before=[category("world", "World")]).split("@")
    words = "A paragraph of a story, as long as paragraphs of stories are in most of the newspapers. " * 7
    body = "\n\n".join([words] * 45)
    with path.open("w") as file:
        file.write(start)
        for number in range(1, articles + 1):
            thread = [comment(10 * number + reply) for reply in range(3)]
            meta = [("_thumbnail_id", str(articles + number))]
            file.write(post(number, f"Story {number}", body, categories={"world": "World"}, meta=meta, comments=thread))
            file.write(attachment(articles + number, f"2022/03/{number}.png"))
        file.write(end)


def peak(folder: Path, articles: int) -> int:
    """The most memory that importing a file of so many articles took, in bytes.

    As the kernel has it of the program: `ru_maxrss` counts in what the process had that started it, which is more than any import.
    """
    folder.mkdir()
    path = folder / "export.xml"
    write_export(path, articles)
    child = subprocess.run(
        [sys.executable, "-c", _CHILD, str(folder), str(path)], capture_output=True, text=True, check=True
    )
    added, kilobytes = map(int, child.stdout.split())
    assert added == articles
    return 1024 * kilobytes


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """From 8 MB to 24 MB: were the file, or what it holds, kept, it would take 15 MB more at the least."""
    assert peak(tmp_path / "large", 750) - peak(tmp_path / "small", 250) < 8_000_000


@pytest.mark.nightly
def test_memory_does_not_grow_with_a_large_file(tmp_path: Path) -> None:
    """From 16 MB to 190 MB."""
    assert peak(tmp_path / "large", 6000) - peak(tmp_path / "small", 500) < 10_000_000
