"""`dateline media`."""

import json

from tests.cli.conftest import CommandLine
from tests.newsroom.media import png


def test_files_are_kept_and_those_that_are_not_are_named(dateline: CommandLine) -> None:
    (dateline.folder / "photo.svg").write_bytes(png(5, 4))
    (dateline.folder / "drawing.png").write_text("<svg/>")
    for _ in range(2):
        ran = dateline("media", "add", "photo.svg", "drawing.png", "none.png", ".", "photo.svg")
        assert ran.code == 1
        first, again = map(json.loads, ran.out.splitlines())
        assert first == again
        assert (first["type"], first["bytes"], first["width"], first["height"]) == ("image/png", len(png(5, 4)), 5, 4)
        assert ran.err.startswith("dateline: drawing.png: This is no file of a type that is kept")
        assert "none.png: No such file or directory." in ran.err
        assert ".: Is a directory." in ran.err
    assert len([path for path in (dateline.folder / "var" / "media").rglob("*") if path.is_file()]) == 1
    assert not (dateline.folder / "var" / "dateline.db").exists()
