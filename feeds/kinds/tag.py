"""The articles with a tag."""

from collections.abc import Iterator

from feeds import paths
from feeds.kinds.base import NoSuchFeed, Params, Publication
from feeds.kinds.listing import Group, Listing, Named
from feeds.kinds.named import named_kind
from feeds.kinds.titles import feed_title
from feeds.wording import saying
from storage.model import ArticleList, NameList
from storage.scopes import tag_scope


def _named(listed: ArticleList, params: Params) -> Named:
    """As its articles have it; its slug, where they are all withdrawn. Raises NoSuchFeed for a tag that no article ever had."""
    slug = params["tag"]
    if not listed.snapshot.scopes[tag_scope(slug)].version:
        raise NoSuchFeed(saying("there is no tag %(slug)s", slug=slug))
    names = (tag.name for article in listed.articles for tag in article.tags if tag.slug == slug)
    return Named(name=next(names, slug))


def _listings(publication: Publication, names: NameList) -> Iterator[Listing]:
    for tag in names.tags:
        yield Listing(
            group=Group.TAGS,
            of=tag.slug,
            page=paths.TAG(tag=tag.slug),
            title=feed_title(tag.name, publication),
            name=tag.name,
            label=tag.name,
        )


TAG = named_kind(
    "tag", paths.TAG, lambda params: tag_scope(params["tag"]), _named, _listings, wordpress_parameter="tag"
)
