"""The files of `deploy/` do what they say: the unit is one, the image's lines make a server, the settings are there."""

import os
import re
import shutil
import site
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from feeds.settings import Settings
from feeds.wording import wording_of
from tests.front.programs import DEPLOY
from tests.readers.newsroom import needs
from tests.server.running import environment, running

ROOT = DEPLOY.parent
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
KNOWN = {f"DATELINE_{name.upper()}" for name in Settings.model_fields}


@needs("systemd-analyze")
def test_the_unit_is_one(tmp_path: Path) -> None:
    unit = tmp_path / "dateline.service"
    written = (DEPLOY / "systemd" / "dateline.service").read_text()
    assert written.count("/opt/dateline/bin/dateline ") == 3
    # It has to be there.
    unit.write_text(written.replace("/opt/dateline/bin/dateline ", f"{Path(sys.executable).parent}/dateline "))
    checked = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_every_setting_in_these_files_is_one() -> None:
    files = [path for path in DEPLOY.rglob("*") if path.is_file()]
    assert len(files) >= 6
    for path in files:
        for name in re.findall(r"DATELINE_[A-Z_]+", path.read_text()):
            assert name in KNOWN, (path.name, name)


def test_nginx_has_the_hosts_that_are_composed() -> None:
    composed, nginx = (DEPLOY / "compose.yaml").read_text(), (DEPLOY / "nginx.conf").read_text()
    for written, host in re.findall(r"-e 's/([\d.:]+)/(\w+):8000/'", composed):
        assert nginx.count(f"server {written} ") == 1
        assert re.search(rf"^  {host}:$", composed, re.M)
    assert len(re.findall(r"-e 's/", composed)) == 2


def _made(folder: Path, **environment: str) -> Path:
    """What the first stage makes, with folders of this machine: where it puts the virtual environment."""
    lines = re.findall(r"^RUN (.*)$", DOCKERFILE.split("\nFROM ")[1], re.M)
    assert len(lines) == 4
    source, made = folder / "src", folder / "opt"
    source.mkdir()
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    for name in (line[1:] for line in ignored if line.startswith("!")):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, source / name)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for line in lines:
        command = line.replace("/tmp/", f"{folder}/").replace("/opt/dateline", str(made))
        done = subprocess.run(
            ["sh", "-euc", command],
            cwd=source,
            env=os.environ | {"PATH": path} | environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, (line, done.stderr)
    return made


def _serves(folder: Path, made: Path) -> None:
    """What the second stage starts serves, in a folder of its own."""
    [command] = re.findall(r'^CMD \["dateline", "serve", (.*)\]$', DOCKERFILE, re.M)
    arguments = re.findall(r'"([^"]*)"', command)
    assert arguments == ["--host", "0.0.0.0", "--port", "8000"]
    home = folder / "home"
    home.mkdir()
    subprocess.run(
        [made / "bin" / "dateline", "sample"], cwd=home, env=environment(home), check=True, capture_output=True
    )
    # In another language than the messages have in the code: its catalogue is a file of the wheel.
    with running(home, program=(str(made / "bin" / "dateline"),), DATELINE_LANGUAGE="fr") as server:
        with urlopen(f"http://127.0.0.1:{server.port}/feed.rss", timeout=60) as answer:
            assert b"<item>" in answer.read()
        with urlopen(f"http://127.0.0.1:{server.port}/", timeout=60) as answer:
            assert f">{wording_of('fr').gettext('Top stories')}<" in answer.read().decode()


def test_the_wheel_holds_all_that_is_served(tmp_path: Path) -> None:
    """By the image's own lines; what it depends on is taken from here, and nothing is fetched."""
    made = _made(tmp_path, PIP_NO_BUILD_ISOLATION="0", PIP_NO_DEPS="1", PIP_NO_INDEX="1")
    [packages] = (made / "lib").glob("python*/site-packages")
    (packages / "here.pth").write_text(f"{site.getsitepackages()[0]}\n")
    _serves(tmp_path, made)


@pytest.mark.nightly
def test_the_lines_of_the_image_make_a_server(tmp_path: Path) -> None:
    _serves(tmp_path, _made(tmp_path))
