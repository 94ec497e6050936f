"""Bodies that other importers got wrong: imported, exported and served as what readers were shown."""

import json
import re
from pathlib import Path

import pytest

from feeds.importers import ImportOptions, Summary, export_lines, import_file
from storage.connect import open_store
from tests.importers.cases import case, needs_cases, path_of_case
from tests.importers.reading import NOW, settings_in, write
from tests.importers.serving import served

pytestmark = [pytest.mark.anyio, needs_cases]

VIDEO = "https://www.youtube.com/watch?v="


class Moved:
    """A case that was imported into a store of its own."""

    def __init__(self, folder: Path) -> None:
        self._settings = settings_in(folder, timezone="UTC")
        self._folder = folder
        self.summary: Summary
        self.bodies: list[str] = []

    async def move(self, name: str, uploads: Path | None) -> "Moved":
        store = await open_store(self._settings.database_url, clock=lambda: NOW, migrate=True, synchronous="NORMAL")
        try:
            file = write(self._folder, case(name))
            self.summary = await import_file(
                store, file, settings=self._settings, clock=lambda: NOW, options=ImportOptions(media=uploads)
            )
            lines = [json.loads(line) async for line in export_lines(store, private=True)]
        finally:
            await store.close()
        self.bodies = [found for line in lines for found in _bodies(line)]
        return self

    async def status(self, path: str) -> int:
        async with served(self._settings, clock=lambda: NOW) as client:
            return (await client.get(path)).status_code

    async def feed(self, path: str = "/feed.json") -> str:
        async with served(self._settings, clock=lambda: NOW) as client:
            return (await client.get(path)).text


def _bodies(line: object) -> list[str]:
    if isinstance(line, dict):
        mine = [line["body_html"]] if isinstance(line.get("body_html"), str) and "headline" in line else []
        return mine + [found for value in line.values() for found in _bodies(value)]
    return []


async def moved(folder: Path, name: str, *, uploads: bool = False) -> Moved:
    return await Moved(folder).move(name, path_of_case(name) / "uploads" if uploads else None)


def links(html: str) -> list[str]:
    return re.findall(r'<a (?:class="embed" )?href="([^"]*)"', html)


def sources(html: str) -> list[str]:
    return [url.rpartition("/")[2] for url in re.findall(r' src="([^"]*)"', html)]


CODES = ("[playlist", "[video", "[audio", "[embed", "[youtube", "[vimeo", "[tweet")
RIGHT = {
    "reusable-block": r"<p>Intro\.</p>\s*<p>How to report a leak: call us\.</p>\s*<p>End\.</p>",
    "footnotes": r'<a id="aa11-link" href="#aa11">1</a>.*<li id="aa11">Ministry of Health, <em>Annual report</em>, p\. 4\.',
    "playlist": r'Listen:.* src="[^"]*/a\.mp3".* src="[^"]*/b\.mp3".*After\.',
    "video-codes": rf'/a\.mp4".*<a href="{re.escape(VIDEO)}abc">.*<audio src="[^"]*/b\.mp3".*<a href="https://vimeo.com/1">'
    r'.*<pre>\[gallery ids="11"\] sample</pre>.*>x</a>',
    "gallery-captions": r'/a\.jpg" alt="Harbour"><figcaption>The harbour\. Photo: A\. Bee<.*/b\.jpg"[^>]*><figcaption>The bridge<',
    "cover": r'<img src="[^"]*/flood\.jpg".*The flood',
    "photon": r'<img src="https://i0\.wp\.com/old\.example/wp-content/uploads/2024/a\.jpg',
    "jetpack-codes": rf"{re.escape(VIDEO)}abc.*watch\?v=def.*https://vimeo\.com/123456.*https://twitter\.com/example/status/1"
    r".*\[contact-form\]",
    "acf-block": r"<p>Rest</p>.*https://twitter\.com/example/status/1.*Town hall",
}


@pytest.mark.parametrize("name", RIGHT)
async def test_a_body_is_what_readers_were_shown(name: str, tmp_path: Path) -> None:
    found = await moved(tmp_path, name)
    [body] = found.bodies
    assert re.search(RIGHT[name], body, re.S)
    public = await found.feed()
    assert not any(code in body or code in public for code in CODES)
    assert found.summary.articles == 1


async def test_galleries_of_chosen_pictures(tmp_path: Path) -> None:
    found = await moved(tmp_path, "gallery-include-exclude")
    assert [name for body in found.bodies for name in sources(body)] == ["b.jpg", "a.jpg", "c.jpg", "of-other.jpg"]


async def test_addresses_alone_are_links(tmp_path: Path) -> None:
    found = await moved(tmp_path, "embed-amp")
    assert sorted(link for body in found.bodies for link in links(body)) == sorted(
        (f"{VIDEO}abcDEF&amp;t=10s", f"{VIDEO}raw123&amp;list=PL1", "https://x.example/it's-here", f"{VIDEO}abc&amp;t=10s",
         "https://youtu.be/inpara")
    )  # fmt: skip


async def test_frames_are_links(tmp_path: Path) -> None:
    found = await moved(tmp_path, "iframe")
    assert sorted(link for body in found.bodies for link in links(body)) == [
        "https://v.example/x.swf", "https://vimeo.com/123", f"{VIDEO}abcDEF",
    ]  # fmt: skip
    assert all(word in "".join(found.bodies) for word in ("Watch:", "After.", "Old", "flash"))


async def test_late_pictures_are_shown_once(tmp_path: Path) -> None:
    [body] = (await moved(tmp_path, "lazy")).bodies
    assert sources(body) == ["a.jpg", "b.jpg", "c.jpg"]


async def test_what_is_not_understood_is_counted(tmp_path: Path) -> None:
    forms = await moved(tmp_path, "jetpack-codes")
    assert [met.name for met in forms.summary.not_understood] == [
        "shortcode [contact-field]",
        "shortcode [contact-form]",
    ]
    (tmp_path / "acf").mkdir()
    assert "block acf/pullquote" in [met.name for met in (await moved(tmp_path / "acf", "acf-block")).summary.stripped]


FILES = ("budget.xlsx", "letter.docx", "r.pdf", "clip.mov")


@pytest.mark.parametrize("uploads", [True, False])
async def test_documents_are_served_or_counted(tmp_path: Path, uploads: bool) -> None:
    found = await moved(tmp_path, "docx", uploads=uploads)
    assert (found.summary.pictures_copied, found.summary.pictures_missing) == ((4, 0) if uploads else (0, 4))
    for name in FILES:
        path = f"/wp-content/uploads/2024/{name}"
        assert f'"{path}"' in found.bodies[0]
        assert await found.status(path) == (200 if uploads else 404)


async def test_a_picture_by_way_of_another_server_is_at_home_if_it_is_here(tmp_path: Path) -> None:
    found = await moved(tmp_path, "photon", uploads=True)
    assert found.bodies == ['<p><img src="/wp-content/uploads/2024/a.jpg"></p>']
    assert await found.status("/wp-content/uploads/2024/a.jpg") == 200
    (tmp_path / "again").mkdir()
    assert (await moved(tmp_path / "again", "photon")).summary.pictures_missing == 1
