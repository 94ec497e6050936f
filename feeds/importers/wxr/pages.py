"""A WordPress page as a standing page, at the path that it had."""

from collections.abc import Iterator

from feeds.clean.text import slugify
from feeds.importers.base import Unread
from feeds.importers.media import uploads_of
from feeds.importers.report import A_PAGE
from feeds.importers.slugs import decoded_slug
from feeds.importers.standing import digest_of, page_of
from feeds.importers.values import number
from feeds.importers.wxr.article import Articles
from feeds.importers.wxr.members import is_for_members
from feeds.importers.wxr.site import Site
from feeds.importers.wxr.values import meta, path_of
from feeds.importers.wxr.xmltree import Node
from feeds.newsroom.standing import page_path
from storage.model import Article, ArticleRecord, ArticleStatus, Page, PageRecord, Section

_DELETED = frozenset({"trash", "auto-draft", "inherit"})
_SAID = ("title", "content:encoded", "wp:status", "wp:post_password", "link", "wp:post_name")
"""What a page is made of, as the export says it."""


def standing_page(item: Node, articles: Articles) -> Iterator[Section | PageRecord | Unread]:
    """The page of an item, after sections that no list named; none of one that is refused, which the report then names. As an
    article, which it may have been, it is gone.
    """
    if not articles.is_chosen(item):
        return
    status, path, guid = item.get("wp:status").strip(), _path(item, articles), articles.guid(item)
    if guid is None:
        articles.refuse(item)
        return
    origin = articles.origin(item, guid)
    yield articles.no_article(item, guid, A_PAGE)
    if status in _DELETED:
        deleted = Page(path=path, title=articles.name(item))
        yield PageRecord(page=deleted, origin=origin, digest=_digest(item), left_out=status)
        return
    unread = articles.unread_of(item, guid)
    yield from unread.discover()
    yield _record(item, articles, unread.read(), path, origin)


def _record(item: Node, articles: Articles, record: ArticleRecord, path: str, origin: str) -> PageRecord:
    article = record.article
    page = page_of(article, path, public=_is_public(item, article))
    _tell(item, articles, page)
    articles.desk.report.leave_comments("a page's comments", page.title, record.comments)
    for relative in uploads_of(article):
        articles.desk.media.keep(relative)
    old_paths = tuple(sorted(_old_paths(item, articles.site, record.old_paths) - {path}))
    former = (articles.site.source.site, article.guid)
    return PageRecord(page=page, old_paths=old_paths, origin=origin, digest=_digest(item), former_article=former)


def _digest(item: Node) -> str:
    for_members = ["for members"] if is_for_members(item) else []
    return digest_of([*(item.get(name) for name in _SAID), *sorted(meta(item, "_wp_old_slug")), *for_members])


def _is_public(item: Node, article: Article) -> bool:
    return (
        article.status is ArticleStatus.PUBLISHED and item.get("wp:status").strip() == "publish" and not _is_front(item)
    )


def _is_front(item: Node) -> bool:
    """Whether it stood in the place of the old site's front page, by its link."""
    link = item.get("link").strip()
    return bool(link) and item.get("wp:status").strip() == "publish" and not path_of(link) and "?" not in link


def _path(item: Node, articles: Articles) -> str:
    """Where it was; of one that was nowhere yet, by its name, below the page that it is in."""
    try:
        if path := path_of(item.get("link")):
            return page_path(path)
    except ValueError:
        pass
    name = decoded_slug(item.get("wp:post_name")) or slugify(articles.name(item))
    slug = name or f"page-{number(item.get('wp:post_id'))}"
    try:
        return page_path(articles.site.pages.above(number(item.get("wp:post_parent"))) + slug)
    except ValueError:
        return page_path(slug)


def _old_paths(item: Node, site: Site, known: tuple[str, ...]) -> set[str]:
    """By number WordPress finds a page by either parameter, and by its slug behind those of what it is in; a former slug stood
    where its slug does.
    """
    paths = set(known)
    if page_id := number(item.get("wp:post_id")):
        paths |= {f"/?p={page_id}", f"/?page_id={page_id}"}
        paths |= {f"/?pagename={line}" for line in [site.pages.line(page_id)] if line}
    if link := path_of(item.get("link")):
        above = link.removesuffix("/").rpartition("/")[0]
        paths |= {f"{above}/{slug}/" for value in meta(item, "_wp_old_slug") if (slug := decoded_slug(value))}
    return paths


def _tell(item: Node, articles: Articles, page: Page) -> None:
    """What of it is not here."""
    report = articles.desk.report
    if _is_front(item):
        report.made_drafts.add(page.title, "it was the old site's front page, in whose place is the newsroom's own")
    elif item.get("wp:status").strip() == "future":
        report.made_drafts.add(page.title, "it was to be published later, which pages are not by themselves")
    elif page.public and not page.body_html:
        report.warnings.append(
            f"The page {page.path} is empty. If the old site listed its posts there, or its theme filled it, fill it or delete it."
        )
