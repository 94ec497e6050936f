"""Whether a text begins with a place and an agency already, in whatever way newsrooms print these."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache

from feeds.content.folding import BREAK, COMMA, first_word, folded, plain, says, words

_FILLER = 8
"""Words between a place and what shows that it is one: 'BRUSSELS, Belgium, March 22 (Xinhua)', '布鲁塞尔3月22日电'."""
_REST = 2
"""Words of the rest of a place, where no date is among them: 'BRUSSELS, Belgium - ...'."""

Spelling = Sequence[str]
"""A name, in words."""


def dateline_of(place: str, agency: str) -> tuple[str, ...]:
    """What there is of the two, each once: a place may be kept with its agency, 'Brussels | Xinhua'. Of marks alone is neither."""
    named = words(place)
    return (place, agency)[not named : 2 if words(agency) and not says(named, agency) else 1]


def not_in(heads: Iterable[str], place: str, agency: str) -> tuple[str, ...]:
    """What there is of the two that no beginning of a text has: 'BRUSSELS (Xinhua) - ...', '(AP) ...', 'Brussels | ...'.

    A place at the beginning of a sentence, 'Brussels has decided', is no dateline.
    """
    parts, names, firsts = _names(place, agency)
    found: set[int] = set()
    for head in map(plain, heads):
        # Most texts begin with another word: a look costs a tenth.
        if first_word(head) in firsts:
            found |= _named(folded(head), names)
    return tuple(part for number, part in enumerate(parts) if number not in found)


@lru_cache(maxsize=1024)
def _names(place: str, agency: str) -> tuple[tuple[str, ...], Sequence[Sequence[Spelling]], AbstractSet[str]]:
    """What there is of the two, how each is written, and the first words of these. The same of many articles."""
    parts = dateline_of(place, agency)
    names = tuple(_spellings(part, is_place=part is place) for part in parts)
    return parts, names, {spelling[0] for spellings in names for spelling in spellings}


def _spellings(name: str, *, is_place: bool) -> list[Spelling]:
    """The name, the longest form first; of a place its first part alone, of an agency its initials."""
    whole = words(name)
    if is_place:
        tokens = folded(plain(name))
        shorter = tokens[: tokens.index(COMMA)] if COMMA in tokens else []
    else:
        initials = "".join(word[0] for word in whole if word != "the")
        shorter = [initials] if len(initials) > 1 and len(initials) < len("".join(whole)) else []
    return [spelling for spelling in (whole, [word for word in shorter if word != BREAK]) if spelling]


def _named(tokens: Sequence[str], names: Sequence[Sequence[Spelling]]) -> set[int]:
    """The numbers of the names that stand at the beginning as a dateline: something parts them from the sentence, or one stands
    beside another.
    """
    found: set[int] = set()
    last: int | None = None
    at = 0
    while at < len(tokens):
        after = _past(tokens, at)
        if BREAK in tokens[at:after] and last is not None:
            found.add(last)
            last = None
        gap, at = tokens[at:after], after
        seen = found if last is None else {*found, last}
        match = next(
            ((number, end) for number, spellings in enumerate(names) if number not in seen for end in _ends(tokens, at, spellings)),
            None,
        )  # fmt: skip
        if match is not None:
            if last is not None:
                return {*found, last, match[0]}
            last, at = match
        elif seen and (end := _filler(tokens, at, apart=bool(gap))):
            at = end
        else:
            return found
    return found if last is None else {*found, last}


def _ends(tokens: Sequence[str], at: int, spellings: Sequence[Spelling]) -> Iterable[int]:
    """Where a name that stands here ends."""
    for spelling in spellings:
        end = at
        for word in spelling:
            end = _past(tokens, end)
            if tokens[end : end + 1] != [word]:
                break
            end += 1
        else:
            yield end


def _past(tokens: Sequence[str], at: int) -> int:
    while at < len(tokens) and tokens[at] in (BREAK, COMMA):
        at += 1
    return at


def _filler(tokens: Sequence[str], at: int, *, apart: bool) -> int:
    """Where a date, the rest of a place or a second place ends, at what parts it from the sentence; 0 where none stands here."""
    if not apart and not tokens[at][0].isdigit():
        return 0
    for end in range(at, min(at + _FILLER + 1, len(tokens))):
        if tokens[end] == BREAK:
            is_date = any(token[0].isdigit() for token in tokens[at:end])
            return end if is_date or end - at <= _REST else 0
    return 0
