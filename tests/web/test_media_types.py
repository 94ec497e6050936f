"""Files of the media folder are what their names say, on a host that knows of no media types as on any other."""

import mimetypes
from collections.abc import Iterator
from pathlib import Path

import pytest

from feeds.media_types import TYPES, media_type
from tests.kinds.newsroom import SettableClock
from tests.web.site import client_of, open_site

pytestmark = pytest.mark.anyio


@pytest.fixture
def bare_host() -> Iterator[None]:
    """One without `/etc/mime.types`, as small containers are: Python alone does not know Ogg."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mimetypes, "knownfiles", [])
        mimetypes.init()
        assert mimetypes.guess_type("a.ogg") == (None, None)
        yield
    mimetypes.init()


@pytest.mark.usefixtures("bare_host")
async def test_each_is_served_as_what_its_name_says(tmp_path: Path) -> None:
    folder = tmp_path / "media"
    folder.mkdir()
    for extension in TYPES:
        (folder / f"a.{extension.upper()}").write_bytes(b"1")
    async with open_site(tmp_path, SettableClock()) as site, client_of(site) as client:
        for extension, expected in TYPES.items():
            answer = await client.ask(f"/media/a.{extension.upper()}")
            shown = f"{expected}; charset=utf-8" if expected.startswith("text/") else expected
            assert (answer.status, answer.fields["content-type"]) == (200, shown)
            is_played = expected.startswith(("audio/", "video/"))
            assert ("media-src" in answer.fields["content-security-policy"]) == is_played


@pytest.mark.parametrize("name", ["jpg", "a", "a.", "a.jpg/b", "jpg/", "a.html", "a.jpg.php"])
def test_of_other_names_nothing_is_known(name: str) -> None:
    assert media_type(name) == ""
