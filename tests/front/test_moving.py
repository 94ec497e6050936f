"""docs/moving.md, as a newsroom goes by it: what is typed, in its order, and what a proxy before a WordPress is told."""

import os
import re
import shlex
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from feeds.comparing.asking import Site
from feeds.formats import FORMATS
from feeds.outbound import Networks
from tests.cli.conftest import CalledHere
from tests.comparing.old_ghost import old_ghost
from tests.comparing.old_site import OldSite, old_site, posts
from tests.front.hosts import PUBLISHED, ask
from tests.front.programs import Front, started
from tests.ports import free_port
from tests.readers.newsroom import needs
from tests.server.running import running
from tests.test_readme import installed, run, serving

pytestmark = pytest.mark.anyio

MOVING = (Path(__file__).parent.parent.parent / "docs" / "moving.md").read_text()
CONSOLE = [
    line.removeprefix("$ ")
    for block in re.findall(r"```console\n(.*?)```", MOVING, re.S)
    for line in block.splitlines()
    if line.startswith("$ ")
]
COMPARES = r"^Dateline/.* \(compare\)$"
DATED = r'#"~^/[0-9][0-9][0-9][0-9]/'


def blocks(language: str) -> list[str]:
    found: list[str] = re.findall(rf"```{language}\n(.*?)```", MOVING, re.S)
    return found


def test_a_newsroom_moves_as_it_says(tmp_path: Path) -> None:
    installed(tmp_path)
    [settings] = blocks("ini")
    (tmp_path / ".env").write_text(settings)
    (tmp_path / "wp-content" / "uploads").mkdir(parents=True)
    said = {}
    with old_site(posts(6)) as old, ExitStack() as served:
        (tmp_path / "newsroom.wxr.xml").write_text(old.export())
        here = ""
        for command in CONSOLE:
            if command == ".venv/bin/dateline serve":
                here = served.enter_context(serving(tmp_path))
            else:
                there = command.replace("https://old.example", old.url).replace("http://127.0.0.1:8000", here)
                said[command.split()[1]] = run(there, tmp_path)
    assert set(said) == {"import", "check", "compare"}
    verdict = said["compare"].splitlines()[-1]
    shape = next(line.strip() for line in MOVING.splitlines() if line.startswith("    Nobody is lost"))
    assert re.sub("[0-9,]+ of [0-9,]+", "", verdict) == re.sub("[0-9,]+ of [0-9,]+", "", shape)
    assert "Nobody is lost" in (tmp_path / "compare.html").read_text()
    assert '"clean": true' in (tmp_path / "compare.json").read_text()


def test_a_newsroom_on_ghost_moves_as_it_says(tmp_path: Path) -> None:
    [commands] = blocks("bash")
    take, serve, compare = [shlex.split(line)[1:] for line in commands.splitlines()]
    assert serve == ["serve"]
    [items] = re.findall("`DATELINE_FEED_ITEMS=([0-9]+)`", MOVING[MOVING.index("## From Ghost") :])
    settings = {"DATELINE_DATABASE_URL": f"sqlite:///{tmp_path}/newsroom.db", "DATELINE_FEED_ITEMS": items}
    dateline = CalledHere(tmp_path).with_(**settings)
    with old_ghost() as old:
        (tmp_path / "ghost.json").write_text(old.export())
        (tmp_path / "content").mkdir()
        assert dateline(*take).code == 0
        with running(tmp_path, **settings) as server:
            places = {"https://old.example/": f"{old.url}/", "http://127.0.0.1:8000": f"http://127.0.0.1:{server.port}"}
            compared = dateline(*(places.get(word, word) for word in compare))
    assert compared.out.splitlines()[-1].startswith("Nobody is lost: 4 of 4 feeds"), compared.out
    assert compared.code == 0


@pytest.fixture(scope="module")
def wordpress() -> Iterator[OldSite]:
    with old_site(posts(6)) as old:
        old.agency.answers["/2022/03/01/story-1/"] = old.agency.answers["/story-1/"]
        for path in ("/feed/podcast/", "/?feed=podcast"):
            old.agency.answers[path] = old.agency.answers["/story-1/"]
        yield old


@pytest.fixture(scope="module")
def dateline(wordpress: OldSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("dateline")
    (folder / "newsroom.wxr.xml").write_text(wordpress.export())
    settings: dict[str, Any] = {"DATELINE_DATABASE_URL": f"sqlite:///{folder}/dateline.db"}
    assert CalledHere(folder).with_(**settings)("import", "newsroom.wxr.xml").code == 0
    with running(folder, **settings, DATELINE_TRUSTED_PROXIES="127.0.0.1") as server:
        yield server.port


@contextmanager
def front(folder: Path, http: str, server: str, wordpress: OldSite, dateline: int) -> Iterator[Front]:
    """nginx before WordPress, with what the page adds to it."""
    folder.mkdir()
    port = free_port()
    paths = " ".join(f"{n}_temp_path {folder}/{n};" for n in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    config = folder / "nginx.conf"
    config.write_text(
        f"pid {folder}/nginx.pid; error_log {folder}/error.log; events {{ worker_connections 256; }}\n"
        f"http {{ access_log off; {paths}\n{http}\nserver {{ listen 127.0.0.1:{port};\n"
        + server.replace("http://127.0.0.1:8000", f"http://127.0.0.1:{dateline}")
        + f"\nlocation / {{ proxy_pass {wordpress.url}; }}\n}} }}\n"
    )
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    user = "user root; " if os.geteuid() == 0 else ""
    with started([program, "-c", config, "-p", folder, "-g", f"{user}daemon off;"], folder, port) as nginx:
        yield nginx


FEEDS = (
    "/feed/", "/feed", "/feed/atom/", "/?feed=rss2", "/?feed=atom&cat=1", "/wp-rss2.php", "/comments/feed/",
    "/category/world/feed/", "/story-1/feed/", "/feed/rdf/", "/feed.rss", "/section/world/feed.atom", "/section/world/",
    "/feeds/", "/feeds.opml", "/icon.png", "/static/feed.css", "/hub",
)  # fmt: skip
OTHERS = (
    "/",
    "/story-1/",
    "/category/world/",
    "/2022/03/01/story-1/",
    "/feed/podcast/",
    "/?feed=podcast",
    "/wp-sitemap.xml",
)


async def seen_by_compare(port: int, path: str) -> bytes:
    async with Site(httpx2.URL(f"http://127.0.0.1:{port}/"), networks=Networks(), at_once=1) as site:
        return (await site.ask(site.base.join(path))).body


@needs("nginx")
async def test_nginx_sends_feeds_here_and_leaves_pages_to_wordpress(
    wordpress: OldSite, dateline: int, tmp_path: Path
) -> None:
    http, server, _ = blocks("nginx")
    with front(tmp_path / "nginx", http, server, wordpress, dateline) as nginx:
        for path in FEEDS:
            direct, answer = [await ask(port, path, Accept_Encoding="gzip") for port in (dateline, nginx.port)]
            assert direct.status in (200, 301), path
            assert (answer.status, answer.body) == (direct.status, direct.body), path
            for name in ("etag", "location", "content-encoding", "vary", "content-type"):
                assert answer.field(name) == direct.field(name), (path, name)
        for path in OTHERS:
            answer = await ask(nginx.port, path)
            assert (answer.status, answer.body) == (200, wordpress.agency.answers[path].body), path
        assert (await ask(nginx.port, "/nothing/")).status == 404
        assert await seen_by_compare(nginx.port, "/feed/") == wordpress.agency.answers["/feed/"].body
        # A poll that nothing changed for goes all the way.
        etag = (await ask(nginx.port, "/feed.rss")).field("etag") or ""
        assert (await ask(nginx.port, "/feed.rss", If_None_Match=etag)).status == 304
        assert (await ask(nginx.port, "/hub", method="POST", body=PUBLISHED)).status == 204


@needs("nginx")
async def test_nginx_may_send_articles_here_as_well(wordpress: OldSite, dateline: int, tmp_path: Path) -> None:
    http, server, _ = blocks("nginx")
    assert http.count(DATED) == 1
    with front(tmp_path / "nginx", http.replace(DATED, DATED[1:]), server, wordpress, dateline) as nginx:
        answer, direct = [await ask(port, "/2022/03/01/story-1/") for port in (nginx.port, dateline)]
        assert (answer.status, answer.field("etag")) == (200, direct.field("etag"))
        assert (await ask(nginx.port, "/story-1/")).body == wordpress.agency.answers["/story-1/"].body


@needs("nginx")
async def test_on_the_way_back_what_readers_learned_leads_to_wordpress(
    wordpress: OldSite, dateline: int, tmp_path: Path
) -> None:
    *_, back = blocks("nginx")
    with front(tmp_path / "nginx", "", back, wordpress, dateline) as nginx:
        for extension in FORMATS:
            for path, there in (
                ("/feed", "/feed/"),
                ("/section/world/feed", "/category/world/feed/"),
                ("/story-1/feed", "/story-1/feed/"),
            ):
                answer = await ask(nginx.port, path + extension)
                target = f"{there}atom/" if extension == ".atom" else there
                assert answer.status == 302
                assert (answer.field("location") or "").endswith(f":{nginx.port}{target}")
        assert (await ask(nginx.port, "/feed/")).status == 200


def test_the_three_proxies_are_told_the_same_of_feeds() -> None:
    http, _, _ = blocks("nginx")
    [apache], [caddy] = blocks("apache"), blocks("caddy")
    forms = [form for form in re.findall(r'"~(\S+)" 1;', http) if "[0-9]" not in form]
    assert len(forms) == 7
    assert [form for form in forms if f'"{form}" [OR]' not in apache] == []
    for form in forms[:5]:
        assert form.removesuffix("$").removeprefix("^").removesuffix("/?") in caddy, form
    for who in (http, apache, caddy):
        assert COMPARES in who


@pytest.mark.skipif(not Path("/usr/sbin/apache2").exists(), reason="apache2 is not installed")
async def test_apache_does_the_same(wordpress: OldSite, dateline: int, tmp_path: Path) -> None:
    [rules] = blocks("apache")
    port = free_port()
    config = tmp_path / "apache.conf"
    modules = "".join(
        f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"
        for name in ("mpm_event", "authz_core", "proxy", "proxy_http", "rewrite")
    )
    config.write_text(
        f"{modules}ServerName localhost\nPidFile {tmp_path}/pid\nErrorLog {tmp_path}/error.log\nListen 127.0.0.1:{port}\n"
        f"DefaultRuntimeDir {tmp_path}\nMutex file:{tmp_path}\n<VirtualHost *:{port}>\n"
        + rules.replace("http://127.0.0.1:8000", f"http://127.0.0.1:{dateline}")
        + f"ProxyPass / {wordpress.url}/\n</VirtualHost>\n"
    )
    if os.geteuid() == 0:
        config.write_text(f"User nobody\nGroup nogroup\n{config.read_text()}")
    with started(["/usr/sbin/apache2", "-f", config, "-D", "FOREGROUND"], tmp_path, port):
        for path in FEEDS:
            direct, answer = [await ask(asked, path) for asked in (dateline, port)]
            assert (answer.status, answer.field("etag")) == (direct.status, direct.field("etag")), path
        for path in OTHERS:
            answer = await ask(port, path)
            assert (answer.status, answer.body) == (200, wordpress.agency.answers[path].body), path
        assert await seen_by_compare(port, "/feed/") == wordpress.agency.answers["/feed/"].body
