"""Write every golden file anew. Read the difference before you commit it."""

from feeds.formats.base import render
from feeds.newsroom.partners.presets import PRESETS
from tests.newsroom.presets.golden import DOCUMENT, FOLDER, FORMATS

for name, preset in PRESETS.items():
    for format in FORMATS:
        (FOLDER / f"{name}{format.extension}").write_bytes(render(format, preset.apply(DOCUMENT)))
