"""Paragraphs from blank lines, as WordPress makes them when it serves a text that was typed without markup.

A blank line ends a paragraph, a single line end breaks the line, and block elements stand on their own. The sanitiser
follows and closes what is open, so tags are only told apart here, never judged. Every step is linear in the text.
"""

import re

_BLOCKS = (
    "address|article|aside|blockquote|caption|center|col|colgroup|dd|details|dialog|div|dl|dt|fieldset|figcaption|figure|footer|form"
    "|h[1-6]|header|hgroup|hr|legend|li|main|menu|nav|ol|optgroup|option|p|section|select|summary|table|tbody|td|tfoot|th|thead|tr|ul"
)
_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(?P<verbatim>pre|script|style|textarea|svg|audio|video|picture|object|iframe)\b.*?(?:</(?P=verbatim)\s*>|\Z)"
    rf"|</?(?:(?P<block>{_BLOCKS})(?![\w-])|[a-z])[^<>]*>",
    re.I | re.S,
)
_VOID = frozenset({"hr", "col"})
_STRUCTURE = frozenset(
    {"colgroup", "dl", "menu", "ol", "optgroup", "select", "table", "tbody", "tfoot", "thead", "tr", "ul"}
)
"""Blocks that hold other blocks alone: white space in them means nothing."""
_PHRASING = re.compile("caption|dt|figcaption|figure|h[1-6]|legend|option|summary")
"""Blocks that hold no paragraphs."""
_ALWAYS = frozenset({"", "blockquote"})
"""Where even a single paragraph becomes one; in other blocks only several do."""

_DOUBLE_BREAK = re.compile(r"<br\s*/?>\s*<br\s*/?>", re.I)
_BLANK_LINE = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_LINE_END = re.compile(r"[ \t]*\n[ \t]*")
_TAG = re.compile(r"<[/!?]?([a-z][a-z0-9-]*)", re.I)
_WORDS = frozenset(
    {"a", "abbr", "b", "cite", "code", "em", "i", "q", "s", "small", "span", "strong", "sub", "sup", "u"}
)
"""Elements of words within a line."""
_BREAKS = ("<br>", "<br/>", "<br />")


def add_paragraphs(html: str) -> str:
    """The text with its paragraphs and line breaks marked up; comments are dropped."""
    writer = _Writer()
    html = html.replace("\r\n", "\n").replace("\r", "\n")
    end = 0
    for token in _TOKEN.finditer(html):
        writer.inline(html[end : token.start()])
        end = token.end()
        if token["block"]:
            writer.block(token[0], token["block"].lower())
        elif token["verbatim"]:
            writer.verbatim(token[0], token["verbatim"].lower())
        elif not token[0].startswith("<!--"):
            writer.inline(token[0].replace("\n", " "))
    writer.inline(html[end:])
    return writer.finish()


def add_missing_paragraphs(html: str) -> str:
    """HTML that somebody wrote without knowing it, as blank lines between its paragraphs tell: it has no markup but for words
    within a line. A single line end is white space, as in all HTML.
    """
    text = html.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not _BLANK_LINE.search(text) or any(token[1].lower() not in _WORDS for token in _TAG.finditer(html)):
        return html
    return "".join(f"<p>{_LINE_END.sub(' ', part)}</p>" for part in _BLANK_LINE.split(text))


class _Writer:
    def __init__(self) -> None:
        self._out: list[str] = []
        self._run: list[str] = []
        self._open: list[str] = []
        self._beside = False
        """Whether an element stands right before that a line of text may go on behind."""

    def inline(self, text: str) -> None:
        self._run.append(text)

    def verbatim(self, element: str, name: str) -> None:
        """An element whose line ends are its own."""
        if name not in ("script", "style"):
            self._flush(beside=name != "pre")
            self._out.append(element)
            self._beside = name != "pre"

    def block(self, tag: str, name: str) -> None:
        self._flush()
        if tag.startswith("</"):
            self._out.append(tag + "\n")
            self._close(name)
            return
        self._out.append(tag)
        if name not in _VOID:
            if self._open and self._open[-1] == name and name in ("p", "li", "dt", "dd"):
                self._open.pop()
            self._open.append(name)

    def finish(self) -> str:
        self._flush()
        return "".join(self._out)

    def _close(self, name: str) -> None:
        # An end tag without its start is the sanitiser's; looking a little way up keeps this linear.
        for up, open_name in enumerate(reversed(self._open[-20:]), 1):
            if open_name == name:
                del self._open[-up:]
                return

    def _flush(self, *, beside: bool = False) -> None:
        """Write what has been read. White space parts words from an element that stands `beside` them, as it parts words."""
        run = "".join(self._run)
        self._run.clear()
        within = self._open[-1] if self._open else ""
        words = run.strip()
        in_line = within not in _ALWAYS | _STRUCTURE
        before = " " if in_line and self._beside and run[:1].isspace() and (words or beside) else ""
        after = " " if in_line and beside and words and run[-1:].isspace() else ""
        self._beside = False
        if words:
            self._out += [before, *_paragraphs(words, within), after]
        elif before:
            self._out.append(before)


def _paragraphs(text: str, within: str) -> list[str]:
    """A text with its paragraphs and line breaks, as they are marked up in an element."""
    if within in _STRUCTURE:
        return [text]
    paragraphs = [_broken(part) for part in _BLANK_LINE.split(_DOUBLE_BREAK.sub("\n\n", text)) if part.strip()]
    if _PHRASING.fullmatch(within):
        return ["<br>\n".join(paragraphs)]
    if within == "p":
        return ["</p>\n<p>".join(paragraphs)]
    if within in _ALWAYS or len(paragraphs) > 1:
        return [f"<p>{paragraph}</p>\n" for paragraph in paragraphs]
    return paragraphs


def _broken(paragraph: str) -> str:
    lines = (line.strip(" \t") for line in paragraph.strip().split("\n"))
    return "<br>\n".join(line.removesuffix(next(filter(line.endswith, _BREAKS), "")).rstrip() for line in lines)
