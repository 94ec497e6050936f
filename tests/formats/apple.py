"""What Apple Podcasts asks of a feed, as far as the feed shows it: by its published rules alone, and by no code of ours.

https://podcasters.apple.com/support/823-podcast-requirements and A Podcaster's Guide to RSS
(https://help.apple.com/itc/podcasts_connect/#/itcb54353390).
"""

import re
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from lxml import etree

ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
_IT = f"{{{ITUNES}}}"
_FILES = {
    "m4a": "audio/x-m4a",
    "mp3": "audio/mpeg",
    "mov": "video/quicktime",
    "mp4": "video/mp4",
    "m4v": "video/x-m4v",
    "pdf": "application/pdf",
}
_LANGUAGE = re.compile("[a-z]{2}(-[a-z]{2,8})*", re.I)
_BOOLEAN = ("true", "false")
_LONG = ("description", f"{_IT}summary")


def faults(feed: bytes) -> list[str]:
    """The rules that it breaks, each by a short name; none of a feed that Apple takes."""
    root = etree.fromstring(feed)
    [channel] = root
    episodes = [(item, file) for item in channel.findall("item") for file in item.findall("enclosure")]
    found = [*_root(root), *_channel(channel)]
    urls = [file.get("url") for _, file in episodes]
    guids = [item.findtext("guid") for item, _ in episodes]
    if len(set(urls)) < len(urls):
        found.append("enclosure: unique")
    if len(set(guids)) < len(guids):
        found.append("guid: unique")
    if not urls:
        found.append("enclosure: none")
    for item, file in episodes:
        found += [*_item(item, serial=channel.findtext(f"{_IT}type") == "serial"), *_enclosure(file)]
    return found


def _root(root: etree._Element) -> Iterator[str]:
    if root.tag != "rss" or root.get("version") != "2.0" or root.nsmap.get("itunes") != ITUNES:
        yield "rss"


def _channel(channel: etree._Element) -> Iterator[str]:
    yield from _texts(channel)
    for name in ("title", "description", "link", f"{_IT}author"):
        if not (channel.findtext(name) or "").strip():
            yield name.removeprefix(_IT)
    if not _LANGUAGE.fullmatch(channel.findtext("language") or ""):
        yield "language"
    if channel.findtext(f"{_IT}explicit") not in _BOOLEAN:
        yield "explicit"
    if channel.findtext(f"{_IT}type", "episodic") not in ("episodic", "serial"):
        yield "type"
    if channel.find(f"{_IT}category") is None:
        yield "category"
    if channel.find(f"{_IT}image") is None:
        yield "image"
    yield from _images(channel)
    email = channel.findtext(f"{_IT}owner/{_IT}email")
    if channel.find(f"{_IT}owner") is not None and "@" not in (email or ""):
        yield "owner"


def _item(item: etree._Element, *, serial: bool) -> Iterator[str]:
    yield from _texts(item)
    if not (item.findtext("title") or "").strip():
        yield "item title"
    if not item.findtext("guid"):
        yield "guid"
    date = item.findtext("pubDate") or ""
    if parsedate_to_datetime(date).tzinfo is None or not re.search(r" \d{4} \d\d:\d\d:\d\d [+-]\d{4}$", date):
        yield "pubDate"
    yield from _images(item)
    for name in ("duration", "episode", "season"):
        if not re.fullmatch("[1-9][0-9]*", item.findtext(f"{_IT}{name}", "1")):
            yield name
    if serial and item.find(f"{_IT}episode") is None:
        yield "episode: serial"
    if item.findtext(f"{_IT}episodeType", "full") not in ("full", "trailer", "bonus"):
        yield "episodeType"
    if item.findtext(f"{_IT}explicit", "true") not in _BOOLEAN:
        yield "explicit"


def _enclosure(enclosure: etree._Element) -> Iterator[str]:
    url = urlsplit(enclosure.get("url", ""))
    if url.scheme != "https" or not url.geturl().isascii():
        yield "enclosure: url"
    if not re.fullmatch("[1-9][0-9]*", enclosure.get("length", "")):
        yield "enclosure: length"
    if _FILES.get(url.path.rpartition(".")[2].lower()) != enclosure.get("type"):
        yield "enclosure: type"


def _images(parent: etree._Element) -> Iterator[str]:
    for image in parent.findall(f"{_IT}image"):
        url = urlsplit(image.get("href", ""))
        if url.scheme != "https" or not url.path.lower().endswith((".jpg", ".jpeg", ".png")):
            yield "image: url"


def _texts(parent: etree._Element) -> Iterator[str]:
    """4000 bytes of a description, 255 characters of any of Apple's own; no spaces around a value."""
    for element in parent:
        if not isinstance(element.tag, str) or (element.prefix != "itunes" and element.tag not in _LONG):
            continue
        text = element.text or ""
        if element.tag in _LONG and len(text.encode()) > 4000:
            yield "description: length"
        elif element.tag not in _LONG and len(text) > 255:
            yield "text: length"
        if len(element) == 0 and text != text.strip():
            yield "text: spaces"
