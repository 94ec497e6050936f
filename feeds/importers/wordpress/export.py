"""What the API says, written down as the export that WordPress itself makes of a site (WXR 1.2)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from html import unescape
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit
from xml.sax.saxutils import escape, quoteattr

from feeds.clean.text import xml_safe
from feeds.importers.wordpress.kinds import TERMS
from feeds.importers.wordpress.shelf import Shelf
from feeds.importers.wordpress.values import Thing, number, numbers, text, written
from feeds.importers.wxr.members import READERS_FIELDS
from feeds.media_types import is_played, media_type

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/"><channel>
"""
_TAIL = "</channel></rss>\n"
_STATES = {"approved": "1", "hold": "0"}
"""Of comments, where WordPress's export has another word than its API."""
_ADDRESS = re.compile(r"""https?://[^\s"'<>\[\]()]{1,1000}""", re.I)
_NUMBER = re.compile(r"\d{1,15}")
_HTML_BLOCK = "<!-- wp:html -->\n"
"""What is ready-made already gets no paragraphs any more."""
_CUT_SHORT = ("[&hellip;]</p>", "[…]</p>")
_WAITS = "scheduled"
"""In place of WordPress's 'future': what both would publish is a draft here, and named so in the summary."""


class Export:
    """Writes exports of what a shelf has."""

    def __init__(self, shelf: Shelf, taxonomies: Mapping[str, str], *, scheduled: bool) -> None:
        """`taxonomies`: what posts call the lists of their terms, by names. `scheduled`: publish here what is scheduled there."""
        self._shelf = shelf
        self._fields = taxonomies
        self._scheduled = scheduled
        self._terms = {name: dict(_by_id(shelf.all(f"{TERMS}{name}"))) for name in taxonomies}
        self._logins = {number(user, "id"): text(user, "username") or text(user, "slug") for user in shelf.all("users")}

    def write(self, path: Path, posts: Iterable[int] | None = None) -> int:
        """Write a file of everything, or of the posts and pages with these ids; return how many it has."""
        count = 0
        with path.open("w", encoding="utf-8", errors="replace") as file:
            file.write(_HEAD)
            for element in self._channel():
                file.write(xml_safe(element))
            wanted = None if posts is None else set(posts)
            for thing in self._attachments(wanted):
                file.write(xml_safe(self._attachment(thing)))
            for kind in ("blocks", "posts", "pages"):
                for thing in self._shelf.all(kind):
                    if wanted is None or kind == "blocks" or number(thing, "id") in wanted:
                        self._write_item(file, thing)
                        count += kind != "blocks"
            file.write(_TAIL)
        return count

    def _channel(self) -> Iterator[str]:
        home = self._shelf.fact("home")
        yield _element("title", self._shelf.fact("title")) + _element("link", home)
        yield _element("language", self._shelf.fact("language")) + _element("wp:wxr_version", "1.2")
        yield _element("wp:base_site_url", home) + _element("wp:base_blog_url", home)
        for user in self._shelf.all("users"):
            yield _group(
                "wp:author",
                ("wp:author_id", text(user, "id")),
                ("wp:author_login", self._logins[number(user, "id")]),
                ("wp:author_display_name", text(user, "name")),
            )
        for name, terms in self._terms.items():
            for term in terms.values():
                parent = text(terms.get(number(term, "parent"), {}), "slug")
                yield _term(name, term, parent)

    def _attachments(self, wanted: set[int] | None) -> Iterator[Thing]:
        """All, or those that some posts may show: an id or an address of one stands in them, or they were uploaded for them."""
        if wanted is None:
            yield from self._shelf.all("media")
            return
        ids: set[int] = set()
        for post in wanted:
            ids.update(number(one, "id") for one in self._shelf.of_parent("media", post))
            for kind in ("posts", "pages"):
                thing = self._shelf.get(kind, post) or {}
                ids.add(number(thing, "featured_media"))
                ids.update(map(int, _NUMBER.findall(written(thing, "content"))))
        yield from filter(None, (self._shelf.get("media", one) for one in sorted(ids)))

    def _attachment(self, thing: Thing) -> str:
        details = thing.get("media_details")
        facts = _php(details) if isinstance(details, Mapping) else ""
        parts = [*self._common(thing, "attachment"), ("wp:attachment_url", text(thing, "source_url"))]
        parts.append(("excerpt:encoded", written(thing, "caption")))
        metas = (
            ("_wp_attached_file", text(thing, "media_details", "file")),
            ("_wp_attachment_image_alt", text(thing, "alt_text")),
            ("_wp_attachment_metadata", facts),
        )
        return f"<item>{_elements(parts)}{''.join(_meta(key, value) for key, value in metas if value)}</item>\n"

    def _write_item(self, file: IO[str], thing: Thing) -> None:
        kind = text(thing, "type") or "post"
        parts = [*self._common(thing, kind), ("content:encoded", _content(thing)), ("excerpt:encoded", _excerpt(thing))]
        if text(thing, "password") or _is_protected(thing):
            # That there is one is all that is to be known of it.
            parts.append(("wp:post_password", "protected"))
        parts.append(("wp:is_sticky", "1" if thing.get("sticky") is True else "0"))
        metas = (*_metas(thing), *self._enclosures(thing))
        file.write(xml_safe(f"<item>{_elements(parts)}{''.join(self._categories(thing))}{''.join(metas)}"))
        for comment in self._shelf.of_parent("comments", number(thing, "id")):
            file.write(xml_safe(_comment(comment)))
        file.write("</item>\n")

    def _enclosures(self, thing: Thing) -> Iterator[str]:
        """Sound and film that a text links to: WordPress makes enclosures of them by itself, and does not tell."""
        content = written(thing, "content")
        played = dict.fromkeys(unescape(url) for url in _ADDRESS.findall(content) if is_played(urlsplit(url).path))
        if not played:
            return
        ids = {number(one, "id") for one in self._shelf.of_parent("media", number(thing, "id"))}
        ids.update(map(int, _NUMBER.findall(content)))
        known = {text(one, "source_url"): one for one in filter(None, (self._shelf.get("media", i) for i in ids))}
        for url in played:
            of = known.get(url, {})
            kind = text(of, "mime_type") or media_type(urlsplit(url).path)
            yield _meta("enclosure", f"{url}\n{number(of, 'media_details', 'filesize')}\n{kind}\n")

    def _common(self, thing: Thing, kind: str) -> list[tuple[str, str]]:
        status = text(thing, "status")
        dated = ("" if _is_floating(thing) else text(thing, "date_gmt")) or "0000-00-00T00:00:00"
        return [
            ("title", written(thing, "title")),
            ("link", text(thing, "link")),
            ("dc:creator", self._logins.get(number(thing, "author"), "")),
            ("guid", _guid(thing)),
            ("wp:post_id", text(thing, "id")),
            ("wp:post_date", _moment(text(thing, "date"))),
            ("wp:post_date_gmt", _moment(dated)),
            ("wp:post_modified", _moment(text(thing, "modified"))),
            ("wp:post_modified_gmt", _moment(text(thing, "modified_gmt"))),
            ("wp:comment_status", text(thing, "comment_status")),
            ("wp:post_name", text(thing, "slug")),
            ("wp:status", _WAITS if status == "future" and not self._scheduled else status),
            ("wp:post_parent", text(thing, "parent") or text(thing, "post") or "0"),
            ("wp:menu_order", text(thing, "menu_order") or "0"),
            ("wp:post_type", kind),
        ]

    def _categories(self, thing: Thing) -> Iterator[str]:
        for name, key in self._fields.items():
            for one in numbers(thing, key):
                if term := self._terms[name].get(one):
                    yield _category(name, text(term, "slug"), text(term, "name"))
        if lang := text(thing, "lang"):
            yield _category("language", lang, lang)


def _by_id(things: Iterable[Thing]) -> Iterator[tuple[int, Thing]]:
    for thing in things:
        yield number(thing, "id"), thing


def _element(name: str, value: str) -> str:
    return f"<{name}>{escape(value)}</{name}>\n" if value else ""


def _elements(parts: Iterable[tuple[str, str]]) -> str:
    return "".join(_element(*part) for part in parts)


def _group(name: str, *parts: tuple[str, str]) -> str:
    return f"<{name}>{_elements(parts)}</{name}>\n"


def _meta(key: str, value: str) -> str:
    return _group("wp:postmeta", ("wp:meta_key", key), ("wp:meta_value", value))


def _category(domain: str, slug: str, name: str) -> str:
    return f"<category domain={quoteattr(domain)} nicename={quoteattr(slug)}>{escape(name)}</category>\n"


def _term(taxonomy: str, term: Thing, parent: str) -> str:
    one, slug, name, about = (text(term, key) for key in ("id", "slug", "name", "description"))
    if taxonomy == "category":
        return _group(
            "wp:category", ("wp:term_id", one), ("wp:category_nicename", slug), ("wp:category_parent", parent),
            ("wp:cat_name", name), ("wp:category_description", about),
        )  # fmt: skip
    if taxonomy == "post_tag":
        return _group("wp:tag", ("wp:term_id", one), ("wp:tag_slug", slug), ("wp:tag_name", name))
    return _group(
        "wp:term", ("wp:term_id", one), ("wp:term_taxonomy", taxonomy), ("wp:term_slug", slug), ("wp:term_parent", parent),
        ("wp:term_name", name), ("wp:term_description", about),
    )  # fmt: skip


def _comment(comment: Thing) -> str:
    status = text(comment, "status")
    kind = text(comment, "type")
    return _group(
        "wp:comment",
        ("wp:comment_id", text(comment, "id")),
        ("wp:comment_author", text(comment, "author_name")),
        ("wp:comment_author_email", text(comment, "author_email")),
        ("wp:comment_author_url", text(comment, "author_url")),
        ("wp:comment_date", _moment(text(comment, "date"))),
        ("wp:comment_date_gmt", _moment(text(comment, "date_gmt"))),
        ("wp:comment_content", written(comment, "content")),
        ("wp:comment_approved", _STATES.get(status, status)),
        ("wp:comment_type", kind),
        ("wp:comment_parent", text(comment, "parent") or "0"),
    )


def _metas(thing: Thing) -> Iterator[str]:
    """Custom fields that the API has words for; of those that say who may read it, lists and truths as well."""
    if picture := number(thing, "featured_media"):
        yield _meta("_thumbnail_id", str(picture))
    fields = thing.get("meta")
    for key, field in fields.items() if isinstance(fields, Mapping) else ():
        for value in field if isinstance(field, list) and key in READERS_FIELDS else (field,):
            if said := "1" if value is True and key in READERS_FIELDS else text({key: value}, key):
                yield _meta(key, said)


def _guid(thing: Thing) -> str:
    """As the export has it: text of XML that WordPress made, where '&#038;' is '&'."""
    guid = text(thing, "guid", "raw") or text(thing, "guid", "rendered")
    return guid.replace("&#038;", "&").replace("&amp;", "&")


def _is_floating(thing: Thing) -> bool:
    """Whether a draft has no date yet: WordPress dates it anew whenever it is saved."""
    return text(thing, "status") in ("draft", "pending") and text(thing, "date") == text(thing, "modified")


def _is_protected(thing: Thing) -> bool:
    content = thing.get("content")
    return isinstance(content, Mapping) and content.get("protected") is True


def _content(thing: Thing) -> str:
    """What the site shows has its paragraphs, and no shortcodes any more: what looks like one is text."""
    content = thing.get("content")
    if isinstance(content, Mapping) and isinstance(content.get("raw"), str):
        return text(thing, "content", "raw")
    shown = text(thing, "content", "rendered")
    return _HTML_BLOCK + shown.replace("[", "&#91;") if shown else ""


def _excerpt(thing: Thing) -> str:
    """One that somebody wrote: where none did, WordPress shows the beginning of the text."""
    excerpt = thing.get("excerpt")
    if isinstance(excerpt, Mapping) and isinstance(excerpt.get("raw"), str):
        return text(thing, "excerpt", "raw")
    shown = text(thing, "excerpt", "rendered").strip()
    if shown.endswith(_CUT_SHORT) or _is_protected(thing):
        return ""
    # Where the text is short, nothing tells but the words.
    words = iter(_words(text(thing, "content", "rendered")))
    return "" if all(word in words for word in _words(shown)) else shown


def _words(html: str) -> list[str]:
    return re.sub("<[^<>]*>", " ", html).split()


def _moment(moment: str) -> str:
    """As WordPress's database writes it."""
    return moment.replace("T", " ")[:19]


def _php(details: Mapping[str, object]) -> str:
    """Facts about a picture as PHP serialises them."""
    facts: dict[str, object] = {}
    for key in ("width", "height", "filesize"):
        if one := number(details, key):
            facts[key] = one
    with suppress(AttributeError):
        if credit := text(details, "image_meta", "credit"):
            facts["image_meta"] = {"credit": credit}
    return _serialised(facts) if facts else ""


def _serialised(value: object) -> str:
    if isinstance(value, dict):
        return f"a:{len(value)}:{{{''.join(_serialised(key) + _serialised(one) for key, one in value.items())}}}"
    if isinstance(value, int):
        return f"i:{value};"
    written = str(value)
    return f's:{len(written.encode("utf-8", "replace"))}:"{written}";'
