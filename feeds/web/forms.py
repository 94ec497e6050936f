"""The fields of a form that was sent (HTML, section 4.10.21)."""

from functools import partial
from http import HTTPStatus
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

from feeds.aside import AT_ONCE, aside
from feeds.text import xml_safe


async def read_form(request: Request, *, max_fields: int) -> list[tuple[str, str]]:
    """Its text fields in the order in which they came, made safe to be shown again.

    Raises HTTPException 400 for what is no form, and for one with more fields.
    """
    try:
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            async with request.form(max_files=0, max_fields=max_fields) as form:
                pairs = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
        else:
            # Starlette reads raw bytes as Latin-1 here; whoever does not percent-encode sends UTF-8.
            body = (await request.body()).decode(errors="replace")
            parse = partial(parse_qsl, body, keep_blank_values=True, max_num_fields=max_fields)
            pairs = await aside(parse) if len(body) > AT_ONCE else parse()
    except ValueError:
        raise HTTPException(HTTPStatus.BAD_REQUEST, "The form cannot be read.") from None
    return [(name, xml_safe(value)) for name, value in pairs]
