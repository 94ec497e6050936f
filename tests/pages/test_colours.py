"""What the style sheet says of its colours is so: text can be read, by day and by night (WCAG 2.2, 1.4.3)."""

import re
from pathlib import Path

from feeds.web.pages import assets

SHEET = (Path(assets.__file__).parents[1] / "static" / "dateline.css").read_text()
LEAST = 4.5


def luminance(colour: str) -> float:
    """WCAG 2.2, "relative luminance"."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_every_text_stands_out_from_every_ground() -> None:
    by_day, by_night = (
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)) for block in SHEET.split(":root {")[1:3]
    )
    for colours in (by_day, by_night):
        for text in ("ink", "soft", "accent", "alarm"):
            for ground in ("paper", "panel"):
                assert contrast(colours[text], colours[ground]) >= LEAST, (text, ground, colours)


def test_what_the_newsroom_wrote_is_marked_in_one_of_them() -> None:
    rule = re.search(r"^\.newsroom \{([^}]*)\}", SHEET, re.M)
    assert rule is not None
    assert "color: var(--accent)" in rule[1]
    assert "background" not in rule[1], "else it is the ground that the text has to stand out from"
