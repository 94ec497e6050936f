"""Header fields that feed readers send, in their order and spelling: what a server has to read on every poll."""

from collections.abc import Callable

FRESHRSS_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8, "
    "text/html;q=0.7, unknown/unknown;q=0.1, application/unknown;q=0.1, */*;q=0.1"
)

Reader = Callable[[str, int, str | None, str | None], bytes]
"""(path, subscribers, If-None-Match, If-Modified-Since) to the bytes of a request."""


def newsboat(path: str, _subscribers: int, etag: str | None, date: str | None) -> bytes:
    """It asks for deltas whenever it has an ETag."""
    asks = ["A-IM: feed"] if etag else []
    return _get(path, "User-Agent: newsboat/2.30.1 (Linux x86_64)", "Accept: */*", "Accept-Encoding: gzip, deflate",
        *_validators(date, etag), *asks)  # fmt: skip


def feedly(path: str, subscribers: int, etag: str | None, date: str | None) -> bytes:
    agent = f"Feedly/1.0 (+http://www.feedly.com/fetcher.html; {subscribers} subscribers; like FeedFetcher-Google)"
    return _get(path, f"User-Agent: {agent}", "Accept-Charset: utf-8", "Cache-Control: max-age=0",
        *_validators(date, etag), "Connection: Keep-Alive", "Accept-Encoding: gzip")  # fmt: skip


def freshrss(path: str, _subscribers: int, etag: str | None, date: str | None) -> bytes:
    return _get(path, "User-Agent: FreshRSS/1.24.3 (Linux; https://freshrss.org)", "Accept-Encoding: deflate, gzip, br",
        f"Referer: https://bench.example{path}", f"Accept: {FRESHRSS_ACCEPT}", *_validators(date, etag))  # fmt: skip


def netnewswire(path: str, _subscribers: int, etag: str | None, date: str | None) -> bytes:
    return _get(path, "Accept: */*", "Accept-Language: en-GB,en;q=0.9", *_validators(date, etag),
        "Connection: keep-alive", "Accept-Encoding: gzip, deflate, br",
        "User-Agent: NetNewsWire (RSS Reader; https://netnewswire.com/)")  # fmt: skip


def inoreader(path: str, subscribers: int, etag: str | None, date: str | None) -> bytes:
    agent = f"Mozilla/5.0 (compatible; inoreader.com; {subscribers} subscribers)"
    return _get(path, f"User-Agent: {agent}", "Accept: */*", "Accept-Encoding: deflate, gzip",
        *_validators(date, etag), "Connection: keep-alive")  # fmt: skip


READERS: tuple[Reader, ...] = (newsboat, feedly, freshrss, netnewswire, inoreader)


def _get(path: str, *fields: str) -> bytes:
    return "\r\n".join((f"GET {path} HTTP/1.1", "Host: bench.example", *fields, "", "")).encode()


def _validators(date: str | None, etag: str | None) -> list[str]:
    given = {"If-Modified-Since": date, "If-None-Match": etag}
    return [f"{name}: {value}" for name, value in given.items() if value]
