"""What a WordPress export says of its site before and beside its articles, in whichever of its parts: authors, categories,
pictures, reusable blocks.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self

from feeds.importers.base import Desk
from feeds.importers.bylines import beside_email
from feeds.importers.file import ImportRefused
from feeds.importers.markup import plain, text, title
from feeds.importers.trace import Trace
from feeds.importers.values import language_tag, number, web_url_or_empty
from feeds.importers.wxr.attachments import Attachment, Attachments
from feeds.importers.wxr.blocks import Blocks
from feeds.importers.wxr.categories import Categories
from feeds.importers.wxr.clock import Clock
from feeds.importers.wxr.labels import Labels
from feeds.importers.wxr.names import UNKNOWN
from feeds.importers.wxr.paths import PagePlaces, PicturePages, PresentPlaces
from feeds.importers.wxr.people import GUESTS, People
from feeds.importers.wxr.php import PhpValue, read_php_array
from feeds.importers.wxr.slim import MEDIA_CREDIT
from feeds.importers.wxr.terms import CATEGORIES, Terms
from feeds.importers.wxr.values import is_protected, is_shown_file, meta
from feeds.importers.wxr.xmltree import Node
from storage.model import ImportSource, NameOf, SaidName

_VERSIONS = frozenset({"1.0", "1.1", "1.2"})

_SEEN = frozenset({"publish", "private"})
"""States of posts that WordPress finds at their addresses, for whoever may see them."""


@dataclass(slots=True, kw_only=True)
class Site:
    """Filled by `add`, from what the channels of an export's parts hold. Its tables are on disk: close it."""

    people: People
    categories: Categories
    terms: Terms
    clock: Clock
    attachments: Attachments
    picture_pages: PicturePages
    blocks: Blocks
    labels: Labels
    places: PresentPlaces
    pages: PagePlaces = field(default_factory=PagePlaces)
    link: str = ""
    """Of the channel: what a feed of the site says as well."""
    url: str = ""
    blog_url: str = ""
    language: str = ""
    version: str = ""
    """Of the part that is read."""
    exported_at: datetime | None = None
    """When the first of the parts was made; None where none says it."""

    @classmethod
    def of(cls, desk: Desk) -> Self:
        """A site of which nothing is known but what earlier imports left."""
        categories = Categories()
        categories.know(desk.sections)
        return cls(
            people=People.remembering(desk.aliases),
            categories=categories,
            terms=Terms(desk.tags_from),
            clock=Clock(desk.zone),
            attachments=Attachments(desk.trace),
            picture_pages=PicturePages(desk.trace),
            blocks=Blocks(desk.trace),
            labels=Labels(),
            places=PresentPlaces(desk.trace),
        )

    @property
    def source(self) -> ImportSource:
        """Who calls its posts by their guids."""
        address = self.link or self.blog_url or self.url
        return ImportSource(names=(address or "WordPress",), site=address, whole=True)

    def names(self) -> Iterator[SaidName]:
        """What the export's files call authors, sections and tags."""
        yield from self.people.names()
        yield from self.categories.names()
        for nicename, name in self.labels.of(CATEGORIES):
            if (path := self.categories.unlisted(nicename)) and (said := plain(name)):
                yield SaidName(of=NameOf.SECTION, key=path, said=said)
        for slug, name in self.terms.named_tags(self.labels.of):
            yield SaidName(of=NameOf.TAG, key=slug, said=name)

    def answer(self, trace: Trace) -> None:
        """Be the site of whose articles' questions the answers are."""
        trace.answers |= {
            "attachment": self.attachments.get,
            "attachments of": self.attachments.of_parent,
            "public": self.attachments.is_public,
            "block": self.blocks.get,
            "picture pages": self.picture_pages.of,
            "present places": self.places.among,
        }

    def said(self) -> tuple[object, ...]:
        """What of it decides, beside authors, sections and answers, what its articles become."""
        return (self.link, self.url, self.blog_url, self.language, [*self.attachments.bases], self.terms.said())

    def close(self) -> None:
        for table in (self.attachments, self.picture_pages, self.blocks, self.labels, self.places):
            table.close()

    def add(self, node: Node) -> None:
        match node.name:
            case "item":
                self._add_item(node)
            case "wp:author":
                self.people.add_user(node)
            case "wp:category":
                self.categories.add(node)
            case "wp:tag":
                self.labels.add_tag(node)
            case "wp:term":
                self.terms.add(node)
            case "language":
                self.language = language_tag(node.text)
            case "link":
                self.link = self.link or node.text.strip().rstrip("/")
            case "pubDate":
                self._exported(node.text)
            case "wp:base_site_url":
                self.url = node.text.strip().rstrip("/")
            case "wp:base_blog_url":
                self.blog_url = node.text.strip().rstrip("/")
            case "wp:wxr_version":
                self.version = node.text.strip()
            case "wxr_version":
                raise ImportRefused(UNKNOWN)

    def _exported(self, date: str) -> None:
        if at := export_date(date):
            self.exported_at = at if self.exported_at is None else min(at, self.exported_at)

    def end_of_files(self) -> None:
        """From here on only what earlier imports knew is added."""
        self.people.end_of_files()

    def recall(self, node: Node) -> None:
        """What an earlier import knew, and no file of this one says."""
        if node.name == "wp:category":
            self.categories.recall(node)
        else:
            self.add(node)

    def remember(self, node: Node) -> None:
        """Learn what an earlier import said of something of which a file of this one says something else."""
        if node.name == "wp:category":
            self.categories.remember(node)
        else:
            self.people.remember_name(node)

    def begin_part(self) -> None:
        self.version = ""

    def end_part(self) -> None:
        """Raises ImportRefused unless the part's channel said that this is an export of a version we know."""
        if self.version not in _VERSIONS:
            raise ImportRefused(
                f"its WXR version is {self.version or 'missing'}: 1.0, 1.1 and 1.2 are known; "
                "export it again, under Tools > Export of WordPress"
            )

    def _add_item(self, item: Node) -> None:
        kind = item.get("wp:post_type").strip() or "post"
        if kind == "attachment" and not is_shown_file(item):
            self.attachments.hide(number(item.get("wp:post_id")))
            return
        if kind == "attachment":
            _add_attachment(item, self.attachments)
            if parent := number(item.get("wp:post_parent")):
                self.picture_pages.add(parent, item)
        elif kind in GUESTS:
            self.people.add_guest(item)
        elif item.get("wp:status").strip() != "publish" or is_protected(item):
            self.attachments.hide(number(item.get("wp:post_id")))
        elif kind == "wp_block":
            self.blocks.add(number(item.get("wp:post_id")), item.get("content:encoded"))
        if kind == "page":
            self.pages.add(item)
        if kind in ("post", "page") and item.get("wp:status").strip() in _SEEN:
            self.places.add(item)
        if kind == "post":
            self.labels.add_item(item, self.terms)
            self.people.mention(item.get("dc:creator").strip())
            self.clock.look(item)


def export_date(written: str) -> datetime | None:
    """When a part was made, as its channel says it; None for what is no date."""
    try:
        return parsedate_to_datetime(written.strip()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _add_attachment(item: Node, attachments: Attachments) -> None:
    url = web_url_or_empty(item.get("wp:attachment_url") or item.get("guid"))
    if not url:
        return
    facts: dict[int | str, PhpValue] = {}
    for serialised in meta(item, "_wp_attachment_metadata"):
        facts = read_php_array(serialised)
    about = facts.get("image_meta")
    of_file = about.get("credit") if isinstance(about, dict) else ""
    credit = next(filter(str.strip, meta(item, MEDIA_CREDIT)), of_file)
    attachments.add(
        Attachment(
            id=number(item.get("wp:post_id")),
            parent=number(item.get("wp:post_parent")),
            url=url,
            alt=plain(" ".join(meta(item, "_wp_attachment_image_alt"))),
            caption=text(item.get("excerpt:encoded")),
            credit=beside_email(plain(credit)) if isinstance(credit, str) else "",
            width=_length(facts.get("width")),
            height=_length(facts.get("height")),
            length=_length(facts.get("filesize")),
            title=title(item.get("title")),
            date=item.get("wp:post_date").strip(),
            menu_order=number(item.get("wp:menu_order")),
        ),
        path=next(iter(meta(item, "_wp_attached_file")), "").strip(),
    )


def _length(value: PhpValue) -> int:
    """A number as PHP keeps it, whole or as text; 0 for anything else."""
    return number(str(value)) if isinstance(value, int | str) else 0
