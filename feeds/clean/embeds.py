"""What a page shows by other means than text and pictures, as what every reader shows.

Frames, objects, players, pictures that are loaded late, and what stands in for them where no script runs become a picture, a
player or a link to what was embedded, once each. What nobody was shown as text, such as the choices of a field, goes.
Time and size are in proportion to the text.
"""

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from feeds.clean import pictures
from feeds.clean.elements import ANY, ELEMENTS, FALLBACKS, LONGEST, POINTERS, POINTING
from feeds.clean.replacing import Replacing
from feeds.clean.tags import Kept, well_formed, without_stand_ins
from feeds.clean.tokenizer import attributes, resolved, tag_at

_FOUND = re.compile(
    rf"<(?:amp-|lite-|(?:{'|'.join(sorted(ELEMENTS - {'img'}))})(?![\w-])"
    rf"|(?:{'|'.join(sorted(POINTING))})\s[^<>]*?(?:{'|'.join(POINTERS)}))",
    re.I,
)
"""What a text holds in which there is something to do, but for pictures."""
_IMG = re.compile(r"<img(?=[\s/])", re.I)
_LATE = re.compile("data-|lazy|srcset", re.I)
_COMPONENT = re.compile(r"<((?:amp|lite)-[a-z0-9-]{1,40})(?![\w-])", re.I)
_ESCAPED = re.compile(r"(<(?:noscript|noembed|noframes)\b[^<>]*>)([^<]+)(?=</no)", re.I)


def for_any_reader(html: str, kept: Kept, anchors: Mapping[str, str]) -> str:
    """The HTML with what readers show in place of what they do not; as it is, where there is nothing of the kind.

    `kept` are the elements and attributes that are kept anyway, `anchors` the ids.
    """
    if not (_FOUND.search(html) or _has_late_pictures(html)):
        return html
    elements = ELEMENTS | {name.lower() for name in _COMPONENT.findall(html)}
    looked_into = {**kept, **dict.fromkeys(POINTING | elements, ANY)}
    html = _ESCAPED.sub(_unescaped, html)
    html = without_stand_ins(well_formed(html, looked_into, anchors, emptied=elements, longest=LONGEST))
    elsewhere: AbstractSet[str] = frozenset()
    if any(f"<{name}" in html for name in FALLBACKS):
        elsewhere = Replacing(elsewhere, alone=True).read(html).shown
    return Replacing(elsewhere).read(html).text()


def _has_late_pictures(html: str) -> bool:
    at = 0
    while (found := _IMG.search(html, at)) is not None:
        tag = tag_at(html, found.start())
        at = tag.end()
        if _LATE.search(tag["rest"] or "") and pictures.find(attributes(tag["rest"], ANY, LONGEST)).late:
            return True
    return False


def _unescaped(fallback: re.Match[str]) -> str:
    """What was escaped so that a script may read it."""
    return fallback[1] + (resolved(fallback[2]) if "&lt;" in fallback[2] else fallback[2])
