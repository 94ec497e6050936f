"""Write every golden file anew. Read the difference before you commit it."""

from feeds.formats import PARTNER_FORMATS
from feeds.formats.base import render
from tests.formats.golden import DOCUMENTS, FOLDER

for name, document in DOCUMENTS.items():
    for extension, format in PARTNER_FORMATS.items():
        (FOLDER / f"{name}{extension}").write_bytes(render(format, document))
