"""Variables of the environment and of a `.env` file, whoever wrote it, and with whatever editor."""

import codecs
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from io import StringIO
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import Binding, parse_stream

_MARKS = (
    # Those of UTF-32 begin with those of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)
"""What editors put before a text that they save as Unicode."""


@dataclass(frozen=True, slots=True)
class EnvFile:
    values: Mapping[str, str]
    """By names in capitals."""
    unread: tuple[int, ...] = ()
    """Numbers of lines that set nothing, though they are no comments."""


def read_env_file(path: Path) -> EnvFile:
    """What a file sets; nothing where there is none.

    Raises ValueError, whose message is one line and holds nothing of the file, where it cannot be read.
    """
    try:
        text = _text(path.read_bytes()).replace("\r\n", "\n")
    except FileNotFoundError:
        return EnvFile({})
    except OSError as error:
        raise ValueError(f"{path} cannot be read ({error.strerror}): it has to be a file of lines NAME=value") from None
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    bindings = list(parse_stream(StringIO(text)))
    unread = tuple(map(_line, (one for one in bindings if one.error or (one.key is not None and one.value is None))))
    values = dotenv_values(stream=StringIO("".join(one.original.string for one in bindings if not one.error)))
    return EnvFile({name.upper(): value for name, value in values.items() if value is not None}, unread)


def _line(binding: Binding) -> int:
    """The parser counts from the blank lines before it on."""
    text = binding.original.string
    return binding.original.line + text[: len(text) - len(text.lstrip())].count("\n")


def unknown_names(names: Iterable[str], known: Collection[str], prefix: str) -> tuple[str, ...]:
    """A sentence for each name that begins with the prefix and is none of the known ones: perhaps it was mistyped."""
    sentences = []
    for name in sorted({name.upper() for name in names}):
        if name.startswith(prefix) and name not in known:
            # Without what all have in common: else all would be alike.
            bare = {one.removeprefix(prefix): one for one in known}
            near = get_close_matches(name.removeprefix(prefix), bare, n=1)
            sentences.append(f"no setting is called {name}{f': did you mean {bare[near[0]]}?' if near else ''}")
    return tuple(sentences)


def _text(raw: bytes) -> str:
    """Raises ValueError, whose message says what to do."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            try:
                return raw.decode(encoding)
            except UnicodeDecodeError:
                raise ValueError(f"not the {encoding[:6].upper()} that it begins as: save it as UTF-8") from None
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise ValueError(f"line {raw.count(10, 0, error.start) + 1} is not UTF-8: save it as UTF-8") from None
    if "\0" in text:
        raise ValueError("it is no text in UTF-8: save it as UTF-8")
    return text
