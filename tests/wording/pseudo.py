"""A language of its own: every message and date between marks, so that what stands outside of them is in no catalogue."""

import json
import re
from collections.abc import Iterator
from datetime import date, datetime, time
from functools import cache
from gettext import NullTranslations

from lxml import html as parser

from feeds.formats import FORMATS
from feeds.wording import Wording
from feeds.wording.dates import EnglishDates
from tests.pages.newsroom import one, select
from tests.wording.messages import TEMPLATE, kept, messages

OPENS, CLOSES = "⟦", "⟧"
_ATTRIBUTES = ("title", "alt", "aria-label", "placeholder", "aria-description", "label")
_SAID_OF_PAGES = (
    "//meta[@name='description' or starts-with(@property, 'og:')]"
    "[not(contains(@property, 'url') or @property='og:type')]/@content"
)
_UNREAD = {"script", "style", "code", "pre"}
_WORD = re.compile(r"[A-Za-z]{2,}")
"""The newsroom of these tests writes in Greek."""
_NAMES = sorted({*(format.label for format in FORMATS.values())}, key=len, reverse=True)
"""Of formats: the same in every language."""


def marked(text: str) -> str:
    return f"{OPENS}{text}{CLOSES}"


@cache
def _known() -> set[str]:
    return {part for message in messages(kept(TEMPLATE)) for part in (
        [message.id] if isinstance(message.id, str) else message.id)}  # fmt: skip


class Pseudo(NullTranslations):
    """It has all messages of the template, and no others."""

    def gettext(self, message: str) -> str:
        assert message, "by that name catalogues have their own header"
        return marked(message) if message in _known() else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:  # noqa: ARG002
        return self.gettext(message)


class PseudoDates(EnglishDates):
    def full(self, day: date) -> str:
        return marked(super().full(day))

    def long(self, day: date) -> str:
        return marked(super().long(day))

    def short(self, day: date) -> str:
        return marked(super().short(day))

    def month_of(self, day: date) -> str:
        return marked(super().month_of(day))

    def month(self, day: date) -> str:
        return marked(super().month(day))

    def year(self, day: date) -> str:
        return marked(super().year(day))

    def time(self, at: time) -> str:
        return marked(super().time(at))

    def zone(self, at: datetime) -> str:
        return marked(super().zone(at))

    def number(self, number: int) -> str:
        return marked(super().number(number))


PSEUDO = Wording("pseudo", Pseudo(), PseudoDates(), "pseudo")


def outside(text: str) -> list[str]:
    """The words of a text that stand outside of marks; addresses and names of formats are none."""
    shown, depth = [], 0
    for char in text:
        depth += (char == OPENS) - (char == CLOSES)
        shown.append(" " if depth or char == CLOSES else char)
    assert depth == 0, text
    rest = re.sub(r"https?://[^\s⟦]*", " ", "".join(shown))
    for name in _NAMES:
        rest = rest.replace(name, " ")
    return _WORD.findall(rest)


def words_outside(html: bytes | str) -> list[str]:
    """What a page says to people outside of marks: its text, its attributes that are read, and the words of its scripts."""
    document = parser.document_fromstring(html.decode() if isinstance(html, bytes) else html)
    said = [
        "".join(_text(one(document, "//body"))),
        *select(document, "//head/title/text()"),
        *select(document, _SAID_OF_PAGES),
    ]
    for name in _ATTRIBUTES:
        said += select(document, f"//@{name}")
    for words in select(document, "//script/@data-words"):
        said += json.loads(words).values()
    for data in select(document, "//script[@type='application/ld+json']"):
        said += [str(item["name"]) for item in json.loads(data.text).get("itemListElement", ())]
    return [word for text in said for word in outside(text)]


def _text(element: parser.HtmlElement) -> Iterator[str]:
    """In the order in which it is read; what is for programmers says so, and is in English."""
    if element.tag in _UNREAD or not isinstance(element.tag, str) or element.get("lang") == "en":
        return
    yield element.text or ""
    for child in element:
        yield from _text(child)
        yield child.tail or ""
