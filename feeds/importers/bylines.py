"""Names of people from elsewhere, which may be email addresses: no byline is one."""

import re

_EMAIL = re.compile(
    r"(?:mailto:)?((?:[^\s<>()\[\]{},;:\"'@|/?=&]|(?<=\w)'(?=\w))+)@[^\s<>()\[\]{}@/:?&\"',;|]+(?:\?[^\s<>()\"]*)?",
    re.I,
)
_AROUND = " \t<>()[]{},;:|\"'-–—/"
_LONGEST = 1_000
"""Characters of a name that are looked at: an address is searched for at every letter."""


def beside_email(name: str) -> str:
    """A name without the email addresses in it: 'Ann Lee' of 'Ann Lee <ann@mail.example>'; '' where it says nothing else."""
    name = name.replace("%40", "@")
    if "@" not in name:
        return name
    name = name[:_LONGEST]
    return " ".join(_EMAIL.sub(" ", name).strip(_AROUND).split()) if _EMAIL.search(name) else name


def without_email(name: str) -> str:
    """As `beside_email`, but where it says nothing else what stands before the '@' of the first; '' if that is nothing."""
    found = _EMAIL.search(name[:_LONGEST]) if "@" in name else None
    return beside_email(name) or (found[1].strip(_AROUND + ".") if found else "")


def holds_email(text: str) -> bool:
    return "@" in text and _EMAIL.search(text[:_LONGEST]) is not None


def is_email(name: str) -> bool:
    """Whether a name is an email address, and nothing else."""
    return "@" in name and _EMAIL.fullmatch(name[:_LONGEST].strip(_AROUND)) is not None


def before_at(login: str) -> str:
    """A login without what follows its first '@': WordPress takes an email address for one, and makes a slug of all of it."""
    return login.partition("@")[0]
