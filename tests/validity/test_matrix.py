"""Every kind of feed in every format and state: well-formed, valid, and read back as it was written."""

import asyncio
import json
from collections.abc import Mapping

import pytest
from lxml import etree

from feeds.document import FeedDocument
from feeds.formats import FORMATS
from feeds.formats.base import Format, render
from feeds.kinds import KINDS
from tests.schemas import atom_grammar, json_schema, needs_schemas
from tests.validity.reading import read, written
from tests.validity.states import STATES, State, documents_of, full, withdrawn

Documents = Mapping[str, FeedDocument]
in_every_format = pytest.mark.parametrize("format", FORMATS.values(), ids=lambda format: format.name)
ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"


@pytest.fixture(scope="module", params=STATES, ids=lambda state: state.name)
def state(request: pytest.FixtureRequest) -> State:
    found: State = request.param
    return found


@pytest.fixture(scope="module")
def documents(state: State, tmp_path_factory: pytest.TempPathFactory) -> Documents:
    return asyncio.run(documents_of(state, tmp_path_factory.mktemp("newsroom")))


def test_every_kind_is_among_them(state: State, documents: Documents) -> None:
    kinds = {kind.name for kind in KINDS}
    shown = {name for name in documents if "," not in name}
    assert shown <= kinds if state.lacks else shown == kinds
    counts = {name: len(documents[name].items) for name in shown}
    if state.name == "one":
        assert set(counts.values()) == {1}
    elif state.fill in (full, withdrawn):
        assert min(counts.values()) > 2, counts
        assert len(documents) > len(shown), "there are further pages"
    if state.fill is withdrawn:
        assert all(documents[name].deleted for name in shown - {"search"})


def test_every_kind_is_empty_in_some_state(tmp_path_factory: pytest.TempPathFactory) -> None:
    found: set[str] = set()
    for state in STATES[:2]:
        documents = asyncio.run(documents_of(state, tmp_path_factory.mktemp("empty")))
        found |= {name for name, document in documents.items() if not document.items}
    assert found == {kind.name for kind in KINDS}


@in_every_format
def test_it_is_well_formed_and_each_entry_has_a_name_of_its_own(format: Format, documents: Documents) -> None:
    for name, document in documents.items():
        body = render(format, document)
        if format.name == "json":
            names = [item["id"] for item in json.loads(body)["items"]]
        else:
            root = etree.fromstring(body)
            local = {"rss": "guid", "atom": "{*}entry/{*}id", "rdf": "{*}item"}[format.name]
            names = [found.get(ABOUT) or found.text for found in root.iterfind(f".//{local}")]
        assert len(set(names)) == len(names) == len(document.items), name


@needs_schemas
def test_atom_follows_its_grammar(documents: Documents) -> None:
    for name, document in documents.items():
        grammar = atom_grammar()
        assert grammar.validate(etree.fromstring(render(FORMATS[".atom"], document))), (name, grammar.error_log)


@needs_schemas
def test_json_follows_its_schema(documents: Documents) -> None:
    for document in documents.values():
        json_schema().validate(json.loads(render(FORMATS[".json"], document)))


@in_every_format
def test_it_is_read_back_as_it_was_written(format: Format, documents: Documents) -> None:
    for name, document in documents.items():
        assert read(format, render(format, document)) == written(format, document), name
