"""A section's articles, those of the sections in it included."""

from collections.abc import Iterator, Mapping, Sequence

from feeds import paths
from feeds.kinds.base import NoSuchFeed, Params, Publication
from feeds.kinds.listing import Group, Listing, Named
from feeds.kinds.named import named_kind
from feeds.kinds.titles import feed_title
from feeds.wording import saying
from storage.model import ArticleList, CommentList, NameList, Section
from storage.scopes import section_scope, with_ancestors


def listed_section(listed: ArticleList | CommentList, params: Params) -> Section:
    """The section that a list is of. Raises NoSuchFeed."""
    path = params["section"]
    section = next((section for section in listed.sections if section.path == path), None)
    if section is None:
        raise NoSuchFeed(saying("there is no section %(path)s", path=path))
    return section


def titles_of(sections: Sequence[Section]) -> Mapping[str, str]:
    """By path."""
    return {section.path: section.title for section in sections}


def full_title(path: str, titles: Mapping[str, str]) -> str:
    """'World / Africa' of 'world/africa'."""
    return " / ".join(titles.get(above, above) for above in reversed([*with_ancestors(path)]))


def _named(listed: ArticleList, params: Params) -> Named:
    section = listed_section(listed, params)
    return Named(name=section.title, description=section.description)


def _listings(publication: Publication, names: NameList) -> Iterator[Listing]:
    titles = titles_of(names.sections)
    for section in names.sections:
        yield Listing(
            group=Group.SECTIONS,
            of=section.path,
            page=paths.SECTION(section=section.path),
            title=feed_title(section.title, publication),
            name=section.title,
            description=section.description,
            label=full_title(section.path, titles),
            about=section.description
            or publication.wording.gettext(
                "New articles in %(section)s and the sections in it.", section=section.title
            ),
        )


SECTION = named_kind(
    "section",
    paths.SECTION,
    lambda params: section_scope(params["section"]),
    _named,
    _listings,
    in_sitemap=True,
    # There it is a category, and its path another.
    in_wordpress=False,
)
