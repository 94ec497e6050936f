"""Who counts as the same author: what is compared of names and addresses, whatever the store."""

from unicodedata import normalize

_COMPARED = 1_000
"""Characters of a name; no form takes as many. Putting marks in order takes quadratic time where one letter has thousands."""


def name_key(name: str) -> str:
    """A name as it is compared: without regard to case, to how a letter is made up, or to how much space there is."""
    return " ".join(normalize("NFKC", name[:_COMPARED]).casefold().split())


def email_key(email: str) -> str:
    """An email as it is compared: without regard to case."""
    return email.casefold()
