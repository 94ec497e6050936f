"""An article in the place of one that is taken back: whoever follows a link to that is led to the other."""

from feeds.clean.fields import read
from feeds.web.redirects import RedirectFields, keep_redirects
from storage.errors import NotFound
from storage.model import Article
from storage.protocol import Store


async def replacement_of(store: Store, withdrawn: int, number: int) -> Article:
    """The article that may stand in the place of another. Raises NotFound, with why it may not."""
    article = await store.get_article(number)
    if number == withdrawn or not article.public:
        raise NotFound(f"Article {number} cannot stand in its place: name another one that is public.")
    return article


async def lead(store: Store, base_url: str, old: Article, new: Article) -> str:
    """Have the one's path lead to the other's; why that cannot be, or ''. Of one without a path there is nothing to lead from."""
    if not old.path:
        return ""
    fields = read(RedirectFields, {"old": old.path, "new": new.path})
    [redirected] = await keep_redirects(store, base_url.rstrip("/"), [fields])
    return "" if redirected.outcome is not None else f"{old.path} does not lead to the replacement: {redirected.why}"
