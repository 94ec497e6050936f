"""One article as a document of its own, for formats that have such."""

from feeds import paths
from feeds.document import FeedDocument
from feeds.kinds.base import FeedGone, FeedMoved, Params, Publication
from feeds.kinds.items import article_items
from feeds.wording import saying
from storage.errors import NotFound
from storage.model import ArticleView, PathTarget
from storage.protocol import Store
from storage.scopes import SITE


async def build_article(store: Store, publication: Publication, params: Params) -> FeedDocument:
    """A feed of the one article, whose page it is. Raises NotFound, FeedGone, FeedMoved."""
    path = paths.ARTICLE(**params)
    view = await store.view_article(path, size=1, also=(SITE,))
    if not isinstance(view, ArticleView):
        raise _elsewhere(view, path)
    article = view.article
    items, left_out = article_items(
        [article],
        sections=view.sections,
        site_version=view.snapshot.scopes[SITE].version,
        publication=publication,
    )
    if not items:
        raise NotFound(saying("the article at %(path)s cannot be shown", path=path))
    [item] = items
    return FeedDocument(
        title=item.title,
        description=publication.description,
        page_url=item.url,
        feed_url=publication.urls.feed(article.path),
        language=publication.language,
        updated=item.updated,
        items=(item,),
        omissions=left_out,
        rights=publication.rights,
        licence_url=publication.licence_url,
        snapshot=view.snapshot,
    )


def _elsewhere(found: PathTarget | None, path: str) -> Exception:
    if found is None or (found.page is not None and not found.gone):
        return NotFound(saying("there is no article at %(path)s", path=path))
    return FeedGone(saying("the article at %(path)s was withdrawn", path=path)) if found.gone else FeedMoved(found.path)
