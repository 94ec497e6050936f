"""The published grammars, in the folder that DATELINE_TEST_SHARED names."""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator
from jsonschema.validators import validator_for
from lxml import etree
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

SHARED = os.environ.get("DATELINE_TEST_SHARED")
needs_schemas = pytest.mark.skipif(not SHARED, reason="DATELINE_TEST_SHARED names no folder with schemas/")
_FOLDER = Path(SHARED or "") / "schemas"


@cache
def atom_grammar() -> etree.RelaxNG:
    """RFC 4287's."""
    return etree.RelaxNG(etree.parse(str(_FOLDER / "atom.rng")))


@cache
def sitemap_schema() -> etree.XMLSchema:
    """sitemaps.org's, of a page of the sitemap."""
    return etree.XMLSchema(etree.parse(str(_FOLDER / "sitemap.xsd")))


@cache
def json_schema() -> Any:
    """JSON Feed 1.1's: a jsonschema validator."""
    first: dict[str, Any] = json.loads((_FOLDER / "feed-1.json").read_text())
    second: dict[str, Any] = json.loads((_FOLDER / "feed.json").read_text())
    registry: Registry[Any] = Registry().with_resources(
        (schema["id"], Resource.from_contents(schema, default_specification=DRAFT4)) for schema in (first, second)
    )
    assert validator_for(second) is Draft4Validator
    return Draft4Validator(second, registry=registry)
