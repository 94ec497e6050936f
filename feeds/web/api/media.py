"""Files for the media folder."""

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from feeds.newsroom.media import BrokenMedia, KeptMedia, TooLarge, keep_media, refusal_of
from feeds.web.api.body import refuse_codings
from feeds.web.api.operations import Call, answer
from feeds.web.api.resources import Media
from feeds.web.forms import MULTIPART, read_parts
from storage.errors import Invalid

_PIECE = 1 << 18
"""Bytes."""
_AROUND = 64 * 1024
"""Bytes of a form that are not its file's, at most."""
_MOST_FIELDS = 10
_NO_FORM = "Send a form with one file, as in: curl -F file=@photo.jpg"


async def add_media(call: Call) -> Response:
    """201 with what the file is, 200 where it was here already. The body is the file, or a form with it in one part.

    Raises MediaRefused, Invalid for what is broken and for a form's other fields, HTTPException 400 for a body that is cut off and
    for a form without just one file, 415 for a coding.
    """
    request = call.request
    refuse_codings(request)
    try:
        if request.headers.get("content-type", "").lower().startswith(MULTIPART):
            kept = await _keep_part(call)
        else:
            kept = await _keep(call, request.stream())
    except BrokenMedia as error:
        raise Invalid({"file": str(error)}) from None
    except ClientDisconnect:
        raise HTTPException(400, "The file did not come whole. Nothing was kept.") from None
    return answer(Media.of(kept), 201 if kept.is_new else 200)


async def _keep_part(call: Call) -> KeptMedia:
    most = call.site.settings.max_media
    try:
        form = await read_parts(
            call.request.headers["content-type"],
            _limited(call.request, most),
            max_files=1,
            max_fields=_MOST_FIELDS,
        )
    except (ValueError, MultiPartException):
        raise HTTPException(400, _NO_FORM) from None
    except OSError as error:
        raise refusal_of(error) from None
    try:
        files = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
        if fields := [name for name, value in form.multi_items() if isinstance(value, str)]:
            raise Invalid(dict.fromkeys(fields, "This takes a file alone: what is said of a picture is the article's"))
        if not files:
            raise HTTPException(400, _NO_FORM)
        return await _keep(call, _pieces(files[0]))
    finally:
        await form.close()


async def _keep(call: Call, pieces: AsyncIterable[bytes]) -> KeptMedia:
    settings = call.site.settings
    return await keep_media(settings.media_dir, pieces, most=settings.max_media)


async def _limited(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    """A form's bytes: what is far too much is not written to the temporary folder first."""
    length = 0
    async for piece in request.stream():
        length += len(piece)
        if length > most + _AROUND:
            raise TooLarge.than(most)
        yield piece


async def _pieces(file: UploadFile) -> AsyncIterator[bytes]:
    while piece := await file.read(_PIECE):
        yield piece
