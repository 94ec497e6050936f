"""Names of people from elsewhere, which may be email addresses: no byline is one."""

import re

_EMAIL = re.compile(
    r"(?:mailto:)?((?:[^\s<>()\[\]{},;:\"'@|]|(?<=\w)'(?=\w))+)"
    r"@(?:[^\s<>()\[\]{},;:\"'@|.]+\.)+[^\s<>()\[\]{},;:\"'@|.]+",
    re.I,
)
_AROUND = " \t<>()[]{},;:|\"'-–—/"
_LONGEST = 1_000
"""Characters of a name that are looked at: an address is searched for at every letter."""


def without_email(name: str) -> str:
    """A name without the email addresses in it: 'Ann Lee' of 'Ann Lee <ann@mail.example>'. Where it says nothing else, what stands
    before the '@' of the first; '' if that is nothing.
    """
    if "@" not in name:
        return name
    name = name[:_LONGEST]
    found = _EMAIL.search(name)
    if found is None:
        return name
    return " ".join(_EMAIL.sub(" ", name).strip(_AROUND).split()) or found[1].strip(_AROUND + ".")


def is_email(name: str) -> bool:
    """Whether a name is an email address, and nothing else."""
    return "@" in name and _EMAIL.fullmatch(name[:_LONGEST].strip(_AROUND)) is not None


def before_at(login: str) -> str:
    """A login without what follows its first '@': WordPress takes an email address for one, and makes a slug of all of it."""
    return login.partition("@")[0]
