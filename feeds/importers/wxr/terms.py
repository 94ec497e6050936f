"""What an item belongs to: the terms of its taxonomies, those of WordPress, of plugins and of the site's own."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from feeds.clean.text import slugify
from feeds.importers.markup import plain
from feeds.importers.slugs import decoded_slug
from feeds.importers.values import language_tag
from feeds.importers.wxr.people import AUTHOR_TERMS
from feeds.importers.wxr.php import read_php_array
from feeds.importers.wxr.values import meta, query_of
from feeds.importers.wxr.xmltree import Node
from storage.model import Tag

CATEGORIES, TAGS, _LANGUAGES = "category", "post_tag", "language"
_SPELLINGS = {"tag": TAGS}
"""WXR 1.0 calls the taxonomy of tags so."""
_PLUMBING = frozenset(
    {"post_translations", "term_language", "term_translations", "translation_priority", "yst_prominent_words"}
)
"""Taxonomies in which plugins keep what no editor chose and no reader sees."""
LANGUAGE_FIELDS = ("_wpml_import_language_code", "_wpml_language", "wpml_language", "_locale")
"""Custom fields of WPML's exports, and Bogo's."""
_LONGEST_CODE = 3
"""Letters of a language: 'ar', 'ceb'. A taxonomy of the site's own may be called language as well, and hold 'arabic'."""


class Term(NamedTuple):
    nicename: str
    """The slug, percent-encoded; '' where it is written without."""
    name: str


@dataclass(slots=True)
class Terms:
    """Reads the terms of one site's items."""

    tags_from: frozenset[str] = frozenset()
    """Taxonomies of the site's own whose terms become tags."""
    _locales: dict[str, str] = field(default_factory=dict)
    """Of Polylang's languages, by slug."""

    def add(self, node: Node) -> None:
        """A `wp:term`: Polylang describes its languages there."""
        if node.get("wp:term_taxonomy").strip() == _LANGUAGES:
            locale = read_php_array(node.get("wp:term_description").strip()).get("locale")
            if isinstance(locale, str):
                self._locales[node.get("wp:term_slug").strip()] = locale

    def said(self) -> object:
        """What decides, beside an item's own terms, what is made of them."""
        return [sorted(self.tags_from), self._locales]

    def of(self, item: Node) -> Mapping[str, list[Term]]:
        """An item's terms by taxonomy, as WordPress lists them: by name.

        WXR 1.0 writes each twice, once without its nicename: that is one.
        """
        found: dict[str, dict[Term, None]] = {}
        for node in item.children:
            if node.name == "category" and (taxonomy := node.attributes.get("domain", CATEGORIES).strip()):
                term = Term(node.attributes.get("nicename", "").strip(), node.text)
                if term.nicename or term.name.strip():
                    found.setdefault(_SPELLINGS.get(taxonomy, taxonomy), {})[term] = None
        for taxonomy, terms in found.items():
            named = {term.name for term in terms if term.nicename}
            found[taxonomy] = {term: None for term in terms if term.nicename or term.name not in named}
        return {taxonomy: list(terms) for taxonomy, terms in found.items()}

    def tags(self, terms: Mapping[str, Iterable[Term]]) -> Iterator[Tag]:
        """The tags, and what the newsroom wants as such, each slug once."""
        seen: set[str] = set()
        for taxonomy, its_terms in terms.items():
            if taxonomy == TAGS or self._becomes_tags(taxonomy):
                for nicename, name in its_terms:
                    slug = decoded_slug(nicename) or slugify(plain(name))
                    if slug and slug not in seen:
                        seen.add(slug)
                        yield Tag(slug=slug, name=plain(name) or slug)

    def named_tags(self, labels: Callable[[str], Iterable[tuple[str, str]]]) -> Iterator[tuple[str, str]]:
        """(slug, name) of tags by the labels of taxonomies, nicename and name as they are written: each slug once, a tag's own name
        before that of what the newsroom wants as one.
        """
        seen: set[str] = set()
        for taxonomy in (TAGS, *sorted(self.tags_from - {TAGS})):
            for nicename, name in labels(taxonomy):
                slug = decoded_slug(nicename)
                if slug and slug not in seen:
                    seen.add(slug)
                    yield slug, plain(name) or slug

    def language(self, item: Node, terms: Mapping[str, Iterable[Term]]) -> str:
        """The language that a plugin for several of them says an item is in: a tag (RFC 5646); '' where none does."""
        said = [self._locales.get(nicename, nicename) for nicename, _ in terms.get(_LANGUAGES, ())]
        said += [value for key in LANGUAGE_FIELDS for value in meta(item, key)]
        link = item.get("link")
        said += [query_of(link).get("lang", "")] if "lang=" in link else []
        return next((tag for one in said if (tag := language_tag(one)) and _is_language(tag)), "")

    def left_out(self, terms: Mapping[str, Iterable[Term]]) -> Iterator[str]:
        """Taxonomies of which nothing is taken over, by name."""
        for taxonomy, its_terms in terms.items():
            ours = taxonomy in (CATEGORIES, TAGS) or taxonomy in AUTHOR_TERMS or taxonomy in _PLUMBING
            is_language = taxonomy == _LANGUAGES and all(
                _is_language(self._locales.get(term.nicename, term.nicename)) for term in its_terms
            )
            if not ours and not is_language and not self._becomes_tags(taxonomy):
                yield taxonomy

    def _becomes_tags(self, taxonomy: str) -> bool:
        return taxonomy in self.tags_from


def nicenames(terms: Iterable[Term], known: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    """(nicename, title) of categories; one that is written without nicename has that of the one `known` by its title, else its
    words'.
    """
    for nicename, name in terms:
        title = plain(name)
        if nicename := nicename or known(title) or slugify(title):
            yield nicename, title


def _is_language(tag: str) -> bool:
    return 1 < len(tag.replace("_", "-").partition("-")[0]) <= _LONGEST_CODE
