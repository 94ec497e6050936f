"""WordPress on a port: MariaDB on a socket, and PHP's own web server. All of it is in one folder, and ends with its block."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import monotonic, sleep

import httpx2

from tests.ports import free_port
from tests.wordpress.site import Site

INSTALLED = Path("/usr/share/wordpress")
"""By Debian's package."""
_HERE = Path(__file__).parent
_PATIENCE = 60.0
_PATH = f"{os.defpath}:/usr/sbin"
_THEME = {
    "style.css": "/*\nTheme Name: Bare\n*/\n",
    "index.php": "<!DOCTYPE html><html <?php language_attributes(); ?>><head><?php wp_head(); ?></head><body>"
    "<?php while (have_posts()) { the_post(); the_title('<h1>', '</h1>'); the_content(); } wp_footer(); ?></body></html>",
    "functions.php": "<?php add_theme_support('automatic-feed-links'); add_theme_support('post-thumbnails');",
}


def missing() -> str:
    """What is not there of what it needs; '' where all is, or is meant to be (DATELINE_TEST_SKIPS=none)."""
    if os.environ.get("DATELINE_TEST_SKIPS") == "none":
        return ""
    programs = ("php", "mariadbd", "mariadb-install-db", "mariadb", "setpriv")
    absent = [name for name in programs if not shutil.which(name, path=_PATH)]
    return absent[0] if absent else "" if INSTALLED.is_dir() else "WordPress"


@contextmanager
def running(folder: Path) -> Iterator[Site]:
    """A new site with an administrator and nothing else, in an empty folder. Raises RuntimeError if it does not start."""
    database = folder / "mariadb.socket"
    root = folder / "site"
    url = f"http://127.0.0.1:{free_port()}/"
    environment = {
        "PATH": _PATH,
        "WORDPRESS_ROOT": str(root),
        "WORDPRESS_SOCKET": str(database),
        "WORDPRESS_URL": url,
        # Posts are written by one request while another is answered.
        "PHP_CLI_SERVER_WORKERS": "4",
    }
    _lay_out(root)
    with _database(folder, database):
        password = _php(environment, root, _HERE / "install.php")
        serve = [
            *_program(root),
            "-S",
            url.removeprefix("http://").rstrip("/"),
            "-t",
            str(root),
            str(_HERE / "router.php"),
        ]
        with _process(serve, folder / "php.log", environment) as served:
            _wait(lambda: _answers(url), served, folder / "php.log")
            php, sql = partial(_run, environment, root, folder), partial(_sql, database)
            with Site(url, "editor", password, root, php, sql) as site:
                site.remember()
                yield site


def _lay_out(root: Path) -> None:
    """A site of links to what is installed, with a configuration, a theme and uploads of its own."""
    content = root / "wp-content"
    for kept in ("uploads", "plugins", "mu-plugins", "themes/bare"):
        (content / kept).mkdir(parents=True)
    for installed in INSTALLED.iterdir():
        if installed.name not in ("wp-content", "wp-config.php", ".htaccess"):
            (root / installed.name).symlink_to(installed)
    shutil.copy(_HERE / "wp-config.php", root)
    for name, text in _THEME.items():
        (content / "themes" / "bare" / name).write_text(text)


@contextmanager
def _database(folder: Path, path: Path) -> Iterator[None]:
    data, log = folder / "data", folder / "mariadb.log"
    user = pwd.getpwuid(os.geteuid()).pw_name
    # One that starts removes what seems to be left of temporary tables: of others that share the folder, what they work with.
    own = {"TMPDIR": str(folder / "tmp")}
    (folder / "tmp").mkdir()
    made = ["mariadb-install-db", "--no-defaults", f"--datadir={data}", f"--user={user}", "--skip-test-db"]
    _run_program([*made, "--auth-root-authentication-method=normal", "--skip-name-resolve"], own)
    server = [
        *("mariadbd", "--no-defaults", f"--datadir={data}", f"--socket={path}", f"--user={user}", "--skip-networking"),
        *(f"--pid-file={folder / 'mariadb.pid'}", "--skip-log-bin", "--performance-schema=OFF"),
        # What is written need not survive the server.
        *("--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M"),
    ]  # fmt: skip
    with _process(server, log, {"PATH": _PATH, **own}) as process:
        _wait(lambda: _listens(path), process, log)
        _sql(path, "CREATE DATABASE wordpress CHARACTER SET utf8mb4", database="")
        yield


def _sql(path: Path, statements: str, database: str = "wordpress") -> str:
    ask = ["mariadb", "--no-defaults", f"--socket={path}", "--user=root", "--skip-column-names", "--batch"]
    return _run_program([*ask, f"--execute={statements}", *filter(None, [database])])


def _program(root: Path) -> list[str]:
    return [
        "php",
        "-d",
        f"auto_prepend_file={_HERE / 'prepend.php'}",
        "-d",
        "display_errors=0",
        "-d",
        f"doc_root={root}",
    ]


def _php(environment: Mapping[str, str], root: Path, script: Path) -> str:
    return _run_program([*_program(root), str(script)], environment)


def _run(environment: Mapping[str, str], root: Path, folder: Path, code: str) -> str:
    """What PHP code prints that runs in the site, as its administrator."""
    script = folder / "run.php"
    script.write_text(f"<?php require ABSPATH . 'wp-load.php'; wp_set_current_user(1);\n{code}\n")
    return _php(environment, root, script)


def _run_program(command: Sequence[str], environment: Mapping[str, str] | None = None) -> str:
    done = subprocess.run(
        command, env={"PATH": _PATH, **(environment or {})}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stdout} {done.stderr}")
    return done.stdout


@contextmanager
def _process(command: Sequence[str], log: Path, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A server with all that it starts, in a group of its own."""
    with log.open("wb") as said:
        process = subprocess.Popen(
            # It ends with the process of the tests, whatever becomes of that.
            ["setpriv", "--pdeathsig=TERM", *command],
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait(condition: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    last = monotonic() + _PATIENCE
    while not condition():
        if process.poll() is not None or monotonic() > last:
            raise RuntimeError(f"it does not start: {log.read_text(errors='replace')}")
        sleep(0.02)


def _listens(path: Path) -> bool:
    # It is there a moment before anybody listens.
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0


def _answers(url: str) -> bool:
    try:
        return httpx2.get(f"{url}wp-json/", trust_env=False).status_code == httpx2.codes.OK
    except httpx2.TransportError:
        return False
