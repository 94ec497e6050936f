"""The fields of a form that was sent (HTML, section 4.10.21)."""

import re
from collections.abc import AsyncGenerator
from functools import partial
from http import HTTPStatus
from urllib.parse import parse_qsl

from starlette.datastructures import FormData, Headers
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from feeds.aside import AT_ONCE, aside
from feeds.clean.text import xml_safe
from feeds.wording import saying

MULTIPART = "multipart/form-data"
_BOUNDARY = re.compile(r';\s*boundary=(?:"([^"\\]{1,70})"|([^\s";]{1,70}))\s*(?:;|$)', re.I)
"""At most 70 characters (RFC 2046, section 5.1.1)."""


async def read_form(request: Request, *, max_fields: int) -> list[tuple[str, str]]:
    """Its text fields in the order in which they came, made safe to be shown again. Raises as `read_fields` does."""
    return [(name, xml_safe(value)) for name, value in await read_fields(request, max_fields=max_fields)]


async def read_fields(request: Request, *, max_fields: int) -> list[tuple[str, str]]:
    """Its text fields in the order in which they came, as they came; what is no UTF-8 is U+FFFD.

    Raises HTTPException 400 for what is no form, and for one with files or with more fields.
    """
    content_type = request.headers.get("content-type", "")
    try:
        if content_type.lower().startswith(MULTIPART):
            form = await read_parts(content_type, request.stream(), max_files=0, max_fields=max_fields)
            pairs = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
        else:
            # Starlette reads raw bytes as Latin-1 here; whoever does not percent-encode sends UTF-8.
            body = (await request.body()).decode(errors="replace")
            parse = partial(parse_qsl, body, keep_blank_values=True, max_num_fields=max_fields)
            pairs = await aside(parse) if len(body) > AT_ONCE else parse()
    except (ValueError, MultiPartException):
        raise HTTPException(HTTPStatus.BAD_REQUEST, saying("The form cannot be read.")) from None
    return pairs


async def read_parts(
    content_type: str, stream: AsyncGenerator[bytes, None], *, max_files: int, max_fields: int
) -> FormData:
    """What a form of several parts holds. Its files are in memory up to a megabyte, else temporary ones; whoever asks closes it.

    Raises ValueError and MultiPartException for what is no such form, and for one with more parts; OSError.
    """
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        raise ValueError("no boundary")
    # Without the charset that its sender names: Python has some that take the square of the time. Browsers send the page's, UTF-8.
    headers = Headers({"content-type": f'{MULTIPART}; boundary="{boundary[1] or boundary[2]}"'})
    return await MultiPartParser(headers, stream, max_files=max_files, max_fields=max_fields).parse()
