"""The body of an article, or of a standing page, as the page at its address shows it."""

import re

from markupsafe import Markup

from feeds.clean.html import within_page

_TOP_HEADING = re.compile(r"<(/?)h1(?=[\s>])")
_WIDE = re.compile(r"<(table|pre)(?=[\s>])")


def shown_body(html: str, page_url: str) -> Markup:
    """Of a sanitised body with absolute URLs: the page's one top heading is its title, and what may be wider than the page can be
    scrolled without a mouse.
    """
    body = _TOP_HEADING.sub(r"<\1h2", within_page(html, page_url))
    return Markup(_WIDE.sub(r'<\1 tabindex="0"', body))
