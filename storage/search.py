"""What is searched, and what is asked for. Pure: every backend calls these."""

import re
from dataclasses import dataclass, field
from html import unescape

from storage.model import Article
from storage.segmentation import folded
from storage.words import words_of, words_sought

MAX_TERMS = 10
"""Terms of a search; what follows is ignored."""

_TAG = re.compile("<[^<>]*>")
"""In HTML that was sanitised at the door no '<' stands for itself."""
_EMBED = re.compile('<a [^<>]*class="embed"[^<>]*>[^<]*</a>')
"""A link to what was embedded: its words are no part of the text."""
_WITHIN_WORDS = re.compile(r"</?(?:a|abbr|b|bdi|bdo|del|em|i|ins|mark|q|s|small|span|strong|time|u|wbr)(?: [^<>]*)?/?>")
"""Tags that part no words: '<b>N</b>ATO', and a link within running text of a script that writes no spaces."""
_TERM = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')


@dataclass(frozen=True, slots=True)
class Term:
    """Words that follow each other, one space between them; of the last of them any word that begins so, for a `prefix`.

    They are words as `storage.words` makes them: an engine takes nothing else for a space, and folds nothing.
    """

    text: str
    prefix: bool = False
    excluded: bool = False
    written: str = field(default="", compare=False)
    """As it stands in the search: for an index whose words were made otherwise."""


def parse_search(words: str) -> tuple[Term, ...]:
    """'sea "night ferry" har* -fog': an article has to match all of the terms, and none of those excluded.

    Terms without a letter or digit are ignored. Where all that is left is excluded, nothing is searched for: ().
    """
    terms = []
    for minus, phrase, word in _TERM.findall(folded(words.replace("\0", " "))):
        written = " ".join((phrase or word).rstrip("*").replace('"', " ").split())
        text, goes_on = words_sought(written)
        if text:
            terms.append(Term(text, prefix=word.endswith("*") and goes_on, excluded=bool(minus), written=written))
    terms = terms[:MAX_TERMS]
    return () if all(term.excluded for term in terms) else tuple(terms)


@dataclass(frozen=True, slots=True)
class Searchable:
    """The words of an article with spaces between them, the weightiest first."""

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
        headline=words_of(article.headline),
        names=words_of(", ".join([*names, article.dateline])),
        summary=words_of(article.summary),
        body=words_of(unescape(_TAG.sub(" ", _WITHIN_WORDS.sub("", _EMBED.sub(" ", article.body_html))))),
    )
