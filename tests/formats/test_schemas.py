"""The golden files against the published grammars."""

import json

import pytest
from lxml import etree

from feeds.formats.atom import Atom
from feeds.formats.base import render
from feeds.formats.jsonfeed import JsonFeed
from tests.formats.golden import DOCUMENTS
from tests.schemas import atom_grammar, json_schema, needs_schemas

pytestmark = needs_schemas

AT = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_atom_follows_its_grammar(name: str) -> None:
    grammar = atom_grammar()
    assert grammar.validate(etree.fromstring(render(Atom(), DOCUMENTS[name]))), grammar.error_log


def test_a_tombstone_has_what_rfc_6721_demands() -> None:
    """Section 3: an IRI and a date-time. The grammar of Atom lets any extension pass."""
    for stone in etree.fromstring(render(Atom(), DOCUMENTS["tombstones"])).iter(AT):
        assert (stone.get("ref") or "").startswith("urn:uuid:")
        assert (stone.get("when") or "").endswith("+00:00")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_json_follows_its_schema(name: str) -> None:
    json_schema().validate(json.loads(render(JsonFeed(), DOCUMENTS[name])))


def test_the_grammars_refuse_what_is_wrong() -> None:
    root = etree.fromstring(render(Atom(), DOCUMENTS["latest"]))
    root.remove(root[0])
    assert not atom_grammar().validate(root)
    document = json.loads(render(JsonFeed(), DOCUMENTS["latest"]))
    document["items"][0]["unheard_of"] = 1
    assert not json_schema().is_valid(document)
