"""Hosts, proxies and plugins that answer otherwise than WordPress does by itself: nothing is lost by that, nor doubled."""

import asyncio
from pathlib import Path

import pytest

from feeds.importers import ImportRefused
from feeds.importers.wordpress.discovery import Login
from storage.model import ArticleStatus, FormerSite
from storage.protocol import Store
from tests.wordpress.moves import headlines_of, opened, records_of, take
from tests.wordpress.site import PNG, Site
from tests.wordpress.test_hostile_sites import Pauses, at_route

pytestmark = pytest.mark.anyio
READER = Login()
WITHOUT_TOTALS = (
    "add_filter('rest_post_dispatch', function ($answer) { $answer->set_headers(array_diff_key($answer->get_headers(), "
    "array_flip(['X-WP-Total', 'X-WP-TotalPages']))); return $answer; });"
)


@pytest.mark.parametrize("without", ["", "'offset'"])
async def test_a_proxy_that_takes_the_totals_away(
    without: str, wordpress: Site, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then the end of a list is where nothing is, not a page that is not full: what nobody may see is left out of pages."""
    for module in ("reading", "changes"):
        monkeypatch.setattr(f"feeds.importers.wordpress.{module}.PAGE", 2)
    posts = [wordpress.post(f"Post {number}")["id"] for number in range(4)]
    secret = wordpress.post("Secret", status="private")["id"]
    for number, post in enumerate((posts[0], secret, posts[0], secret, secret, posts[0])):
        wordpress.comment(post, author=f"Reader{number}")
    takes_away = f"array_diff_key($request->get_query_params(), array_flip([{without}]))"
    wordpress.plugin(
        WITHOUT_TOTALS + "add_filter('rest_pre_dispatch', function ($result, $server, $request) { "
        f"if ($request->get_route() === '/wp/v2/posts') {{ $request->set_query_params({takes_away}); }} return $result; }}, 10, 3);"
    )
    async with opened(store, wordpress, tmp_path, login=READER) as (old, found):
        await old.take(found)
        records = (await records_of(store)).values()
        assert {record.article.headline for record in records} == {f"Post {number}" for number in range(4)}
        assert {one.author_name for record in records for one in record.comments} == {"Reader0", "Reader2", "Reader5"}
        wordpress.post("Post 4")
        wordpress.comment(posts[1], author="Reader6")
        assert await old.take_changes() is not None
        assert await old.take_changes() is None
    assert await headlines_of(store) == {f"Post {number}" for number in range(5)}


async def test_lists_that_fail_and_are_not_needed(wordpress: Site, store: Store, tmp_path: Path) -> None:
    """A plugin's own types and terms are named, and the rest comes along."""
    wordpress.post("Public")
    fails = "".join(
        at_route(f"/wp/v2/{route}", "status_header(500); exit;") for route in ("series", "films", "types/film", "users")
    )
    wordpress.plugin(
        "add_action('init', function () {"
        " register_taxonomy('series', 'post', array('show_in_rest' => true, 'rest_base' => 'series'));"
        " register_post_type('film', array('public' => true, 'show_in_rest' => true, 'rest_base' => 'films')); });"
        + fails
    )
    summary = await take(store, wordpress, tmp_path, sleep=Pauses())
    assert await headlines_of(store) == {"Public"}
    said = " ".join(summary.warnings)
    assert "without the terms of series, at which the site fails" in said
    assert "without the names of authors" in said


async def test_a_look_at_what_always_fails_ends(wordpress: Site, store: Store, tmp_path: Path) -> None:
    wordpress.post("Public")
    async with opened(store, wordpress, tmp_path, sleep=Pauses()) as (old, found):
        await old.take(found)
        wordpress.plugin(
            "add_filter('rest_pre_dispatch', function ($result, $server, $request) {"
            " if ($request['modified_after']) { status_header(500); exit; } return $result; }, 10, 3);"
        )
        async with asyncio.timeout(30):
            with pytest.raises(ImportRefused, match="500"):
                await old.take_changes()
        wordpress.plugin("")
        wordpress.post("Later")
        assert await old.take_changes() is not None
    assert await headlines_of(store) == {"Public", "Later"}


async def test_clocks_that_lag_behind_the_one_of_the_answers(wordpress: Site, store: Store, tmp_path: Path) -> None:
    """As where a proxy dates answers, and the clock of the machine behind it is wrong."""
    lags = (
        "add_filter('wp_insert_post_data', function ($post) { foreach (array('post_modified', 'post_modified_gmt') as $key) {"
        " $post[$key] = gmdate('Y-m-d H:i:s', time() - 1500); } return $post; });"
    )
    wordpress.plugin(lags)
    first, second = wordpress.post("First")["id"], wordpress.post("Second")["id"]
    async with opened(store, wordpress, tmp_path) as (old, found):
        await old.take(found)
        for number in range(3):
            for post in (first, second):
                wordpress.api("POST", f"wp/v2/posts/{post}", title=f"{post}, corrected {number}")
            assert await old.take_changes() is not None
            assert await headlines_of(store) == {f"{post}, corrected {number}" for post in (first, second)}


async def test_what_comes_due_while_something_else_goes(wordpress: Site, store: Store, tmp_path: Path) -> None:
    """To readers as many as before; no date of a change tells of either."""
    due = wordpress.post("Due", status="future", date="2099-01-01T10:00:00")["id"]
    gone = wordpress.post("Gone")["id"]
    wordpress.post("Stays")
    async with opened(store, wordpress, tmp_path, login=READER) as (old, found):
        await old.take(found)
        wordpress.php(
            f"global $wpdb; $wpdb->update($wpdb->posts, array('post_date' => gmdate('Y-m-d H:i:s', time() - 30),"
            f" 'post_date_gmt' => gmdate('Y-m-d H:i:s', time() - 30)), array('ID' => {due}));"
            f" clean_post_cache({due}); wp_publish_post({due});"
        )
        wordpress.api("DELETE", f"wp/v2/posts/{gone}", force=True)
        assert await old.take_changes() is not None
    states = {record.article.headline: record.article.status for record in (await records_of(store)).values()}
    public = ArticleStatus.PUBLISHED
    assert states == {"Due": public, "Gone": ArticleStatus.WITHDRAWN, "Stays": public}


async def test_names_that_change_and_a_picture_that_is_replaced(wordpress: Site, store: Store, tmp_path: Path) -> None:
    """Neither is a change of an article there."""
    world, nato = wordpress.category("World"), wordpress.tag("NATO")
    photo = wordpress.media()
    content = f'<p><img src="{photo["source_url"]}"></p>'
    wordpress.post("Named", content, categories=[world["id"]], tags=[nato["id"]])
    wordpress.post("Another")
    async with opened(store, wordpress, tmp_path) as (old, found):
        await old.take(found)
        assert await old.take_changes() is None
        wordpress.api("POST", f"wp/v2/categories/{world['id']}", name="Globe", slug="globe")
        wordpress.api("POST", f"wp/v2/tags/{nato['id']}", name="The alliance", slug="alliance")
        file = photo["source_url"].partition("/uploads/")[2]
        (wordpress.root / "wp-content/uploads" / file).write_bytes(PNG + b"another")
        wordpress.php(
            f"$all = wp_get_attachment_metadata({photo['id']}); $all['filesize'] = {len(PNG) + 7};"
            f" wp_update_attachment_metadata({photo['id']}, $all); wp_update_post(array('ID' => {photo['id']}));"
        )
        summary = await old.take_changes()
        assert summary is not None
        assert (summary.articles, summary.pictures_copied) == (1, 1)
    [named] = [one.article for one in (await records_of(store)).values() if one.article.headline == "Named"]
    assert (named.sections, [tag.name for tag in named.tags]) == (("globe",), ["The alliance"])
    assert (tmp_path / "media" / file).read_bytes() == PNG + b"another"
    led = await store.get_redirect(f"/?cat={world['id']}")
    assert led is not None
    assert led.page == "/section/globe/"


async def test_a_web_page_and_an_old_answer_in_passing(wordpress: Site, store: Store, tmp_path: Path) -> None:
    """A cache before the site keeps answers by their addresses, whoever asks; a firewall asks a few times whether we are people."""
    wordpress.post("First")
    counted = "$file = WP_CONTENT_DIR . '/uploads/asked'; $asked = (int) @file_get_contents($file) + 1; "
    wordpress.plugin(
        "add_filter('rest_pre_serve_request', function ($served, $answer, $request) {"
        " $kept = WP_CONTENT_DIR . '/uploads/' . md5($_SERVER['REQUEST_URI']);"
        " if (!is_file($kept)) { file_put_contents($kept, json_encode($answer->get_data())); }"
        " echo file_get_contents($kept); return true; }, 10, 3);"
        + at_route(
            "/wp/v2/comments",
            f"{counted} file_put_contents($file, $asked); if ($asked < 3) {{ header('Content-Type: text/html'); echo '<p>Human?';"
            " exit; }",
        )
    )
    pauses = Pauses()
    async with opened(store, wordpress, tmp_path, login=READER, sleep=pauses) as (old, found):
        summary = await old.take(found)
        assert not any(said.startswith("without comments") for said in summary.warnings), summary.warnings
        assert pauses
        wordpress.post("Second")
        assert await old.take_changes() is not None
    assert await headlines_of(store) == {"First", "Second"}


async def test_as_readers_see_it_its_addresses_are_known_and_what_a_killed_import_left_is_gone(
    wordpress: Site, store: Store, tmp_path: Path
) -> None:
    wordpress.post("Public")
    await take(store, wordpress, tmp_path, login=READER)
    address = wordpress.url.partition("//")[2].rstrip("/")
    assert await store.get_former_sites() == (
        FormerSite(address=address, path="", permalinks="/%year%/%monthnum%/%day%/%postname%/"),
    )
    [shelf] = (tmp_path / "wordpress").glob("*.db")
    mine, others = (tmp_path / "wordpress" / f"export-{name}-x1" for name in (shelf.stem, "other.example-12345678"))
    for left in (mine, others):
        left.mkdir()
        (left / "site.xml").write_text("drafts")
    await take(store, wordpress, tmp_path, login=READER)
    assert (mine.exists(), others.exists()) == (False, True)
