"""Where a site has its REST API, and what that says of the site."""

import re
from dataclasses import dataclass, replace
from html import unescape
from typing import NamedTuple

import httpx2

from feeds.importers.file import ImportRefused
from feeds.importers.wordpress.api import Api, Broken, Manners, NotGiven
from feeds.importers.wordpress.values import text
from feeds.outbound import Outbound, OutboundError, is_fetchable

_RELATION = "https://api.w.org/"
_HEADER = re.compile(r'<([^<>]*)>[^<]*?;\s*rel="?https://api\.w\.org/"?')
_ELEMENT = re.compile(r"<link\b[^<>]*>", re.I)
_HREF = re.compile(r"""\bhref\s*=\s*["']([^"'<>]*)["']""", re.I)
_LANGUAGE = re.compile(r"""<html\b[^<>]*?\blang\s*=\s*["']([A-Za-z0-9-]{2,35})["']""", re.I)
_GUESSES = ("wp-json/", "?rest_route=/")
_PAGE = 512 * 1024
"""Characters of the front page that are looked at."""
_BY_FILE = "or export a file there (Tools, Export, All content), and import that"


class Login(NamedTuple):
    """An application password of WordPress's (Users, Profile); '' for none: then it is read as its readers do."""

    user: str = ""
    password: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A site."""

    root: httpx2.URL
    """Of its API, without user and password."""
    home: str = ""
    """Its address, as its export's channel link, without a last slash."""
    site: str = ""
    """Where its WordPress is, below which its uploads are."""
    title: str = ""
    language: str = ""
    """As 'en-US'; '' where no page says it."""


async def discover(client: Outbound, typed: httpx2.URL, login: Login, manners: Manners) -> Found:
    """Find a site by the address of any page of it.

    Raises ImportRefused, whose message says what else to do, where there is no API.
    """
    front, place = await _front_page(client, typed)
    tried: list[str] = []
    for root in _roots(front, place):
        try:
            index = await _index(client, root, typed, login, manners)
        except (NotGiven, Broken) as error:
            tried.append(str(error))
            continue
        if isinstance(index, dict) and isinstance(index.get("namespaces"), list) and "wp/v2" in index["namespaces"]:
            language = _LANGUAGE.search(front.page)
            return replace(_described(index, root), language=language[1] if language else "")
        tried.append("an API that is not WordPress's, or of a release before 4.7")
    raise ImportRefused(
        f"no REST API of WordPress is found there ({tried[0] if tried else 'nothing answers'}): "
        f"let it in where a security plugin or the server stops it, {_BY_FILE}"
    )


async def _index(client: Outbound, root: httpx2.URL, typed: httpx2.URL, login: Login, manners: Manners) -> object:
    """What the API says of itself: some sites tell it to nobody who does not give a password."""
    try:
        return (await Api(client, root, manners, patience=1).get("")).found
    except NotGiven:
        if not login.user or not _is_of(root, typed):
            raise
        return (await Api(client, with_password(root, typed, login), manners, patience=1).get("")).found


@dataclass(frozen=True, slots=True)
class _Front:
    link: str
    """The field Link."""
    page: str


async def _front_page(client: Outbound, typed: httpx2.URL) -> tuple[_Front, httpx2.URL]:
    """The page at an address, and where it was in the end."""
    try:
        async with client.get(typed, {"Accept": "text/html", "Accept-Encoding": "identity"}) as response:
            page = b""
            async for piece in response.aiter_raw():
                page += piece
                if len(page) > _PAGE:
                    break
            front = _Front(", ".join(response.headers.get_list("Link")), page[:_PAGE].decode("utf-8", "replace"))
            return front, response.url
    except OutboundError as error:
        raise ImportRefused(str(error)) from None
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise ImportRefused(
            f"cannot be reached ({' '.join(str(error).split())[:200] or type(error).__name__})"
        ) from None


def _roots(front: _Front, place: httpx2.URL) -> list[httpx2.URL]:
    """Where the API may be: where the site says, else where it usually is."""
    elements = [element for element in _ELEMENT.findall(front.page) if _RELATION in element]
    told = [found[1] for found in [_HEADER.search(front.link)] if found]
    told += [unescape(href[1]) for href in map(_HREF.search, elements) if href]
    folder = place.copy_with(query=None, fragment=None, path=place.path.rpartition("/")[0] + "/")
    roots = [str(safe_root(place.join(address), place)) for address in told]
    roots += [str(folder.join(guess)) for guess in _GUESSES]
    return [httpx2.URL(root) for root in dict.fromkeys(roots) if is_fetchable(root)]


def safe_root(root: httpx2.URL, place: httpx2.URL) -> httpx2.URL:
    """By https where the site's pages are: a WordPress behind a proxy that has the certificate may call itself by http."""
    if place.scheme == "https" and root.scheme == "http" and root.host == place.host and root.port is None:
        return root.copy_with(scheme="https", port=place.port)
    return root


def _described(index: dict[str, object], root: httpx2.URL) -> Found:
    home = text(index, "home").rstrip("/")
    if not is_fetchable(home):
        raise ImportRefused("its REST API does not say the site's own address (home)")
    return Found(
        root=root,
        home=home,
        site=text(index, "url").rstrip("/") or home,
        title=text(index, "name"),
    )


def with_password(root: httpx2.URL, typed: httpx2.URL, login: Login) -> httpx2.URL:
    """The API's root with the user and password.

    Raises ImportRefused where it is not the host that was named, to which alone they are given.
    """
    if not login.user:
        return root
    if not _is_of(root, typed):
        named = root.copy_with(path="/", query=None)
        raise ImportRefused(f"its API is at {named}, and the password is for whom you named: give that address instead")
    return root.copy_with(username=login.user, password=login.password)


def _is_of(root: httpx2.URL, typed: httpx2.URL) -> bool:
    """Whether it is of the host that was named, and as safe."""
    hosts = {url.raw_host.decode("ascii").removeprefix("www.") for url in (root, typed)}
    return len(hosts) == 1 and not (typed.scheme == "https" and root.scheme != "https")
