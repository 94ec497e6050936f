"""Who may read the figures, and that the document names each of them."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families

from feeds.metrics.catalogue import METRICS, Type
from tests.kinds.newsroom import SettableClock
from tests.metrics.documented import DOCUMENT, table
from tests.web.site import BASE, Site, open_site

pytestmark = pytest.mark.anyio

PROXY, OPERATOR, READER = "198.51.100.1", "10.1.2.3", "203.0.113.9"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with open_site(
        tmp_path, SettableClock(), metrics="10.0.0.0/8, 2001:db8::/32, 127.0.0.1", trusted_proxies=PROXY
    ) as site:
        yield site


async def ask(site: Site, client: str, path: str = "/metrics", **fields: str) -> httpx2.Response:
    transport = httpx2.ASGITransport(app=site.app, client=(client, 4711))
    async with httpx2.AsyncClient(transport=transport, base_url=BASE) as browser:
        return await browser.get(path, headers={name.replace("_", "-"): value for name, value in fields.items()})


@pytest.mark.parametrize(
    ("client", "fields", "status"),
    [
        (OPERATOR, {}, 200),
        ("2001:db8::7", {}, 200),
        ("::ffff:10.1.2.3", {}, 200),
        (READER, {}, 403),
        ("testclient", {}, 403),
        # By the proxy that is trusted, whatever the client wrote before.
        (PROXY, {"X_Forwarded_For": OPERATOR}, 200),
        (PROXY, {"X_Forwarded_For": READER}, 403),
        (PROXY, {"X_Forwarded_For": f"{OPERATOR}, {READER}"}, 403),
        (PROXY, {"Forwarded": f"for={OPERATOR}"}, 403),
        (PROXY, {}, 403),
        # By one that is not: on the same machine or network, for anybody.
        ("127.0.0.1", {"X_Forwarded_For": OPERATOR}, 403),
        (OPERATOR, {"X_Forwarded_For": OPERATOR}, 403),
        (OPERATOR, {"Via": "1.1 cache"}, 403),
        (OPERATOR, {"X_Real_IP": OPERATOR}, 403),
    ],
)
async def test_who_may_read(site: Site, client: str, fields: dict[str, str], status: int) -> None:
    answer = await ask(site, client, **fields)
    assert answer.status_code == status
    assert answer.headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in answer.headers
    assert ("dateline_build_info" in answer.text) == (status == 200)


async def test_without_the_setting_there_is_nothing_and_nothing_is_counted(tmp_path: Path) -> None:
    async with open_site(tmp_path, SettableClock()) as site:
        assert (await ask(site, "127.0.0.1")).status_code == 404
        assert site.state.traffic is None


async def test_the_document_has_every_metric_as_it_is_told(site: Site) -> None:
    assert table() in DOCUMENT.read_text()
    for path in ("/feed.rss", "/feed.rss"):
        await ask(site, READER, path, Accept_Encoding="gzip")
    site.state.deliveries["sent"] += 1
    site.state.webhook_messages["sent"] += 1
    text = (await ask(site, OPERATOR)).text
    told = {
        (family.name + "_total" * (family.type == "counter"), family.type, family.documentation)
        for family in text_string_to_metric_families(text)
    }
    assert told == {(metric.name, metric.type, metric.text) for metric in METRICS.values()}
    labels = {
        (family.name + "_total" * (family.type == "counter"), tuple(sorted(sample.labels.keys() - {"le"})))
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert labels == {(metric.name, tuple(sorted(metric.labels))) for metric in METRICS.values()}
    assert all(metric.name.endswith("_total") == (metric.type is Type.COUNTER) for metric in METRICS.values())


async def test_openmetrics_is_given_to_who_asks_for_it(site: Site) -> None:
    answer = await ask(site, OPERATOR, Accept="application/openmetrics-text; version=1.0.0")
    assert answer.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    assert answer.text.endswith("# EOF\n")


async def test_a_store_that_cannot_be_reached_leaves_the_figures_of_the_process(site: Site) -> None:
    await site.state.store.close()
    answer = await ask(site, OPERATOR)
    assert answer.status_code == 200
    assert "dateline_log_position" in answer.text
    assert "dateline_log_end" not in answer.text
