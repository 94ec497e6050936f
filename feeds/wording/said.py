"""Messages that are written where nobody knows the newsroom's language."""

from collections.abc import Mapping


class Said(str):
    """A sentence in English that knows what it was made of, so that whoever shows it to a reader can say it in their language.

    For logs and for programs it is a string like any other.
    """

    message: str
    """Its name in the catalogues."""
    values: Mapping[str, object]

    def __new__(cls, message: str, values: Mapping[str, object]) -> "Said":
        said = super().__new__(cls, message % values if values else message)
        said.message, said.values = message, values
        return said

    def __str__(self) -> "Said":
        # The text of an exception is asked for in this way: it stays what it is.
        return self


def saying(message: str, **values: object) -> Said:
    """A message, as in saying("there is no section %(path)s", path=path)."""
    return Said(message, values)


def marked(message: str) -> str:
    """The message itself: whoever shows it looks it up. So it is found for the catalogues."""
    return message
