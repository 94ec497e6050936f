"""Shortcodes in a body, found and replaced as WordPress does: `[name key="value" bare]`, with or without `[/name]`.

Those in tags, comments and code, be it HTML's or a plugin's shortcode for code, are left alone, and of one in a second pair of
brackets a pair is taken off. Linear in the text.
"""

import re
from collections.abc import Callable, Container, Iterable, Iterator
from typing import NamedTuple

from feeds.clean.tokenizer import in_attribute
from feeds.importers.wxr.texts import parts

LONGEST_NAME = 60
_NAME = rf"[A-Za-z][\w-]{{0,{LONGEST_NAME}}}+"
_MARK = re.compile(
    rf"\[(?P<extra>\[?)(?P<name>{_NAME})|\[/(?P<ended>{_NAME})\](?P<more>\]?)|(?P<close>\])|\n[ \t\r]*+(?=\n)"
)
_QUOTE = r"(?:[“”„‟″«»]|&(?:quot|ldquo|rdquo|bdquo|Prime|#34|#822[0123]|#8243|#x201[cde]|#x2033);)"
_ATTRIBUTE = re.compile(
    r"""(?P<key>[\w-]++)\s*+=\s*+(?:"(?P<double>[^"]*+)"|'(?P<single>[^']*+)'|"""
    rf"""{_QUOTE}(?P<curly>(?:(?!{_QUOTE})[^"])*+){_QUOTE}|(?P<plain>[^\s'"]++))"""
    rf"""|"(?P<quoted>[^"]*+)"|'(?P<apostrophes>[^']*+)'|{_QUOTE}(?P<typeset>(?:(?!{_QUOTE})[^"])*+){_QUOTE}|(?P<bare>[^\s]++)""",
    re.I,
)
"""A value is in straight quotes, in those that a word processor or WordPress makes of them, or in none."""
_OF_CODE = frozenset(
    {
        "sourcecode", "source", "code", "codeblock", "crayon", "geshi", "cc", "prettify", "noformat",
        "actionscript3", "as3", "bash", "c", "c-sharp", "cf", "clj", "clojure", "coldfusion", "cpp", "csharp", "css", "delphi",
        "diff", "erl", "erlang", "fsharp", "go", "golang", "groovy", "haskell", "html", "java", "javafx", "javascript", "jfx",
        "js", "jscript", "json", "latex", "matlab", "obj-c", "objc", "pas", "pascal", "patch", "perl", "php", "pl", "powershell",
        "ps", "py", "python", "r", "rails", "rb", "ror", "ruby", "scala", "shell", "splus", "sql", "swift", "tex", "vb", "vbnet",
        "xhtml", "xml", "xslt", "yaml", "yml",
    }
)  # fmt: skip
"""Codes of plugins that show what they hold as it was typed: by what it is, or by its language."""
_UNFINISHED = re.compile(rf"\[/?[\w-]{{0,{LONGEST_NAME}}}\Z")
_FEW = 1_000
_DEEPEST = 20
"""Codes within each other; of more the outermost are taken to have no end."""


class Code(NamedTuple):
    """A shortcode as it stands in a text; where `is_end`, what ends one."""

    start: int
    end: int
    name: str
    rest: str = ""
    """What follows the name."""
    is_end: bool = False
    is_closed: bool = False
    """It ends in a slash: it holds nothing."""
    opens_twice: bool = False
    """A second bracket stands before it, which may be half of an escape; `closes_twice`: after it."""
    closes_twice: bool = False

    def attributes(self) -> dict[str, str]:
        """By their names, in lower case; of two with one name the last. Their references are resolved."""
        found = (one for one in _ATTRIBUTE.finditer(self.rest) if one["key"])
        return {one["key"].lower(): in_attribute(_value(one)) for one in found}

    def markup(self, name: str) -> str:
        """An attribute that holds HTML, as it is written; '' if there is none."""
        found = (one for one in _ATTRIBUTE.finditer(self.rest) if one["key"] and one["key"].lower() == name)
        return next(map(_value, found), "")

    def bare(self) -> list[str]:
        """Values without a name, and what follows the code's own name and '=' or ':'."""
        rest = self.rest[1:] if self.rest[:1] in ("=", ":") else self.rest
        if rest is not self.rest and rest[:1] not in ('"', "'"):
            # An address may hold what reads as an attribute.
            first, _, rest = rest.lstrip().partition(" ")
            values = [first]
        else:
            values = []
        for one in _ATTRIBUTE.finditer(rest):
            if not one["key"]:
                values.append(one["quoted"] or one["apostrophes"] or one["typeset"] or one["bare"] or "")
        return [in_attribute(value) for value in values if value]


def _value(attribute: re.Match[str]) -> str:
    return next(filter(None, attribute.group("double", "single", "curly", "plain")), "")


Expand = Callable[[Code, str], str | None]
"""What becomes of a code and what it holds; None if that is not known: then it stays."""


class Shortcodes:
    """Those of a text."""

    def __init__(self, html: str, known: Container[str]) -> None:
        """`known`: the names of those that are understood."""
        self._html = html
        self._known = known
        self._found = tuple(codes(html, known)) if 0 < html.count("[") <= _FEW else None

    def of_plugins(self) -> dict[str, None]:
        """The names of those that are not known, in order: what is in brackets and is written as no editor writes a remark."""
        found = (code for code in self._codes() if code.name not in self._known)
        return {code.name: None for code in found if self.is_evident(code)}

    def is_evident(self, code: Code) -> bool:
        """Whether it is written as no editor writes a remark."""
        return _is_evident(self._html, code)

    def expanded(self, expand: Expand, stripped: Container[str] = frozenset()) -> str:
        """The text with those that are known replaced by what they stand for; of those to be stripped, what they hold."""
        return _Expander(self._html, self._known, expand, stripped).read(self._codes())

    def _codes(self) -> Iterable[Code]:
        """Of very many codes none is kept: they are found again."""
        if self._found is not None:
            return self._found
        return codes(self._html, self._known) if "[" in self._html else ()


_WITH_VALUES = re.compile(r"\s[\w-]++\s*+=|(?:[\s=:]|&quot;|[\"'])https?://")


def _is_evident(html: str, code: Code) -> bool:
    if code.is_end or code.is_closed or "_" in code.name or _WITH_VALUES.search(code.rest):
        return True
    # '[post-war]' among words is an editor's; alone in its line it is none.
    if "-" not in code.name or code.rest.strip() or code.name != code.name.lower():
        return False
    return html[code.start - 1 : code.start] in ("", "\n", ">") and html[code.end : code.end + 1] in (
        "",
        "\r",
        "\n",
        "<",
    )


def codes(html: str, known: Container[str]) -> Iterator[Code]:
    """Every shortcode outside of tags, comments and code, in order. Of one that is known the first ']' is the end, whatever stands
    before it; another ends where a second begins.
    """
    begun: re.Match[str] | None = None
    verbatim = _Verbatim(html)
    for part in parts(html):
        if part.parts_lines:
            begun = None
        if part.tag is not None or part.quiet:
            continue
        for mark in _MARK.finditer(html, part.start, part.end):
            if mark.start() < verbatim.until:
                begun = None
                continue
            holds = begun is not None and begun["name"] in known
            if mark["name"]:
                begun = begun if holds else mark
            elif begun is not None and (holds or mark["close"]) and not mark[0].startswith("\n"):
                code = _code(begun, html, html.index("]", mark.start()) + 1)
                verbatim.begin(code)
                yield code
                begun = None
            elif mark["ended"]:
                yield Code(
                    mark.start(), mark.end("ended") + 1, mark["ended"], is_end=True, closes_twice=bool(mark["more"])
                )
                begun = None
            elif not mark["close"]:
                begun = None


class _Verbatim:
    """How far a text goes that a code shows as it was typed: in it there are none. One that never ends shows nothing so."""

    def __init__(self, html: str) -> None:
        self._html = html
        self._endless: set[str] = set()
        self.until = 0

    def begin(self, code: Code) -> None:
        if code.name.lower() not in _OF_CODE or code.is_closed or code.name in self._endless or _is_escape(code):
            return
        end = self._html.find(f"[/{code.name}]", code.end)
        if end < 0:
            self._endless.add(code.name)
        self.until = max(self.until, end)


def _code(begun: re.Match[str], html: str, end: int) -> Code:
    rest = html[begun.end() : end - 1]
    # The last stroke of an address is its own.
    is_closed = rest.endswith("/") and "://" not in rest[rest.rfind(" ") + 1 :]
    return Code(
        begun.start("name") - 1,
        end,
        begun["name"],
        rest.removesuffix("/") if is_closed else rest,
        is_closed=is_closed,
        opens_twice=bool(begun["extra"]),
        closes_twice=html.startswith("]", end),
    )


class _Expander:
    """Goes through a text once. What was written since a code began becomes what it holds when it ends."""

    def __init__(self, html: str, known: Container[str], expand: Expand, stripped: Container[str]) -> None:
        self._html = html
        self._known = known
        self._expand = expand
        self._stripped = stripped
        self._out: list[str] = []
        self._open: list[tuple[int, Code]] = []
        """Those that may still end, and where in what is written each stands."""
        self._at = 0

    def read(self, found: Iterable[Code]) -> str:
        for code in found:
            if code.start < self._at:
                continue
            if code.name in self._known:
                self._text_before(code)
                (self._end if code.is_end else self._begin)(code)
            elif code.name in self._stripped:
                self._text_before(code)
                if _is_escape(code):
                    self._begin(code)
        self._out.append(self._html[self._at :])
        while self._open:
            self._holds_nothing(*self._open.pop())
        return "".join(self._out)

    def _text_before(self, code: Code) -> None:
        text = self._html[self._at : code.start]
        # What is taken out must not make a code of what stands around it.
        self._out.append(f"{text} " if _UNFINISHED.search(text[-LONGEST_NAME - 2 :]) and not _is_escape(code) else text)
        self._at = code.end

    def _begin(self, code: Code) -> None:
        if _is_escape(code):
            # A second reading must not take it for a code.
            self._out[-1] = self._out[-1].removesuffix("[")
            self._out.append(f"&#91;{self._html[code.start + 1 : code.end]}")
            self._at = code.end + 1
            return
        self._out.append("")
        self._open.append((len(self._out) - 1, code))
        if code.is_closed:
            self._holds_nothing(*self._open.pop())
        elif len(self._open) > _DEEPEST:
            self._holds_nothing(*self._open.pop(0))

    def _end(self, code: Code) -> None:
        begun = next((up for up, (_, one) in enumerate(reversed(self._open), 1) if one.name == code.name), 0)
        if not begun:
            return
        for _ in range(begun - 1):
            self._holds_nothing(*self._open.pop())
        at, opened = self._open.pop()
        content = "".join(self._out[at + 1 :])
        del self._out[at + 1 :]
        if opened.opens_twice and code.closes_twice:
            self._out[at - 1] = self._out[at - 1].rstrip(" ").removesuffix("[")
            self._out[at] = f"&#91;{self._html[opened.start + 1 : opened.end]}{content}&#91;/{code.name}]"
            self._at = code.end + 1
            return
        shown = self._expand(opened, content)
        written = self._html[opened.start : opened.end], self._html[code.start : code.end]
        self._out[at] = content.join(written) if shown is None else shown

    def _holds_nothing(self, at: int, code: Code) -> None:
        shown = self._expand(code, "")
        self._out[at] = self._html[code.start : code.end] if shown is None else shown


def _is_escape(code: Code) -> bool:
    return code.opens_twice and code.closes_twice
