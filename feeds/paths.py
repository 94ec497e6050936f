"""Every path of the site: each shape of them stands here once, and is built and understood by the same template.

Paths are unencoded. What the store keeps of them is its own (`storage.model.paths`), and not said again here.
"""

import re
from collections.abc import Mapping
from datetime import date

from storage.model import UPLOADS as UPLOADS  # Where WordPress serves uploads; the media folder answers for it here.
from storage.model import article_path, author_page, section_page, tag_page

YEAR_DIGITS, TWO_DIGITS = "[0-9]{4}", "[0-9]{2}"
ID = "[1-9][0-9]{0,17}"
"""The number of a row: what the store could not know, is none."""
_CONVERTORS: Mapping[str, str] = {"": "[^/]+", "path": ".*", "year": YEAR_DIGITS, "twodigits": TWO_DIGITS, "id": ID}
"""What a name may stand for, by its convertor: as in Starlette's routes."""
_NAME = re.compile(r"\{(\w+)(?::(\w+))?\}")


class PathTemplate:
    """A shape of paths, written as a route of Starlette's: '/section/{section:path}/'."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        """For a route."""
        self._template = _NAME.sub(r"{\1}", pattern)
        parts = _NAME.split(pattern)
        texts, names, convertors = parts[::3], parts[1::3], parts[2::3]
        self._names = tuple(names)
        held = (f"(?P<{name}>{_CONVERTORS[kind or '']})" for name, kind in zip(names, convertors, strict=True))
        self._regex = re.compile("".join(map("".join, zip(map(re.escape, texts), [*held, ""], strict=True))), re.DOTALL)
        self.root = texts[0]
        """What all of them begin with: '/section/'."""
        self.specificity = pattern.count("/") - len(names)
        """How much of it is fixed. Of two shapes that one path has, the more specific is meant: '/section/{section}/comments/'."""

    def __call__(self, **names: str) -> str:
        """The path of these names; others are passed over."""
        return self._template.format_map(names)

    def fill(self, *values: str) -> str:
        """The path of these values for its names, in their order."""
        return self(**dict(zip(self._names, values, strict=True)))

    def match(self, path: str) -> Mapping[str, str] | None:
        """The names in a path; None for one of another shape."""
        found = self._regex.fullmatch(path)
        return found.groupdict() if found else None

    def matches(self, path: str) -> bool:
        return self._regex.fullmatch(path) is not None


HOME = PathTemplate("/")
YEAR = PathTemplate("/{year:year}/")
MONTH = PathTemplate("/{year:year}/{month:twodigits}/")
DAY = PathTemplate("/{year:year}/{month:twodigits}/{day:twodigits}/")
ARTICLE = PathTemplate(article_path("{year:year}-{month:twodigits}-{day:twodigits}", "{slug}"))
SECTION = PathTemplate(section_page("{section:path}"))
TAG = PathTemplate(tag_page("{tag}"))
AUTHOR = PathTemplate(author_page("{author}"))
COMMENTS = PathTemplate("/comments/")
SECTION_COMMENTS = PathTemplate(f"{SECTION.pattern}comments/")
PAGE = PathTemplate("/{page:path}/")
"""Of a standing page. Whatever else has such a path is there instead."""
SEARCH = PathTemplate("/search/")
"""Of its feed alone: a feed stands below its page, and the page has no last slash."""
SEARCH_PAGE = "/search"

DIRECTORY = "/feeds/"
OPML = "/feeds.opml"
SITEMAP = "/sitemap.xml"
SITEMAP_PAGE = PathTemplate("/sitemap-{page}.xml")
NEWS_SITEMAP = "/news-sitemap.xml"
ROBOTS = "/robots.txt"
LICENSE = "/license.xml"
EMBED = "/oembed"
EVENTS = "/events"
"""Of a feed, as it changes. What is at `/events/` is the newsroom's own."""
REPLIES = PathTemplate(f"{ARTICLE.pattern}comments")
"""To which the form on an article's page is sent."""
REPLY_DELETION = PathTemplate(f"{REPLIES.pattern}/delete")
REPLY_FOLLOWING = PathTemplate(f"{REPLIES.pattern}/follow")
REPLY_FEED = PathTemplate("/replies/{key}/")
"""Of the feed of replies to one's own comments; the key is a secret."""
REPLY_FEED_END = PathTemplate(f"{REPLY_FEED.pattern}end")

API = "/api/"
OPENAPI = f"{API}openapi.json"
API_ARTICLE = PathTemplate(f"{API}articles/{{id}}")
API_SECTION = PathTemplate(f"{API}sections/{{section:path}}")
API_PAGE = PathTemplate(f"{API}pages/{{page:path}}")
API_ARTICLES = f"{API}articles"
API_CHANGES = f"{API}changes"
API_MEDIA = f"{API}media"
API_PARTNER = PathTemplate(f"{API}partners/{{name:path}}")
DESK = "/desk/"
DESK_ARTICLES = f"{DESK}articles/"
DESK_THREAD = PathTemplate(f"{DESK_ARTICLES}{{id:id}}/")
DESK_TAKEDOWN = PathTemplate(f"{DESK_THREAD.pattern}takedown/")
DESK_EDIT_ARTICLE = PathTemplate(f"{DESK_THREAD.pattern}edit/")
DESK_DECISIONS = f"{DESK}decisions/"
DESK_SUBSCRIPTIONS = f"{DESK}subscriptions/"
DESK_END_SUBSCRIPTION = f"{DESK_SUBSCRIPTIONS}end"
DESK_PARTNERS = f"{DESK}partners/"
DESK_PARTNER = PathTemplate(f"{DESK_PARTNERS}{{id:id}}/")
DESK_PARTNER_ACCOUNT = PathTemplate(f"{DESK_PARTNER.pattern}account.csv")
DESK_COMMENT = PathTemplate(f"{DESK}comments/{{id:id}}/")
DESK_BAN_AUTHOR = PathTemplate(f"{DESK_COMMENT.pattern}ban")
DESK_BANS = f"{DESK}bans/"
DESK_LIFT_BAN = f"{DESK_BANS}lift"
DESK_NOTICES = f"{DESK}notices/"
DESK_OPEN_FEED = f"{DESK_NOTICES}feed"
DESK_END_FEED = f"{DESK_NOTICES}end"
DESK_ADD_WEBHOOK = f"{DESK_NOTICES}webhooks"
DESK_REMOVE_WEBHOOK = f"{DESK_ADD_WEBHOOK}/remove"
DESK_FEED = PathTemplate(f"{DESK}feed/{{key}}.atom")
"""Of what waits; the key is a secret."""
DESK_MODERATE = f"{DESK}moderate"
DESK_UNDO = f"{DESK}undo"
DESK_SIGN_IN = f"{DESK}sign-in"
DESK_SIGN_OUT = f"{DESK}sign-out"
PARTNER = "/partner/"
PARTNER_CHANGES = f"{PARTNER}changes"
PARTNER_MIRROR = f"{PARTNER}mirror"
HUB = "/hub"
HUB_CHECK = PathTemplate("/hub/check/{token}")
"""The server's own callback in a trial of its hub; the token is a secret."""
HUB_CHECK_PAGE = PathTemplate(f"{HUB_CHECK.pattern}/")
"""Below which the trial's feed is a topic. Nobody is answered there."""

HEALTH = "/healthz"
READINESS = "/readyz"
METRICS = "/metrics"

FAVICON = "/favicon.ico"
ICON = "/icon.png"
"""The icon of a newsroom that has none of its own: it stands in feeds, and so never changes its address."""
STATIC = "/static/"
STYLE_SHEET = f"{STATIC}feed.css"
"""How a browser shows a feed's XML. The path is in every feed's bytes, and so never changes."""
MEDIA = "/media/"
GHOST_FILES = ("/content/images/", "/content/media/", "/content/files/")
"""Where Ghost does; folders of the same names in the media folder answer for them."""

_FEED = re.compile(r"(?P<page>/|/.+/)feed(?P<extension>\.[a-z]+)", re.DOTALL)


def feed_path(page: str, extension: str = "") -> str:
    """Where the feed of what is at a page is, in the format of an extension ('.rss'); without one, where all formats are."""
    return f"{page}feed{extension}"


def split_feed_path(path: str) -> tuple[str, str] | None:
    """The page and the extension of a feed's path, whether or not there is such a format; None for any other path."""
    found = _FEED.fullmatch(path)
    return (found["page"], found["extension"]) if found else None


def year_path(day: date) -> str:
    return YEAR(**_digits(day))


def month_path(day: date) -> str:
    return MONTH(**_digits(day))


def day_path(day: date) -> str:
    return DAY(**_digits(day))


def _digits(day: date) -> dict[str, str]:
    return {"year": f"{day.year:04d}", "month": f"{day.month:02d}", "day": f"{day.day:02d}"}
