"""The API's description (OpenAPI 3.1), made from the table of its operations."""

import json
import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from feeds import __version__
from feeds.paths import API
from feeds.web.api.access import ADMIN
from feeds.web.api.once import HEADER
from feeds.web.api.operations import Operation
from feeds.web.api.resources import Problem
from feeds.web.problems import MEDIA_TYPE

_REF = "#/components/schemas/{model}"
_PARAMETERS = {
    "id": {"type": "integer", "minimum": 1},
    "guid": {
        "type": "string",
        "description": "The article's guid, percent-encoded: `/`, `?`, `#` and `%` in it too. What the body leaves out or null "
        "is emptied, but for `slug`, `status` and `published_at`, which stay as they are. The same body again changes nothing.",
    },
    "path": {
        "type": "string",
        "description": "A section's slugs from the root, as in `world/africa`; or a page's path, as in `about/team`.",
    },
    "slug": {"type": "string", "description": "The author's, as in the `authors` of an article."},
    "name": {"type": "string", "description": "The name of a token, a partner or an agency."},
    "key": {"type": "string", "description": "The name of a partner's key."},
    "member": {"type": "string", "description": "The newsroom's own id of a member, without `/` and `@`."},
}
_FIELDS = {
    "ETag": "The version of the article, comment, page or partner, as a strong validator.",
    "Location": "Where it is found.",
}
_FILE = {
    "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "properties": {"file": {"type": "string", "format": "binary"}},
            "required": ["file"],
            "additionalProperties": False,
        }
    },
}
"""Whatever type is named with a file: it is not believed."""
_KEY = (
    "Names the request: the same token with the same key and the same body again is answered as the first that succeeded, for a "
    "day, and nothing is done again. 422 with another body, 409 while the first is under way, 410 where what it kept is forgotten."
)
_MEANINGS = {
    "If-Match": "The `ETag` of the version that alone may be written over; 412 where there is another by now. `*`: of any.",
    "If-None-Match": "The `ETag` of what is known already: 304 where it is the same still.",
}
_PRECONDITIONS = {"If-Match": 412, "If-None-Match": 304}


def describe(operations: Sequence[Operation], base_url: str) -> bytes:
    """The document as JSON; every path is below `base_url`, the site's."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(f"{API.removesuffix('/')}{operation.path}", {})[operation.method.lower()] = _operation(
            operation
        )
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": "Dateline management API",
            "version": __version__,
            "description": "Times are RFC 3339 with an offset. Errors are problem documents that name every wrong field.",
        },
        "servers": [{"url": base_url}],
        "paths": paths,
        "components": {
            "schemas": _schemas(operations),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }
    return json.dumps(document, ensure_ascii=False).encode()


def _operation(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "responses": _responses(operation),
    }
    if operation.scopes:
        described["security"] = [{"token": []}]
        described["description"] = (
            f"Takes a token with the scope {' or '.join(dict.fromkeys((*operation.scopes, ADMIN)))}."
        )
    if parameters := _parameters(operation):
        described["parameters"] = parameters
    if operation.body is not None:
        media: dict[str, Any] = {"schema": _ref(operation.body)}
        if operation.example is not None:
            media["example"] = operation.example
        described["requestBody"] = {"required": True, "content": {"application/json": media}}
    if operation.takes_file:
        described["requestBody"] = {"required": True, "content": _FILE}
    return described


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": _PARAMETERS[name]}
        for name in re.findall(r"{(\w+)}", operation.path)
    ]
    query = operation.query.model_json_schema() if operation.query else {}
    for name, field in query.get("properties", {}).items():
        schema = _resolved(_of_text(field), query.get("$defs", {}))
        description = field.get("description", "")
        required = {"required": True} if name in query.get("required", ()) else {}
        parameters.append({"name": name, "in": "query", "description": description, **required, "schema": schema})
    if operation.precondition:
        described = {"description": _MEANINGS[operation.precondition], "schema": {"type": "string"}}
        parameters.append({"name": operation.precondition, "in": "header", **described})
    if operation.takes_key:
        parameters.append(
            {"name": HEADER, "in": "header", "description": _KEY, "schema": {"type": "string", "maxLength": 255}}
        )
    return parameters


def _of_text(field: dict[str, Any]) -> dict[str, Any]:
    """A query field's schema without null, which a query cannot say."""
    schema = {key: value for key, value in field.items() if key not in ("title", "description", "anyOf")}
    for choice in field.get("anyOf", []):
        if choice != {"type": "null"}:
            schema |= choice
    if schema.get("default") is None:
        schema.pop("default", None)
    return schema


def _resolved(schema: Any, definitions: dict[str, Any]) -> Any:
    """A parameter's schema with what it refers to written out: a parameter has no definitions of its own."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            return _resolved(definitions[schema["$ref"].rpartition("/")[2]], definitions)
        return {key: _resolved(value, definitions) for key, value in schema.items()}
    if isinstance(schema, list):
        return [_resolved(value, definitions) for value in schema]
    return schema


def _responses(operation: Operation) -> dict[str, Any]:
    success: dict[str, Any] = {}
    if operation.answer is not None:
        success["content"] = {operation.media_type: {"schema": _ref(operation.answer)}}
    elif operation.media_type != "application/json":
        success["content"] = {operation.media_type: {"schema": {"type": "string"}}}
    if operation.fields:
        success["headers"] = {
            name: {"description": _FIELDS[name], "schema": {"type": "string"}} for name in operation.fields
        }
    statuses = filter(None, (operation.status, operation.new_status))
    responses = {str(status): {"description": HTTPStatus(status).phrase, **success} for status in statuses}
    for status in sorted(_refusals(operation)):
        refusal: dict[str, Any] = {"description": HTTPStatus(status).phrase}
        if status >= HTTPStatus.BAD_REQUEST:
            refusal["content"] = {MEDIA_TYPE: {"schema": _ref(Problem)}}
        responses[str(status)] = refusal
    return responses


def _refusals(operation: Operation) -> set[int]:
    """The statuses besides success: those of its own, and those that follow from what it takes."""
    statuses = {*operation.refusals, 400, 503}
    if operation.scopes:
        statuses |= {401, 403}
    if operation.query is not None:
        statuses |= {422}
    if operation.body is not None:
        statuses |= {413, 415, 422}
    if operation.takes_file:
        statuses |= {408, 413, 415, 422, 507}
    if operation.precondition:
        statuses |= {_PRECONDITIONS[operation.precondition]}
    if operation.takes_key:
        statuses |= {409, 410}
    return statuses


def _schemas(operations: Sequence[Operation]) -> dict[str, Any]:
    sent = {operation.body for operation in operations if operation.body}
    answered = {operation.answer for operation in operations if operation.answer} | {Problem}
    modes: list[tuple[type[BaseModel], JsonSchemaMode]] = [
        *((model, "validation") for model in sorted(sent, key=_name)),
        *((model, "serialization") for model in sorted(answered, key=_name)),
    ]
    _, schema = models_json_schema(modes, ref_template=_REF)
    definitions: dict[str, Any] = schema["$defs"]
    return definitions


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": _REF.format(model=_name(model))}


def _name(model: type[BaseModel]) -> str:
    return model.__name__
