"""The messages that code and templates have, and the catalogues in step with them."""

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from feeds.wording import catalogues

ROOT = catalogues.FOLDER.parent
TEMPLATE = catalogues.FOLDER / "dateline.pot"
"""All messages, in English."""

# As the environment of the templates has them, or its messages would have other spaces.
_AS_IN_TEMPLATES = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
_KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "saying": None,
    "marked": None,
}


def extracted() -> Catalog:
    catalog = Catalog(project="Dateline", charset="utf-8")
    for file in _files():
        method, options = ("python", {}) if file.suffix == ".py" else ("jinja2", _AS_IN_TEMPLATES)
        with file.open("rb") as source:
            for line, message, comments, context in extract(method, source, _KEYWORDS, ("translators:",), options):
                place = f"feeds/{file.relative_to(ROOT)}"
                catalog.add(message, None, [(place, line)], auto_comments=comments, context=context)
    return catalog


def _files() -> Iterator[Path]:
    """Those in which there can be messages: to look for them takes a hundred times as long as to see that."""
    yield from sorted(file for file in ROOT.rglob("*.py") if "wording" in file.read_text())
    yield from sorted((ROOT / "web/templates").glob("*.html"))


def kept(file: Path, language: str | None = None) -> Catalog:
    """A catalogue as its file has it."""
    return read_po(io.BytesIO(file.read_bytes()), locale=language)


def messages(catalog: Catalog) -> Iterator[Message]:
    """Without the catalogue's header."""
    return (message for message in catalog if message.id)


def write() -> None:
    """All catalogues, in step with the code, and what each has no words for."""
    template = extracted()
    TEMPLATE.write_text(written(template))
    for language in catalogues.languages():
        catalog = in_step(language, template)
        catalogues.file_of(language).write_text(written(catalog))
        missing = [message.id for message in messages(catalog) if not all(strings(message))]
        print(f"{language}: {len(list(messages(catalog)))} messages, {len(missing)} without words")
        for message in missing:
            print(f"  {message!r}")


def in_step(language: str, template: Catalog) -> Catalog:
    """A catalogue as it should be: a new message has no words yet, and one that is gone is gone."""
    catalog = kept(catalogues.file_of(language), language)
    # No guesses at what a message that was changed would be now.
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.project = template.project
    return catalog


def strings(message: Message) -> tuple[str, ...]:
    said = message.string or ""
    return (said,) if isinstance(said, str) else tuple(said)


def written(catalog: Catalog) -> str:
    """As its file has it."""
    file = io.BytesIO()
    write_po(file, catalog, sort_output=True, include_lineno=False, omit_header=False, width=100)
    # Its dates would change with each run, and its comment is about others.
    gone = (
        '"POT-Creation-Date',
        '"PO-Revision-Date',
        '"Last-Translator',
        '"Language-Team',
        '"Report-Msgid',
        '"Generated-By',
    )
    lines = file.getvalue().decode().splitlines(keepends=True)
    at = next(number for number, line in enumerate(lines) if line.startswith("msgid"))
    return "".join(line for line in lines[at:] if not line.startswith(gone))
