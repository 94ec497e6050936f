"""What the documents say is so."""

import re
import tomllib
from pathlib import Path

import feeds
from feeds.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def settings_table() -> str:
    rows = ["| variable | default | what it decides |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = str(field.default)
        rows.append(f"| `DATELINE_{name.upper()}` | {f'`{default}`' if default else ''} | {field.description} |")
    return "\n".join(rows)


def test_every_setting_is_in_the_readme() -> None:
    between = re.search(r"<!-- settings -->\n(.*?)\n<!-- /settings -->", README, re.S)
    assert between is not None
    assert between[1] == settings_table()


def test_the_version_is_one() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == feeds.__version__


def test_the_lock_file_names_every_pinned_dependency_and_no_host() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert "://" not in lock
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    locked = {line.split("==")[0].lower().replace("_", "-"): line for line in lock.splitlines()}
    for wanted in (*project["dependencies"], *project["optional-dependencies"]["dev"]):
        pin = wanted.split(";")[0].strip()
        assert (
            locked[pin.split("==")[0].lower().replace("_", "-")].split(";")[0].strip().split("==")[1]
            == pin.split("==")[1]
        )
