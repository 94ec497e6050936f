"""What the documents say is so."""

import inspect
import re
import tomllib
from functools import partial
from pathlib import Path

import feeds
from feeds.settings import Settings
from feeds.web.api import OPERATIONS
from storage.protocol import Store

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


def test_the_house_in_the_readme_has_every_file() -> None:
    house = README[README.index("## The house") :]
    for package in ("storage", "feeds"):
        for place in (ROOT / package).iterdir():
            if place.suffix == ".py" or (place / "__init__.py").exists():
                name = place.name if place.suffix else f"{place.name}/"
                assert name == "__init__.py" or name in house, f"{package}/{name}"


def test_every_handler_of_the_api_says_what_it_raises() -> None:
    for operation in OPERATIONS:
        handler = operation.handler.func if isinstance(operation.handler, partial) else operation.handler
        assert "Raises" in (handler.__doc__ or ""), operation.name


def test_every_call_of_a_store_has_a_contract_that_does_not_begin_with_what_it_raises() -> None:
    calls = {name: call for name, call in inspect.getmembers(Store) if not name.startswith("_")}
    assert "get_site" in calls
    for name, call in calls.items():
        assert call.__doc__, name
        assert not call.__doc__.startswith("Raises"), name


def test_the_version_is_one() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == feeds.__version__


def locked() -> dict[str, tuple[str, list[str]]]:
    """The lock file: a version and the hashes of its files for each name."""
    lock = (ROOT / "requirements.lock").read_text().replace(" \\\n", " ")
    found = {}
    for line in lock.splitlines():
        requirement, *hashes = line.split(" --hash=")
        pinned = re.fullmatch(r"([a-z0-9-]+)==(\S+)( ; .+)?", requirement.strip())
        assert pinned is not None, line
        found[pinned[1]] = (pinned[2], hashes)
    return found


def test_the_lock_file_names_no_host() -> None:
    assert "://" not in (ROOT / "requirements.lock").read_text()


def test_every_line_of_the_lock_file_has_the_hashes_of_its_files() -> None:
    for name, (_, hashes) in locked().items():
        assert hashes, name
        assert all(re.fullmatch("sha256:[0-9a-f]{64}", each.strip()) for each in hashes), name


def test_the_lock_file_agrees_with_every_pin() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lock = locked()
    for wanted in (*project["dependencies"], *project["optional-dependencies"]["dev"]):
        name, version = wanted.split(";")[0].strip().split("==")
        assert lock[name.partition("[")[0].lower().replace("_", "-")][0] == version
