"""What is searched, and what is asked for. Pure: every backend calls these."""

import re
from dataclasses import dataclass
from html import unescape

from storage.model import Article
from storage.segmentation import folded, for_index, for_search, has_words

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
    """Words that follow each other; of the last of them any word that begins so, for a `prefix`. As indexes are given them."""

    text: str
    prefix: bool = False
    excluded: bool = False


def parse_search(words: str) -> tuple[Term, ...]:
    """'sea "night ferry" har* -fog': an article has to match all of the terms, and none of those excluded.

    Terms without a letter or digit are ignored. Where all that is left is excluded, nothing is searched for: ().
    """
    terms = []
    for minus, phrase, word in _TERM.findall(folded(words.replace("\0", " "))):
        text = phrase or word
        if has_words(text):
            spaced, goes_on = for_search(" ".join(text.rstrip("*").replace('"', " ").split()))
            terms.append(Term(spaced, prefix=bool(word) and text.endswith("*") and goes_on, excluded=bool(minus)))
    terms = terms[:MAX_TERMS]
    return () if all(term.excluded for term in terms) else tuple(terms)


@dataclass(frozen=True, slots=True)
class Searchable:
    """The texts of an article as an index is given them, the weightiest first."""

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
        headline=for_index(article.headline),
        names=for_index(" · ".join([*names, article.dateline])),
        summary=for_index(article.summary),
        body=for_index(unescape(_TAG.sub(" ", _WITHIN_WORDS.sub("", _EMBED.sub(" ", article.body_html))))),
    )
