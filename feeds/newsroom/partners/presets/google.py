"""Google News and Discover, which read no feeds that are submitted since March 2025: what counts are a news sitemap and pages.

Sources, as found in November 2026: "Create a News sitemap", "Google Discover" and "Article structured data" of
developers.google.com/search/docs. That submitted feeds are read no more was announced in February 2025.
"""

from feeds import paths
from feeds.document import FeedDocument, FeedItem
from feeds.newsroom.partners.presets.base import Around, Preset, Said
from feeds.newsroom.partners.presets.forms import dated_by_edits, with_picture
from feeds.newsroom.partners.presets.rules import big_picture, feed_rule, has_picture, has_text, item_rule

_SITEMAP = "https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap"
_DISCOVER = "https://developers.google.com/search/docs/appearance/google-discover"
_ARTICLE = "https://developers.google.com/search/docs/appearance/structured-data/article"


@feed_rule("feed", _SITEMAP, refuses=False)
def _feed(_: FeedDocument) -> Said:
    return f"No feed that is submitted is read since March 2025: name {paths.NEWS_SITEMAP} in Search Console instead."


@item_rule("byline", _ARTICLE, refuses=False)
def _byline(item: FeedItem, around: Around) -> Said:
    named = {author.name for author in item.authors} - {around.document.title, ""}
    return None if named else "It names no author: sign it."


GOOGLE = Preset(
    name="google",
    label="Google",
    item=lambda item: dated_by_edits(with_picture(item)),
    item_rules=(
        has_text(_ARTICLE),
        has_picture(_DISCOVER, refuses=False),
        big_picture(_DISCOVER, width=1200),
        _byline,
    ),
    feed_rules=(_feed,),
)
