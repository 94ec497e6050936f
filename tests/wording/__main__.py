"""`make messages`: what readers see, collected, and what each language has no words for yet."""

from tests.wording.messages import write

write()
