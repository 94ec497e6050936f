"""What is searched, and what is asked for. Pure: every backend calls these."""

import re
from dataclasses import dataclass
from html import unescape

from storage.model import Article

MAX_TERMS = 10
"""Terms of a search; what follows is ignored."""

_TAG = re.compile("<[^<>]*>")
"""In HTML that was sanitised at the door no '<' stands for itself."""
_EMBED = re.compile('<a [^<>]*class="embed"[^<>]*>[^<]*</a>')
"""A link to what was embedded: its words are no part of the text."""
_TERM = re.compile(r'"([^"]*)"?|(\S+)')


@dataclass(frozen=True, slots=True)
class Term:
    """Words that follow each other; of the last of them any word that begins so, for a `prefix`."""

    text: str
    prefix: bool = False


def parse_search(words: str) -> tuple[Term, ...]:
    """'sea "night ferry" har*': an article has to match all of the terms. Terms without a letter or digit are ignored."""
    terms = []
    for phrase, word in _TERM.findall(words.replace("\0", " ")):
        text = phrase or word
        prefix = bool(word) and text.endswith("*")
        if any(char.isalnum() for char in text):
            terms.append(Term(" ".join(text.rstrip("*").replace('"', " ").split()), prefix))
    return tuple(terms[:MAX_TERMS])


@dataclass(frozen=True, slots=True)
class Searchable:
    """The texts of an article, the weightiest first."""

    headline: str
    names: str
    """Of authors, tags, agency and place."""
    summary: str
    body: str


def searchable(article: Article) -> Searchable:
    names = [author.name for author in article.authors] + [tag.name for tag in article.tags]
    if article.source is not None:
        names.append(article.source.name)
    return Searchable(
        headline=article.headline,
        names=" · ".join([*names, article.dateline]),
        summary=article.summary,
        body=unescape(_TAG.sub(" ", _EMBED.sub(" ", article.body_html))),
    )
