"""A site that is edited between its exports: any field of anything that an export tells of."""

from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

from tests.importers.wxr_files import SITE, author, category, comment, post, tag, wxr

Site = dict[str, dict[int, dict[str, Any]]]
"""What there is of each kind, by number; of each its fields."""
Edit = tuple[str, int, str, Any]
"""Kind, number, field, and what it is from then on."""

_WORDS = st.sampled_from(["One", "Two & three", "Ünder", "Four <b>five</b>"])
_DATES = st.sampled_from(["2022-03-01 10:00:00", "2022-03-02 11:30:00", "2021-12-31 23:30:00", "2022-03-09 08:00:00"])
_POSTS, _COMMENTS, _CATEGORIES, _TAGS, _AUTHORS = (1, 2, 3), (21, 22, 23, 24), (1, 2, 3), (1, 2), (1, 2)
_LOGINS = st.sampled_from(["zoe", "bee"])
_ADDRESSES = st.sampled_from(["", "https://a.example/", "https://b.example/me"])


def _some(numbers: Iterable[int]) -> st.SearchStrategy[list[int]]:
    return st.lists(st.sampled_from(tuple(numbers)), unique=True, max_size=2).map(sorted)


FIELDS: dict[str, tuple[tuple[int, ...], dict[str, st.SearchStrategy[Any]]]] = {
    "post": (
        _POSTS,
        {
            "title": _WORDS,
            "content": _WORDS,
            "excerpt": _WORDS,
            "date": _DATES,
            "name": st.sampled_from(["a", "b"]),
            "status": st.sampled_from(["publish", "publish", "draft", "private", "pending", "trash"]),
            "creator": _LOGINS,
            "comment_status": st.sampled_from(["open", "closed"]),
            "categories": _some(_CATEGORIES),
            "tags": _some(_TAGS),
            "guests": _some(_AUTHORS),
            "old_slug": st.sampled_from(["", "former"]),
        },
    ),
    "page": (
        (40, 41),
        {
            "title": _WORDS,
            "content": _WORDS,
            "status": st.sampled_from(["publish", "draft", "private"]),
            "name": st.sampled_from(["about", "us"]),
        },
    ),
    "comment": (
        _COMMENTS,
        {
            "gone": st.booleans(),
            "content": _WORDS,
            "author": st.sampled_from(["Ann", "Ben"]),
            "email": st.sampled_from(["ann@private.example", "ben@private.example"]),
            "url": _ADDRESSES,
            "approved": st.sampled_from(["1", "1", "0", "spam", "trash"]),
            "date": _DATES,
            "parent": st.sampled_from((0, *_COMMENTS)),
        },
    ),
    "category": (_CATEGORIES, {"title": _WORDS, "description": _WORDS, "parent": st.sampled_from((0, *_CATEGORIES))}),
    "tag": (_TAGS, {"title": _WORDS}),
    "author": (_AUTHORS, {"title": _WORDS}),
    "guest": (_AUTHORS, {"title": _WORDS, "url": _ADDRESSES}),
}
"""Of each kind the numbers, and the fields with what they may be."""


def _edits_of(kind: str) -> Iterator[st.SearchStrategy[Edit]]:
    numbers, fields = FIELDS[kind]
    for name, values in fields.items():
        yield st.tuples(st.just(kind), st.sampled_from(numbers), st.just(name), values)


edits = st.one_of([edit for kind in FIELDS for edit in _edits_of(kind)])
lives = st.lists(st.lists(edits, min_size=1, max_size=6), min_size=1, max_size=3)
"""What is edited before the second export, before the third ..."""


def founded() -> Site:
    site: Site = {kind: {number: {} for number in numbers} for kind, (numbers, _) in FIELDS.items()}
    site["category"][2]["parent"] = 1
    site["comment"][22]["parent"] = 21
    site["post"][1] |= {"categories": [1, 2], "tags": [1, 2], "guests": [1]}
    return site


def edited(site: Site, changes: Iterable[Edit]) -> Site:
    """The site after them; one that would put a category or a comment under itself is not made, as WordPress makes none."""
    site = deepcopy(site)
    for kind, number, name, value in changes:
        if name != "parent" or number not in _line(site[kind], value):
            site[kind][number][name] = value
    return site


def _line(things: dict[int, dict[str, Any]], number: int) -> Iterator[int]:
    while number:
        yield number
        number = things[number].get("parent", 0)


def export(site: Site) -> str:
    """As WordPress writes all of it."""
    before = [author(login, _title("author", site, at), author_id=at) for at, login in enumerate(("zoe", "bee"), 1)]
    for number, said in site["category"].items():
        parent = said.get("parent", 0)
        name, about = _title("category", site, number), said.get("description", "")
        before.append(category(f"c{number}", name, f"c{parent}" if parent else "", term_id=number, description=about))
    before += [tag(f"t{number}", _title("tag", site, number)) for number in site["tag"]]
    items = [*(_guest(site, number) for number in site["guest"]), *(_post(site, number) for number in site["post"])]
    return wxr(*items, *(_page(site, number) for number in site["page"]), before=before)


def _title(kind: str, site: Site, number: int) -> str:
    return str(site[kind][number].get("title", f"{kind} {number}"))


def _guest(site: Site, number: int) -> str:
    said = site["guest"][number]
    meta = [("cap-user_login", f"g{number}"), ("cap-display_name", _title("guest", site, number))]
    meta.append(("cap-website", said.get("url", "")))
    return post(60 + number, _title("guest", site, number), kind="guest-author", name=f"cap-g{number}", meta=meta)


def _post(site: Site, number: int) -> str:
    said = dict(site["post"][number])
    terms = {
        f"{kind[0]}{at}": _title(kind, site, at) for kind in ("category", "tag") for at in said.get(_plural(kind), [])
    }
    date = said.get("date", "2022-03-01 10:00:00")
    slug = f"{said.get('name', 'story')}-{number}"
    whole = post(
        number,
        _title("post", site, number),
        said.get("content", "Words."),
        excerpt=said.get("excerpt", ""),
        date_gmt=date,
        date=date,
        name=slug,
        status=said.get("status", "publish"),
        creator=said.get("creator", "zoe"),
        comment_status=said.get("comment_status", "open"),
        categories={slug: name for slug, name in terms.items() if slug[0] == "c"},
        tags={slug: name for slug, name in terms.items() if slug[0] == "t"},
        meta=[("_wp_old_slug", f"{said['old_slug']}-{number}")] if said.get("old_slug") else (),
        comments=[_comment(site, at) for at, one in site["comment"].items() if number == 1 and not one.get("gone")],
    )
    guests = [f'<category domain="author" nicename="cap-g{at}">g{at}</category>' for at in said.get("guests", [])]
    return whole.replace("</item>", "".join(guests) + "</item>")


def _plural(kind: str) -> str:
    return {"category": "categories", "tag": "tags"}[kind]


def _page(site: Site, number: int) -> str:
    said = site["page"][number]
    slug = f"{said.get('name', 'page')}-{number}"
    return post(
        number,
        _title("page", site, number),
        said.get("content", "Words."),
        kind="page",
        status=said.get("status", "publish"),
        name=slug,
        link=f"{SITE}/{slug}/",
    )


def _comment(site: Site, number: int) -> str:
    said = site["comment"][number]
    date = said.get("date", f"2022-03-02 10:00:{number}")
    return comment(
        number,
        said.get("content", "Well said."),
        author=said.get("author", "A reader"),
        email=said.get("email", "reader@private.example"),
        url=said.get("url", ""),
        approved=said.get("approved", "1"),
        parent=said.get("parent", 0),
        date_gmt=date,
        date=date,
    )
