"""The published grammars, in the folder that DATELINE_TEST_SHARED names."""

import json
import os
import re
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, Draft202012Validator, FormatChecker
from jsonschema.validators import validator_for
from lxml import etree
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4, DRAFT202012

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


_FORMATS = FormatChecker()


@_FORMATS.checks("date-time", raises=ValueError)
def _is_date_time(value: object) -> bool:
    """RFC 3339, section 5.6. The packages that jsonschema would ask are not among those of the tests."""
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@_FORMATS.checks("uri")
def _is_uri(value: object) -> bool:
    """RFC 3986: in ASCII, with a scheme."""
    return not isinstance(value, str) or re.fullmatch(r"[a-zA-Z][a-zA-Z0-9+.-]*:[!#-;=?-\[\]_a-z~]+", value) is not None


@cache
def ninjs_schema() -> Any:
    """IPTC ninjs 3.1's: a jsonschema validator, of formats, too."""
    schema: dict[str, Any] = json.loads((_FOLDER / "ninjs-schema_3.1.json").read_text())
    # Of what nobody here has any of, GeoJSON, the schema is elsewhere.
    registry: Registry[Any] = Registry().with_resource(
        "https://geojson.org/schema/GeoJSON.json", Resource.from_contents({}, default_specification=DRAFT202012)
    )
    assert validator_for(schema) is Draft202012Validator
    return Draft202012Validator(schema, registry=registry, format_checker=_FORMATS)
