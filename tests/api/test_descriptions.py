"""What the API's description says of fields."""

import json

from feeds.described import Described
from feeds.web.api import OPERATIONS
from feeds.web.api.openapi import describe


class Place(Described):
    name: str
    """As readers know it,
    in its own script."""
    height: int = 0


class Port(Place):
    height: int
    """Above the sea."""
    beside: Place | None = None
    """Where one changes trains."""


def test_a_field_is_described_by_what_stands_below_it() -> None:
    schema = Port.model_json_schema()
    place = schema["$defs"]["Place"]["properties"]
    assert place["name"]["description"] == "As readers know it,\nin its own script."
    assert "description" not in place["height"]
    said = {name: field.get("description") for name, field in schema["properties"].items()}
    assert said == {
        "name": "As readers know it,\nin its own script.",
        "height": "Above the sea.",
        "beside": "Where one changes trains.",
    }


def test_so_it_is_in_the_apis_own_description() -> None:
    described = json.loads(describe(OPERATIONS, "https://news.example"))
    width = described["components"]["schemas"]["Image"]["properties"]["width"]
    assert width["description"] == "In pixels; 0 = unknown."
