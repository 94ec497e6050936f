"""Golden files: what each format makes of each sample document, to the byte. `python -m tests.formats.golden` writes them anew."""

from pathlib import Path

from feeds.document import FeedDocument
from tests.formats.golden.documents import COMMENTS, EMPTY, LATEST, LICENSED, PODCAST, TERMS, TEXTS, TOMBSTONES

FOLDER = Path(__file__).parent

DOCUMENTS: dict[str, FeedDocument] = {
    "latest": LATEST,
    "comments": COMMENTS,
    "empty": EMPTY,
    "texts": TEXTS,
    "terms": TERMS,
    "licensed": LICENSED,
    "tombstones": TOMBSTONES,
    "podcast": PODCAST,
}
