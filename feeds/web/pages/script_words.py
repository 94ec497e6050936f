"""What the pages' own scripts say to readers: a page names the words of its scripts where these are not in its language."""

import json
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from feeds.wording import Wording, marked

WORDS: Mapping[str, Sequence[str]] = {
    "copy.js": (
        marked("Copy"),
        marked("Copied"),
        marked("Copy the %(format)s address"),
        marked("The address is copied."),
        marked("The address is selected: copy it by hand."),
    ),
    "reply.js": (
        marked("Leave a Reply"),
        marked("Reply to %(name)s"),
        marked("Reply to the article instead"),
        marked("You are answering %(comment)s. %(back)s"),
        marked("comment %(number)s"),
    ),
}
"""By script: its messages. It says them in English where its element has no others."""


def script_words(script: str, wording: Wording) -> str:
    """The attribute of a script's element that gives it its words; '' where they are its own."""
    if wording.is_source:
        return ""
    words = {message: wording.gettext(message) for message in WORDS[script]}
    return Markup(' data-words="{}"').format(json.dumps(words, ensure_ascii=False))
