"""Every URL and path that leaves the server, made in one place."""

from urllib.parse import quote, urljoin

_SAFE = "/-._~!$&'()*+,;=:@"
"""What may stand unencoded in a path (RFC 3986, section 3.3)."""


def encode_path(path: str) -> str:
    """A kept path, percent-encoded as UTF-8: what stands in links and in the request line."""
    return quote(path, safe=_SAFE)


def web_url(url: str) -> str:
    """What may be linked to; '' for what is no http(s) URL."""
    return url if url.lower().startswith(("http://", "https://")) else ""


def comment_url(page_url: str, comment_id: int) -> str:
    """A comment's place on its article's page."""
    return f"{page_url}#comment-{comment_id}"


class Urls:
    """Absolute URLs under one base."""

    def __init__(self, base_url: str) -> None:
        self.base = base_url.rstrip("/")

    def of(self, path: str) -> str:
        """The absolute URL of an unencoded path of this site."""
        return self.base + encode_path(path)

    def absolute(self, url: str) -> str:
        """A URL from outside, or a path of this site, as an absolute URL, percent-encoded; '' for '' and for what is no URL."""
        try:
            return quote(urljoin(self.base + "/", url), safe=_SAFE + "?#[]%") if url else ""
        except ValueError:
            return ""

    def section(self, path: str) -> str:
        return self.of(f"/section/{path}/")

    def tag(self, slug: str) -> str:
        return self.of(f"/tag/{slug}/")

    def author(self, slug: str) -> str:
        return self.of(f"/author/{slug}/")

    def comment(self, article_path: str, comment_id: int) -> str:
        return comment_url(self.of(article_path), comment_id)
