"""The words that readers see, in the newsroom's language: messages, counts, dates and digits.

The English of a message is its name in the catalogues. What is for staff and for programs is in English, and is none of them.
"""

from feeds.wording.said import Said, marked, saying
from feeds.wording.wording import ENGLISH, Wording, wording_of

__all__ = ["ENGLISH", "Said", "Wording", "marked", "saying", "wording_of"]
