"""The newsroom's own redirects: where an address leads when nothing stands there, and which may be made."""

import re
from collections.abc import Sequence
from typing import Annotated
from urllib.parse import parse_qsl, quote, unquote

from pydantic import AfterValidator, Field

from feeds import paths
from feeds.clean.fields import Fields, web_url
from feeds.clean.text import one_line
from feeds.kinds import KINDS
from feeds.kinds.base import FeedGone
from feeds.kinds.paging import PAGED
from feeds.own_paths import has_route, is_a_file, is_of_a_shape
from feeds.paths import split_feed_path
from feeds.urls import encode_path
from feeds.web.legacy_urls import Moved, find_moved
from feeds.web.queries import WORDPRESS
from feeds.wording import saying
from storage.model import Alias, FormerSite, PathTarget, Redirected
from storage.protocol import Store
from storage.scopes import author_scope, tag_scope

_TAIL_SAFE = "-._~!$&'()*+,;=:@/?#%[]"
_PAGES = {PAGED, "cpage"}
"""Parameters that say which page of a list or a thread."""
_SLASHES = re.compile("//+")
_FILES = (paths.DIRECTORY, paths.OPML, paths.SITEMAP, paths.NEWS_SITEMAP, paths.ROBOTS)
_ABSOLUTE = ("http://", "https://")


def _old(text: str) -> str:
    path, mark, query = text.strip().partition("?")
    if not path.startswith("/") or "#" in text or (mark and not query):
        raise ValueError("Give a path of this site, as in /old-page/ or /?p=7")
    path = _decoded(path)
    return f"{path.rstrip('/') or '/'}?{_tail(query)}" if query else _slashed(path)


def _new(text: str) -> str:
    text = text.strip()
    if text.lower().startswith(_ABSOLUTE):
        return web_url(text)
    path, tail = _split(text)
    if not path.startswith("/") or path.startswith("//"):
        raise ValueError("Give a path of this site that starts with '/', or an absolute URL")
    path = _decoded(path)
    return (path if is_a_file(path) else _slashed(path)) + _tail(tail)


def _decoded(path: str) -> str:
    decoded = unquote(path)
    parts = decoded.split("/")
    if decoded != one_line(decoded) or "\ufffd" in decoded or any(mark in decoded for mark in "?#") or ".." in parts:
        raise ValueError("This can be no path")
    return decoded


def _slashed(path: str) -> str:
    return path if path.endswith("/") else f"{path}/"


def _tail(text: str) -> str:
    return quote(text, safe=_TAIL_SAFE)


def _split(page: str) -> tuple[str, str]:
    """A path, and its query and fragment with their marks."""
    at = min((page.index(mark) for mark in "?#" if mark in page), default=len(page))
    return page[:at], page[at:]


class RedirectFields(Fields):
    old: Annotated[str, Field(max_length=2_000), AfterValidator(_old)]
    """A path of this site, and where needed its query: `/old-page/`, `/?p=7`."""
    new: Annotated[str, Field(max_length=2_000), AfterValidator(_new)]
    """A path of this site, or an absolute http or https URL."""


def old_path(text: str) -> str:
    """As the store knows an address that is redirected. Raises ValueError."""
    return _old(text)


def reference(page: str) -> str:
    """A redirect's path or page, percent-encoded: for Location, and as it is shown."""
    if page.startswith(_ABSOLUTE):
        return page
    path, tail = _split(page)
    return encode_path(path) + tail


async def find_led(
    store: Store, path: str, query: bytes, *, sites: tuple[FormerSite, ...] | None = None, podcast: str = ""
) -> Moved | None:
    """As `find_moved`; where nothing stands at the end of that, where the newsroom's own redirect leads. Where that is nowhere
    either, slashes in a row are one, as WordPress has them. Raises FeedGone.
    """
    moved = await _led(store, path, query, sites, podcast)
    if moved is None and "//" in path:
        merged = _SLASHES.sub("/", path)
        moved = await _led(store, merged, query, sites, podcast)
        if moved is None and await _stands(store, merged):
            tail = f"?{_tail(query.decode('latin-1'))}" if query else ""
            moved = Moved(encode_path(merged) + tail, for_good=False)
    return moved


async def _led(
    store: Store, path: str, query: bytes, sites: tuple[FormerSite, ...] | None, podcast: str
) -> Moved | None:
    gone: FeedGone | None = None
    try:
        moved = await find_moved(store, path, query, sites=sites, podcast=podcast)
    except FeedGone as error:
        moved, gone = None, error
    if moved is not None:
        return moved
    target = await store.find_redirect(_asked(path, query))
    if target is not None and target.gone:
        raise FeedGone(saying("what %(path)s leads to is withdrawn", path=path))
    landing = await _landing(store, target) if target is not None else None
    if landing is not None and landing != encode_path(path):
        return Moved(landing, for_good=False)
    if gone is not None:
        raise gone
    return None


async def _stands(store: Store, path: str) -> bool:
    """Whether there is a page, a list with its feeds, or a file of the site's own."""
    page, _ = split_feed_path(path) or (path, "")
    target = await store.find_path(page)
    if target is not None:
        return target.path == page and not target.gone
    if not any(kind.page.matches(page) for kind in KINDS):
        return path in _FILES
    return await _answers(store, page)


def _asked(path: str, query: bytes) -> Sequence[str]:
    """What redirects a request may mean, the closest first."""
    found, base = [], path.rstrip("/") or paths.HOME()
    if query:
        text = query.decode("latin-1")
        found.append(f"{base}?{_tail(text)}")
        if base == paths.HOME():
            named = [one for one in parse_qsl(text) if one[0] in WORDPRESS - _PAGES]
            # What two parameters name, or a feed of what one names, is not what is redirected.
            found += [f"/?{_tail(f'{name}={value}')}" for name, value in named] if len(named) == 1 else []
    if base != paths.HOME():
        found.append(_slashed(path))
    return found


async def _landing(store: Store, target: PathTarget) -> str:
    """The reference to which readers are sent, so that they are sent once."""
    path, tail = _split(target.path)
    if not path.startswith(_ABSOLUTE) and target.page is None and not has_route(path):
        try:
            moved = (
                await find_moved(store, path, tail.removeprefix("?").encode()) if target.article_id is None else None
            )
        except FeedGone:
            moved = None
        if moved is not None:
            return moved.location
    return reference(target.path)


async def keep_redirects(store: Store, base: str, wanted: Sequence[RedirectFields]) -> tuple[Redirected, ...]:
    """Keep redirects, in one transaction; what became of each. `base`: the site's own address, without a last slash.

    Raises Invalid for what is too long to be looked up by.
    """
    aliases = [Alias(one.old, await _final(store, base, one.new)) for one in wanted]
    refused: dict[int, Redirected] = {}
    for number, alias in enumerate(aliases):
        if what := await _what_answers(store, alias.path):
            refused[number] = Redirected.taken(alias, what)
    kept = iter(await store.keep_redirects([alias for number, alias in enumerate(aliases) if number not in refused]))
    return tuple(refused[number] if number in refused else next(kept) for number in range(len(aliases)))


async def _final(store: Store, base: str, new: str) -> str:
    """Where it is in the site's own spelling: WordPress's shapes and the site's own address are one hop too many."""
    if new.startswith(f"{base}/"):
        new = _new(new.removeprefix(base))
    path, tail = _split(new)
    if new.startswith(_ABSOLUTE) or not (is_of_a_shape(path) or tail.startswith("?")):
        return new
    try:
        moved = await find_moved(store, path, tail.removeprefix("?").partition("#")[0].encode())
    except FeedGone:
        moved = None
    return _new(moved.location) if moved is not None else new


async def _what_answers(store: Store, old: str) -> str:
    """What of the site itself answers at an address that is to be redirected, in words; '' if nothing does. What the store has
    there it knows itself.
    """
    path, tail = _split(old)
    query = tail.removeprefix("?").encode()
    is_home = path == paths.HOME()
    if is_home and WORDPRESS.isdisjoint(name for name, _ in parse_qsl(tail.removeprefix("?"), keep_blank_values=True)):
        return "the front page"
    if has_route(path) and not is_home and await _answers(store, path):
        return "a page of the site's own"
    if not query and not is_of_a_shape(path):
        return ""
    if await store.get_redirect(old) is not None:
        # It leads where that says, which may be said anew.
        return ""
    if query and not is_home and (target := await store.find_path(_slashed(path))) is not None and not target.gone:
        return f"{reference(target.path)}, whatever its query"
    try:
        moved = await find_moved(store, path, query)
    except FeedGone:
        return ""
    return moved.location if moved is not None else ""


async def _answers(store: Store, path: str) -> bool:
    """Whether a route has more to say there than that there is nothing, be it only later."""
    if paths.SECTION.matches(_slashed(path)):
        target = await store.find_path(_slashed(path))
        return target is not None and not target.gone
    for template, scope in ((paths.TAG, tag_scope), (paths.AUTHOR, author_scope)):
        if (found := template.match(_slashed(path))) is not None:
            [slug] = found.values()
            listed = await store.read_articles(scope(slug), limit=0)
            return listed.snapshot.scopes[scope(slug)].version > 0
    return True
