"""The addresses of the site that an import comes from: where its articles and lists were, and of what these addresses were made.

An export's own links tell the site's path and its permalink structure. What stands before the names of categories, tags and authors
they do not tell: that is for whoever imports to say.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from feeds.wordpress.learning import Facts, Learner
from feeds.wordpress.permalinks import Permalinks, without_index
from storage.model import Alias, Article, ArticleRecord, ArticleStatus, FormerSite, ImportSource, PageRecord

_CATEGORIES = 5
"""Of an article in many categories any may stand in its address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldAddresses:
    """What whoever imports says of the old site's addresses; '' = nothing."""

    path: str = ""
    """'/blog'; '/' at the root of its host."""
    permalinks: Permalinks | None = None
    category_base: str = ""
    tag_base: str = ""
    author_base: str = ""

    def __bool__(self) -> bool:
        return self != ToldAddresses()


@dataclass(slots=True)
class OldAddresses:
    """Gives what an importer reads the addresses that it had at its site, and adds the site."""

    told: ToldAddresses
    zone: ZoneInfo
    known: Sequence[FormerSite] = ()
    """What earlier imports left: what was told then, or learnt, holds until something else is told."""
    is_told: bool = False
    """Whether the importer reads a site whose links tell, whatever its source is like."""
    _sites: dict[str, "_Site"] = field(default_factory=dict)
    _held: list[Alias | PageRecord] = field(default_factory=list)
    _last: "_Site | None" = None
    """Of the last article, or what has begun."""
    _is_begun: bool = False

    def moved(self, record: ArticleRecord) -> ArticleRecord:
        """The record with the addresses that it had at its site."""
        site = self._site_of(record.source)
        return site.moved(record) if site else record

    def begin(self, source: ImportSource) -> Iterator[Alias | PageRecord]:
        """What is left of what came before: what comes from here on is of this source, and need not be held."""
        yield from self._given_back()
        self._last = self._site_of(source)
        self._is_begun = True

    def hold(self, thing: Alias | PageRecord) -> Iterator[Alias | PageRecord]:
        """Take in a former path of a list or a file, or a page: it is given back right before the next article of its site, or at
        once where that is known.
        """
        self._held.append(thing)
        if self._is_begun:
            yield from self._given_back()

    def before(self, source: ImportSource | None) -> Iterator[Alias | PageRecord]:
        """What was held until the next article, which is of this source."""
        self._last = self._site_of(source)
        yield from self._given_back()

    def rest(self) -> Iterator[Alias | PageRecord | FormerSite]:
        """What is left when all articles came: what was held, and the sites."""
        yield from self._given_back()
        yield from (each.former() for each in self._sites.values())

    def context(self, source: ImportSource) -> object:
        """What decides which addresses an article of the source had, but for what the trace is asked."""
        site = self._site_of(source)
        return site and [site.linked, site.site.path, self.told.permalinks.structure if self.told.permalinks else ""]

    def _given_back(self) -> Iterator[Alias | PageRecord]:
        held, self._held = self._held, []
        yield from _below(self._last, held)

    def _site_of(self, source: ImportSource | None) -> "_Site | None":
        """The site whose export it is; None of a feed, which has addresses of its own, unless they are told."""
        if source is None or not (source.whole or self.is_told or self.told):
            return None
        home = source.site
        if home not in self._sites:
            self._sites[home] = _Site.at(home, self.told, self.zone, self.known)
        return self._sites[home]


@dataclass(slots=True)
class _Site:
    home: str
    """As its source names it."""
    site: FormerSite
    linked: str
    """What paths began with in its own links."""
    told: ToldAddresses
    zone: ZoneInfo
    learner: Learner = field(default_factory=Learner)

    @classmethod
    def at(cls, home: str, told: ToldAddresses, zone: ZoneInfo, known: Iterable[FormerSite]) -> "_Site":
        try:
            _, netloc, linked, *_ = urlsplit(home.strip())
        except ValueError:
            netloc = linked = ""
        linked = unquote(linked).rstrip("/")
        address = f"{netloc.rpartition('@')[2].lower().removeprefix('www.')}{linked}"
        before = next((site for site in known if site.address == address), FormerSite(address=address, path=linked))
        site = FormerSite(
            address=address,
            path=told.path.rstrip("/") if told.path else before.path,
            permalinks=told.permalinks.structure if told.permalinks else before.permalinks,
            category_base=told.category_base or before.category_base,
            tag_base=told.tag_base or before.tag_base,
            author_base=told.author_base or before.author_base,
        )
        return cls(home, site, linked, told, zone)

    def former(self) -> FormerSite:
        return replace(self.site, permalinks=self.structure)

    @property
    def structure(self) -> str:
        return self.site.permalinks or self.learner.structure()

    @property
    def is_known(self) -> bool:
        """Whether its structure is, or will not be."""
        return bool(self.site.permalinks) or self.learner.has_enough

    def moved(self, record: ArticleRecord) -> ArticleRecord:
        """A record with the paths that it had at the site."""
        article = record.article
        if not record.old_paths:
            return record
        # Of a link that is a number alone, '/blog/?p=7', the path is the front page's.
        known = [path for path in record.old_paths if without_index(path.removeprefix(self.linked)) != "/"]
        linked = [path for path in known if not path.startswith("/?")]
        below = [path.removeprefix(self.linked) for path in linked if path.startswith(self.linked + "/")]
        paths = {self.key(path) for path in known}
        if self.told.permalinks:
            below += sorted(_filled(self.told.permalinks, _facts(article, self.zone)))
        paths.update(self.site.path + path for path in below)
        self._learn(article, below)
        return replace(record, old_paths=tuple(sorted(paths - {article.path})))

    def key(self, path: str) -> str:
        """Under which the store knows what a path with a query named: of several sites each has its own."""
        return self.site.path + path if path.startswith("/?") else path

    def _learn(self, article: Article, paths: Sequence[str]) -> None:
        """Look at the paths of an article, as long as nobody knows of what all are made. A draft has none yet but its number."""
        if paths and not self.is_known and article.status is ArticleStatus.PUBLISHED:
            # Where it stands here it stood there: of a site like this one former paths and pictures' pages tell nothing more.
            self.learner.add([article.path] if article.path in paths else paths, _facts(article, self.zone))


def _below(site: _Site | None, held: Iterable[Alias | PageRecord]) -> Iterator[Alias | PageRecord]:
    for thing in held:
        if site is None:
            yield thing
        elif isinstance(thing, Alias):
            yield replace(thing, path=site.key(thing.path), site=site.site.address)
        else:
            yield replace(thing, old_paths=tuple(map(site.key, thing.old_paths)))


def _filled(permalinks: Permalinks, facts: Facts) -> set[str]:
    """The paths that a structure makes: of an article in several categories, one for each."""
    single = {tag: value for tag, value in reversed(facts) if tag != "category"}
    categories = [value for tag, value in facts if tag == "category"] or ["uncategorized"]
    made = (permalinks.fill(single | {"category": category}) for category in categories)
    return {path for path in made if path}


def _facts(article: Article, zone: ZoneInfo) -> Facts:
    """Of what an address of an article's may be made. Of its dates that of the newsroom's clocks comes first; the site's may have
    shown the day before or after.
    """
    facts = [("postname", article.slug), ("post_id", str(article.id))]
    facts += [("category", section) for section in article.sections[:_CATEGORIES]]
    facts += [("author", author.slug) for author in article.authors]
    if article.published_at is not None:
        local = article.published_at.astimezone(zone)
        facts += [("hour", f"{local:%H}"), ("minute", f"{local:%M}"), ("second", f"{local:%S}")]
        for days in (0, -1, 1):
            day = local.date() + timedelta(days=days)
            facts += [("year", f"{day.year:04d}"), ("monthnum", f"{day.month:02d}"), ("day", f"{day.day:02d}")]
    return tuple(dict.fromkeys((tag, value) for tag, value in facts if value and value != "0"))
