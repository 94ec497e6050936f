"""The desk goes without what cannot be read, too, and shows all else."""

import pytest

from tests import behind
from tests.desk.editing import Editor
from tests.stores import EMBEDDED
from tests.web.site import Site

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("damaged", "names"),
    [
        ("UPDATE articles SET image = '{' WHERE id = 1", ["Cid", "Dan"]),
        ("UPDATE comments SET created_at = 9000000000000000000 WHERE id = 1", ["Bob", "Cid", "Dan"]),
    ],
)
async def test_the_desk_shows_what_can_be_read(damaged: str, names: list[str], site: Site, editor: Editor) -> None:
    await shows(damaged, names, site, editor)


@EMBEDDED
@pytest.mark.parametrize(
    ("damaged", "names"),
    [
        ("UPDATE articles SET headline = CAST(x'ff' AS TEXT) WHERE id = 1", ["Cid", "Dan"]),
        ("UPDATE comments SET body_html = CAST(x'ff' AS TEXT) WHERE id = 4", ["Ann", "Bob", "Cid"]),
    ],
)
async def test_it_goes_without_bytes_that_are_no_text(
    damaged: str, names: list[str], site: Site, editor: Editor
) -> None:
    await shows(damaged, names, site, editor)


async def shows(damaged: str, names: list[str], site: Site, editor: Editor) -> None:
    odd, sound = await site.newsroom.publish("odd"), await site.newsroom.publish("sound")
    for article, author in ((odd, "Ann"), (odd, "Bob"), (sound, "Cid"), (sound, "Dan")):
        await site.newsroom.reply(article, author)
    await editor.do("hold", [1, 2, 3, 4])
    behind.change(site.state.settings.database_url, damaged)
    for path in ("/desk/?status=pending", "/desk/?q=quite", "/desk/decisions/", "/desk/articles/2/"):
        page = (await editor.see(path)).text_content()
        expected = [name for name in names if path != "/desk/articles/2/" or name in ("Cid", "Dan")]
        assert [name for name in ("Ann", "Bob", "Cid", "Dan") if name in page] == expected, path
    await editor.see("/desk/articles/")
    response = await editor.browser.get("/desk/articles/1/")
    assert response.status_code == (503 if "articles" in damaged else 200)
    await editor.do("approve", [1, 2, 3, 4])
