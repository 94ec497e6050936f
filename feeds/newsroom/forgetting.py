"""A reader's wish to be forgotten: what becomes of all that they wrote."""

from datetime import timedelta

from feeds.newsroom.replies import ANONYMOUS
from feeds.wording import wording_of
from storage.model import Forgotten
from storage.protocol import Privacy

_BATCH = 200
"""Comments a transaction: whoever wrote tens of thousands does not hold up the readers who write now."""
_ANONYMOUS = {"it": "Anonimo", "nl": "Anoniem"}
"""In languages without a catalogue."""


def anonymous(language: str) -> str:
    """The name of an author without one, in the language of an RFC 5646 tag; in English where we do not know it."""
    return _ANONYMOUS.get(language.lower().partition("-")[0]) or wording_of(language).gettext(ANONYMOUS)


async def forget(store: Privacy, email: str, *, language: str, erase: bool, list_after: timedelta) -> Forgotten:
    """Forget all comments of an email, batch by batch: one that is cut short is taken up where it ended by another call."""
    anonymised = erased = lifted = 0
    named: frozenset[int] = frozenset()
    while True:
        batch = await store.forget_comments(
            email.strip(), alias=anonymous(language), erase=erase, list_after=list_after, limit=_BATCH
        )
        anonymised, erased, lifted = anonymised + batch.anonymised, erased + batch.erased, lifted + batch.lifted
        named |= batch.named
        if batch == Forgotten():
            return Forgotten(anonymised=anonymised, erased=erased, lifted=lifted, named=named)
