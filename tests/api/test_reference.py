"""The page at /api/: all of the API's description, for people."""

import json
import re
import shlex
from typing import Any

import pytest
from lxml import html

from feeds.web.api import OPERATIONS
from tests.api.desk import BASE, Desk, kept
from tests.newsroom.media import png
from tests.pages.rules import faults
from tests.stores import ANY_ENGINE

pytestmark = [pytest.mark.anyio, ANY_ENGINE]


def parsed(page: str) -> Any:
    return html.document_fromstring(page)


def text(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


async def test_it_says_all_that_the_description_says(desk: Desk) -> None:
    answer = await desk.reader.get("/api/")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert faults(answer.content) == []
    page = parsed(answer.text)
    document = kept(await desk.reader.get("/api/openapi.json"))
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            shown = text(page.get_element_by_id(operation["operationId"]))
            assert f"{method.upper()} {path}" in shown
            assert operation["summary"] in shown
            assert operation.get("description", "Open to all.") in shown
            for parameter in operation.get("parameters", ()):
                said = parameter.get("description") or parameter["schema"].get("description", "")
                assert f"{parameter['name']} " in shown
                assert " ".join(said.replace("`", "").split()) in shown, parameter
            assert all(f"{status} " in shown for status in operation["responses"])
            named = re.findall(r"#/components/schemas/(\w+)", json.dumps(operation))
            links = {link.get("href") for link in page.get_element_by_id(operation["operationId"]).iter("a")}
            assert links == {f"#{name}" for name in named}
    for name, schema in document["components"]["schemas"].items():
        shown = text(page.get_element_by_id(name))
        for field, said in schema.get("properties", {}).items():
            assert f"{field} " in shown
            assert " ".join(said.get("description", "").replace("`", "").split()) in shown
        assert all(json.dumps(word) in shown for word in schema.get("enum", ()))


async def test_it_loads_nothing_and_runs_nothing_of_others(desk: Desk) -> None:
    answer = await desk.reader.get("/api/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy
    page = parsed(answer.text)
    assert not page.xpath("//script | //img | //iframe | //style")
    assert {link.get("href")[0] for link in page.iter("a", "link")} == {"#", "/"}
    assert page.xpath("//a[@href='/api/openapi.json']")


async def test_it_is_sent_once(desk: Desk) -> None:
    tag = (await desk.reader.get("/api/")).headers["etag"]
    again = await desk.reader.get("/api/", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert (await desk.reader.head("/api/")).headers["etag"] == tag


async def test_neither_document_takes_a_parameter(desk: Desk) -> None:
    for path in ("/api/?version=2", "/api/openapi.json?format=yaml"):
        refused = await desk.reader.get(path)
        assert (refused.status_code, "takes none" in refused.json()["detail"]) == (400, True), path
    assert (await desk.reader.post("/api/")).status_code == 405


async def test_its_examples_work(desk: Desk) -> None:
    page = parsed((await desk.reader.get("/api/")).text)
    examples = {
        operation.name: text(page.get_element_by_id(operation.name).xpath(".//pre")[0]) for operation in OPERATIONS
    }
    answered = set()
    # What is made comes before what is read, and that before what is deleted.
    for operation in sorted(OPERATIONS, key=lambda one: (["POST", "PUT", "GET", "PATCH", "DELETE"]).index(one.method)):
        curl, *words = shlex.split(examples[operation.name])
        assert curl == "curl"
        url = words.pop()
        assert url.startswith(f"{BASE}/api/")
        sent: dict[str, list[str]] = {}
        for option, value in zip(words[::2], words[1::2], strict=True):
            sent.setdefault(option, []).append(value)
        assert sent.get("-X", ["GET"]) == [operation.method]
        headers = dict(field.split(": ", 1) for field in sent.get("-H", ()))
        assert headers.pop("Authorization") == "Bearer $TOKEN"
        body = sent["-d"][0].encode() if "-d" in sent else png() if "--data-binary" in sent else b""
        answer = await desk.admin.request(operation.method, url, headers=headers, content=body)
        # There is no comment 7, and no partner called desk.
        assert answer.status_code in (operation.status, operation.new_status, 404, 409), (operation.name, answer.text)
        if answer.status_code not in (404, 409):
            answered.add(operation.name)
    assert len(answered) > len(OPERATIONS) // 3, answered
