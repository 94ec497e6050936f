"""Documents of one digest are the same bytes: then a feed that is asked for again need not be rendered again."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest

from feeds.document import FeedDocument
from feeds.formats import PARTNER_FORMATS
from feeds.formats.base import render
from feeds.validity import Validity
from storage.model import Omission, Snapshot
from tests.formats.golden import DOCUMENTS
from tests.formats.golden.documents import NOON

_LATER = NOON + timedelta(days=1)
UNSEEN = {
    "snapshot": Snapshot(seq=2**40, scopes={}),
    "validity": Validity(since=NOON, until=_LATER, finished=True),
    "omissions": (Omission(subject="article", id=7, seq=3, why="ValueError in nowhere"),),
}
"""What no format shows, by field: another value of each."""

every = pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)


@every
def test_what_no_format_shows_is_not_in_it(document: FeedDocument) -> None:
    other = replace(document, **UNSEEN)  # type: ignore[arg-type]
    assert other.digest == document.digest
    for format in PARTNER_FORMATS.values():
        assert render(format, other) == render(format, document)


@every
def test_whatever_else_is_another_makes_it_another(document: FeedDocument) -> None:
    digests = {document.digest}
    others = [field.name for field in fields(FeedDocument) if field.name not in {*UNSEEN, "items"}]
    for name in others:
        digests.add(replace(document, **{name: ("another", name)}).digest)  # type: ignore[arg-type]
    assert len(digests) == 1 + len(others)


@every
def test_entries_are_told_by_their_keys_and_in_their_order(document: FeedDocument) -> None:
    first, second = (replace(DOCUMENTS["latest"].items[0], key=("article", number, 9)) for number in (1, 2))
    shown = [(), (first,), (second,), (first, second), (second, first)]
    assert len({replace(document, items=items).digest for items in shown}) == len(shown)
    assert replace(document, items=(replace(first),)).digest == replace(document, items=(first,)).digest
