"""A request's body as a JSON object, or an error that says why it is none."""

import json
import re
from collections.abc import Sequence
from math import isinf
from typing import NoReturn

from starlette.exceptions import HTTPException
from starlette.requests import Request

from feeds.aside import AT_ONCE, aside

_JSON_TYPE = re.compile(r"application/(?:json|[a-z0-9.-]+\+json)", re.I)
_MOST_DIGITS = 1000
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


async def read_object(request: Request) -> dict[str, object]:
    """Raises HTTPException 415 for another type or a coding, 400 for what is no JSON object (RFC 8259, I-JSON's names)."""
    declared = request.headers.get("content-type", "application/json").partition(";")[0].strip()
    if not _JSON_TYPE.fullmatch(declared):
        raise HTTPException(415, "Send JSON, as Content-Type: application/json.", {"Accept": "application/json"})
    refuse_codings(request)
    body = await request.body()
    return await aside(parse_object, body) if len(body) > AT_ONCE else parse_object(body)


def refuse_codings(request: Request) -> None:
    """Raises HTTPException 415 for a body with a content coding."""
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise HTTPException(415, "Send the body without a content coding.", {"Accept-Encoding": "identity"})


def parse_object(body: bytes) -> dict[str, object]:
    """Lone surrogates are taken out; they are no characters, and UTF-8 cannot carry them. Raises HTTPException 400."""
    try:
        value = _loads(body.decode("utf-8-sig"))
        if _SURROGATE.search(body.decode("utf-8-sig")):
            value = _loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "ignore").decode())
    except UnicodeDecodeError:
        raise HTTPException(400, "The body is not UTF-8.") from None
    except ValueError as error:
        raise HTTPException(400, f"The body is not JSON: {error}.") from None
    except RecursionError:
        raise HTTPException(400, "The body is nested too deep.") from None
    if not isinstance(value, dict):
        raise HTTPException(400, "The body is not a JSON object.")
    return value


def _loads(text: str) -> object:
    return json.loads(
        text, object_pairs_hook=_object, parse_int=_integer, parse_float=_number, parse_constant=_refuse_constant
    )


def _object(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("a name stands twice in an object")
    return value


def _integer(text: str) -> int:
    # Python itself refuses some thousand digits, in words that are for programmers.
    if len(text) > _MOST_DIGITS:
        raise ValueError("a number is too large")
    return int(text)


def _number(text: str) -> int | float:
    """To JSON, 3.0 is the integer 3 (JSON Schema, section 6.1.1)."""
    number = float(text)
    if isinf(number):
        raise ValueError("a number is too large")
    return int(number) if number.is_integer() else number


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON value")
