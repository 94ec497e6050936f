"""The words of one language. A process has one: the setting decides, not who asks."""

from functools import lru_cache
from gettext import NullTranslations
from hashlib import blake2b

from feeds.wording.catalogues import SOURCE, load, nearest
from feeds.wording.dates import Dates, EnglishDates, LocaleDates
from feeds.wording.said import Said


class Wording:
    """Messages, by their English, and dates. What a message leaves open is named: "%(count)s comments"."""

    def __init__(self, language: str, catalogue: NullTranslations, dates: Dates, version: str = "") -> None:
        self.language = language
        """Of the catalogue, as in 'pt'."""
        self.catalogue = catalogue
        self.dates = dates
        self.version = version
        """Another when any of its words is; '' of the English, which the release's number tells."""

    @property
    def is_source(self) -> bool:
        """Whether it says messages as they are named."""
        return self.language == SOURCE

    def gettext(self, message: str, **values: object) -> str:
        text = self.catalogue.gettext(message)
        return text % values if values else text

    def pgettext(self, context: str, message: str, **values: object) -> str:
        """Of a message that says another thing elsewhere."""
        text = self.catalogue.pgettext(context, message)
        return text % values if values else text

    def ngettext(self, one: str, many: str, number: int, **values: object) -> str:
        """Of a message with a count, which is its `num`."""
        return self.catalogue.ngettext(one, many, number) % {"num": self.dates.number(number), **values}

    def of(self, said: str) -> str:
        """What was said, in this language; '' where it has no words for it, as for what is for programs."""
        if not said:
            # By that name catalogues have their own header.
            return ""
        message = said.message if isinstance(said, Said) else said
        text = self.catalogue.gettext(message)
        if text == message and not self.is_source:
            return ""
        return text % said.values if isinstance(said, Said) and said.values else text


ENGLISH = Wording(SOURCE, NullTranslations(), EnglishDates())


@lru_cache(maxsize=4)
def wording_of(tag: str) -> Wording:
    """The words nearest to an RFC 5646 tag, each catalogue read once; English where there are none."""
    language = nearest(tag)
    if language == SOURCE:
        return ENGLISH
    catalogue, source = load(language)
    return Wording(language, catalogue, LocaleDates(tag, language), blake2b(source, digest_size=8).hexdigest())
