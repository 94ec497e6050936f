"""An export's categories as sections, and where one stands that only some part of the export, or an earlier import, knows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from feeds.importers.markup import plain, text
from feeds.importers.slugs import decoded_slug, not_reserved
from feeds.importers.values import number
from feeds.importers.wxr.xmltree import Node
from feeds.newsroom.submissions import RESERVED_SECTION_SLUGS
from storage.model import Alias, NameOf, SaidName, Section, section_page

_DEEPEST = 20
"""Categories in one another; a longer line is taken for a circle."""


@dataclass(frozen=True, slots=True)
class _Category:
    nicename: str
    parent: str
    """The parent's nicename, or ''."""
    title: str
    description: str = ""


@dataclass(slots=True)
class Categories:
    """Filled from every part of an export before any is looked up."""

    known: dict[str, str] = field(default_factory=dict)
    """Paths of the newsroom's sections by their last slugs."""
    _listed: dict[str, _Category] = field(default_factory=dict)
    """By nicename, which is unique in WordPress."""
    _by_title: dict[str, str] = field(default_factory=dict)
    """Nicenames."""
    _ids: dict[int, str] = field(default_factory=dict)
    """Nicenames by term id."""
    _discovered: set[str] = field(default_factory=set)
    _recalled: set[str] = field(default_factory=set)
    """Nicenames that only earlier imports listed."""
    _before: dict[str, _Category] = field(default_factory=dict)
    """What earlier imports said of those of which this one says something else, by nicename."""
    _renamed: list[tuple[str, str]] = field(default_factory=list)
    """Nicenames that categories had at earlier imports, and the ones that they have."""

    def know(self, paths: Iterable[str]) -> None:
        """The newsroom's sections. Of several with one last slug, the one nearest to the root, then the first by path."""
        for path in sorted(paths, key=lambda path: (path.count("/"), path), reverse=True):
            self.known[path.rpartition("/")[2]] = path

    def add(self, node: Node) -> None:
        """A `wp:category`. Of what two parts list, the one that says where it stands counts."""
        category = _read(node)
        nicename = category.nicename
        before = self._listed.get(nicename)
        if before is None or category.parent or not before.parent:
            self._listed[nicename] = category
        self._by_title.setdefault(category.title, nicename)
        if term_id := number(node.get("wp:term_id")):
            if nicename in self._recalled:
                # It may have another name by now.
                now = self._ids.setdefault(term_id, nicename)
                if now != nicename:
                    self._renamed.append((nicename, now))
            else:
                self._ids[term_id] = nicename

    def recall(self, node: Node) -> None:
        """A `wp:category` that an earlier import listed, and no file of this one."""
        self._recalled.add(node.get("wp:category_nicename").strip())
        self.add(node)

    def remember(self, node: Node) -> None:
        """A `wp:category` as an earlier import had it, of which this one says something else."""
        category = _read(node)
        self._before[category.nicename] = category

    def names(self) -> Iterator[SaidName]:
        """What this import's lists call sections, and say of them."""
        for nicename, category in self._listed.items():
            if nicename not in self._recalled and nicename not in self._discovered:
                path, before = self.path(nicename), self._before.get(nicename)
                yield SaidName(
                    of=NameOf.SECTION,
                    key=path,
                    said=category.title or path,
                    before=before.title or path if before else None,
                )
                yield SaidName(
                    of=NameOf.SECTION_DESCRIPTION,
                    key=path,
                    said=category.description,
                    before=before.description if before else None,
                    makeshift="",
                )

    def moved(self) -> Iterator[tuple[str, str]]:
        """Where categories stood, in the newsroom as well, as long as they were in others than by now, or had other slugs; and
        where they stand.
        """
        for former_name, nicename in self._renamed:
            was, now = self.known.get(_slug(former_name)), self.path(nicename)
            # Where the section is here already, an earlier import told of it.
            if was is not None and now not in self.known.values():
                yield was, now
        if any(category.parent != self._listed[nicename].parent for nicename, category in self._before.items()):
            former = replace(self, _listed={**self._listed, **self._before})
            for nicename in self._listed:
                was, now = former.path(nicename), self.path(nicename)
                if was != now and was in self.known.values():
                    yield was, now

    def unlisted(self, nicename: str) -> str:
        """The path of the newsroom's section for a category that this import's lists lack; '' where they do not, or it has none."""
        return "" if nicename in self._listed and nicename not in self._recalled else self.path(nicename)

    def is_partial(self, nicename: str) -> bool:
        """Whether other files may say that it stands elsewhere: nothing lists it, or what it is in."""
        for _ in range(_DEEPEST):
            category = self._listed.get(nicename)
            if category is None or nicename in self._discovered:
                return True
            if not category.parent:
                return False
            nicename = category.parent
        return False

    def path(self, nicename: str) -> str:
        """The path of a category's section. A category whose line has no end stands at the root."""
        line: list[str] = []
        category = self._listed.get(nicename)
        while category is not None:
            if len(line) == _DEEPEST:
                return line[0]
            slug = _slug(category.nicename)
            line.append(slug)
            parent = self._listed.get(category.parent)
            if parent is None and self._is_parted(category):
                line[-1] = self._at_home(category, slug)
            category = parent
        return "/".join(reversed(line)) if line else self.known.get(_slug(nicename), "")

    def _at_home(self, category: _Category, slug: str) -> str:
        """Where the newsroom has the category, or would by where it has its parent; the slug alone where it has neither."""
        parent = self.known.get(_slug(category.parent)) if category.parent else None
        return f"{parent}/{slug}" if parent else self.known.get(slug, slug)

    def _is_parted(self, category: _Category) -> bool:
        """Whether the export need not have said where it stands: it lists no parent of it, or nothing but it. WordPress's export
        of one category lists that one, without its parent.
        """
        return bool(category.parent) or len(self._listed) == 1 or category.nicename in self._discovered

    def path_by_id(self, term_id: int) -> str:
        """'' for an unknown one."""
        return self.path(self._ids[term_id]) if term_id in self._ids else ""

    def nicename_of(self, title: str) -> str:
        """Of a category that is named by its title alone; '' for an unknown one."""
        return self._by_title.get(title, "")

    def discover(self, nicename: str, title: str) -> bool:
        """Make known a category that only an article names, or an earlier import; False if it was. An export of some items may list
        none.
        """
        if nicename in self._recalled:
            self._recalled.remove(nicename)
            return True
        if nicename in self._listed:
            return False
        self._listed[nicename] = _Category(nicename, "", plain(title))
        self._discovered.add(nicename)
        return True

    def around(self, nicename: str, now: datetime) -> list[Section]:
        """A category's section, after those that it is in; then those in it, which stood elsewhere until it was known."""
        found = [self.section(nicename, now)]
        above = nicename
        while (parent := self._listed[above].parent) in self._listed and len(found) < _DEEPEST:
            above = parent
            found.insert(0, self.section(above, now))
        inside = f"{self.path(nicename)}/"
        below = [other for other in self._listed if other not in self._recalled and self.path(other).startswith(inside)]
        return found + sorted((self.section(other, now) for other in below), key=lambda section: section.path)

    def section(self, nicename: str, now: datetime) -> Section:
        category = self._listed[nicename]
        path = self.path(nicename)
        return Section(path=path, title=category.title or path, description=category.description, created_at=now)

    def sections(self, now: datetime) -> Iterator[Section]:
        """Every category of this import's files as a section, with those that it is in, parents first."""
        sections = [self.section(nicename, now) for nicename in self._listed if nicename not in self._recalled]
        recalled = {self.path(nicename): nicename for nicename in self._recalled}
        above = {path for section in sections for path in recalled if section.path.startswith(f"{path}/")}
        sections += [self.section(recalled[path], now) for path in above]
        yield from sorted(sections, key=lambda section: section.path)

    def aliases(self) -> list[Alias]:
        """Where WordPress without permalinks has its lists of categories."""
        return [
            Alias(f"/?cat={term_id}", section_page(self.path(nicename)))
            for term_id, nicename in self._ids.items()
            if nicename not in self._recalled
        ]


def _read(node: Node) -> _Category:
    """A `wp:category`."""
    return _Category(
        node.get("wp:category_nicename").strip(),
        node.get("wp:category_parent").strip(),
        plain(node.get("wp:cat_name")),
        text(node.get("wp:category_description")),
    )


def _slug(nicename: str) -> str:
    return not_reserved(decoded_slug(nicename) or "section", RESERVED_SECTION_SLUGS)
