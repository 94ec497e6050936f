"""The articles of an author."""

from collections.abc import Iterator

from feeds import paths
from feeds.kinds.base import NoSuchFeed, Params, Publication
from feeds.kinds.listing import Group, Listing, Named
from feeds.kinds.named import named_kind
from feeds.kinds.titles import feed_title
from feeds.wording import saying
from storage.model import ArticleList, Author, NameList
from storage.scopes import author_scope


def _named(listed: ArticleList, params: Params) -> Named:
    """As in bylines; the slug, where all is withdrawn. Raises NoSuchFeed for one who never wrote in public."""
    slug = params["author"]
    if not listed.snapshot.scopes[author_scope(slug)].version:
        raise NoSuchFeed(saying("there is no author %(slug)s", slug=slug))
    authors = (author for article in listed.articles for author in article.authors if author.slug == slug)
    author = next(authors, Author(slug=slug, name=slug))
    return Named(name=author.name, description=author.about, url=author.url)


def _listings(publication: Publication, names: NameList) -> Iterator[Listing]:
    for author in names.authors:
        yield Listing(
            group=Group.AUTHORS,
            of=author.slug,
            page=paths.AUTHOR(author=author.slug),
            title=feed_title(author.name, publication),
            name=author.name,
            label=author.name,
        )


AUTHOR = named_kind(
    "author",
    paths.AUTHOR,
    lambda params: author_scope(params["author"]),
    _named,
    _listings,
    wordpress_parameter="author_name",
)
