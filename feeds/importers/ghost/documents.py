"""What Ghost's editors keep, as HTML: Lexical (since 5) and Mobiledoc (since 2), for posts that come without their HTML."""

import json
from collections.abc import Callable, Iterator, Mapping
from html import escape
from typing import Any

_Node = Mapping[str, Any]

_DEEPEST = 40
"""Nodes within each other."""
_FORMATS = ((16, "code"), (32, "sub"), (64, "sup"), (128, "mark"), (4, "s"), (8, "u"), (2, "em"), (1, "strong"))
"""Bits of a text's format in Lexical, the innermost first."""
_BLOCKS = {"paragraph": "p", "quote": "blockquote", "aside": "blockquote", "listitem": "li"}
_TAGS = frozenset(
    {
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "aside",
        "ul",
        "ol",
        "li",
        "strong",
        "b",
        "em",
        "i",
        "u",
        "s",
        "del",
    }
    | {"code", "sub", "sup", "mark", "pull-quote"}
)
_SILENT = frozenset({"email", "email-cta", "paywall", "signup"})
"""Cards that a page does not show, or that lead into Ghost."""

FOR_MEMBERS = "a part for members alone"
_UNREAD = frozenset({"markdown", "card-markdown"})


def lexical_html(document: str, stripped: Callable[[str], None]) -> str:
    """A body by its Lexical state, which is JSON; '' of what is none. `stripped` is told the names of cards that leave nothing."""
    root = _object(_load(document).get("root"))
    return _Writer(stripped).nodes(root.get("children"), 0)


def mobiledoc_html(document: str, stripped: Callable[[str], None]) -> str:
    """The same of a Mobiledoc (version 0.3)."""
    return _Mobiledoc(_load(document), stripped).html()


def _load(document: str) -> _Node:
    try:
        return _object(json.loads(document))
    except (ValueError, RecursionError):
        return {}


class _Writer:
    def __init__(self, stripped: Callable[[str], None]) -> None:
        self._stripped = stripped

    def nodes(self, children: object, depth: int) -> str:
        return "".join(self._node(node, depth) for node in _objects(children)) if depth < _DEEPEST else ""

    def _node(self, node: _Node, depth: int) -> str:
        kind = _text(node, "type").removeprefix("extended-")
        within = self.nodes(node.get("children"), depth + 1)
        match kind:
            case "text":
                return _formatted(_text(node, "text"), node.get("format"))
            case "linebreak":
                return "<br>"
            case "tab":
                return " "
            case "link" | "autolink" | "at-link":
                return f'<a href="{escape(_text(node, "url"))}">{within}</a>'
            case "heading":
                return _element(_text(node, "tag"), within)
            case "list":
                return _element("ol" if node.get("listType") == "number" else "ul", within)
            case _ if kind in _BLOCKS:
                return _element(_BLOCKS[kind], within)
        return self.card(kind, node) + within

    def card(self, kind: str, card: _Node) -> str:
        """A card by what it holds, which both editors call the same."""
        if not _is_for_all(card):
            self._stripped(FOR_MEMBERS)
            return ""
        html = _card(kind.removeprefix("card-"), card)
        if not html and kind not in _SILENT:
            self._stripped(f"card {kind}"[:60])
        elif kind in _UNREAD:
            self._stripped("card markdown: its words are kept")
        return html


def _is_for_all(card: _Node) -> bool:
    """Whether who is no member sees it on the web: by what Ghost says since 5.108, or by what it said before that, in two ways."""
    chosen = _object(card.get("visibility"))
    was_shown = chosen.get("showOnWeb") is not False and chosen.get("emailOnly") is not True
    return was_shown and _object(chosen.get("web")).get("nonMember") is not False


def _card(kind: str, card: _Node) -> str:
    caption = _text(card, "caption")
    source = escape(_text(card, "src"))
    match kind:
        case "image":
            return _figure(_linked(_picture(card), _text(card, "href")), caption)
        case "gallery":
            pictures = "".join(_figure(_picture(one), _text(one, "caption")) for one in _objects(card.get("images")))
            return pictures + _element("p", caption)
        case "html":
            return _text(card, "html")
        case "markdown":
            return "".join(
                _element("p", escape(part)) for part in _text(card, "markdown").split("\n\n") if part.strip()
            )
        case "horizontalrule" | "hr":
            return "<hr>"
        case "codeblock" | "code":
            return _figure(_element("pre", escape(_text(card, "code"))), caption)
        case "embed" | "bookmark":
            title = _text(_object(card.get("metadata")), "title")
            return _figure(_text(card, "html") or _link(_text(card, "url"), title), caption)
        case "video" | "audio":
            return (
                _figure(f'<{kind} src="{source}"></{kind}>', caption or escape(_text(card, "title"))) if source else ""
            )
        case "file":
            words = escape(_text(card, "fileCaption"))
            file = _link(_text(card, "src"), _text(card, "fileTitle") or _text(card, "fileName"))
            return _element("p", file) + _element("p", words)
        case "button":
            return _button(card)
        case "callout":
            return _element("blockquote", f"{escape(_text(card, 'calloutEmoji'))} {_text(card, 'calloutText')}".strip())
        case "toggle":
            return _element("h4", _text(card, "heading")) + _text(card, "content")
        case "header":
            return (
                _element("h2", _text(card, "heading") or _text(card, "header"))
                + _element("p", _text(card, "subheading") or _text(card, "subheader"))
                + _button(card)
            )
        case "product":
            picture = _picture({"src": card.get("productImageSrc")})
            words = _element("h4", _text(card, "productTitle")) + _text(card, "productDescription")
            return picture + words + _element("p", _link(_text(card, "productUrl"), _text(card, "productButton")))
        case "call-to-action":
            return _picture({"src": card.get("imageUrl")}) + _text(card, "textValue") + _button(card)
    return ""


class _Mobiledoc:
    def __init__(self, document: _Node, stripped: Callable[[str], None]) -> None:
        self._document = document
        self._writer = _Writer(stripped)

    def html(self) -> str:
        return "".join(self._section(section) for section in _lists(self._document.get("sections")))

    def _section(self, section: list[Any]) -> str:
        match section:
            case [1, str(tag), list(markers), *_]:
                return _element(tag, self._markers(markers))
            case [2, str(source), *_]:
                return _picture({"src": source})
            case [3, str(tag), list(items), *_]:
                return _element(tag, "".join(_element("li", self._markers(item)) for item in _lists(items)))
            case [10, int(number), *_]:
                name, payload = self._named("cards", number)
                return self._writer.card(name, payload)
        return ""

    def _markers(self, markers: list[Any]) -> str:
        out: list[str] = []
        open_tags: list[str] = []
        for marker in _lists(markers):
            match marker:
                case [int(kind), list(opened), int(closed), value]:
                    for number in opened:
                        tag, attributes = self._markup(number)
                        open_tags.append(tag)
                        out.append(f"<{tag}{attributes}>" if tag else "")
                    out.append(self._value(kind, value))
                    for _ in range(min(closed, len(open_tags))):
                        tag = open_tags.pop()
                        out.append(f"</{tag}>" if tag else "")
        return "".join(out) + "".join(f"</{tag}>" for tag in reversed(open_tags) if tag)

    def _value(self, kind: int, value: object) -> str:
        if kind == 0:
            return escape(value) if isinstance(value, str) else ""
        name = self._named("atoms", value)[0] if isinstance(value, int) else ""
        return "<br>" if name == "soft-return" else ""

    def _markup(self, number: object) -> tuple[str, str]:
        match _at(self._document.get("markups"), number):
            case ["a", ["href", str(url), *_], *_]:
                return "a", f' href="{escape(url)}"'
            case [str(tag), *_] if tag in _TAGS:
                return tag, ""
        return "", ""

    def _named(self, table: str, number: int) -> tuple[str, _Node]:
        """A card or an atom: its name, and what it holds."""
        match _at(self._document.get(table), number):
            case [str(name), *rest]:
                return name, _object(rest[-1]) if rest else {}
        return "", {}


def _formatted(text: str, bits: object) -> str:
    html = escape(text)
    if isinstance(bits, int):
        for bit, tag in _FORMATS:
            html = f"<{tag}>{html}</{tag}>" if bits & bit else html
    return html


def _element(tag: str, html: str) -> str:
    """'' of what holds nothing."""
    tag = {"aside": "blockquote", "pull-quote": "blockquote"}.get(tag, tag)
    return f"<{tag}>{html}</{tag}>" if html.strip() and tag in _TAGS | {"pre"} else html


def _picture(picture: _Node) -> str:
    source = _text(picture, "src")
    return f'<img src="{escape(source)}" alt="{escape(_text(picture, "alt"))}">' if source else ""


def _figure(html: str, caption: str) -> str:
    return f"<figure>{html}<figcaption>{caption}</figcaption></figure>" if html and caption else html


def _linked(html: str, url: str) -> str:
    return f'<a href="{escape(url)}">{html}</a>' if html and url else html


def _button(card: _Node) -> str:
    """'' of one that was taken out: its words stay in the card."""
    is_shown = card.get("buttonEnabled") is not False and card.get("showButton") is not False
    return _element("p", _link(_text(card, "buttonUrl"), _text(card, "buttonText"))) if is_shown else ""


def _link(url: str, words: str) -> str:
    return f'<a href="{escape(url)}">{escape(words or url)}</a>' if url else escape(words)


def _text(node: _Node, name: str) -> str:
    value = node.get(name)
    return value if isinstance(value, str) else ""


def _object(value: object) -> _Node:
    return value if isinstance(value, dict) else {}


def _objects(values: object) -> Iterator[_Node]:
    return (value for value in values if isinstance(value, dict)) if isinstance(values, list) else iter(())


def _lists(values: object) -> Iterator[list[Any]]:
    return (value for value in values if isinstance(value, list)) if isinstance(values, list) else iter(())


def _at(values: object, number: object) -> object:
    known = isinstance(values, list) and isinstance(number, int) and 0 <= number < len(values)
    return values[number] if known else None  # type: ignore[index]
