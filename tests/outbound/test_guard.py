"""Nothing leads into the newsroom's own network: redirects to a real server there, in every spelling of where it is."""

import socket
import ssl
import threading
from collections.abc import Iterator, Sequence

import httpx2
import pytest

from feeds.outbound import Forbidden, Guard, Networks, Outbound, system_resolve
from tests.importers.agency import Agency, Answer, opened
from tests.outbound.table import HOSTS

pytestmark = pytest.mark.anyio

EVERYWHERE = Networks.of("0.0.0.0/0, ::/0")
HERE = ("127.0.0.1", "localhost", "LOCALHOST", "2130706433", "0x7f000001", "0x7f.1", "017700000001", "0x7f.0x0.1", "127.1",
        "127.0.1", "127。0。0。1", "0.0.0.0", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "user@127.0.0.1",
        "public.example@127.0.0.1", "public.example:80@127.0.0.1")  # fmt: skip
"""Spellings of this machine by which the system's resolver finds the server that listens at 127.0.0.1."""
NAMES = {host.written: host.answer for host in HOSTS if host.answer is not None} | {"public.example": ("127.0.0.1",)}


class Resolver:
    """Knows NAMES, and has the system read what is not among them. Counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        known = NAMES.get(host)
        return await system_resolve(host, port) if known is None else known


@pytest.fixture
def agency() -> Iterator[Agency]:
    with opened() as agency:
        yield agency


@pytest.fixture
def secret() -> Iterator[Agency]:
    """A server that nobody from outside may be led to."""
    with opened() as server:
        server.answers["/secret"] = Answer(b"what only insiders may read")
        yield server


def port_of(server: Agency) -> int:
    return httpx2.URL(server.url).port or 80


async def ask(url: str, networks: Networks | None = None, resolver: Resolver | None = None) -> bytes:
    """What is at an address that an operator typed."""
    typed = httpx2.URL(url)
    guard = Guard(networks or Networks(), trusted=typed, resolve=resolver or Resolver())
    async with Outbound(guard, timeout=10, redirects=5) as client, client.get(typed, {}) as response:
        return await response.aread()


def lead(agency: Agency, location: str, path: str = "/feed") -> str:
    agency.answers[path] = Answer(status=302, headers={"Location": location})
    return agency.url + path


@pytest.mark.parametrize("host", [*HERE, "inside.example", "INSIDE.example", "bücher.example"])
async def test_a_redirect_into_the_own_network_is_not_followed(host: str, agency: Agency, secret: Agency) -> None:
    url = lead(agency, f"http://{host}:{port_of(secret)}/secret".encode().decode("latin-1"))
    with pytest.raises(
        Forbidden, match=r"^it redirects to http://.* is not on the public Internet: .*DATELINE_OUTBOUND_ALLOW"
    ):
        await ask(url)
    assert secret.asked == []
    if "example" not in host.rpartition("@")[2]:
        assert await ask(url, EVERYWHERE) == b"what only insiders may read", "or this test would prove nothing"


async def test_nor_in_any_disguise(agency: Agency, secret: Agency) -> None:
    guard = Guard(Networks(), trusted=httpx2.URL(agency.url), resolve=Resolver())
    async with Outbound(guard, timeout=10, redirects=5) as client:
        for host in HOSTS:
            url = lead(agency, f"http://{host.written}:{port_of(secret)}/secret".encode().decode("latin-1"))
            with pytest.raises((Forbidden, httpx2.HTTPError, httpx2.InvalidURL)):
                async with client.get(httpx2.URL(url), {}):
                    pass
    assert len(agency.asked) == len(HOSTS)
    assert secret.asked == []


@pytest.mark.parametrize(
    "location", ["http:////aa]99", "http://xn--..:/é", "http://xn--mller-kva.de[", "//[", "http://a:b/"]
)
async def test_a_redirect_to_what_is_no_address_is_an_error_of_the_request(location: str, agency: Agency) -> None:
    with pytest.raises((httpx2.HTTPError, httpx2.InvalidURL)):
        await ask(lead(agency, location.encode().decode("latin-1")))


@pytest.mark.parametrize("port", [80, 443])
async def test_another_port_or_scheme_of_the_trusted_host_is_another_origin(port: int, agency: Agency) -> None:
    for location in (f"http://127.0.0.1:{port}/x", agency.url.replace("http:", "https:") + "/x"):
        with pytest.raises(Forbidden):
            await ask(lead(agency, location))
    assert [path for path, _ in agency.asked] == ["/feed", "/feed"]


async def test_what_the_operator_typed_is_trusted_and_its_own_redirects(agency: Agency) -> None:
    agency.answers["/there"] = Answer(b"here it is")
    lead(agency, "/second")
    lead(agency, f"{agency.url.upper().replace('HTTP', 'http')}/there", "/second")
    assert await ask(agency.url + "/feed") == b"here it is"
    named = f"http://inside.example:{port_of(agency)}/there"
    assert await ask(named) == b"here it is"
    assert agency.asked[-1][1]["host"] == f"inside.example:{port_of(agency)}"


async def test_without_a_trusted_origin_nothing_inside_is_reached(secret: Agency) -> None:
    guard = Guard(Networks(), resolve=Resolver())
    async with Outbound(guard, timeout=10, redirects=5) as client:
        for host in HOSTS:
            with pytest.raises((Forbidden, httpx2.HTTPError, httpx2.InvalidURL)):
                async with client.get(httpx2.URL(f"http://{host.written}:{port_of(secret)}/secret"), {}):
                    pass
    assert secret.asked == []


async def test_networks_may_be_opened(agency: Agency, secret: Agency) -> None:
    url = lead(agency, secret.url + "/secret")
    assert await ask(url, Networks.of("127.0.0.0/8")) == b"what only insiders may read"
    with pytest.raises(Forbidden):
        await ask(url, Networks.of("10.0.0.0/8"))


async def test_a_name_is_resolved_once(agency: Agency) -> None:
    """A name server that answers otherwise the second time gains nothing."""

    class Turning(Resolver):
        async def __call__(self, host: str, port: int) -> Sequence[str]:
            self.asked.append(f"{host}:{port}")
            return ["127.0.0.1"] if len(self.asked) == 1 else ["169.254.169.254"]

    lead(agency, "/second")
    agency.answers["/second"] = Answer(b"here it is")
    resolver = Turning()
    assert await ask(f"http://turning.example:{port_of(agency)}/feed", resolver=resolver) == b"here it is"
    assert resolver.asked == [f"turning.example:{port_of(agency)}"]


async def test_of_several_addresses_the_next_is_tried(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    agency.answers["/feed"] = Answer(b"here it is")
    monkeypatch.setitem(NAMES, "two.example", ("127.0.0.77", "127.0.0.1"))
    assert await ask(f"http://two.example:{port_of(agency)}/feed") == b"here it is"


async def test_no_proxy_of_the_environment_connects_for_us(
    agency: Agency, secret: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, secret.url)
        monkeypatch.setenv(name.upper(), secret.url)
    agency.answers["/feed"] = Answer(b"here it is")
    assert await ask(agency.url + "/feed") == b"here it is"
    assert secret.asked == []


async def test_tls_is_asked_for_the_host_and_not_for_its_address() -> None:
    named: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.sni_callback = lambda _socket, name, _context: named.append(name)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def greet() -> None:
            connection, _ = listening.accept()
            # It has no certificate: it hears the name, and no more.
            with pytest.raises(ssl.SSLError), connection:
                context.wrap_socket(connection, server_side=True)

        greeting = threading.Thread(target=greet)
        greeting.start()
        with pytest.raises(httpx2.ConnectError):
            await ask(f"https://inside.example:{listening.getsockname()[1]}/")
        greeting.join()
    assert named == ["inside.example"]


@pytest.mark.parametrize("host", ["nobody.invalid", "a" * 64 + ".example", "x..example"])
async def test_a_host_that_is_not_known(host: str, agency: Agency) -> None:
    with pytest.raises((httpx2.ConnectError, httpx2.RemoteProtocolError)):
        await ask(lead(agency, f"http://{host}/"))


async def test_secrets_stay_with_the_origin_they_were_typed_for(agency: Agency, secret: Agency) -> None:
    lead(agency, "/second?a=b", "/feed")
    lead(agency, f"http://evil:known@127.0.0.1:{port_of(secret)}/secret", "/second?a=b")
    private = agency.url.replace("http://", "http://desk:p%40ss@") + "/feed"
    agency.answers["/feed?token=hidden"] = agency.answers["/feed"]
    assert await ask(private + "?token=hidden", EVERYWHERE) == b"what only insiders may read"
    assert [headers.get("authorization") for _, headers in agency.asked] == ["Basic ZGVzazpwQHNz"] * 2
    [(path, headers)] = secret.asked
    assert path == "/secret"
    assert {"authorization", "cookie", "referer"}.isdisjoint(headers)
    assert "hidden" not in str(headers)
