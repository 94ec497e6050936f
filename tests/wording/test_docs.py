"""What docs/languages.md says is so."""

import re
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import httpx2
import pytest

from feeds.kinds.base import Publication
from feeds.main import _rendering_fingerprint
from feeds.settings import Settings
from feeds.wording import wording_of
from feeds.wording.catalogues import SOURCE, languages
from tests.kinds.newsroom import FOUNDED, SettableClock
from tests.web.site import BASE, open_site
from tests.wording.pseudo import PSEUDO

ROOT = Path(__file__).parent.parent.parent
DOCS = (ROOT / "docs/languages.md").read_text()


def test_it_names_every_language() -> None:
    assert sorted(re.findall(r"^\| `(\w+)` \|", DOCS, re.M)) == sorted((SOURCE, *languages()))


def test_its_dates_are_those_of_their_places() -> None:
    for tag, day in re.findall(r"`(ar-\w+)`(?: writes)? (\d+ \w+ \d+)", DOCS):
        assert wording_of(tag).dates.long(date(2023, 3, 22)) == day
    assert DOCS.count("`ar-") == 2


@pytest.mark.anyio
async def test_its_commands_do_what_it_says(tmp_path: Path) -> None:
    """The server's settings are those of the command; the other one runs what `test_catalogues` holds the files to."""
    settings = dict(re.findall(r"DATELINE_(\w+)=(\S+)", re.search(r"```sh\n(DATELINE_.*) dateline serve\n", DOCS)[1]))  # type: ignore[index]
    assert settings.keys() == {"LANGUAGE", "TIMEZONE"}
    async with open_site(
        tmp_path, SettableClock(), **{name.lower(): value for name, value in settings.items()}
    ) as site:
        transport = httpx2.ASGITransport(app=site.app)
        async with httpx2.AsyncClient(transport=transport, base_url=BASE) as browser:
            page = await browser.get("/")
            feed = await browser.get("/feed.rss")
            [opening] = [line for line in page.text.splitlines() if "<html" in line]
            assert f"grep '<html'\n{opening}\n" in DOCS
            assert "accept-language" not in page.headers["vary"].lower()
            assert "<language>ar</language>" in feed.text


def test_a_message_is_added_by_one_command() -> None:
    assert "```sh\nmake messages\n```" in DOCS
    # Within another make it would tell of each folder that it enters and leaves.
    planned = subprocess.run(
        ["make", "-n", "--no-print-directory", "messages"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert planned.stdout.splitlines()[-1].endswith("bin/python -m tests.wording")


def test_another_language_or_other_words_date_all_that_is_published_anew() -> None:
    settings = Settings()
    publication = Publication.of(settings, FOUNDED)
    arabic = settings.model_copy(update={"language": "ar"})
    told = [
        _rendering_fingerprint(settings, publication),
        _rendering_fingerprint(arabic, Publication.of(arabic, FOUNDED)),
        _rendering_fingerprint(settings, replace(publication, wording=PSEUDO)),
    ]
    assert len({*told}) == 3
