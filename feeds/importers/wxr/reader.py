"""WordPress's export, WXR 1.2: an RSS 2.0 file with elements of its own, or several such files that are one.

Each is read twice. The first reading checks that all of it is well-formed, so that a damaged file changes nothing, and
gathers what items refer to wherever it stands, in whichever file: authors and categories, which are few, in memory, pictures and
reusable blocks on disk. The second makes articles, one at a time.
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field

from feeds.importers.base import Desk, Imported, Named, Recall, Unread
from feeds.importers.file import ImportFile, named
from feeds.importers.report import A_PART
from feeds.importers.seen import Seen
from feeds.importers.trace import digest_of, digest_of_rules
from feeds.importers.wxr.article import WAITING_FIELDS, Articles
from feeds.importers.wxr.body import Bodies
from feeds.importers.wxr.members import is_for_members
from feeds.importers.wxr.memory import Memory
from feeds.importers.wxr.names import is_export, prefix_of
from feeds.importers.wxr.pages import standing_page
from feeds.importers.wxr.people import GUESTS
from feeds.importers.wxr.site import Site, export_date
from feeds.importers.wxr.uploads import Uploads
from feeds.importers.wxr.values import is_protected, is_shown_file
from feeds.importers.wxr.xmltree import Node, read_trees
from feeds.paths import UPLOADS
from storage.model import Alias

_DEPTH = 3
"""rss, channel, and what is in it."""
_NOT_IN_SURVEY = frozenset({"wp:comment", "description"})
_NOT_IN_ITEMS = frozenset(
    {
        "wp:author",
        "wp:category",
        "wp:tag",
        "wp:term",
        "wp:commentmeta",
        "wp:comment_author_IP",
    }
)
"""Addresses of readers are not even read."""
_DELETED = frozenset({"trash", "auto-draft", "inherit"})
"""States of posts that no editor means to keep."""
_IN_PARTS = (
    "Articles show pictures or reusable blocks that no file so far has. If the export came in parts, import the others: "
    "the articles are completed then, and pages when they are imported again."
)
_FULL = (
    "The export has more than can be remembered until its other parts come: "
    "import again with one command that names all of them."
)
_TOGETHER, _CHARACTERS = 16, 256 * 1024
"""Articles that are held at a time, and their characters: at most, but for one."""
_SURVEY_SHARE = 0.2
"""Of the time; measured."""


class WordPressExport:
    name = "WordPress export (WXR)"
    takes_placement = False
    tells_addresses = True

    def recognises(self, head: str) -> bool:
        return is_export(head)

    def read(self, source: ImportFile, desk: Desk) -> Generator[Imported, None, None]:
        yield from self.read_parts((source,), desk)

    def read_parts(self, sources: Sequence[ImportFile], desk: Desk) -> Generator[Imported, None, None]:
        """Those of one site are one export; of several sites, one export after the other."""
        with ExitStack() as open_until_then:
            exports: dict[str, _Export] = {}
            # Of what parts of several days say otherwise, what the last one says counts, in whatever order they are named.
            for (address, exported_at), source in sorted(
                zip(map(_origin, sources), sources, strict=True), key=_day_of_part
            ):
                if address not in exports:
                    exports[address] = open_until_then.enter_context(closing(_Export(desk, Site.of(desk))))
                exports[address].survey(source, exported_at)
            for export in exports.values():
                yield from export.read()


_Origin = tuple[str, str]
"""Where the site is that a file is of, however it was reached: http or https, with www or without; and when it was exported, as
text that sorts so, '' where it does not say.
"""


def _origin(source: ImportFile) -> _Origin:
    site, exported_at = "", None
    with named(source):
        for node in read_trees(source, depth=_DEPTH, prefix_of=prefix_of, skip=_NOT_IN_SURVEY, share=0):
            if node.name in ("item", "wp:author", "wp:category", "wp:term"):
                break
            if node.name in ("link", "wp:base_blog_url"):
                site = node.text
            elif node.name == "pubDate":
                exported_at = export_date(node.text)
    where = site.strip().rstrip("/").partition("://")[2].removeprefix("www.").lower()
    return where, exported_at.isoformat() if exported_at else ""


def _day_of_part(part: tuple[_Origin, ImportFile]) -> str:
    return part[0][1]


@dataclass(slots=True)
class _Export:
    """Of one site, in one part or several."""

    desk: Desk
    site: Site
    parts: list[ImportFile] = field(default_factory=list)
    memory: Memory = field(default_factory=lambda: Memory(WAITING_FIELDS))

    def close(self) -> None:
        self.site.close()
        self.memory.close()

    def survey(self, part: ImportFile, exported_at: str) -> None:
        with named(part):
            self.site.begin_part()
            self.memory.begin_part(exported_at)
            for node in read_trees(part, depth=_DEPTH, prefix_of=prefix_of, skip=_NOT_IN_SURVEY, share=_SURVEY_SHARE):
                self.site.add(node)
                self.memory.note(node)
            self.site.end_part()
        self.parts.append(part)

    def read(self) -> Iterator[Imported]:
        site, desk = self.site, self.desk
        site.end_of_files()
        yield Recall(source=site.source, take=self.memory.take)
        for thing in self.memory.things():
            site.recall(thing)
        for thing in self.memory.others():
            site.remember(thing)
        site.people.settle()
        if warning := site.clock.warning():
            desk.report.warnings.append(warning)
        for was, now in site.categories.moved():
            desk.report.named.add(f"section {now}", f"was at {was} so far: that one stays, without these articles")
        yield from site.categories.sections(desk.now)
        yield from site.categories.aliases()
        yield from site.people.aliases()
        for name in site.names():
            yield Named(source=site.source, name=name)
        yield from self.memory.new(site.source)
        with closing(Seen()) as given:
            uploads = Uploads((site.url, site.blog_url), site.attachments.bases, desk.media)
            bodies = Bodies(uploads, site.attachments, site.blocks, desk.report, strip_shortcodes=desk.strip_shortcodes)
            yield from (Alias(folder, UPLOADS) for folder in uploads.folders)
            site.answer(desk.trace)
            articles = Articles(site, desk, given, bodies, self.memory, self._context())
            yield from self._items(articles)
        if site.attachments.lacks or site.blocks.lacks:
            desk.report.warnings.append(_IN_PARTS)
        if self.memory.is_full:
            desk.report.warnings.append(_FULL)

    def _items(self, articles: Articles) -> Iterator[Imported]:
        """What the items become, in their order; of articles some are handed over together, as many as memory should hold."""
        held: list[Unread] = []
        size = 0
        for part in self.parts:
            for item in _items(part):
                if held and (len(held) >= _TOGETHER or size >= _CHARACTERS or _kind(item) == "page"):
                    yield tuple(held)
                    held, size = [], 0
                for thing in self._item(item, articles):
                    if isinstance(thing, Unread):
                        held.append(thing)
                        size += item.size
                    else:
                        yield thing
        for waiting in self.memory.waiting():
            for unread in articles.waiting(waiting):
                if held and (len(held) >= _TOGETHER or size >= _CHARACTERS):
                    yield tuple(held)
                    held, size = [], 0
                held.append(unread)
                size += waiting.item.size
        if held:
            yield tuple(held)

    def _context(self) -> str:
        desk = self.desk
        options = [desk.zone.key, desk.language, desk.strip_shortcodes, desk.media.has_source]
        return digest_of(digest_of_rules(), options, self.site.said())

    def _item(self, item: Node, articles: Articles) -> Iterator[Imported | Unread]:
        if _kind(item) != "post" or item.get("wp:status").strip() in _DELETED:
            yield from self.memory.forget(self.site.source, item)
        yield from self._made_of(item, articles)

    def _made_of(self, item: Node, articles: Articles) -> Iterator[Imported | Unread]:
        """An item as what it becomes: an article, with sections that no list named before, or nothing but a count."""
        kind = _kind(item)
        if item.oversize and kind == "post" and (why := _why_hidden(item)):
            yield from articles.gone(item, why)
        elif item.oversize:
            self.desk.report.refused.add(articles.name(item), "it is too large")
        elif kind == "attachment" and not is_shown_file(item):
            self.desk.report.left_out.add(articles.name(item), f"a file, {item.get('wp:status').strip()}")
        elif kind == "attachment":
            yield from articles.keep_picture(item)
        elif kind == "post":
            yield from self._post(item, articles)
        elif kind == "page":
            yield from standing_page(item, articles)
        else:
            yield from articles.gone(item, A_PART if kind in _ELSEWHERE else kind)

    def _post(self, item: Node, articles: Articles) -> Iterator[Unread]:
        status = item.get("wp:status").strip()
        if not articles.is_chosen(item):
            return
        if status in _DELETED:
            yield from articles.gone(item, status)
        else:
            yield from articles.unread(item)


def _why_hidden(item: Node) -> str:
    """Why not everybody may see it, if it says so."""
    if is_protected(item):
        return "protected by a password"
    if is_for_members(item):
        return "for subscribers alone"
    status = item.get("wp:status").strip()
    return "" if status in ("", "publish", "future") else status


def _kind(item: Node) -> str:
    return item.get("wp:post_type").strip() or "post"


def _items(part: ImportFile) -> Iterator[Node]:
    rest = 1 - _SURVEY_SHARE
    with named(part):
        for node in read_trees(
            part, depth=_DEPTH, prefix_of=prefix_of, skip=_NOT_IN_ITEMS, done_before=_SURVEY_SHARE, share=rest
        ):
            if node.name == "item":
                # WordPress leaves it empty; software that writes no content has the text here.
                described = node.fields.pop("description", "")
                if described.strip() and not node.get("content:encoded").strip():
                    node.fields["content:encoded"] = described
                yield node


_ELSEWHERE = GUESTS | {"wp_block"}
"""Types of items that stand within articles, or name their authors."""
