"""Variables as newcomers set them: in a file of any editor, mistyped, or elsewhere than they are read."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine, Ran
from tests.cli.test_serve import serving

WRONG = "DATELINE_TIMEZONE=Mars/Base\n"
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-32")


def warnings(ran: Ran) -> list[str]:
    start = "dateline: warning: "
    return [line.removeprefix(start) for line in ran.err.splitlines() if line.startswith(start)]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_file_of_any_editor_is_read(dateline: CommandLine, encoding: str, ends: str) -> None:
    text = "# Zeitung für Öl\nDATELINE_TIMEZONE='Africa/Kampala'\nexport DATELINE_TITLE=\"Zeitung\"\nDATELINE_MAX_AGE=soon # x\n"
    (dateline.folder / ".env").write_bytes(text.replace("\n", ends).encode(encoding))
    for command in ("check", "serve"):
        ran = dateline(command)
        assert ran.code == 2
        assert ran.fault.startswith("dateline: DATELINE_MAX_AGE: ")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("# a\r\nDATELINE_TITLE=Zeitung für Öl\r\n".encode("latin-1"), ".env: line 2 is not UTF-8: save it as UTF-8"),
        (WRONG.encode("utf-16-le"), ".env: it is no text in UTF-8: save it as UTF-8"),
        (b"\xff\xfe" + WRONG.encode("utf-16-le")[:-1], ".env: not the UTF-16 that it begins as: save it as UTF-8"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_line(dateline: CommandLine, content: bytes, told: str) -> None:
    (dateline.folder / ".env").write_bytes(content)
    for command in ("check", "serve"):
        ran = dateline(command)
        assert (ran.code, ran.fault) == (2, f"dateline: {told}")


def test_so_is_what_is_no_file(dateline: CommandLine) -> None:
    (dateline.folder / ".env").mkdir()
    told = "dateline: .env cannot be read (Is a directory): it has to be a file of lines NAME=value"
    assert (dateline("check").fault, dateline("serve").fault) == (told, told)


def test_so_is_what_this_user_may_not_read(dateline: CommandLine) -> None:
    (dateline.folder / ".env").symlink_to(".env")
    assert dateline("check").fault.startswith("dateline: .env cannot be read (")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")
def test_a_file_of_another_user(dateline: CommandLine) -> None:
    file = dateline.folder / ".env"
    file.write_text(WRONG)
    file.chmod(0)
    program = (
        "import os\nfrom pathlib import Path\nfrom feeds.environment import read_env_file\nos.setuid(65534)\n"
        "try: read_env_file(Path('.env'))\nexcept ValueError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=dateline.folder, env=dateline.environment, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert ".env cannot be read (Permission denied)" in done.stdout


def test_a_pipe_is_read_once(dateline: CommandLine) -> None:
    """Keepers of secrets give a file out so."""
    os.mkfifo(dateline.folder / ".env")
    with subprocess.Popen(["bash", "-c", "echo DATELINE_TITEL=x > .env"], cwd=dateline.folder):
        assert len(warnings(dateline("check"))) == 1


def test_the_environment_comes_before_the_file(dateline: CommandLine) -> None:
    (dateline.folder / ".env").write_text(WRONG + "DATELINE_MAX_AGE=soon\ndateline_rights=Ours\n")
    ran = dateline.with_(DATELINE_TIMEZONE="UTC", dateline_max_age="60")("check")
    assert (ran.code, ran.err.count("TIMEZONE")) == (1, 0), ran.err


@pytest.mark.parametrize("where", ["environment", "file"])
def test_of_a_name_that_is_no_setting_the_nearest_is_told(dateline: CommandLine, where: str) -> None:
    names = {"DATELINE_TITEL": "DATELINE_TITLE", "DATELINE_BASE_URI": "DATELINE_BASE_URL", "DATELINE_PORT": "PORT"}
    if where == "file":
        (dateline.folder / ".env").write_text("".join(f"{name}=a secret\n" for name in names))
    else:
        dateline = dateline.with_(**dict.fromkeys(names, "a secret"))
    assert dateline("migrate").code == 0
    ran = dateline("check")
    assert (ran.code, ran.out) == (0, "ok\n"), "it is a warning"
    assert sorted(warnings(ran)) == sorted(
        f"no setting is called {name}: did you mean {near}?" for name, near in names.items()
    )
    assert "secret" not in ran.err
    with serving(dateline, "--port", "0"):
        pass


def test_a_name_like_none_other_is_told_too(dateline: CommandLine) -> None:
    assert warnings(dateline.with_(DATELINE_QQQ="1", OTHER_TITEL="1")("check")) == ["no setting is called DATELINE_QQQ"]


def test_a_line_that_sets_nothing_is_told(dateline: CommandLine) -> None:
    (dateline.folder / ".env").write_text(
        "# a comment\n\nDATELINE_TITLE The Ledger, secretly\nDATELINE_RIGHTS\nPORT=8080\n"
    )
    told = warnings(dateline("check"))
    assert [line for line in told if "sets nothing" in line] == [
        ".env, line 3, sets nothing: it has to be NAME=value",
        ".env, line 4, sets nothing: it has to be NAME=value",
    ]
    assert ".env sets PORT, which is read from the environment alone" in told
    assert "secretly" not in str(told)


@pytest.mark.parametrize("port", ["http", "70000", "-1", "8000/tcp", "tcp://10.0.0.1:8000"])
def test_a_port_that_cannot_be_is_told_by_check_and_serve(dateline: CommandLine, port: str) -> None:
    dateline = dateline.with_(PORT=port)
    assert "PORT" in dateline("serve").fault
    assert "PORT is no number from 0 to 65535" in dateline("check").out


def test_a_port_that_is_empty_is_none(dateline: CommandLine) -> None:
    assert "PORT" not in dateline.with_(PORT="")("check").out


def test_a_path_that_may_be_mistyped_is_told(dateline: CommandLine) -> None:
    dateline = dateline.with_(DATELINE_DATABASE_URL="sqlite:///vra/dateline.db", DATELINE_MEDIA_DIR="vra/media")
    absent = "DATELINE_MEDIA_DIR is vra/media, which is not there: until it is, pictures are 404"
    ran = dateline("check")
    assert "vra/dateline.db" in ran.out
    assert f"note: {absent}\n" in ran.err
    with serving(dateline, "--port", "0", expected=[absent]):
        pass
    assert Path(dateline.folder, "vra/dateline.db").exists()


@pytest.mark.parametrize("path", ["folder", "file/dateline.db"])
def test_a_path_that_cannot_be_is_told_in_one_line(dateline: CommandLine, path: str) -> None:
    (dateline.folder / "folder").mkdir()
    (dateline.folder / "file").touch()
    dateline = dateline.with_(DATELINE_DATABASE_URL=f"sqlite:///{path}")
    assert path in dateline("serve", "--port", "0").fault
    assert path in dateline("check").out


def test_who_serves_other_machines_is_told_to_name_the_address(dateline: CommandLine) -> None:
    told = "readers may come from other machines, but links lead to this one: set DATELINE_BASE_URL to what they type"
    for settings, arguments, is_told in (
        ({}, ("--host", "0.0.0.0"), True),
        ({"DATELINE_BASE_URL": "https://news.example"}, ("--host", "0.0.0.0"), False),
    ):
        with serving(dateline.with_(**settings), *arguments, "--port", "0", expected=(told,) if is_told else ()):
            pass


@pytest.mark.parametrize("media", [".", "var", "var/dateline.db", "/", "var/../var"])
def test_what_is_public_holds_no_database(dateline: CommandLine, media: str) -> None:
    for command in ("check", "serve"):
        ran = dateline.with_(DATELINE_MEDIA_DIR=media)(command)
        assert ran.code == 2
        assert ran.fault.startswith("dateline: DATELINE_MEDIA_DIR: it holds the database")
    assert dateline.with_(DATELINE_MEDIA_DIR="var/media")("migrate").code == 0
