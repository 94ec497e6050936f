"""HTML as HTML's own tokenizer tells its parts apart, in one pass: texts, tags and their attributes, and what these refer to."""

import re
from collections.abc import Container, Iterator, Mapping
from collections.abc import Set as AbstractSet
from html import unescape
from urllib.parse import unquote

from feeds.clean.text import xml_safe

_S = r"[\t\n\f\r ]"
_ATTRIBUTE = (
    rf"(?P<name>=[^\t\n\f\r />=]*+|[^\t\n\f\r />=]++)"
    rf"(?:{_S}*+={_S}*+(?:\"(?P<double>[^\"]*+)(?:\"|\Z)|'(?P<single>[^']*+)(?:'|\Z)"
    r"|(?P<bare>[^\t\n\f\r >\"'][^\t\n\f\r >]*+))?+)?+"
)
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_TOKEN = re.compile(
    r"(?P<text>[^<]++)"
    r"|<(?P<end>/?)(?P<tag>[A-Za-z][^\t\n\f\r />]*+)"
    rf"(?P<rest>(?:[\t\n\f\r /]++|{re.sub('[?]P<[a-z]+>', '?:', _ATTRIBUTE)})*+)(?P<whole>>?)"
    r"|<!--(?:-?>|.*?(?:--!?>|\Z))"
    r"|<(?:[!?]|/(?=[^A-Za-z]))[^>]*+>?",
    re.S,
)
"""As HTML's own tokenizer tells them apart (13.2.5). A '<' that begins none of them is text."""

_REFERENCE = re.compile(r"&(?:#(?:[0-9]++|[xX][0-9a-fA-F]++)|[A-Za-z][A-Za-z0-9]{0,31});?")
_LONGEST_REFERENCE = 40
HIDDEN = {name: re.compile(rf"</{name}(?=[\t\n\f\r />])", re.I) for name in ("script", "style", "iframe")}
"""Elements whose content is no text, and where it ends."""
_EMPTY_UNLESS_ENDED = frozenset({"iframe"})
"""Of these, the ones that hide nothing where no end is in sight: feeds write them as XML does."""

LONGEST_VALUE = 4_000
"""Characters of an attribute that is kept."""

EMBED = "embed"
"""The one class that is kept: of a link to what was embedded, which is no part of the text."""

_EMBEDDED = f'class="{EMBED}"'

Tag = re.Match[str]
"""A tag: `tag` is its name, `end` '/' where it ends an element, `rest` what follows the name."""


def text_pieces(html: str, apart: AbstractSet[str], without: AbstractSet[str] = frozenset()) -> Iterator[str]:
    """The text, its references resolved; a space for each tag of the elements that stand `apart`. Of links to what was embedded,
    nothing, nor of the elements that it is to be `without`.
    """
    embed, inside, has_embeds = False, 0, _EMBEDDED in html
    for token in tokens(html):
        if embed:
            embed = isinstance(token, str) or token["tag"].lower() != "a"
        elif isinstance(token, str):
            if not inside:
                yield token
        else:
            name = token["tag"].lower()
            if name in without:
                inside = max(0, inside + (-1 if token["end"] else 1))
            if name in apart:
                yield " "
            elif has_embeds:
                embed = is_embed(token)


def is_embed(tag: Tag) -> bool:
    """Whether it begins a link to what was embedded."""
    return tag["tag"].lower() == "a" and not tag["end"] and _EMBEDDED in tag["rest"]


def attributes(rest: str, wanted: Container[str], longest: int = LONGEST_VALUE) -> dict[str, str]:
    """Of what follows a tag's name, the attributes that are wanted, by names in lower case, the first of each name."""
    found: dict[str, str] = {}
    for attribute in _ATTRIBUTES.finditer(rest):
        name = attribute["name"].lower()
        if name in wanted and name not in found:
            value = attribute["double"] or attribute["single"] or attribute["bare"] or ""
            if len(value) <= longest:
                found[name] = xml_safe(_REFERENCE.sub(_in_attribute, value))
    return found


def in_attribute(value: str) -> str:
    """The value of an attribute, as it is written, with its references as what they stand for there: '&copy=' is a parameter."""
    return _REFERENCE.sub(_in_attribute, value) if "&" in value else value


def resolved(text: str) -> str:
    """The text with its references as what they stand for (HTML, 13.2.5.72), in time proportional to its length."""
    return _REFERENCE.sub(_resolved, text) if "&" in text else text


def _resolved(reference: re.Match[str]) -> str:
    # Python refuses to read thousands of digits, and takes quadratic time for hundreds.
    return unescape(reference[0]) if len(reference[0]) <= _LONGEST_REFERENCE else "\ufffd"


def _in_attribute(reference: re.Match[str]) -> str:
    """In the query of an address '&copy=' is a parameter (13.2.5.73)."""
    follows = reference.string[reference.end() : reference.end() + 1]
    if reference[0][1] != "#" and not reference[0].endswith(";") and (follows == "=" or _is_longer(reference[0])):
        return reference[0]
    return _resolved(reference)


def _is_longer(name: str) -> bool:
    """Whether a reference without its semicolon goes on after the name that it begins with."""
    return unescape(name)[1:] != ""


def tokens(html: str) -> Iterator[str | Tag]:
    """Texts, their references resolved, and tags. What stands in scripts, styles, frames and comments is left out."""
    return (token for _, token in placed_tokens(html))


def placed_tokens(html: str) -> Iterator[tuple[int, str | Tag]]:
    """The same, each with where it begins."""
    at = 0
    endless: set[str] = set()
    while at < len(html):
        token = _TOKEN.match(html, at)
        if token is None:
            yield at, "<"
            at += 1
            continue
        at = token.end()
        if token["text"]:
            yield token.start(), xml_safe(resolved(token["text"]))
        elif token["whole"]:
            yield token.start(), token
            name = token["tag"].lower()
            hidden = None if token["end"] else HIDDEN.get(name)
            if hidden is None or name in endless or (name in _EMPTY_UNLESS_ENDED and is_closed(token["rest"])):
                continue
            end = hidden.search(html, at)
            if end is not None:
                at = end.start()
            elif name in _EMPTY_UNLESS_ENDED:
                endless.add(name)
            else:
                at = len(html)


def tag_at(html: str, at: int) -> Tag:
    """The tag that begins there; of one that never ends all that follows, without its parts."""
    found = _TOKEN.match(html, at)
    assert found is not None, "there is a tag"
    return found


def is_closed(rest: str) -> bool:
    """Whether a tag ends in a slash that is not the end of an attribute's value."""
    if not rest.endswith("/"):
        return False
    last = None
    for last in _ATTRIBUTES.finditer(rest):  # noqa: B007 - the last of them is looked at
        pass
    return last is None or last.end() < len(rest)


def anchors_of(html: str) -> frozenset[str]:
    """The ids that are there and that a link or a cell of a table refers to."""
    if not _FRAGMENT.search(html) and "headers" not in html.lower():
        return frozenset()
    there: set[str] = set()
    meant: set[str] = set()
    for token in tokens(html):
        if isinstance(token, str) or token["end"]:
            continue
        found = attributes(token["rest"], ANCHORING)
        there.update(places_of(token["tag"].lower(), found))
        meant.update(found.get("headers", "").split())
        if found.get("href", "").startswith("#"):
            meant |= {found["href"][1:], unquote(found["href"][1:])}
    return frozenset(there & meant)


_FRAGMENT = re.compile(r"""=\s*+["']?\s*+#""")
ANCHORING = frozenset({"id", "name", "href", "headers"})
_ID = re.compile(r"[^\s\"'<>&]{1,200}")


def places_of(tag: str, found: Mapping[str, str]) -> tuple[str, ...]:
    """The place that a tag marks. A link did so by its name, in older HTML."""
    value = found.get("id") or (found.get("name", "") if tag == "a" else "")
    return (value,) if _ID.fullmatch(value) else ()
