"""A reader's wish to be forgotten."""

from datetime import timedelta
from typing import Protocol

from storage.model import Forgotten


class Privacy(Protocol):
    """A reader's wish to be forgotten."""

    async def forget_comments(
        self, email: str, *, alias: str, erase: bool, list_after: timedelta, limit: int
    ) -> Forgotten:
        """Forget the first `limit` comments of an email, compared without regard to case, with a Change for each; return how many.

        An approved one keeps its text and its place in the thread, and `alias` becomes its author's name; email, URL and
        IP hash are emptied. Any other, and with `erase` an approved one too, is emptied of all these, its author's name and its
        text, and stays in the trash as an empty stub: its guid is not forgotten, so that no import brings it back.
        Bans on the email and on the addresses that these comments came from are lifted: they are of this reader, too.
        Ask again until nothing is left to forget; each call is whole in itself. An empty email is nobody's.
        """

    async def scrub(self) -> bool:
        """Take what was overwritten or deleted out of the store's files, as far as they can be had; whether they could be.

        Copies elsewhere, such as backups, are not reached.
        """
