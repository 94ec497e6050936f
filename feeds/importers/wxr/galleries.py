"""Which attachments a gallery or a playlist shows, and in which order: as `[gallery]` says it."""

import re
from collections.abc import Callable, Iterable, Mapping

from feeds.importers.values import number
from feeds.importers.wxr.attachments import Attachment, Attachments

MOST = 500
"""Attachments that one shows."""
_ORDERS: Mapping[str, Callable[[Attachment], tuple[int | str, ...]]] = {
    "id": lambda shown: (shown.id,),
    "menu_order": lambda shown: (shown.menu_order, shown.id),
    "title": lambda shown: (shown.title, shown.id),
    "name": lambda shown: (shown.title, shown.id),
    "date": lambda shown: (shown.date, shown.id),
    "post_date": lambda shown: (shown.date, shown.id),
}


def ids_in(text: str) -> list[int]:
    """The ids in a list, whatever stands between them."""
    return [number(one) for one in re.findall(r"\d+", text)[:MOST]]


def chosen(
    attributes: Mapping[str, str],
    post_id: int,
    attachments: Attachments,
    lost: Callable[[int], None],
    stripped: Callable[[str], None],
) -> Iterable[Attachment]:
    """What one shows by its attributes `ids`, `include`, `exclude`, `id`, `orderby` and `order`, in the post with this id; without
    any, the post's own. Those of another post are shown if that one is public. `lost` is told the ids that nothing has,
    `stripped` what is not shown.
    """
    orderby = attributes.get("orderby", "").lower().split()
    listed = attributes.get("ids", "")
    if included := ids_in(listed or attributes.get("include", "")):
        found = list(_found(included, attachments, lost))
        return found if listed and not orderby else _ordered(found, orderby, attributes)
    parent = number(attributes.get("id", "")) or post_id
    if parent != post_id and not attachments.is_public(parent):
        stripped("gallery of a post that is not public")
        return []
    excluded = set(ids_in(attributes.get("exclude", "")))
    of_post = [one for one in attachments.of_parent(parent, MOST + len(excluded)) if one.id not in excluded]
    return _ordered(of_post[:MOST], orderby, attributes)


def _found(ids: Iterable[int], attachments: Attachments, lost: Callable[[int], None]) -> Iterable[Attachment]:
    for one in dict.fromkeys(ids):
        if (found := attachments.get(one)) is not None:
            yield found
        else:
            lost(one)


def _ordered(found: list[Attachment], orderby: list[str], attributes: Mapping[str, str]) -> list[Attachment]:
    """By what is named first and is known; as they are listed for 'post__in', 'none' and 'rand', which is no order to keep."""
    name = next(
        (one for one in orderby or ["menu_order"] if one in ("post__in", "none", "rand") or one in _ORDERS), "id"
    )
    if name not in _ORDERS:
        return found
    return sorted(found, key=_ORDERS[name], reverse=attributes.get("order", "").lower() == "desc")
