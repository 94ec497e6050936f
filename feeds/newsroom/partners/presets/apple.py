"""Apple News, by RSS: Apple's own reading of feeds, and services that turn feeds into its format.

Sources, as found in November 2026: support.apple.com, "RSS guidelines for Apple News"; flatplan.io, "Technical Requirements".
"""

from feeds.document import FeedItem
from feeds.newsroom.partners.presets.base import Around, Preset, Said
from feeds.newsroom.partners.presets.forms import dated_by_edits
from feeds.newsroom.partners.presets.rules import entries, has_text, item_rule, language_with_region, title_length

_GUIDELINES = "https://support.apple.com/guide/news-publisher/apdc2c7520ff/icloud"
_BRIDGE = "https://flatplan.io/knowledge-base/technical-requirements"


@item_rule("tables", _GUIDELINES, refuses=False)
def _tables(item: FeedItem, _: Around) -> Said:
    return "It has a table, which is not shown: say in words what it tells." if "<table" in item.content_html else None


APPLE = Preset(
    name="apple",
    label="Apple News",
    item=dated_by_edits,
    item_rules=(
        has_text(_BRIDGE),
        title_length(_GUIDELINES, shortest=15, longest=60, refuses=False),
        _tables,
    ),
    feed_rules=(
        language_with_region(_GUIDELINES),
        entries(_BRIDGE, least=10, most=60),
    ),
)
