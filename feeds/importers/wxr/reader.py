"""WordPress's export, WXR 1.2: an RSS 2.0 file with elements of its own.

It is read twice. The first reading checks that all of it is well-formed, so that a damaged file changes nothing, and
gathers what items refer to wherever it stands: authors and categories, which are few, in memory, pictures on disk.
The second makes articles, one at a time.
"""

from collections.abc import Generator, Iterator
from contextlib import closing

from feeds.importers.base import Desk, Imported
from feeds.importers.file import ImportFile
from feeds.importers.seen import Seen
from feeds.importers.wxr.article import Articles
from feeds.importers.wxr.attachments import Attachments
from feeds.importers.wxr.body import Bodies
from feeds.importers.wxr.site import Site
from feeds.importers.wxr.uploads import Uploads
from feeds.importers.wxr.values import terms
from feeds.importers.wxr.xmltree import Node, read_trees

_EXPORT = "http://wordpress.org/export/"
_NAMES = {
    f"{_EXPORT}{version}/{part}": prefix
    for version in ("1.0", "1.1", "1.2")
    for part, prefix in (("", "wp"), ("excerpt/", "excerpt"))
} | {"http://purl.org/rss/1.0/modules/content/": "content", "http://purl.org/dc/elements/1.1/": "dc"}
_DEPTH = 3
"""rss, channel, and what is in it."""
_NOT_IN_SURVEY = frozenset({"wp:comment", "wp:tag", "wp:term", "description", "link"})
_NOT_IN_ITEMS = frozenset(
    {
        "wp:author",
        "wp:category",
        "wp:tag",
        "wp:term",
        "wp:commentmeta",
        "wp:comment_author_IP",
        "description",
        "pubDate",
    }
)
"""Addresses of readers are not even read."""
_TRASH = "trash"
_WITHOUT_TRACE = frozenset({"auto-draft", "inherit"})
"""States of posts that no editor means to keep."""
_SURVEY_SHARE = 0.2
"""Of the time; measured."""


class WordPressExport:
    name = "WordPress export (WXR)"
    takes_placement = False

    def recognises(self, head: str) -> bool:
        return head.lstrip("\ufeff \t\r\n").startswith("<") and _EXPORT in head

    def read(self, source: ImportFile, desk: Desk) -> Generator[Imported, None, None]:
        with closing(Attachments()) as attachments, closing(Seen()) as guids:
            site = Site()
            for node in read_trees(source, depth=_DEPTH, names=_NAMES, skip=_NOT_IN_SURVEY, share=_SURVEY_SHARE):
                site.add(node, attachments)
            site.check()
            yield from site.sections(desk.now)
            yield from site.aliases()
            uploads = Uploads((site.url, site.blog_url), attachments.bases, desk.media)
            bodies = Bodies(uploads, attachments, site.blocks, desk.report, strip_shortcodes=desk.strip_shortcodes)
            articles = Articles(site, desk, attachments, guids, bodies)
            for node in read_trees(
                source,
                depth=_DEPTH,
                names=_NAMES,
                skip=_NOT_IN_ITEMS,
                done_before=_SURVEY_SHARE,
                share=1 - _SURVEY_SHARE,
            ):
                if node.name == "item":
                    yield from _item(node, articles)


def _item(item: Node, articles: Articles) -> Iterator[Imported]:
    """An item as what it becomes: an article, with sections that no list named before, or nothing but a word in the report."""
    kind = item.get("wp:post_type").strip() or "post"
    status = item.get("wp:status").strip()
    report, name = articles.desk.report, articles.name(item)
    if item.oversize:
        report.refused.add(name, "it is too large")
    elif kind == "attachment":
        articles.keep_picture(item)
    elif kind == "wp_block":
        pass
    elif kind != "post":
        report.left_out.add(name, kind)
    elif status == _TRASH:
        trashed = articles.trashed(item, status)
        if trashed is not None:
            yield trashed
    elif status in _WITHOUT_TRACE:
        report.left_out.add(name, status)
    else:
        for nicename, title in terms(item, "category"):
            if articles.site.discover(nicename, title):
                yield articles.site.section(nicename, articles.desk.now)
        record = articles.record(item)
        if record is not None:
            yield record
