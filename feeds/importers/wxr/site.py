"""What a WordPress export says of its site before and beside its items: authors, categories, pictures."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from feeds.clean.text import one_line
from feeds.importers.file import ImportRefused
from feeds.importers.markup import plain, text, title
from feeds.importers.slugs import decoded_slug, not_reserved
from feeds.importers.values import language_tag, number, web_url_or_empty
from feeds.importers.wxr.attachments import Attachment, Attachments
from feeds.importers.wxr.blocks import Blocks
from feeds.importers.wxr.php import PhpValue, read_php_array
from feeds.importers.wxr.values import meta, nicename
from feeds.importers.wxr.xmltree import Node
from feeds.newsroom.submissions import RESERVED_SECTION_SLUGS
from storage.model import Alias, Author, ImportSource, Section, author_page, section_page

_DEEPEST = 20
"""Categories in one another; a longer line is taken for a circle."""


@dataclass(frozen=True, slots=True)
class Category:
    nicename: str
    parent: str
    """The parent's nicename, or ''."""
    title: str
    description: str = ""


@dataclass(slots=True)
class Site:
    """Filled by `add`, from the elements of the channel."""

    url: str = ""
    blog_url: str = ""
    language: str = ""
    version: str = ""
    authors: dict[str, Author] = field(default_factory=dict)
    """By login."""
    categories: dict[str, Category] = field(default_factory=dict)
    """By nicename, which is unique in WordPress."""
    category_ids: dict[int, str] = field(default_factory=dict)
    """Nicenames by term id."""
    author_ids: dict[int, str] = field(default_factory=dict)
    """Slugs by the ids of users."""
    blocks: Blocks = field(default_factory=Blocks)

    @property
    def source(self) -> ImportSource:
        """Who calls its posts by their guids."""
        address = self.blog_url or self.url
        return ImportSource(names=(address or "WordPress",), site=address, whole=True)

    def add(self, node: Node, attachments: Attachments) -> None:
        match node.name:
            case "item":
                self._add_item(node, attachments)
            case "wp:author":
                self._add_author(node)
            case "wp:category":
                self._add_category(node)
            case "language":
                self.language = language_tag(node.text)
            case "wp:base_site_url":
                self.url = node.text.strip().rstrip("/")
            case "wp:base_blog_url":
                self.blog_url = node.text.strip().rstrip("/")
            case "wp:wxr_version":
                self.version = node.text.strip()

    def _add_item(self, node: Node, attachments: Attachments) -> None:
        is_public = node.get("wp:status").strip() == "publish" and not node.get("wp:post_password")
        kind = node.get("wp:post_type").strip()
        if kind == "attachment":
            _add_attachment(node, attachments)
        elif kind == "wp_block" and is_public:
            self.blocks.add(number(node.get("wp:post_id")), node.get("content:encoded"))
        elif not is_public:
            attachments.hide(number(node.get("wp:post_id")))

    def check(self) -> None:
        """Raises ImportRefused unless the channel said that this is an export of a version we know."""
        if self.version not in ("1.0", "1.1", "1.2"):
            raise ImportRefused(f"its WXR version is {self.version or 'missing'}: 1.2 is known")

    def author(self, login: str) -> Author:
        """The author with this login, listed or not."""
        return self.authors.get(login) or Author(slug=nicename(login) or "author", name=plain(login) or "author")

    def path(self, nicename: str) -> str:
        """The path of a category's section, '' for an unknown one. A category whose line has no end stands at the root."""
        line: list[str] = []
        category = self.categories.get(nicename)
        while category is not None:
            if len(line) == _DEEPEST:
                return line[0]
            line.append(not_reserved(decoded_slug(category.nicename) or "section", RESERVED_SECTION_SLUGS))
            category = self.categories.get(category.parent)
        return "/".join(reversed(line))

    def discover(self, nicename: str, title: str) -> bool:
        """Make known a category that an item names; False if it was. An export of some items may list none."""
        if nicename in self.categories:
            return False
        self.categories[nicename] = Category(nicename, "", plain(title))
        return True

    def section(self, nicename: str, now: datetime) -> Section:
        category = self.categories[nicename]
        path = self.path(nicename)
        return Section(path=path, title=category.title or path, description=category.description, created_at=now)

    def sections(self, now: datetime) -> Iterator[Section]:
        """Every category as a section, parents first."""
        yield from sorted(
            (self.section(nicename, now) for nicename in self.categories), key=lambda section: section.path
        )

    def aliases(self) -> Iterator[Alias]:
        """Where WordPress without permalinks has its lists of categories and authors."""
        for term_id, category in self.category_ids.items():
            yield Alias(f"/?cat={term_id}", section_page(self.path(category)))
        for author_id, slug in self.author_ids.items():
            yield Alias(f"/?author={author_id}", author_page(slug))

    def _add_author(self, node: Node) -> None:
        login = node.get("wp:author_login").strip()
        its_slug = nicename(login) or f"author-{number(node.get('wp:author_id'))}"
        name = plain(node.get("wp:author_display_name")) or plain(login) or its_slug
        self.authors[login] = Author(slug=its_slug, name=name)
        if author_id := number(node.get("wp:author_id")):
            self.author_ids[author_id] = its_slug

    def _add_category(self, node: Node) -> None:
        nicename = node.get("wp:category_nicename").strip()
        self.categories[nicename] = Category(
            nicename,
            node.get("wp:category_parent").strip(),
            plain(node.get("wp:cat_name")),
            text(node.get("wp:category_description")),
        )
        if term_id := number(node.get("wp:term_id")):
            self.category_ids[term_id] = nicename


def _add_attachment(item: Node, attachments: Attachments) -> None:
    url = web_url_or_empty(item.get("wp:attachment_url") or item.get("guid"))
    if not url:
        return
    facts: dict[int | str, PhpValue] = {}
    for serialised in meta(item, "_wp_attachment_metadata"):
        facts = read_php_array(serialised)
    about = facts.get("image_meta")
    credit = about.get("credit") if isinstance(about, dict) else ""
    attachments.add(
        Attachment(
            id=number(item.get("wp:post_id")),
            parent=number(item.get("wp:post_parent")),
            url=url,
            alt=one_line(" ".join(meta(item, "_wp_attachment_image_alt"))),
            caption=text(item.get("excerpt:encoded")),
            credit=plain(credit) if isinstance(credit, str) else "",
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
