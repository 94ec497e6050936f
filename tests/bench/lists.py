"""Which articles of the newsroom stand in which lists, by their numbers."""

from collections.abc import Iterator

from storage.scopes import HOME, author_scope, tag_scope, with_ancestors
from tests.bench.newsroom import AUTHORS, SECTIONS, TAGS

Residues = tuple[int, frozenset[int]]
"""(modulus, residues): the numbers that leave one of the residues."""
ALL: Residues = (1, frozenset({0}))


def newest_first(residues: Residues, count: int) -> Iterator[int]:
    """The numbers below `count`, from the highest."""
    modulus, wanted = residues
    falling = sorted(wanted, reverse=True)
    for start in range((count - 1) // modulus * modulus, -1, -modulus):
        for residue in falling:
            if start + residue < count:
                yield start + residue


def oldest_first(residues: Residues, count: int) -> Iterator[int]:
    """The same numbers, from the lowest."""
    modulus, wanted = residues
    rising = sorted(wanted)
    return (start + residue for start in range(0, count, modulus) for residue in rising if start + residue < count)


def section_lists(prefix: str) -> Iterator[tuple[str, Residues]]:
    """The scopes of sections, with the articles of the sections in them."""
    for section in SECTIONS:
        within = {place for place, other in enumerate(SECTIONS) if section in with_ancestors(other)}
        yield f"{prefix}{section}", (len(SECTIONS), frozenset(within))


def endless_lists() -> Iterator[tuple[str, Residues]]:
    """The scopes whose lists go on through the whole newsroom: all but those of days, months and years."""
    yield HOME, ALL
    yield tag_scope("harbour"), ALL
    yield from section_lists("section:")
    for tag in range(TAGS):
        yield tag_scope(f"tag-{tag}"), (TAGS, frozenset({tag}))
    for author in range(AUTHORS):
        yield author_scope(f"author-{author}"), (AUTHORS, frozenset({author}))
