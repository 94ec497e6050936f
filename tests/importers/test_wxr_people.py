"""Who wrote what: bylines, and whose they are."""

from dataclasses import replace
from pathlib import Path

import pytest

from feeds.importers.bylines import without_email
from storage.model import Alias, Author
from storage.protocol import Store
from tests.importers.reading import Read, keep, read, read_parts
from tests.importers.wxr_files import author, cdata, comment, post, wxr
from tests.storage.test_undoing_imports import undo


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ann Lee", "Ann Lee"),
        ("ann.lee@mail.example", "ann.lee"),
        ("Ann Lee <ann@mail.example>", "Ann Lee"),
        ("ann@mail.example (Ann Lee)", "Ann Lee"),
        ("mailto:ann@mail.example", "ann"),
        ("ann@mail.example, bob@mail.example", "ann"),
        ("Ann Lee - ann@mail.example", "Ann Lee"),
        ("Ann Lee | @annlee", "Ann Lee | @annlee"),
        ("Jo @ the desk", "Jo @ the desk"),
        ("@mail.example", "@mail.example"),
        ("ünï@mäil.example", "ünï"),
        ("p.o'hara+desk@mail.example", "p.o'hara+desk"),
        ("Pat 'pat.o'hara@mail.example'", "Pat"),
        ("<>@mail.example", "<>@mail.example"),
        ("ann at mail dot example", "ann"),
        ("ann.b AT mail DOT example DOT org (Ann B.)", "Ann B."),
        ("Ann B. [ann (at) mail.example]", "Ann B."),
        ("ann{at}mail{dot}example", "ann"),
        ("ann -at- mail -dot- example", "ann"),
        ("ann dot lee at mail dot example", "ann dot lee"),
        ("ann＠mail.example", "ann"),
        ("Ann ann @ mail . example", "Ann"),
        ("ann@[192.0.2.1]", "ann"),
        ("Ann<br>ann@mail.example", "Ann"),
        ("E-mail: ann@mail.example", "ann"),
        ("Ann at The Polka Dot Gazette", "Ann at The Polka Dot Gazette"),
        ("Ann, at large", "Ann, at large"),
        ("Ann at Mail.example", "Ann at Mail.example"),
        ("at " * 300 + "x", "at " * 300 + "x"),
        ("a.b-" * 200 + " at x", "a.b-" * 200 + " at x"),
        ("x" * 100_000 + "@", "x" * 1000),
    ],
)
def test_names_without_addresses(name: str, shown: str) -> None:
    assert without_email(name) == shown


def bylines(found: Read) -> list[tuple[str, ...]]:
    return [tuple(f"{one.slug}: {one.name}" for one in record.article.authors) for record in found.records]


def named(login: str, shown: str, first: str = "", last: str = "", user_id: int = 1) -> str:
    return author(login, shown, author_id=user_id).replace(
        "</wp:author>",
        f"<wp:author_first_name>{cdata(first)}</wp:author_first_name>"
        f"<wp:author_last_name>{cdata(last)}</wp:author_last_name></wp:author>",
    )


@pytest.mark.parametrize(
    ("login", "listed", "byline"),
    [
        ("ann@mail.example", named("ann@mail.example", "ann@mail.example", "Ann", "Lee"), ("ann: Ann Lee",)),
        ("ann@mail.example", named("ann@mail.example", "Ann Lee"), ("ann: Ann Lee",)),
        ("ann@mail.example", named("ann@mail.example", "ann&#64;mail.example"), ("ann: ann",)),
        ("desk", named("desk", "desk@mail.example"), ("desk: desk",)),
        ("ann.b@mail.example", "", ("ann-b: ann.b",)),
        ("@mail.example", "", ()),
        ("", "", ()),
    ],
)
def test_no_byline_is_an_email_address(tmp_path: Path, login: str, listed: str, byline: tuple[str, ...]) -> None:
    found = read(tmp_path, wxr(post(7, creator=login), before=[listed]))
    assert bylines(found) == [byline]
    assert "mail.example" not in repr(found)


def test_a_readers_name_is_no_email_address(tmp_path: Path) -> None:
    thread = [comment(1, author="ann@mail.example"), comment(2, author="Ann <ann@mail.example>")]
    kept = read(tmp_path, wxr(post(7, comments=thread))).record.comments
    assert [one.author_name for one in kept] == ["ann", "Ann"]


ALIKE = {5: "j.doe", 6: "j doe", 9: "j-doe"}


def by(*user_ids: int) -> str:
    """An export of an article of each of these users, who are listed in this order."""
    people = [author(ALIKE[user_id], f"Doe {user_id}", author_id=user_id) for user_id in user_ids]
    return wxr(*(post(10 * n, creator=ALIKE[n]) for n in sorted(user_ids)), before=people)


@pytest.mark.parametrize("order", [(5, 6, 9), (9, 6, 5)])
def test_logins_that_slug_alike_are_told_apart_by_the_age_of_users(tmp_path: Path, order: tuple[int, ...]) -> None:
    assert bylines(read(tmp_path, by(*order))) == [("j-doe: Doe 5",), ("j-doe-2: Doe 6",), ("j-doe-3: Doe 9",)]


@pytest.mark.parametrize("parts", [((5,), (6, 9)), ((9, 6), (5,))])
def test_they_are_the_same_in_parts(tmp_path: Path, parts: tuple[tuple[int, ...], ...]) -> None:
    found = read_parts(tmp_path, *(by(*part) for part in parts))
    assert sorted(bylines(found)) == [("j-doe-2: Doe 6",), ("j-doe-3: Doe 9",), ("j-doe: Doe 5",)]


def test_they_are_the_same_at_every_import(tmp_path: Path) -> None:
    """Whoever has a slug keeps it, whoever is listed in what comes later."""
    before = tuple(read(tmp_path, by(6)).aliases)
    assert before == (Alias("/?author=6", "/author/j-doe/"),)
    later = read(tmp_path, by(5), aliases=before)
    assert bylines(later) == [("j-doe-2: Doe 5",)]
    assert bylines(read(tmp_path, by(5, 6), aliases=(*before, *later.aliases))) == [
        ("j-doe-2: Doe 5",),
        ("j-doe: Doe 6",),
    ]


def test_another_sites_user_of_the_same_number_is_another(tmp_path: Path) -> None:
    found = read(tmp_path, by(5), aliases=(Alias("/?author=5", "/author/ruth/"),))
    assert bylines(found) == [("j-doe: Doe 5",)]


def test_users_keep_their_slugs_where_a_site_that_moved_numbered_them_anew(tmp_path: Path) -> None:
    export = wxr(post(1, creator="ruth"), before=[author("ruth", "Ruth", author_id=7)])
    assert bylines(read(tmp_path, export, aliases=(Alias("/?author=5", "/author/ruth/"),))) == [("ruth: Ruth",)]


def test_who_is_not_listed_is_not_whom_the_slug_is_of(tmp_path: Path) -> None:
    export = wxr(post(1, creator="j_doe"), post(2, creator="j_doe?"), before=[author("j_doe", "Jane Doe")])
    assert bylines(read(tmp_path, export)) == [("j_doe: Jane Doe",), ("j_doe-2: j_doe?",)]


def by_terms(post_id: int, *terms: tuple[str, str]) -> str:
    written = "".join(f'<category domain="author" nicename="{slug}">{cdata(name)}</category>' for slug, name in terms)
    return post(post_id, creator="desk").replace("</item>", written + "</item>")


def guest(post_id: int, slug: str, **fields: str) -> str:
    meta = [(f"cap-{key}", value) for key, value in fields.items()]
    return post(post_id, fields.get("display_name", ""), name=f"cap-{slug}", kind="guest-author", meta=meta)


PEOPLE = [author("desk", "The Desk", author_id=1), author("zoe.tan", "Zoë Tan", author_id=3)]


@pytest.mark.parametrize(
    ("terms", "byline"),
    [
        ([("cap-zoe-tan", "zoe.tan"), ("cap-desk", "desk")], ("zoe-tan: Zoë Tan", "desk: The Desk")),
        ([("cap-tom", "tom"), ("cap-zoe-tan", "zoe.tan")], ("tom: Tom Guest", "zoe-tan: Zoë Tan")),
        ([("zoe-tan", "Zoë Tan")], ("zoe-tan: Zoë Tan",)),  # PublishPress Authors
        ([("cap-linked", "linked")], ("zoe-tan: Zoë Tan",)),
        ([("cap-nobody-listed", "Ed Elsewhere")], ("nobody-listed: Ed Elsewhere",)),
        ([("cap-edmail-example", "ed@mail.example")], ("ed: ed",)),
        ([("cap-tom", "tom"), ("cap-tom", "tom")], ("tom: Tom Guest",)),
        ([], ("desk: The Desk",)),
    ],
)
@pytest.mark.parametrize("guests_in_a_part_of_their_own", [True, False])
def test_several_authors(
    tmp_path: Path, terms: list[tuple[str, str]], byline: tuple[str, ...], guests_in_a_part_of_their_own: bool
) -> None:
    guests = [
        guest(50, "tom", display_name="Tom Guest", user_login="tom", user_email="tom@mail.example"),
        guest(51, "linked", display_name="Z. Tan", user_login="linked", linked_account="zoe.tan"),
    ]
    story = by_terms(7, *terms)
    if guests_in_a_part_of_their_own:
        found = read_parts(tmp_path, wxr(story), wxr(*guests, before=PEOPLE))
    else:
        found = read(tmp_path, wxr(story, *guests, before=PEOPLE))
    assert bylines(found) == [byline]
    assert "mail.example" not in repr(found)
    assert not found.report.left_out.named


def test_who_only_a_term_names_is_nobody_else(tmp_path: Path) -> None:
    stories = [
        by_terms(7, ("cap-edmail-example", "ed@mail.example")),
        by_terms(8, ("cap-edmail-example", "ed@mail.example")),
    ]
    found = read(tmp_path, wxr(*stories, post(9, creator="ed"), before=[author("ed", "Ed Listed")]))
    assert bylines(found) == [("ed-2: ed",), ("ed-2: ed",), ("ed: Ed Listed",)]


def test_a_guests_own_page(tmp_path: Path) -> None:
    export = wxr(by_terms(7, ("cap-tom", "tom")), guest(50, "tom", display_name="Tom", website="https://tom.example/"))
    assert read(tmp_path, export).article.authors == (Author(slug="tom", name="Tom", url="https://tom.example/"),)


def test_a_guest_and_a_user_who_slug_alike_are_two(tmp_path: Path) -> None:
    export = wxr(post(1, creator="tom"), by_terms(2, ("cap-tom-g", "tom-g")), before=[author("tom", "Tom User")])
    export = export.replace(
        "</channel>", guest(50, "tom-g", display_name="Tom Guest", user_login="tom-g") + "</channel>"
    )
    assert bylines(read(tmp_path, export)) == [("tom: Tom User",), ("tom-g: Tom Guest",)]


def test_authors_of_molonguis_plugin(tmp_path: Path) -> None:
    meta = [("_molongui_author", "guest-50"), ("_molongui_author", "user-3"), ("_molongui_author", "user-404")]
    item = post(50, "Tom Guest", name="tom-guest", kind="guest_author")
    found = read(tmp_path, wxr(post(7, creator="desk", meta=meta), item, before=PEOPLE))
    assert bylines(found) == [("tom-guest: Tom Guest", "zoe-tan: Zoë Tan")]


def test_wordpress_lists_an_email_login_under_a_name_of_its_own(tmp_path: Path) -> None:
    export = wxr(
        author("bob@mail.example", "Bob Byline", author_id=7), author("bobmail-other", "Other", author_id=8),
        author("bob@mail.other", "Bob Two", author_id=9), post(1, creator="jane@mail.example"),
    )  # fmt: skip
    ways = {alias.path: alias.page for alias in read(tmp_path, export).aliases if alias.path.startswith("/author/")}
    assert ways == {
        "/author/bobmail-example/": "/author/bob/",
        "/author/janemail-example/": "/author/jane/",
    }, "but where somebody else is called so"


@pytest.mark.anyio
async def test_authors_are_called_what_the_second_export_calls_them(tmp_path: Path, store: Store) -> None:
    """Nobody is called so who was given another name here, nor anybody anew by an export without a change."""

    def export(user: str, name: str) -> str:
        by_guest = '<category domain="author" nicename="cap-tom">tom</category></item>'
        both = post(1, creator="jdoe"), post(2, creator="jdoe").replace("</item>", by_guest)
        return wxr(*both, guest(60, "tom", display_name=name, user_login="tom"), before=[author("jdoe", user)])

    async def bylines() -> list[str]:
        return [one.name for number in (1, 2) for one in (await store.get_article(number)).authors]

    await keep(store, tmp_path, export("Jane Doe", "Tom Guest"))
    second = await keep(store, tmp_path, export("Jane Smith", "Thomas Guest"))
    assert await bylines() == ["Jane Smith", "Thomas Guest"]
    assert {(note.title, note.why) for note in second.named.named} == {
        ("Jane Smith", "was Jane Doe so far"),
        ("Thomas Guest", "was Tom Guest so far"),
    }
    await store.update_author(replace(await store.get_author("jdoe"), name="Ours"))
    for user in ("Jane Smith", "Jane Smith-Doe"):
        assert not len((await keep(store, tmp_path, export(user, "Thomas Guest"))).named)
    assert await bylines() == ["Ours", "Thomas Guest"]
    await undo(store, second.import_id)
    assert await bylines() == ["Ours", "Tom Guest"]


@pytest.mark.parametrize("shown", ["", "jane@private.example"])
def test_a_user_without_a_name_to_show_has_the_written_one(tmp_path: Path, shown: str) -> None:
    names = (
        "<wp:author_first_name>Jane</wp:author_first_name><wp:author_last_name>Doe</wp:author_last_name></wp:author>"
    )
    user = author("jdoe", shown).replace("</wp:author>", names)
    assert [one.name for one in read(tmp_path, wxr(post(1, creator="jdoe"), before=[user])).article.authors] == [
        "Jane Doe"
    ]
