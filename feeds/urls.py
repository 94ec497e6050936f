"""Every URL that leaves the server, made in one place of the paths in `feeds.paths`."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode, urljoin

from feeds import paths
from feeds.origins import with_ascii_host

_SAFE = "/-._~!$&'()*+,;=:@"
"""What may stand unencoded in a path (RFC 3986, section 3.3)."""


COMMENT = "comment"
"""The parameter of an article's page that asks for the page with a comment."""
THREAD_PAGE = "comments"
"""The one that asks for a page of its thread, by number: 1 is that of the oldest comments."""

EMBED_TYPES = {"json": "application/json+oembed", "xml": "text/xml+oembed"}
"""The formats of oEmbed, and the media types by which a page's head tells them apart."""


def encode_path(path: str) -> str:
    """A kept path, percent-encoded as UTF-8: what stands in links and in the request line."""
    return quote(path, safe=_SAFE)


def linkable(url: str) -> str:
    """What may be linked to; '' for what is no http(s) URL."""
    return url if url.lower().startswith(("http://", "https://")) else ""


def comment_url(page_url: str, comment_id: int) -> str:
    """A comment's place in its article's thread, on whatever page of it: which one it is may change, this does not."""
    return f"{page_url}?{COMMENT}={comment_id}#comment-{comment_id}"


def thread_url(page_url: str, page: int, pages: int) -> str:
    """A page of a thread of so many. The newest is at the article's own address."""
    return page_url if page >= pages else f"{page_url}?{THREAD_PAGE}={page}"


@dataclass(frozen=True, slots=True)
class Urls:
    """Absolute URLs under one base. Those of feeds may have a `prefix` of their own, as '/partner': what they lead to has none."""

    base: str
    """Without a slash at its end."""
    prefix: str = ""

    def __post_init__(self) -> None:
        for name in ("base", "prefix"):
            object.__setattr__(self, name, getattr(self, name).rstrip("/"))

    @property
    def is_secure(self) -> bool:
        """Whether browsers come by https: then no cookie goes without."""
        return self.base.startswith("https:")

    def of(self, path: str) -> str:
        """The absolute URL of an unencoded path of this site."""
        return self.base + encode_path(path)

    def feed(self, page: str, extension: str = "") -> str:
        """Of the feed of what is at an unencoded path, in the format of an extension; without one, for a format to add its own."""
        return self.of(self.prefix + paths.feed_path(page, extension))

    def absolute(self, url: str) -> str:
        """A URL from outside, or a path of this site, as an absolute URL, percent-encoded; '' for '' and for what is no URL."""
        try:
            joined = urljoin(self.base + "/", url) if url else ""
            # Else its host would be percent-encoded, too.
            return quote(joined if joined.isascii() else with_ascii_host(joined), safe=_SAFE + "?#[]%")
        except ValueError:
            return ""

    def linked(self, url: str) -> str:
        """As `absolute`, of what may be linked to; '' for anything else."""
        return linkable(self.absolute(url))

    @property
    def home(self) -> str:
        return self.of(paths.HOME())

    def section(self, path: str) -> str:
        return self.of(paths.SECTION(section=path))

    @property
    def sections(self) -> str:
        """What the pages of all sections stand below."""
        return self.of(paths.SECTION.root)

    def tag(self, slug: str) -> str:
        return self.of(paths.TAG(tag=slug))

    @property
    def tags(self) -> str:
        return self.of(paths.TAG.root)

    def author(self, slug: str, named: str = "") -> str:
        """The page that an author `named` as theirs; else the list of their articles."""
        return self.linked(named) or self.of(paths.AUTHOR(author=slug))

    def embed(self, page_url: str, format: str) -> str:
        """Where a page is described to those who embed it (oEmbed), in one of EMBED_TYPES."""
        return f"{self.of(paths.EMBED)}?{urlencode({'url': page_url, 'format': format})}"

    def comment(self, article_path: str, comment_id: int) -> str:
        return comment_url(self.of(article_path), comment_id)

    def api_article(self, article_id: int) -> str:
        return self.of(paths.API_ARTICLE(id=str(article_id)))

    def api_page(self, path: str) -> str:
        return self.of(paths.API_PAGE(page=path.strip("/")))

    def api_partner(self, name: str) -> str:
        return self.of(paths.API_PARTNER(name=name))

    def api_section(self, path: str) -> str:
        return self.of(paths.API_SECTION(section=path))
