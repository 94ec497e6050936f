"""What an import learns of the addresses of the site that it comes from."""

from pathlib import Path

import pytest

from feeds.importers import ImportOptions, ToldAddresses, import_file, import_files
from feeds.settings import Settings
from feeds.wordpress.learning import Learner, structures
from feeds.wordpress.permalinks import Permalinks
from storage.model import FormerSite
from storage.protocol import Store
from tests.importers.reading import NOW, write
from tests.importers.wxr_files import SITE, attachment, post, wxr

POST = (
    ("postname", "ferry-1"),
    ("post_id", "1"),
    ("category", "world/africa"),
    ("author", "jane"),
    ("year", "2024"),
    ("monthnum", "03"),
    ("day", "03"),
)


@pytest.mark.parametrize(
    ("path", "structure"),
    [
        ("/ferry-1/", "/%postname%/"),
        ("/2024/03/03/ferry-1/", "/%year%/%monthnum%/%day%/%postname%/"),
        ("/20240303/ferry-1/", "/%year%%monthnum%%day%/%postname%/"),
        ("/2024/ferry-1.html/", "/%year%/%postname%.html/"),
        ("/archives/1/", "/archives/%post_id%/"),
        ("/p1/", "/p%post_id%/"),
        ("/world/africa/ferry-1/", "/%category%/%postname%/"),
        ("/by/jane/ferry-1/", "/by/%author%/%postname%/"),
        ("/index.php/2024/ferry-1/", "/index.php/%year%/%postname%/"),
        ("/ferry-1-1/", "/%postname%-%post_id%/"),
    ],
)
def test_a_path_may_be_of_the_structure_that_made_it(path: str, structure: str) -> None:
    assert structure in structures(path, POST)


@pytest.mark.parametrize("path", ["/", "/about/", "/2024/03/03/", "/a%2Fb/", "/" + "ferry-1/" * 100])
def test_what_says_of_no_article_which_it_is_is_no_structure(path: str) -> None:
    assert list(structures(path, POST)) == []


def test_a_path_that_could_be_made_in_very_many_ways_costs_no_more() -> None:
    facts = tuple((tag, "1") for tag in ("post_id", "day", "monthnum", "hour", "minute", "second", "author"))
    assert len(list(structures("/" + "1-" * 140 + "/", facts))) <= 64


def test_most_articles_decide() -> None:
    learner = Learner()
    for number in range(1, 8):
        facts = (("postname", f"story-{number}"), ("post_id", str(number)), ("monthnum", "03"), ("day", "03"))
        learner.add([f"/03/story-{number}/"] if number % 3 else ["/moved/elsewhere/"], facts)
    assert learner.structure() == "/%monthnum%/%postname%/"
    for _ in range(20):
        # A site whose editors name each address themselves.
        learner.add(["/once/"], ())
    assert learner.structure() == ""


@pytest.mark.parametrize(
    "text",
    ["", "/archive/", "/%year%/", "/%postname%/%postname%/", "/%slug%/", "/100%/%postname%", "/%postname%" + "x" * 200],
)
def test_what_no_site_can_have_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(ValueError, match=r"it needs|once|is none of"):
        Permalinks.parse(text)


def test_a_structure_is_filled_and_understood() -> None:
    permalinks = Permalinks.parse(" %year%/%category%/%postname%-%post_id%.html ")
    facts = {"year": "2024", "category": "world/africa", "postname": "a-1", "post_id": "7"}
    path = permalinks.fill(facts)
    assert path == "/2024/world/africa/a-1-7.html/"
    assert permalinks.match(path) == facts
    assert permalinks.fill({**facts, "category": ""}) is None
    assert permalinks.match("/2024/world/a.html") is None


async def sites(store: Store, folder: Path, export: str, told: ToldAddresses | None = None) -> tuple[FormerSite, ...]:
    settings = Settings(media_dir=folder / "media")
    await import_file(
        store,
        write(folder, export),
        settings=settings,
        clock=lambda: NOW,
        options=ImportOptions(told=told or ToldAddresses()),
    )
    return await store.get_former_sites()


def posts(link: str, count: int = 6) -> str:
    items = (
        post(number, name=f"item-{number}", link=SITE + link.format(number), date_gmt=f"2022-0{number}-01 23:30:00",
             date=f"2022-0{number}-02 12:30:00")
        for number in range(1, count + 1)
    )  # fmt: skip
    return wxr(*items)


@pytest.mark.anyio
async def test_a_site_whose_clocks_are_ahead_is_understood(store: Store, tmp_path: Path) -> None:
    [site] = await sites(store, tmp_path, posts("/2022/0{0}/02/item-{0}"))
    assert site == FormerSite(address="old.example", path="", permalinks="/%year%/%monthnum%/%day%/%postname%/")


@pytest.mark.anyio
async def test_former_paths_and_pages_of_a_site_like_this_one_tell_nothing_else(store: Store, tmp_path: Path) -> None:
    """Its articles' own addresses are the same here, and no redirects: those that are, are of other forms."""
    former = [("_wp_old_date", "2022-02-01"), ("_wp_old_slug", "former")]
    story = post(1, content="One.<!--nextpage-->Two.", link=f"{SITE}/2022/03/01/story-1/", meta=former)
    picture = attachment(11, parent=1).replace(f"<link>{SITE}/story-11/", f"<link>{SITE}/2022/03/01/story-11/")
    [site] = await sites(store, tmp_path, wxr(story, picture))
    assert site.permalinks == "/%year%/%monthnum%/%day%/%postname%/"
    former_paths = ["/2022/02/01/former/", "/2022/03/01/story-1/2/", "/2022/03/01/story-11/"]
    assert sorted(await store.find_paths(former_paths)) == former_paths


@pytest.mark.anyio
async def test_the_address_that_an_article_has_here_is_an_old_one_below_a_path_that_is_told(
    store: Store, tmp_path: Path
) -> None:
    export = wxr(post(1, link=f"{SITE}/2022/03/01/story-1/"))
    await sites(store, tmp_path, export, ToldAddresses(path="/blog"))
    assert await store.find_paths(["/blog/2022/03/01/story-1/"])


@pytest.mark.anyio
async def test_the_same_site_by_another_scheme_is_one(store: Store, tmp_path: Path) -> None:
    await sites(store, tmp_path, posts("/item-{0}/"))
    again = posts("/item-{0}/").replace("https://old.example", "http://www.OLD.example")
    [site] = await sites(store, tmp_path, again, ToldAddresses(tag_base="themes"))
    assert site == FormerSite(address="old.example", path="", permalinks="/%postname%/", tag_base="themes")
    changes = await store.last_seq()
    assert await sites(store, tmp_path, again) == (site,)
    assert await store.last_seq() == changes


@pytest.mark.anyio
async def test_a_site_without_permalinks_in_a_folder_gives_nobody_its_front_page(store: Store, tmp_path: Path) -> None:
    export = posts("/blog/?p={0}").replace(f"_url>{SITE}<", f"_url>{SITE}/blog<")
    export = export.replace(f"<link>{SITE}</link>", f"<link>{SITE}/blog</link>")
    [site] = await sites(store, tmp_path, export)
    assert (site.path, site.permalinks) == ("/blog", "")
    assert await store.find_path("/blog/") is None
    found = await store.find_paths(["/blog/?p=1", "/?p=1", "/blog/?p=2"])
    assert sorted(found) == ["/blog/?p=1", "/blog/?p=2"]


@pytest.mark.anyio
async def test_a_picture_after_the_last_article_of_a_site_is_of_that_site(store: Store, tmp_path: Path) -> None:
    """Of several sites that one command names each has its own addresses."""
    blog = wxr(post(1, link=f"{SITE}/blog/story-1/"), attachment(9))
    blog = blog.replace(f"_url>{SITE}<", f"_url>{SITE}/blog<").replace(
        f"<link>{SITE}</link>", f"<link>{SITE}/blog</link>"
    )
    files = [tmp_path / "blog.xml", tmp_path / "other.xml"]
    for file, export in zip(files, (blog, wxr(post(2, link=f"{SITE}/story-2/"))), strict=True):
        file.write_text(export)
    picture = tmp_path / "media" / "2022" / "03" / "photo.png"
    picture.parent.mkdir(parents=True)
    picture.touch()
    await import_files(store, files, settings=Settings(media_dir=tmp_path / "media"), clock=lambda: NOW)
    assert list(await store.find_paths(["/blog/?attachment_id=9", "/?attachment_id=9"])) == ["/blog/?attachment_id=9"]


@pytest.mark.anyio
async def test_permalinks_that_a_site_had_before_its_present_ones_may_be_told_one_after_the_other(
    store: Store, tmp_path: Path
) -> None:
    export = posts("/item-{0}/")
    for structure in ("", "/%year%/%monthnum%/%postname%/", "/archives/%post_id%", "/%postname%/"):
        told = ToldAddresses(permalinks=Permalinks.parse(structure)) if structure else None
        [site] = await sites(store, tmp_path, export, told)
    assert site.permalinks == "/%postname%/"
    paths = ["/item-2/", "/2022/02/item-2/", "/archives/2/"]
    assert {target.article_id for target in (await store.find_paths(paths)).values()} == {2}
    assert sorted(await store.find_paths(paths)) == sorted(paths)
