"""The catalogues of messages: `feeds/locale/LANGUAGE/LC_MESSAGES/dateline.po` (gettext), and which is nearest to a language."""

from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "locale"
SOURCE = "en"
"""The language of the messages' names: it needs no catalogue."""


def languages() -> tuple[str, ...]:
    """Those that there is a catalogue for, as in 'pt'."""
    return tuple(sorted(file.parent.parent.name for file in FOLDER.glob("*/LC_MESSAGES/dateline.po")))


def file_of(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / "dateline.po"


def nearest(tag: str) -> str:
    """The language with a catalogue that is nearest to an RFC 5646 tag (RFC 4647, section 3.4); 'en' where there is none."""
    known = {language.lower().replace("_", "-"): language for language in languages()}
    subtags = tag.lower().replace("_", "-").split("-")
    while subtags:
        if found := known.get("-".join(subtags)):
            return found
        subtags.pop()
    return SOURCE


def load(language: str) -> tuple[GNUTranslations, bytes]:
    """The catalogue, and the bytes it was read from. Raises OSError for a language without one."""
    # In the source language nothing of it is needed, and its import takes memory.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    source = file_of(language).read_bytes()
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(source), locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled), source
