"""What a reply may be made of, as it is sent, and how its words are kept."""

import re
from functools import cache
from html import escape
from typing import Annotated
from unicodedata import category

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from feeds.clean.fields import Fields, Id, legible, optional_url, web_url, words
from feeds.clean.html import sanitize_comment, text_of, too_deep
from feeds.clean.text import one_line, without_bidi, xml_safe
from feeds.wording import marked, saying
from storage.model import CommentStatus

ANONYMOUS = marked("Anonymous")
"""The name that WordPress gives who left none: a message."""

LONGEST_EMAIL = 100
"""Characters."""

_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")
_OWN_BLOCK = re.compile(r"</?(?:p|blockquote)\b", re.I)
_EMPTY_PARAGRAPH = re.compile(r"<p>\s*</p>")
_TAG = re.compile(r'(</?([a-z]+)(?: [^<>"]*(?:"[^"]*"[^<>"]*)*)?>)')
"""A tag of sanitised HTML, whose attributes are quoted always, and its name."""
_WITHIN_ADDRESSES = "\u00b7\u05f3\u05f4\u0f0b\u2027\u30fb\uff65"
"""Punctuation that stands within words, as the dots of names in Chinese, Japanese and Catalan."""
_NOT_ITS_END = ".,:;!?*_"
_BRACKETS = {")": "(", "]": "[", "}": "{"}
_LONGEST_LINK = 2_000
"""Characters; as of the addresses that fields take."""
_NOT_LINKED = {"a", "code"}


@cache
def _email_address() -> re.Pattern[str]:
    return re.compile(
        r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\-\u0080-\U0010ffff]+@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W_][\w-]*[^\W_]"
    )


@cache
def _url() -> re.Pattern[str]:
    """No address has full stops, commas, brackets and quotes of other scripts than ASCII's, or signs of full width, as they are."""
    ending = "".join(
        char
        for char in map(chr, (*range(0x80, 0x3040), *range(0xFE10, 0xFFEF)))
        if char not in _WITHIN_ADDRESSES
        and (category(char) in ("Po", "Ps", "Pe", "Pi", "Pf") or (char >= "\u3000" and category(char)[0] in "PS"))
    )
    return re.compile(rf"(?<![A-Za-z0-9_])https?://(?:(?!&(?:[lg]t|nbsp);)[^\s<>\"'{re.escape(ending)}])+", re.I)


def _email(text: str) -> str:
    address = one_line(text)
    if ".." in address or not _email_address().fullmatch(address):
        raise ValueError(saying("Give an email address, as in name@news.example"))
    return address


def _optional_email(text: str) -> str:
    return _email(text) if text.strip() else ""


def _optional_name(text: str) -> str:
    return words(text) if text.strip() else ""


def _blank(value: object) -> object:
    return "" if value is None else value


def _body(text: str) -> str:
    html = comment_html(text)
    if not legible(text_of(html)):
        raise ValueError(saying("Write something that can be read"))
    return html


def _of_moderator(status: CommentStatus | None, info: ValidationInfo) -> CommentStatus | None:
    if status is not None and not info.context:
        raise ValueError("Only a moderator may give it")
    return status


Name = Annotated[str, Field(min_length=1, max_length=245), AfterValidator(words)]
Email = Annotated[str, Field(min_length=1, max_length=LONGEST_EMAIL), AfterValidator(_email)]
Url = Annotated[Annotated[str, Field(max_length=200)] | None, AfterValidator(optional_url)]
Body = Annotated[str, Field(min_length=1, max_length=65_525), AfterValidator(_body)]
"""Fields of a reply, by the lengths that WordPress allows."""


class Reply(Fields):
    author_name: Name
    author_email: Email = Field(repr=False)
    """Never published."""
    author_url: Url = ""
    body: Body
    """Plain text, or the HTML elements that WordPress allows readers. Addresses of the web become links."""
    parent: Id | None = None
    """The comment that it answers. Below the deepest level, it is kept as an answer to one further up."""
    status: Annotated[CommentStatus | None, Field(strict=False), AfterValidator(_of_moderator)] = None
    """For moderators alone; by the newsroom's rules when absent or null."""


class NamelessReply(Reply):
    """Where the newsroom does not insist on a name and an email address."""

    author_name: Annotated[str, Field(max_length=245), BeforeValidator(_blank), AfterValidator(_optional_name)] = ""
    author_email: Annotated[
        str, Field(max_length=LONGEST_EMAIL), BeforeValidator(_blank), AfterValidator(_optional_email)
    ] = Field(default="", repr=False)


def comment_html(text: str) -> str:
    """A reply as it is kept: paragraphs at blank lines, `<br>` at other line ends, links, only what readers may use."""
    text = without_bidi(xml_safe(text)).strip()
    if too_deep(text):
        text = text.replace("<", "&lt;")
    chunks = (chunk.replace("\n", "<br>") for chunk in _PARAGRAPHS.split(text))
    html = "".join(chunk if _OWN_BLOCK.match(chunk) else f"<p>{chunk}</p>" for chunk in chunks)
    html = _EMPTY_PARAGRAPH.sub("", sanitize_comment(html)).strip()
    return sanitize_comment(linked(html))


def linked(html: str) -> str:
    """Sanitised HTML whose addresses are links, but for those that stand in one, or are code."""
    parts = []
    within: list[str] = []
    end = 0
    for tag in _TAG.finditer(html):
        text = html[end : tag.start()]
        parts += [text if within else _url().sub(_link, text), tag[1]]
        end = tag.end()
        if tag[2] in _NOT_LINKED:
            if not tag[1].startswith("</"):
                within.append(tag[2])
            elif within:
                within.pop()
    return "".join(parts) + _url().sub(_link, html[end:])


def _without_end(address: str) -> str:
    """Without the signs that end the sentence around it, and brackets that it does not open.

    From its end, a sign at a time: a pattern would be tried at every sign within.
    """
    end = len(address)
    unopened = {close: address.count(close) - address.count(opening) for close, opening in _BRACKETS.items()}
    while end:
        if address.endswith("&amp;", 0, end):
            end -= len("&amp;")
        elif address[end - 1] in _NOT_ITS_END:
            end -= 1
        elif unopened.get(address[end - 1], 0) > 0:
            unopened[address[end - 1]] -= 1
            end -= 1
        else:
            break
    return address[:end]


def _link(found: re.Match[str]) -> str:
    address = _without_end(found[0])
    if len(address) > _LONGEST_LINK:
        return found[0]
    try:
        url = web_url(address.replace("&amp;", "&"))
    except ValueError:
        return found[0]
    return f'<a href="{escape(url)}">{address}</a>{found[0][len(address) :]}'
