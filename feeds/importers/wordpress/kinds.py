"""What a site has that comes over, and how the API is asked for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from feeds.importers.wordpress.values import Thing, text

TERMS = "terms:"
"""Before the name of a taxonomy: the kind of its terms."""
_DATED = (
    "id,date,date_gmt,modified,modified_gmt,guid,slug,status,type,link,title,excerpt,author,featured_media,parent,menu_order,"
    "comment_status,sticky,password,meta,lang"
)
_MEDIA = (
    "id,date,date_gmt,modified,modified_gmt,guid,slug,status,type,link,title,author,post,alt_text,caption,media_details,"
    "mime_type,source_url,comment_status"
)
_COMMENT = "id,post,parent,author_name,author_email,author_url,date,date_gmt,content,status,type"


@dataclass(frozen=True, slots=True)
class Kind:
    """A list of the API."""

    name: str
    """Under which its things are kept."""
    route: str
    params: Mapping[str, str] = field(default_factory=dict)
    """What every question has."""
    is_dated: bool = False
    """Whether it can be asked for what was modified since."""
    by_number: bool = False
    """Whether its pages have numbers alone: the terms of a hierarchy cannot be asked for from the hundredth on."""
    must: bool = False
    """Whether nothing can be imported without it."""
    part: str = ""
    """Which part of the things of this name the list has, where there is another; ''."""
    missing: str = ""
    """What a newsroom misses without it, in a person's words."""

    @property
    def place(self) -> str:
        """Under which it is kept how far it is read."""
        return f"{self.name} {self.part}".strip()


def kinds(
    taxonomies: Mapping[str, str], *, content: str, edits: bool, all_comments: bool, all_users: bool
) -> tuple[Kind, ...]:
    """What to read.

    `taxonomies`: the last parts of routes by names. `content`: what to ask for of a text. `edits`: as an editor, who sees texts as
    they were written, and drafts; `all_comments`: those too that readers do not see; `all_users`: with their logins.
    """
    context = {"context": "edit"} if edits else {}
    fields = ",".join((_DATED, content, *taxonomies.values()))
    dated = {**context, "_fields": fields, **({"status": "any,trash"} if edits else {})}
    # Spam stays there, as in an export.
    threads = {"_fields": _COMMENT, **({"context": "edit", "status": "all", "type": "all"} if all_comments else {})}
    trash = Kind("comments", "wp/v2/comments", {**threads, "status": "trash"}, part="in the trash", missing="old trash")
    lists = [
        Kind(
            f"{TERMS}{name}", f"wp/v2/{base}", {"_fields": "id,name,slug,parent,description,taxonomy"},
            must=name in ("category", "post_tag"), missing=f"the terms of {name}",
        )
        for name, base in taxonomies.items()
    ]  # fmt: skip
    people = {"_fields": "id,name,slug,username", **({"context": "edit"} if all_users else {})}
    users = Kind("users", "wp/v2/users", people, missing="the names of authors")
    blocks = Kind("blocks", "wp/v2/blocks", dated, is_dated=True, missing="reusable blocks")
    return (
        *lists,
        users,
        Kind(
            "media", "wp/v2/media", {**context, "_fields": _MEDIA}, is_dated=True, missing="what is known of pictures"
        ),
        Kind("posts", "wp/v2/posts", dated, is_dated=True, must=True),
        Kind("pages", "wp/v2/pages", dated, is_dated=True, missing="pages"),
        *([blocks] if edits else []),
        Kind("comments", "wp/v2/comments", threads, missing="comments"),
        *([trash] if all_comments else []),
    )


def taxonomies_of(found: Mapping[str, Thing]) -> dict[str, str]:
    """The last parts of routes by names of taxonomies, from what the API says of them: those that articles have."""
    known = {}
    for name, about in found.items():
        types = about.get("types") if isinstance(about, Mapping) else None
        if isinstance(types, list) and {"post", "page"} & set(map(str, types)):
            base = text(about, "rest_base")
            if base and base.replace("-", "").replace("_", "").isalnum():
                known[name] = base
    return {"category": "categories", "post_tag": "tags", **known}
