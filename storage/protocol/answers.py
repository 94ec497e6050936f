"""What requests were answered that are to be done once."""

from typing import Protocol

from storage.model import KeptAnswer


class Answers(Protocol):
    """Answers to requests with a key, for a day. The calls that take a `Once` keep them, in the transaction of what they write:
    where the key is known already they raise Repeated, and write nothing. No call appends a Change.
    """

    async def find_answer(self, token: str, key: str) -> KeptAnswer | None:
        """What a request of this token with this key was answered within the last day; None where there was none, or the token is
        gone.
        """
