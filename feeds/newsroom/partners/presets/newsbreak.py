"""NewsBreak. Source, as found in November 2026: support.newsbreak.com, the FAQ of publishers."""

from feeds.document import FeedItem
from feeds.newsroom.partners.presets.base import Around, Preset, Said
from feeds.newsroom.partners.presets.forms import with_picture
from feeds.newsroom.partners.presets.rules import has_picture, has_text, item_rule

_FAQ = "https://support.newsbreak.com/publisher-faq"


@item_rule("language", _FAQ)
def _english(item: FeedItem, around: Around) -> Said:
    language = item.language or around.document.language
    if language.partition("-")[0].casefold() == "en":
        return None
    return f"Its language is {language or 'not known'}, and articles in English alone are taken: leave it out with --language en."


@item_rule("byline", _FAQ, refuses=False)
def _byline(item: FeedItem, around: Around) -> Said:
    named = {author.name for author in item.authors} - {around.document.title, ""}
    return None if named else "It names no author: sign it."


@item_rule("credit", _FAQ, refuses=False)
def _credit(item: FeedItem, _: Around) -> Said:
    return "Its photo has no credit: say whose it is." if item.photo is not None and not item.photo.credit else None


NEWSBREAK = Preset(
    name="newsbreak",
    label="NewsBreak",
    item=with_picture,
    item_rules=(has_text(_FAQ), has_picture(_FAQ), _english, _byline, _credit),
    needs_text=_FAQ,
    needs_pictures=_FAQ,
)
