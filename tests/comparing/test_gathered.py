"""What is gathered is on disk, each address once; a sample of it is the same each time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from feeds.comparing.gathered import Gathered, Rows
from feeds.importers.seen import Seen


@contextmanager
def gathered(folder: Path, addresses: list[str]) -> Iterator[Gathered]:
    seen = Seen()
    made = Gathered(folder / "rows", seen)
    for address in addresses:
        made.add(address)
    yield made
    made.close()
    seen.close()


@given(st.lists(st.text(st.characters(codec="ascii"), min_size=1), max_size=30), st.integers(0, 20), st.randoms())
def test_a_sample(tmp_path_factory, addresses: list[str], most: int, random) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path_factory.mktemp("gathered")
    with gathered(folder, addresses) as one:
        whole = list(one.sample(0))
        assert whole == list(dict.fromkeys(addresses))
        sample = list(one.sample(most))
        assert sample == [address for address in whole if address in sample], "in their order"
        assert len(sample) == (min(most, len(whole)) if most else len(whole))
    random.shuffle(addresses)
    with gathered(folder, addresses) as two:
        assert set(two.sample(most)) == set(sample), "whatever their order"


def test_rows_are_read_as_often_as_one_likes(tmp_path: Path) -> None:
    rows = Rows(tmp_path / "rows")
    rows.add({"title": "\ud800 é\n", "n": [1]})
    assert list(rows) == list(rows) == [{"title": "\ud800 é\n", "n": [1]}]
    assert rows.count == 1
    rows.close()
