"""Old sites that are broken, closed or hostile: an import of one ends with a sentence that says what to do, and nothing is lost."""

from pathlib import Path

import pytest

from feeds.importers import ImportRefused
from feeds.importers.wordpress import pictures
from feeds.importers.wordpress.api import TRIES
from feeds.importers.wordpress.discovery import Login
from storage.protocol import Store
from tests.ports import free_port
from tests.wordpress.moves import headlines_of, records_of, take
from tests.wordpress.site import Site

pytestmark = pytest.mark.anyio

IN_API = "add_filter('rest_pre_dispatch', function ($result, $server, $request) {{ {} return $result; }}, 10, 3);"


def at_route(route: str, code: str) -> str:
    """A plugin that does something else where the API is asked for a route."""
    return IN_API.format(f"if ($request->get_route() === '{route}') {{ {code} }}")


class Pauses(list[float]):
    async def __call__(self, seconds: float) -> None:
        if seconds:
            self.append(seconds)


async def refused(store: Store, site: Site, folder: Path, **how: object) -> str:
    with pytest.raises(ImportRefused) as caught:
        await take(store, site, folder, sleep=Pauses(), **how)
    said = str(caught.value)
    assert "\n" not in said
    assert site.password not in said
    return said


async def test_an_api_that_is_closed(wordpress: Site, store: Store, tmp_path: Path) -> None:
    wordpress.plugin(
        "add_filter('rest_authentication_errors', function () { return new WP_Error('rest_disabled', 'Only for members.', "
        "array('status' => 401)); });"
    )
    said = await refused(store, wordpress, tmp_path)
    assert "401 (Only for members.)" in said
    assert "let it in" in said
    assert "export a file" in said


async def test_an_api_for_members_alone_takes_the_password(wordpress: Site, store: Store, tmp_path: Path) -> None:
    wordpress.post("Public")
    wordpress.plugin(
        "add_filter('rest_authentication_errors', function ($given) { return is_user_logged_in() ? $given : "
        "new WP_Error('rest_disabled', 'Only for members.', array('status' => 401)); }, 200);"
    )
    await take(store, wordpress, tmp_path)
    assert await headlines_of(store) == {"Public"}


@pytest.mark.parametrize("status", [403, 404])
async def test_posts_that_are_not_given(status: int, wordpress: Site, store: Store, tmp_path: Path) -> None:
    wordpress.plugin(at_route("/wp/v2/posts", f"return new WP_Error('no', 'Not you.', array('status' => {status}));"))
    said = await refused(store, wordpress, tmp_path)
    assert f"its posts: {status} (Not you.)" in said
    assert "export a file" in said


async def test_a_wrong_password(wordpress: Site, store: Store, tmp_path: Path) -> None:
    said = await refused(store, wordpress, tmp_path, login=Login(wordpress.user, "wrong words"))
    assert "Application Passwords" in said
    assert "wrong words" not in said


async def test_a_password_of_who_may_read_no_drafts(wordpress: Site, store: Store, tmp_path: Path) -> None:
    author = wordpress.author("jdoe", "Jane Doe")["id"]
    password = wordpress.php(
        f"echo WP_Application_Passwords::create_new_application_password({author}, array('name' => 'a'))[0];"
    )
    said = await refused(store, wordpress, tmp_path, login=Login("jdoe", password))
    assert "jdoe may not read the drafts of others" in said


async def test_an_editors_password_is_enough(wordpress: Site, store: Store, tmp_path: Path) -> None:
    editor = wordpress.author("ed", "Ed Itor", roles=["editor"])["id"]
    wordpress.post("Draft", status="draft", author=editor)
    wordpress.comment(wordpress.post("Public", author=editor)["id"], status="hold")
    password = wordpress.php(
        f"echo WP_Application_Passwords::create_new_application_password({editor}, array('name' => 'a'))[0];"
    )
    await take(store, wordpress, tmp_path, login=Login("ed", password))
    articles = [record.article for record in (await records_of(store)).values()]
    assert {article.headline for article in articles} == {"Draft", "Public"}
    assert {author.name for article in articles for author in article.authors} == {"Ed Itor"}
    assert sum(len(record.comments) for record in (await records_of(store)).values()) == 1


async def test_users_that_a_plugin_hides(wordpress: Site, store: Store, tmp_path: Path) -> None:
    wordpress.post("Public")
    wordpress.plugin(
        "add_filter('rest_endpoints', function ($all) {"
        " unset($all['/wp/v2/users']); unset($all['/wp/v2/comments']); return $all; });"
    )
    summary = await take(store, wordpress, tmp_path)
    assert await headlines_of(store) == {"Public"}
    assert any(warning.startswith("without the names of authors") for warning in summary.warnings)
    assert any(warning.startswith("without comments") for warning in summary.warnings)


async def test_web_pages_instead_of_json(wordpress: Site, store: Store, tmp_path: Path) -> None:
    wordpress.plugin(at_route("/wp/v2/posts", "header('Content-Type: text/html'); echo '<html>Log in'; exit;"))
    said = await refused(store, wordpress, tmp_path)
    assert "a web page instead of JSON" in said


async def test_a_post_that_is_an_error_is_named_and_the_others_come_along(
    wordpress: Site, store: Store, tmp_path: Path
) -> None:
    broken = [wordpress.post(f"Post {number}")["id"] for number in range(12)][7]
    wordpress.plugin(
        f"add_filter('rest_prepare_post', function ($r, $post) {{ if ($post->ID === {broken}) {{ status_header(500); exit; }} "
        "return $r; }, 10, 2);"
    )
    summary = await take(store, wordpress, tmp_path, sleep=Pauses())
    assert await headlines_of(store) == {f"Post {number}" for number in range(12) if number != 7}
    assert any("number 8 of its posts" in warning for warning in summary.warnings), summary.warnings


async def test_pages_that_break_off_are_asked_for_in_smaller_parts(
    wordpress: Site, store: Store, tmp_path: Path
) -> None:
    for number in range(12):
        wordpress.post(f"Post {number}")
    wordpress.plugin(
        IN_API.format(
            "if ($request['per_page'] > 5 && $request->get_route() === '/wp/v2/posts') { echo '[{\"id\": 1, \"ti'; exit; }"
        )
    )
    await take(store, wordpress, tmp_path, sleep=Pauses())
    assert await headlines_of(store) == {f"Post {number}" for number in range(12)}


async def test_answers_without_end(
    wordpress: Site, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feeds.importers.wordpress.api.LARGEST", 200_000)
    monkeypatch.setattr("feeds.importers.wordpress.reading._RESTS", ())
    wordpress.plugin(at_route("/wp/v2/posts", "while (true) { echo str_repeat(' ', 65536); flush(); }"))
    assert "more than 0 MiB" in await refused(store, wordpress, tmp_path)


async def test_redirects_into_the_newsrooms_network(wordpress: Site, store: Store, tmp_path: Path) -> None:
    wordpress.plugin(at_route("/wp/v2/posts", "header('Location: http://10.0.0.1/secret', true, 302); exit;"))
    said = await refused(store, wordpress, tmp_path)
    assert "not on the public Internet" in said
    assert "secret" not in said


async def test_files_that_never_come_cost_their_pictures_alone(
    wordpress: Site, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is answered in their place: nothing, that the server is busy, or that it is down; be they hundreds."""
    monkeypatch.setattr(pictures, "SHORT_PATIENCE", 0.2)
    nobody = f"http://127.0.0.1:{free_port()}/cdn"
    wordpress.media()
    wordpress.plugin(
        "if (preg_match('~/(busy|hang)-~', $_SERVER['REQUEST_URI'], $of)) { if ($of[1] == 'hang') { sleep(1); }"
        " status_header(503); header('Retry-After: 1'); exit; }"
        "add_filter('wp_get_attachment_url', function ($url) { return "
        f"str_replace('{wordpress.url}wp-content/uploads', '{nobody}', $url); }});"
    )
    uploads = f"{wordpress.url}wp-content/uploads/2020/01"
    lost = [f"{uploads}/{kind}-{number}.png" for kind in ("busy", "hang") for number in range(8)]
    lost += [f"{nobody}/away-{number}.png" for number in range(60)]
    wordpress.post("Shown", "".join(f'<p><img src="{url}"></p>' for url in lost))
    requests = 0

    async def count(seconds: float) -> None:
        nonlocal requests
        requests += not seconds

    summary = await take(store, wordpress, tmp_path, sleep=count, outbound_allow="127.0.0.0/8")
    assert (summary.added, summary.pictures_copied) == (1, 0)
    assert summary.pictures_missing >= len(lost)
    assert requests < TRIES * len(lost), "a few are asked for again and again, the others once"


async def test_a_site_that_is_busy_is_left_in_peace(wordpress: Site, store: Store, tmp_path: Path) -> None:
    wordpress.post("Public")
    wordpress.plugin(
        "$asked = (int) @file_get_contents(WP_CONTENT_DIR . '/uploads/asked') + 1;"
        "file_put_contents(WP_CONTENT_DIR . '/uploads/asked', $asked);"
        "if ($asked === 3) { header('Retry-After: 7'); status_header(429); exit; }"
    )
    pauses = Pauses()
    await take(store, wordpress, tmp_path, sleep=pauses)
    assert await headlines_of(store) == {"Public"}
    assert any(6 < pause <= 7 for pause in pauses)


async def test_a_site_that_is_busy_for_long_says_when_to_come_back(
    wordpress: Site, store: Store, tmp_path: Path
) -> None:
    wordpress.plugin(at_route("/wp/v2/posts", "header('Retry-After: 3600'); status_header(503); exit;"))
    assert "come back in 60 minutes" in await refused(store, wordpress, tmp_path)


async def test_an_import_whose_site_fails_midway_goes_on_later(wordpress: Site, store: Store, tmp_path: Path) -> None:
    wordpress.post("Public")
    wordpress.plugin(at_route("/wp/v2/comments", "status_header(503); exit;"))
    assert "run the same command again" in await refused(store, wordpress, tmp_path)
    wordpress.plugin("")
    await take(store, wordpress, tmp_path)
    assert await headlines_of(store) == {"Public"}


async def test_a_cache_that_leaves_out_where_to_go_on(
    wordpress: Site, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feeds.importers.wordpress.reading.PAGE", 2)
    for number in range(5):
        wordpress.post(f"Post {number}")
    takes_away = (
        "if ($request->get_route() === '/wp/v2/posts') {{ $request->set_query_params("
        "array_diff_key($request->get_query_params(), array_flip([{}]))); }}"
    )
    wordpress.plugin(IN_API.format(takes_away.format("'offset'")))
    await take(store, wordpress, tmp_path)
    assert await headlines_of(store) == {f"Post {number}" for number in range(5)}
    wordpress.plugin(IN_API.format(takes_away.format("'offset', 'page'")))
    assert "begin anew on every page" in await refused(store, wordpress, tmp_path)


async def test_values_of_other_types_than_wordpress_gives(wordpress: Site, store: Store, tmp_path: Path) -> None:
    wordpress.post("Sound")
    wordpress.plugin(
        "add_filter('rest_prepare_post', function ($r) { $r->data['title'] = 7; $r->data['content'] = array(1); "
        "$r->data['categories'] = 'all'; $r->data['guid'] = null; $r->data['date'] = array(); $r->data['meta'] = 'none'; "
        "$r->data['excerpt'] = array('raw' => array()); return $r; });"
        "add_filter('rest_prepare_attachment', function ($r) { $r->data['media_details'] = 3; return $r; });"
        "add_filter('rest_prepare_category', function ($r) { $r->data['slug'] = null; return $r; });"
    )
    wordpress.media()
    summary = await take(store, wordpress, tmp_path)
    assert summary.articles + len(summary.refused) == 1


async def test_a_post_that_is_for_members_by_its_fields(wordpress: Site, store: Store, tmp_path: Path) -> None:
    wordpress.post("For members")
    wordpress.plugin(
        "add_filter('rest_prepare_post', function ($r) {"
        " $r->data['meta'] = array('_members_access_role' => array('editor'), 'seen' => true); return $r; });"
    )
    summary = await take(store, wordpress, tmp_path)
    assert [note.why for note in summary.made_drafts.named] == ["for subscribers alone"]
    assert summary.stripped == ()


async def test_a_site_that_is_none(wordpress: Site, store: Store, tmp_path: Path) -> None:
    assert "no http or https address" in await refused(store, wordpress, tmp_path, url="ftp://old.example/")
    with_password = wordpress.url.replace("://", "://editor:secret@")
    said = await refused(store, wordpress, tmp_path, url=with_password)
    assert "DATELINE_WORDPRESS_PASSWORD" in said
    assert "secret" not in said
    assert "cannot be reached" in await refused(store, wordpress, tmp_path, url="http://127.0.0.1:9/")
