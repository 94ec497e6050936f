"""Names of people from elsewhere, which may be email addresses: no byline is one."""

import re

_LABEL = r"(?:[A-Za-z0-9][\w-]{0,62}+)"
_DOT = r"(?:\s*+[(\[{<-]\s*(?:dot|punkt)\s*[)\]}>-]\s*+|\s+(?-i:dot|DOT)\s+)"
_LOCAL = rf"(?<![\w.+-])((?:[\w.+]++{_DOT})?+[\w.+]++(?:-[\w.+]++)*+)"
_EMAIL = re.compile(
    r"(?:e-?mail\s*:\s*|mailto:)?((?:[^\s<>()\[\]{},;:\"'@|/?=&]|(?<=\w)'(?=\w))+)@"
    r"(?:\[[0-9a-f.:]{3,60}\]|[^\s<>()\[\]{}@/:?&\"',;|]+)(?:\?[^\s<>()\"]*)?",
    re.I,
)
_DISGUISED = re.compile(
    rf"{_LOCAL}\s*+[(\[{{<-]\s*(?:at|@|＠)\s*[)\]}}>-]\s*+{_LABEL}(?:(?:\.|{_DOT}){_LABEL})++"
    rf"|{_LOCAL}\s+(?-i:at|AT)\s+{_LABEL}(?:{_DOT}{_LABEL})++"
    rf"|{_LOCAL}\s*+[@＠﹫]\s*+{_LABEL}(?:(?:\.|\s+\.\s+){_LABEL})++",
    re.I,
)
"""As people write it where machines should not read it: 'ann at mail dot example', 'ann [at] mail.example', 'ann @ mail.example'.
"""
_MAYBE = re.compile(r"[@＠﹫]|\bat\b", re.I)
_TAG = re.compile(r"</?(?:a|abbr|address|b|br|cite|em|font|i|p|small|span|strong)\b(?:\s[^<>]*+)?/?>", re.I)
"""Markup around a name: of a link to its email address above all. 'Ann <ann@mail.example>' has none."""
_EMPTIED = re.compile(r"<\s*+>|\(\s*+\)|\[\s*+\]|\{\s*+\}")
_AROUND = " \t<>()[]{},;:|\"'-–—/@＠"
_LONGEST = 1_000
"""Characters of a name that are looked at: an address is searched for at every letter."""


def beside_email(name: str) -> str:
    """A name without the email addresses in it, in disguise or not, and without markup: 'Ann Lee' of 'Ann Lee <ann@mail.example>';
    '' where it says nothing else.
    """
    name = _without_markup(name)
    if not _MAYBE.search(name):
        return name
    name = name[:_LONGEST]
    left = _DISGUISED.sub(" ", _EMAIL.sub(" ", name))
    return name if left == name else " ".join(_EMPTIED.sub(" ", left).strip(_AROUND).split())


def without_email(name: str) -> str:
    """As `beside_email`, but where it says nothing else what stands before the '@' of the first; '' if that is nothing."""
    said = beside_email(name)
    if said or not name:
        return said
    name = _without_markup(name)[:_LONGEST]
    found = _EMAIL.search(name) or _DISGUISED.search(name)
    local = next(filter(None, found.groups()), "") if found else ""
    return beside_email(local.strip(_AROUND + "."))


def _without_markup(name: str) -> str:
    """Without an address in it, what looks like markup may be meant: 'Tom <b>'."""
    name = name.replace("%40", "@")
    if "<" not in name or not _MAYBE.search(name):
        return name
    bare = _TAG.sub(" ", name[:_LONGEST])
    return name if bare == name else " ".join(bare.split())


def holds_email(text: str) -> bool:
    return "@" in text and _EMAIL.search(text[:_LONGEST]) is not None


def is_email(name: str) -> bool:
    """Whether a name is an email address, and nothing else."""
    return "@" in name and _EMAIL.fullmatch(name[:_LONGEST].strip(_AROUND)) is not None


def before_at(login: str) -> str:
    """A login without what follows its first '@': WordPress takes an email address for one, and makes a slug of all of it."""
    return login.partition("@")[0]
