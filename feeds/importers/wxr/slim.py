"""What is remembered of an element of an export: what is read of it, and nothing that is nobody's business."""

from collections.abc import Mapping

from feeds.importers.trace import digest_of
from feeds.importers.values import number
from feeds.importers.wxr.people import GUEST_FIELDS, GUESTS
from feeds.importers.wxr.php import PhpValue, php_array, read_php_array
from feeds.importers.wxr.values import is_protected, is_shown_file, meta
from feeds.importers.wxr.xmltree import Node

_METADATA = "_wp_attachment_metadata"
MEDIA_CREDIT = "_media_credit"
"""Where Newspack and Media Credit keep whose picture it is, as an editor wrote it."""
_ITEM = ("wp:post_type", "wp:post_id", "wp:status", "title")
_FIELDS: Mapping[str, frozenset[str]] = {
    "attachment": frozenset(
        {
            *_ITEM,
            "guid",
            "link",
            "wp:attachment_url",
            "wp:post_parent",
            "wp:post_date",
            "wp:menu_order",
            "excerpt:encoded",
        }
    ),
    "guest": frozenset({*_ITEM, "wp:post_name"}),
    "block": frozenset({*_ITEM, "content:encoded"}),
    "author": frozenset(
        {
            "wp:author_id",
            "wp:author_login",
            "wp:author_display_name",
            "wp:author_first_name",
            "wp:author_last_name",
        }
    ),
    "category": frozenset(
        {"wp:term_id", "wp:category_nicename", "wp:category_parent", "wp:cat_name", "wp:category_description"}
    ),
    "term": frozenset({"wp:term_taxonomy", "wp:term_slug", "wp:term_description"}),
    "post": frozenset(
        {
            *_ITEM,
            "guid",
            "link",
            "pubDate",
            "dc:creator",
            "content:encoded",
            "excerpt:encoded",
            "wp:post_date",
            "wp:post_date_gmt",
            "wp:post_modified",
            "wp:post_modified_gmt",
            "wp:comment_status",
            "wp:post_name",
            "wp:post_parent",
            "wp:is_sticky",
            "category",
        }
    ),
}
_META: Mapping[str, frozenset[str]] = {
    "attachment": frozenset({_METADATA, MEDIA_CREDIT, "_wp_attachment_image_alt", "_wp_attached_file"}),
    "guest": GUEST_FIELDS,
}


def name_of(node: Node) -> str:
    """By what an element is remembered: its kind, and which one it is; '' for one of which nothing is."""
    match node.name:
        case "wp:author":
            return f"author {digest_of(node.get('wp:author_login').strip())}"
        case "wp:category":
            return f"category {digest_of(node.get('wp:category_nicename').strip())}"
        case "wp:term" if node.get("wp:term_taxonomy").strip() == "language":
            return f"term {digest_of(node.get('wp:term_slug').strip())}"
        case "item":
            return _name_of_item(node)
    return ""


def _name_of_item(item: Node) -> str:
    kind = item.get("wp:post_type").strip() or "post"
    post_id = number(item.get("wp:post_id"))
    if kind == "attachment" and is_shown_file(item):
        return f"attachment {post_id}"
    if kind in GUESTS:
        return f"guest {post_id}"
    if kind == "wp_block" and item.get("wp:status").strip() == "publish" and not is_protected(item):
        return f"block {post_id}"
    return f"post {digest_of(post_id, item.get('guid').strip())}"


def slim(node: Node, kind: str, post_meta: frozenset[str] = frozenset()) -> Node:
    """An element without what is not read of it: no address of a person, no reader's comment, no password."""
    kept = Node(node.name, node.attributes)
    kept.text = node.text
    kept.fields = {name: text for name, text in node.fields.items() if name in _FIELDS[kind]}
    if is_protected(node):
        kept.fields["wp:post_password"] = "protected"
    wanted = _META.get(kind, post_meta)
    for child in node.children:
        if child.name == "category" and kind == "post":
            kept.children.append(child)
        elif child.name == "wp:postmeta" and (key := child.get("wp:meta_key").strip()) in wanted:
            kept.children.append(_facts(node, child) if key == _METADATA else child)
    return kept


def _facts(item: Node, child: Node) -> Node:
    """Of what is known of a picture's file, what is read: the other sizes of it take most of the room."""
    facts = read_php_array(next(iter(meta(item, _METADATA)), ""))
    about = facts.get("image_meta")
    kept: dict[str, PhpValue] = {name: facts[name] for name in ("width", "height", "filesize") if name in facts}
    credit = about.get("credit") if isinstance(about, dict) else None
    if credit:
        kept["image_meta"] = {"credit": credit}
    node = Node(child.name, {})
    node.fields = {"wp:meta_key": _METADATA, "wp:meta_value": php_array(kept)}
    return node
