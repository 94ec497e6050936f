"""The same document gives the same bytes, in every process."""

import os
import subprocess
import sys

import pytest

from feeds.formats import PARTNER_FORMATS
from tests.formats.golden import DOCUMENTS, FOLDER

WRITE_ALL = """
import sys
from feeds.formats import PARTNER_FORMATS
from feeds.formats.base import render
from tests.formats.golden import DOCUMENTS
for document in DOCUMENTS.values():
    for format in PARTNER_FORMATS.values():
        sys.stdout.buffer.write(render(format, document))
"""


@pytest.mark.parametrize(("seed", "zone"), [("1", "UTC"), ("2", "Asia/Tokyo")])
def test_neither_hash_seed_nor_zone_nor_locale_reach_the_bytes(seed: str, zone: str) -> None:
    environment = os.environ | {
        "PYTHONHASHSEED": seed,
        "TZ": zone,
        "LC_ALL": "C",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    rendered = subprocess.run(
        [sys.executable, "-c", WRITE_ALL], env=environment, capture_output=True, check=True
    ).stdout
    golden = b"".join(
        (FOLDER / f"{name}{extension}").read_bytes() for name in DOCUMENTS for extension in PARTNER_FORMATS
    )
    assert rendered == golden
