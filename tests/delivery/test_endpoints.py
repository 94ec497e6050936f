"""Each kind of cache is told in its own form, by the operator's address and nobody else's, and no secret is shown."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from feeds.delivery.endpoints import FORMS, Endpoint, PurgeFailed
from tests.delivery.endpoint import Recorder

pytestmark = pytest.mark.anyio

KEYS = [f"{number:016x}" for number in range(3)]
SECRET = "Hunter-2"


@asynccontextmanager
async def opened(url: str, form: str = "xkey", header: str = "") -> AsyncIterator[Endpoint]:
    endpoint = Endpoint(url, FORMS[form], header)
    await endpoint.open()
    try:
        yield endpoint
    finally:
        await endpoint.close()


@pytest.mark.parametrize(
    ("form", "method", "field"),
    [("xkey", "PURGE", "xkey-purge"), ("surrogate-key", "POST", "surrogate-key"), ("tags", "POST", None)],
)
async def test_keys_are_sent_in_the_form_of_the_cache(
    cache: Recorder, form: str, method: str, field: str | None
) -> None:
    async with opened(f"{cache.url}service/1/purge?x=y", form, f"Fastly-Key: {SECRET}") as endpoint:
        await endpoint.purge(KEYS)
        await endpoint.purge(KEYS[:1])
    first, second = cache.told
    assert (first.method, first.path) == (method, "/service/1/purge?x=y")
    assert first.fields["fastly-key"] == SECRET
    assert first.keys == KEYS
    assert second.keys == KEYS[:1]
    if field:
        assert first.fields[field] == " ".join(KEYS)
    else:
        assert first.fields["content-type"] == "application/json"


async def test_a_user_and_password_go_along(cache: Recorder) -> None:
    async with opened(cache.url.replace("//", f"//purger:{SECRET}@")) as endpoint:
        await endpoint.purge(KEYS)
    assert cache.told[0].fields["authorization"].startswith("Basic ")


@pytest.mark.parametrize("status", [301, 307, 401, 404, 429, 500])
async def test_whatever_is_no_success_is_a_failure(cache: Recorder, status: int) -> None:
    """A redirect, too: the keys and the secret are for this address."""
    cache.status, cache.headers = status, {"Location": cache.url + "elsewhere"}
    url = cache.url.replace("//", f"//purger:{SECRET}@") + f"?key={SECRET}"
    async with opened(url, header=f"X-Token: {SECRET}") as endpoint:
        with pytest.raises(PurgeFailed, match=f"is answered {status}") as failed:
            await endpoint.purge(KEYS)
        assert SECRET not in str(failed.value)
        assert len(cache.refused) == 1
        cache.status = 200
        await endpoint.purge(KEYS)
    assert len(cache.told) == 1


async def test_nobody_there_is_a_failure() -> None:
    async with opened(f"http://purger:{SECRET}@127.0.0.1:1/?key={SECRET}", header=f"X-Token: {SECRET}") as endpoint:
        with pytest.raises(PurgeFailed, match=r"PURGE http://127\.0\.0\.1:1/") as failed:
            await endpoint.purge(KEYS)
        assert SECRET not in str(failed.value)
        assert SECRET not in str(endpoint)


def test_the_name_of_an_address_is_its_own() -> None:
    names = [
        Endpoint(url, FORMS["xkey"]).name for url in ("http://a.example/", "http://a.example/?x=1", "http://b.example/")
    ]
    assert len({*names}) == 3
    assert names[0] == Endpoint("http://a.example/", FORMS["tags"]).name
