"""Parts of a body that the old site showed to its subscribers alone: Jetpack's blocks, which WordPress.com has as well."""

import re
from collections.abc import Callable

FOR_SUBSCRIBERS = "a part for subscribers alone"
_SIGNS = ("premium-content/", "/paywall")
_BEGIN = re.compile(r"<!--\s++wp:(?P<name>(?:jetpack/)?premium-content/subscriber-view|jetpack/paywall)(?=\s|/-->)")
_PAYWALL = "jetpack/paywall"


def for_everybody(html: str, stripped: Callable[[], object]) -> str:
    """The HTML without these: what a block for subscribers holds, and all that stands behind a paywall. One that never ends hides
    the rest. `stripped` is told of each. Linear.
    """
    if not any(sign in html for sign in _SIGNS):
        return html
    out: list[str] = []
    at = 0
    while begun := _BEGIN.search(html, at):
        out.append(html[at : begun.start()])
        stripped()
        at = len(html) if begun["name"] == _PAYWALL else _end_of(html, begun.end(), begun["name"])
    return "".join((*out, html[at:]))


def _end_of(html: str, at: int, name: str) -> int:
    """Behind the comment that ends a block; the end of the text if none does."""
    depth = 1
    for mark in re.compile(rf"<!--\s++(?P<end>/?)wp:{re.escape(name)}(?=\s|/-->)").finditer(html, at):
        depth += -1 if mark["end"] else 1
        if not depth:
            end = html.find("-->", mark.end())
            return len(html) if end < 0 else end + 3
    return len(html)
