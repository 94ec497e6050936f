"""An article's text, in parts and as one: the photo, the place and the agency, the body, the correction's note."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from unicodedata import bidirectional

from feeds.clean.tokenizer import resolved
from feeds.content.datelines import not_in
from feeds.content.folding import plain, says, words
from feeds.content.opening import Opening, lines_of, opening_of
from feeds.content.pictures import Shown, shown_in
from feeds.document import Correction, Photo

BAR = " | "
"""Between place, agency and text: 'Brussels, Belgium | Xinhua | Allies of ...'."""
_PLAIN = 5
"""Words of a correction that stand together in a body by no chance."""
_TAG = re.compile("<[^<>]*>")

_STRONG = {"L": "L", "R": "R", "AL": "R"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What is to be shown. A part is None or empty where there is none, or where the body has it."""

    photo: Photo | None = None
    dateline: tuple[str, ...] = ()
    """('Brussels, Belgium', 'Xinhua'): the place, the agency, or both."""
    before: str = ""
    """The body's HTML up to where the dateline stands. Neither it nor `after` need be well-formed alone."""
    after: str = ""
    inline: bool = True
    """The dateline stands before the first words of a paragraph; else it is one of its own."""
    first_words: str = ""
    """Those before which the dateline stands."""
    correction: Correction | None = None

    def body_with(self, dateline: str) -> str:
        """The body's HTML with the dateline in the markup given, such as `<span>Brussels | Xinhua</span>`; '' leaves it out."""
        if not dateline:
            return self.before + self.after
        placed = f"{dateline}{BAR}" if self.inline else f"<p>{dateline}</p>"
        return f"{self.before}{placed}{self.after}"

    def html(self) -> str:
        """The whole text."""
        photo = photo_html(self.photo) if self.photo is not None else ""
        note = correction_html(self.correction) if self.correction is not None else ""
        return photo + self.body_with(self.dateline_html) + note

    @property
    def dateline_html(self) -> str:
        """A name in another direction than the text around it does not turn that around."""
        return BAR.join(isolated(part, self.first_words) for part in self.dateline)


def content_of(
    body_html: str,
    page_url: str,
    *,
    photo: Photo | None = None,
    place: str = "",
    agency: str = "",
    correction: Correction | None = None,
) -> Content:
    """What stands in an article's text, each once. `body_html` is sanitised, `page_url` the base of its relative URLs."""
    if photo is None and correction is None and not (place or agency):
        return Content(after=body_html, inline=False)
    opening = opening_of(body_html) if place or agency else Opening(None, "", ())
    at = opening.at or 0
    before, after = body_html[:at], body_html[at:]
    if photo is not None and (shown := shown_in(body_html, photo.url, page_url)) is not None:
        note = _unsaid(photo, shown)
        if shown.at <= at:
            before = before[: shown.at] + note + before[shown.at :]
        else:
            after = after[: shown.at - at] + note + after[shown.at - at :]
        photo = None
    return Content(
        photo=photo,
        dateline=not_in(opening.heads, place, agency),
        before=before,
        after=after,
        inline=opening.at is not None,
        first_words=opening.first_words,
        correction=None if correction is None or _corrects(body_html, correction.text) else correction,
    )


def _unsaid(photo: Photo, shown: Shown) -> str:
    """The caption and the credit, as far as a body that shows the photo does not say them beside it."""
    said = words(shown.beside)
    caption = "" if says(said, photo.caption) else photo.caption
    credit = "" if says(said, photo.credit) else photo.credit
    return f"{shown.opens}{caption_html(caption, credit)}{shown.closes}" if caption or credit else ""


def photo_html(photo: Photo) -> str:
    sides = f' width="{photo.width}" height="{photo.height}"' if photo.width and photo.height else ""
    caption = caption_html(photo.caption, photo.credit)
    figcaption = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f'<figure><img src="{escape(photo.url)}" alt="{escape(photo.alt)}"{sides}>{figcaption}</figure>'


def caption_html(caption: str, credit: str) -> str:
    """The caption, and the credit as it was written; '' where there is neither."""
    its_credit = f"<small>{isolated(credit, caption)}</small>" if credit else ""
    return " ".join(filter(None, (escape(caption, quote=False), its_credit)))


def correction_html(correction: Correction) -> str:
    text = escape(correction.text, quote=False).replace("\n", "<br>")
    return f"<p><strong>{isolated(correction.label, correction.text)}:</strong> {text}</p>"


def _corrects(body_html: str, correction: str) -> bool:
    """Whether a body says it: in the same words, up to the end of a line unless these are many."""
    sought, said, ends = words(correction), [], []
    # Most bodies have not all of its words: a look costs a sixth of 120 us.
    if not _may_say(body_html, sought):
        return False
    for line in lines_of(body_html):
        said += words(line)
        ends.append(len(said))
    if len(sought) >= _PLAIN:
        return says(said, correction)
    return bool(sought) and any(said[max(0, end - len(sought)) : end] == sought for end in ends)


def _may_say(html: str, sought: Sequence[str]) -> bool:
    """Whether each of these words is there, if only within others."""
    text = plain(resolved(_TAG.sub("", html)))
    return all(word in text for word in sought)


def isolated(text: str, beside: str) -> str:
    """The text as HTML; apart from what is beside it where its letters run in the other direction (HTML, 4.5.24)."""
    written = escape(text, quote=False)
    if text.isascii() and beside.isascii():
        return written
    here, there = _direction(text), _direction(beside)
    return f"<bdi>{written}</bdi>" if here and there and here != there else written


def _direction(text: str) -> str:
    """'L' or 'R', by the first letter that has a direction (Unicode Bidirectional Algorithm, P2); '' where none has."""
    for char in text:
        kind = bidirectional(char)
        if kind in _STRONG:
            return _STRONG[kind]
    return ""
