"""What several partners demand, each with its own numbers."""

from collections.abc import Callable
from datetime import timedelta

from feeds.clean.html import text_of
from feeds.document import FeedDocument, FeedItem
from feeds.newsroom.partners.presets.base import Around, FeedRule, ItemRule, Said


def item_rule(
    name: str, source: str, *, refuses: bool = True
) -> Callable[[Callable[[FeedItem, Around], Said]], ItemRule]:
    return lambda check: ItemRule(name=name, source=source, check=check, refuses=refuses)


def feed_rule(name: str, source: str, *, refuses: bool = True) -> Callable[[Callable[[FeedDocument], Said]], FeedRule]:
    return lambda check: FeedRule(name=name, source=source, check=check, refuses=refuses)


def has_text(source: str) -> ItemRule:
    @item_rule("text", source)
    def rule(item: FeedItem, _: Around) -> Said:
        return None if text_of(item.content_html) else "It has no text: write its body."

    return rule


def has_picture(source: str, *, refuses: bool = True) -> ItemRule:
    """Of entries that had the first picture of their text made their photo."""

    @item_rule("picture", source, refuses=refuses)
    def rule(item: FeedItem, _: Around) -> Said:
        return None if item.photo is not None else "It has no picture: give it a photo, or put one into its text."

    return rule


def big_picture(source: str, *, width: int = 0, side: int = 0, either: int = 0, refuses: bool = False) -> ItemRule:
    """In pixels: `width` across, `side` at the smallest side, `either` at one of the two. What is unknown is passed over."""

    @item_rule("picture size", source, refuses=refuses)
    def rule(item: FeedItem, _: Around) -> Said:
        photo = item.photo
        if photo is None or not photo.width or not photo.height:
            return None
        has = f"Its picture has {photo.width} × {photo.height} pixels"
        if photo.width < width:
            return f"{has}: take one at least {width} wide."
        if min(photo.width, photo.height) < side:
            return f"{has}: take one of which the smaller side has at least {side}."
        if max(photo.width, photo.height) < either:
            return f"{has}: take one at least {either} wide or high."
        return None

    return rule


def title_length(source: str, *, shortest: int, longest: int, refuses: bool = True) -> ItemRule:
    @item_rule("title", source, refuses=refuses)
    def rule(item: FeedItem, _: Around) -> Said:
        length = len(item.title)
        if shortest <= length <= longest:
            return None
        allowed = f"of {shortest} to {longest} characters"
        return f"Its title has {length} character{'s' * (length != 1)}: write one {allowed}."

    return rule


def younger_than(source: str, days: int) -> ItemRule:
    @item_rule("age", source)
    def rule(item: FeedItem, around: Around) -> Said:
        age = around.now - item.published
        if age < timedelta(days=days):
            return None
        return f"It was published {age.days} days ago, and only what is younger than {days} is taken: leave it out with --days."

    return rule


def in_the_feeds_language(source: str) -> ItemRule:
    @item_rule("language", source)
    def rule(item: FeedItem, around: Around) -> Said:
        if not item.language or _primary(item.language) == _primary(around.document.language):
            return None
        return (
            f"Its language is {item.language}, and the feed's is {around.document.language}: a feed is in one language; give the "
            "partner one for each, with --language."
        )

    return rule


def language_with_region(source: str) -> FeedRule:
    @feed_rule("language", source)
    def rule(document: FeedDocument) -> Said:
        parts = document.language.split("-")[1:]
        if any((len(part) == 2 and part.isalpha()) or (len(part) == 3 and part.isdigit()) for part in parts):
            return None
        named = f"Its language is {document.language}" if document.language else "It names no language"
        return f"{named}, without a region: set DATELINE_LANGUAGE to one such as en-GB."

    return rule


def entries(source: str, *, least: int = 0, most: int = 0, refuses: bool = True) -> FeedRule:
    """How many a feed has."""

    @feed_rule("entries", source, refuses=refuses)
    def rule(document: FeedDocument) -> Said:
        count = len(document.items)
        has = f"It has {count} {'entry' if count == 1 else 'entries'}"
        if count < least:
            return f"{has}, and {least} are wanted: say --items {least}, or open the terms to more articles."
        if most and count > most:
            return f"{has}, and no more than {most} are read at a time: say --items {most}."
        return None

    return rule


def _primary(tag: str) -> str:
    return tag.partition("-")[0].casefold()
