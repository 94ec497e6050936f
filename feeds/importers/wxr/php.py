"""PHP's serialised values, as WordPress keeps facts about pictures: data only, never an object."""

from contextlib import suppress

PhpValue = None | bool | int | float | str | dict[int | str, "PhpValue"]

_DEEPEST = 16


class _Unreadable(Exception):
    pass


def read_php_array(text: str) -> dict[int | str, PhpValue]:
    """The array that PHP's serialize() wrote; as much of it as can be read, {} if it is none.

    Lengths are of bytes in UTF-8. A string that lost characters on its way (binary data in an EXIF field) ends the reading there.
    """
    data = text.encode("utf-8", "replace")
    found: dict[int | str, PhpValue] = {}
    with suppress(_Unreadable, ValueError):
        _read_array(data, 0, 0, found)
    return found


def php_array(values: dict[str, PhpValue]) -> str:
    """As PHP's serialize() writes an array of numbers, texts and such arrays; anything else is left out."""
    written = ((_string(key), _value(value)) for key, value in values.items())
    pairs = [pair for pair in written if pair[1]]
    return f"a:{len(pairs)}:{{{''.join(key + value for key, value in pairs)}}}"


def _value(value: PhpValue) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return f"i:{value};"
    if isinstance(value, str):
        return _string(value)
    return php_array({str(key): one for key, one in value.items()}) if isinstance(value, dict) else ""


def _string(text: str) -> str:
    return f's:{len(text.encode("utf-8", "replace"))}:"{text}";'


def _read(data: bytes, at: int, depth: int) -> tuple[PhpValue, int]:
    """The value that starts at a byte, and where it ends."""
    kind = data[at : at + 1]
    if kind == b"N":
        return None, at + 2
    if kind == b"a":
        found: dict[int | str, PhpValue] = {}
        return found, _read_array(data, at, depth, found)
    if kind == b"s":
        return _read_string(data, at)
    end = data.index(b";", at, at + 80)
    digits = data[at + 2 : min(end, at + 40)].decode("ascii")
    if kind == b"i":
        return int(digits), end + 1
    if kind == b"b":
        return digits == "1", end + 1
    if kind == b"d":
        return float(digits), end + 1
    raise _Unreadable


def _read_string(data: bytes, at: int) -> tuple[str, int]:
    colon = data.index(b":", at + 2, at + 24)
    start = colon + 2
    digits = data[at + 2 : colon]
    # A length below nothing would lead back to where the reading has been.
    if not digits.isdigit():
        raise _Unreadable
    end = start + int(digits)
    if data[colon + 1 : start] != b'"' or data[end : end + 2] != b'";':
        raise _Unreadable
    return data[start:end].decode("utf-8", "replace"), end + 2


def _read_array(data: bytes, at: int, depth: int, into: dict[int | str, PhpValue]) -> int:
    """Fill `into` as far as it can be read; return where the array ends."""
    if depth > _DEEPEST or data[at : at + 2] != b"a:":
        raise _Unreadable
    at = data.index(b"{", at, at + 24) + 1
    while data[at : at + 1] != b"}":
        key, at = _read(data, at, depth + 1)
        if not isinstance(key, int | str):
            raise _Unreadable
        value, at = _read(data, at, depth + 1)
        into[key] = value
    return at + 1
