"""The golden files against the published grammars, in the folder that DATELINE_TEST_SHARED names."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator
from jsonschema.validators import validator_for
from lxml import etree
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from feeds.formats.atom import Atom
from feeds.formats.base import render
from feeds.formats.jsonfeed import JsonFeed
from tests.formats.golden import DOCUMENTS

SHARED = os.environ.get("DATELINE_TEST_SHARED")
pytestmark = pytest.mark.skipif(not SHARED, reason="DATELINE_TEST_SHARED names no folder with schemas/")

AT = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"


def schemas() -> Path:
    return Path(SHARED or "") / "schemas"


@pytest.fixture(scope="module")
def atom_grammar() -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(str(schemas() / "atom.rng")))


@pytest.fixture(scope="module")
def json_schema() -> Any:
    first: dict[str, Any] = json.loads((schemas() / "feed-1.json").read_text())
    second: dict[str, Any] = json.loads((schemas() / "feed.json").read_text())
    registry: Registry[Any] = Registry().with_resources(
        (schema["id"], Resource.from_contents(schema, default_specification=DRAFT4)) for schema in (first, second)
    )
    assert validator_for(second) is Draft4Validator
    return Draft4Validator(second, registry=registry)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_atom_follows_its_grammar(name: str, atom_grammar: etree.RelaxNG) -> None:
    root = etree.fromstring(render(Atom(), DOCUMENTS[name]))
    assert atom_grammar.validate(root), atom_grammar.error_log


def test_a_tombstone_has_what_rfc_6721_demands() -> None:
    """Section 3: an IRI and a date-time. The grammar of Atom lets any extension pass."""
    for stone in etree.fromstring(render(Atom(), DOCUMENTS["tombstones"])).iter(AT):
        assert (stone.get("ref") or "").startswith("urn:uuid:")
        assert (stone.get("when") or "").endswith("+00:00")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_json_follows_its_schema(name: str, json_schema: Any) -> None:
    json_schema.validate(json.loads(render(JsonFeed(), DOCUMENTS[name])))


def test_the_grammars_refuse_what_is_wrong(atom_grammar: etree.RelaxNG, json_schema: Any) -> None:
    root = etree.fromstring(render(Atom(), DOCUMENTS["latest"]))
    root.remove(root[0])
    assert not atom_grammar.validate(root)
    document = json.loads(render(JsonFeed(), DOCUMENTS["latest"]))
    document["items"][0]["unheard_of"] = 1
    assert not json_schema.is_valid(document)
