"""What a person sees when there is no page: plain, and with a way on. Nothing here asks the store."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from http import HTTPStatus

from feeds.kinds.base import Publication
from feeds.kinds.search import LONGEST, WORDS
from feeds.web.pages.layout import layout
from feeds.web.pages.templating import render
from feeds.wording import Wording, marked
from storage.model import Around, Section

_PAGES: Mapping[int, tuple[str, str]] = {
    400: (marked("That does not work"), marked("The address or the form holds something that cannot be understood.")),
    404: (
        marked("Page not found"),
        marked("There is nothing at this address. It may have been mistyped, or never existed."),
    ),
    405: (marked("That cannot be done here"), marked("This address exists, but not for what was asked of it.")),
    410: (marked("No longer here"), marked("What was at this address has been withdrawn by the newsroom.")),
    413: (marked("Too large"), marked("What was sent is larger than we accept.")),
    429: (marked("Too many requests"), marked("Please wait a moment, then try again.")),
    500: (
        marked("Something went wrong"),
        marked("The fault is ours, and it has been noted. Please try again in a moment."),
    ),
    503: (
        marked("Back in a moment"),
        marked("The newsroom's archive cannot be reached just now. Please try again shortly."),
    ),
}
_SEEKING = (404, 410)
"""Statuses of who looks for something: a search may find it."""
_OTHER = (marked("That did not work"), marked("The request could not be answered."))


def error_page(
    site: Publication,
    now: datetime,
    status: int,
    detail: str = "",
    sections: Iterable[Section] = (),
    around: Around | None = None,
) -> bytes:
    """The HTML for a status. `detail` is on this very case, or ''; `sections` and `around` are for its navigation."""
    wording = site.wording
    heading, about = map(wording.gettext, _PAGES.get(status, _OTHER))
    return render(
        "error.html",
        layout=layout(site, now, path="", title=heading, sections=sections, around=around or Around()),
        heading=heading,
        about=about,
        detail=_sentence(detail, status, wording),
        seeks=status in _SEEKING,
        name=WORDS,
        longest=LONGEST,
    )


def _sentence(detail: str, status: int, wording: Wording) -> str:
    """What a program raised, as a person reads it; '' where it says no more than the status does, or nothing in their language."""
    if detail == HTTPStatus(status).phrase:
        return ""
    detail = wording.of(detail)
    return detail[:1].upper() + detail[1:] + ("." if detail[-1:].isalnum() or detail.endswith("/") else "")
