"""A WordPress in miniature: what it exports, and what it answers to readers and crawlers, made of the same posts."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape

from tests.importers import wxr_files
from tests.importers.agency import Agency, Answer, opened

FIRST = datetime(2022, 3, 1, 10, 0, tzinfo=UTC)
SECTIONS: Mapping[str, str] = {"world": "World", "sports": "Sports"}
PASSWORD_FORM = '<form action="/wp-login.php?action=postpass" method="post"><input name="post_password"></form>'


@dataclass(frozen=True)
class Reply:
    id: int
    author: str = "Kofi"
    approved: str = "1"


@dataclass(frozen=True)
class Post:
    id: int
    title: str = ""
    section: str = "world"
    tags: Mapping[str, str] = field(default_factory=dict)
    replies: tuple[Reply, ...] = ()
    protected: bool = False
    status: str = "publish"
    hour: float = 0.0
    """Of its date, counted from the first; 0: its id."""

    @property
    def headline(self) -> str:
        return self.title or f"Story {self.id}"

    @property
    def slug(self) -> str:
        return f"story-{self.id}"

    @property
    def at(self) -> datetime:
        return FIRST + timedelta(hours=self.hour or self.id)


def posts(count: int) -> list[Post]:
    """The last is the newest; all have a tag, every third a thread."""
    return [
        Post(
            number,
            section="world" if number % 2 else "sports",
            tags={"harbour": "Harbour"},
            replies=(Reply(10 * number), Reply(10 * number + 1, "Ama")) if number % 3 == 0 else (),
        )
        for number in range(1, count + 1)
    ]


@dataclass
class OldSite:
    """`posts`: oldest first. `shown`: entries that a feed of it shows."""

    agency: Agency
    posts: list[Post]
    shown: int = 10

    def __post_init__(self) -> None:
        self.url = self.agency.url

    def link(self, post: Post) -> str:
        return f"{self.url}/{post.slug}/"

    def guid(self, post: Post) -> str:
        return f"{self.url}/?p={post.id}"

    def export(self) -> str:
        """The WXR of all posts."""
        items = [
            wxr_files.post(
                post.id,
                post.headline,
                link=self.link(post),
                guid=self.guid(post),
                name=post.slug,
                creator="jdoe",
                date_gmt=f"{post.at:%Y-%m-%d %H:%M:%S}",
                date=f"{post.at:%Y-%m-%d %H:%M:%S}",
                status=post.status,
                password="secret" if post.protected else "",
                categories={post.section: SECTIONS[post.section]},
                tags=post.tags,
                comments=[
                    wxr_files.comment(
                        reply.id, author=reply.author, approved=reply.approved, date_gmt=_stamp(post, reply)
                    )
                    for reply in post.replies
                ],
            )
            for post in self.posts
        ]
        before = [wxr_files.author("jdoe", "Jane Doe")]
        before += [wxr_files.category(slug, title, term_id=n) for n, (slug, title) in enumerate(SECTIONS.items(), 1)]
        return wxr_files.wxr(*items, before=before).replace(wxr_files.SITE, self.url)

    def publish(self) -> None:
        """Answer for the posts as they are now."""
        self.agency.answers.clear()
        public = [post for post in reversed(self.posts) if post.status == "publish"]
        home = f"""<!doctype html><title>The Old Gazette</title>
            <link rel="alternate" type="application/rss+xml" href="{self.url}/feed/">
            <link rel="alternate" type="application/rss+xml" href="/comments/feed/">
            <script src="/wp-content/themes/old/site.js"></script>"""
        self._html("/", home)
        self._feeds("/", public)
        lists = {f"/category/{slug}/": [post for post in public if post.section == slug] for slug in SECTIONS}
        lists |= {f"/tag/{tag}/": [post for post in public if tag in post.tags] for tag in dict.fromkeys(_tags(public))}
        lists["/author/jdoe/"] = public
        for page, listed in lists.items():
            if listed:
                self._html(page, "<h1>A list</h1>")
                self._feeds(page, listed)
        self._comments("/comments/", public)
        for post in public:
            self._html(f"/{post.slug}/", PASSWORD_FORM if post.protected else "<p>Words.</p>")
            self._comments(f"/{post.slug}/", [post])
        self._sitemaps(
            {
                "posts-post": [self.link(post) for post in public],
                "taxonomies-category": [self.url + page for page in lists if page.startswith("/category/")],
                "taxonomies-post_tag": [self.url + page for page in lists if page.startswith("/tag/")],
                "users": [f"{self.url}/author/jdoe/"],
            }
        )

    def change(self, post_id: int, **fields: object) -> None:
        """Another state of a post there."""
        self.posts = [replace(post, **fields) if post.id == post_id else post for post in self.posts]  # type: ignore[arg-type]
        self.publish()

    def _sitemaps(self, named: Mapping[str, Iterable[str]]) -> None:
        maps = [f"{self.url}/wp-sitemap-{name}-1.xml" for name in named]
        self._xml("/robots.txt", f"User-agent: *\nDisallow: /\n\nSitemap: {self.url}/wp-sitemap.xml\n", "text/plain")
        self._xml("/wp-sitemap.xml", _sitemap("sitemapindex", "sitemap", maps))
        for name, urls in named.items():
            self._xml(f"/wp-sitemap-{name}-1.xml", _sitemap("urlset", "url", urls))

    def _feeds(self, page: str, listed: list[Post]) -> None:
        shown = listed[: self.shown]
        self._xml(f"{page}feed/", self.rss(page, map(self._item, shown)), "application/rss+xml")
        self._xml(f"{page}feed/atom/", self._atom(map(self._entry, shown)), "application/atom+xml")

    def _comments(self, page: str, of: list[Post]) -> None:
        pairs = [(post, reply) for post in of for reply in post.replies if reply.approved == "1"]
        pairs.sort(key=lambda pair: (_stamp(*pair), pair[1].id), reverse=True)
        items = (self.comment(post, reply, of_all=page == "/comments/") for post, reply in pairs[: self.shown])
        self._xml(f"{page}feed/", self.rss(page, items), "application/rss+xml")

    def _item(self, post: Post) -> str:
        text = PASSWORD_FORM if post.protected else "<p>Words.</p>"
        title = f"Protected: {post.headline}" if post.protected else post.headline
        return (
            f"<item><title>{escape(title)}</title><link>{self.link(post)}</link>"
            f'<guid isPermaLink="false">{escape(self.guid(post))}</guid><pubDate>{format_datetime(post.at)}</pubDate>'
            f"<content:encoded>{escape(text)}</content:encoded><wfw:commentRss>{self.link(post)}feed/</wfw:commentRss></item>"
        )

    def _entry(self, post: Post) -> str:
        title = f"Protected: {post.headline}" if post.protected else post.headline
        return (
            f'<entry><title type="html">{escape(title)}</title><link rel="alternate" href="{self.link(post)}"/>'
            f"<id>{escape(self.guid(post))}</id><published>{post.at.isoformat()}</published>"
            f"<updated>{post.at.isoformat()}</updated>"
            f'<content type="html">{escape(PASSWORD_FORM if post.protected else "<p>Words.</p>")}</content></entry>'
        )

    def comment(self, post: Post, reply: Reply, *, of_all: bool = True) -> str:
        title = f"Comment on {post.headline} by {reply.author}" if of_all else f"By: {reply.author}"
        at = datetime.fromisoformat(_stamp(post, reply)).replace(tzinfo=UTC)
        return (
            f"<item><title>{escape(title)}</title><link>{self.link(post)}#comment-{reply.id}</link>"
            f'<guid isPermaLink="false">{escape(self.guid(post))}#comment-{reply.id}</guid>'
            f"<pubDate>{format_datetime(at)}</pubDate>"
            f"<content:encoded>{escape(PASSWORD_FORM if post.protected else 'Well said.')}</content:encoded></item>"
        )

    def rss(self, page: str, items: Iterable[str]) -> str:
        return (
            '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
            ' xmlns:wfw="http://wellformedweb.org/CommentAPI/"><channel><title>The Old Gazette</title>'
            f"<link>{self.url}{page}</link><description>News</description>{''.join(items)}</channel></rss>"
        )

    def _atom(self, entries: Iterable[str]) -> str:
        return (
            '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>The Old Gazette</title>'
            f"<id>{self.url}/feed/atom/</id><updated>{FIRST.isoformat()}</updated>{''.join(entries)}</feed>"
        )

    def _html(self, path: str, body: str) -> None:
        self._xml(path, body, "text/html; charset=UTF-8")

    def _xml(self, path: str, body: str, media_type: str = "application/xml") -> None:
        self.agency.answers[path] = Answer(body.encode(), headers={"Content-Type": media_type})


def _tags(public: Iterable[Post]) -> Iterator[str]:
    for post in public:
        yield from post.tags


def _stamp(post: Post, reply: Reply) -> str:
    return f"{post.at + timedelta(minutes=reply.id % 10 + 1):%Y-%m-%d %H:%M:%S}"


def _sitemap(root: str, element: str, urls: Iterable[str]) -> str:
    places = "".join(f"<{element}><loc>{escape(url)}</loc></{element}>" for url in urls)
    return f'<?xml version="1.0"?><{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</{root}>'


@contextmanager
def old_site(of: list[Post], shown: int = 10) -> Iterator[OldSite]:
    """It answers on a free port of 127.0.0.1 until the block ends."""
    with opened() as agency:
        site = OldSite(agency, of, shown)
        site.publish()
        yield site
