"""Flipboard.

Sources, as found in November 2026: "Optimizing your RSS feed for Flipboard" of about.flipboard.com, and faq 1023 of
flipboard.helpshift.com.
"""

from dataclasses import replace

from feeds.document import FeedItem
from feeds.newsroom.partners.presets.base import Around, Preset, Said
from feeds.newsroom.partners.presets.forms import excerpt_of, with_picture
from feeds.newsroom.partners.presets.rules import big_picture, entries, has_picture, has_text, item_rule

_SPECIFICATION = "https://about.flipboard.com/rss-spec/"
_GUIDELINES = "https://flipboard.helpshift.com/hc/en/1-flipboard/faq/1023-resubmit-an-rss-feed/"

_ENTRIES = 30
_DESCRIPTION = 300
"""Characters, "or more"."""


def form(item: FeedItem) -> FeedItem:
    """The photo is the enclosure where there is no other file, and in the text in any case."""
    item = with_picture(item)
    return replace(
        item,
        summary=item.summary if item.summary.strip() else excerpt_of(item.content_html, _DESCRIPTION),
        shown=replace(item.shown, photo=True, enclosure=True),
    )


@item_rule("description", _GUIDELINES, refuses=False)
def _description(item: FeedItem, _: Around) -> Said:
    length = len(item.summary)
    if length >= _DESCRIPTION:
        return None
    return (
        f"Its summary has {length} character{'s' * (length != 1)}, and {_DESCRIPTION} or more are wanted: write a longer one, or "
        "none: then it is made of the text."
    )


FLIPBOARD = Preset(
    name="flipboard",
    label="Flipboard",
    item=form,
    items=_ENTRIES,
    item_rules=(
        has_text(_SPECIFICATION),
        has_picture(_SPECIFICATION),
        big_picture(_GUIDELINES, side=500, refuses=True),
        _description,
    ),
    feed_rules=(entries(_SPECIFICATION, least=_ENTRIES),),
    needs_text=_SPECIFICATION,
    needs_pictures=_SPECIFICATION,
)
