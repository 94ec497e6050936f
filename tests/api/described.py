"""Every answer of the API held against what its description says of it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

PROBLEM = "application/problem+json"
METHODS = ("get", "post", "patch", "put", "delete")
_BASE = "urn:dateline:api"
_UNROUTED = (404, 405, 413)
"""What a request may be answered that reaches no operation."""
_SEGMENT = {"id": "[^/]+", "path": ".+", "name": ".+", "guid": ".*", "key": "[^/]+", "slug": "[^/]+", "member": "[^/]+"}


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    """As the description writes it: '/api/articles/{id}'."""
    description: Mapping[str, Any]

    def matches(self, method: str, path: str) -> bool:
        pattern = re.sub(r"{(\w+)}", lambda name: _SEGMENT[name[1]], self.path)
        return (method, True) == (self.method, bool(re.fullmatch(pattern, path)))


@dataclass(frozen=True)
class Description:
    """An OpenAPI document, and the hook that compares answers with it."""

    document: Mapping[str, Any]
    operations: tuple[Operation, ...] = field(init=False)
    _registry: Registry[Any] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # A name in a path gives way to what is fixed.
        paths = sorted(self.document["paths"].items(), key=lambda entry: -len(re.sub(r"{\w+}", "", entry[0])))
        operations = (
            Operation(method.upper(), path, item[method])
            for path, item in paths
            for method in METHODS
            if method in item
        )
        object.__setattr__(self, "operations", tuple(operations))
        resource = DRAFT202012.create_resource(self.document)
        object.__setattr__(self, "_registry", Registry().with_resource(_BASE, resource))

    def operation(self, method: str, path: str) -> Operation | None:
        method = "GET" if method == "HEAD" else method
        return next((known for known in self.operations if known.matches(method, path)), None)

    def faults(self, schema: Mapping[str, Any], value: object) -> list[str]:
        """What is wrong with a value by a schema of the document."""
        if "$ref" in schema:
            schema = {"$ref": _BASE + schema["$ref"]}
        validator = Draft202012Validator(
            schema, registry=self._registry, format_checker=Draft202012Validator.FORMAT_CHECKER
        )
        return [f"{fault.json_path}: {fault.message}" for fault in validator.iter_errors(value)]

    async def check(self, response: httpx2.Response) -> None:
        """A hook of httpx2: fails unless the answer is one that the description promises."""
        await response.aread()
        request = response.request
        path = request.url.path
        if not path.startswith("/api"):
            return
        operation = self.operation(request.method, path)
        if operation is not None and response.status_code != 413:
            self._check_described(operation, response)
        elif path not in ("/api/openapi.json", "/api/"):
            assert response.status_code in _UNROUTED, (request, response)
        if response.status_code >= 400:
            self._check_problem(response)

    def _check_described(self, operation: Operation, response: httpx2.Response) -> None:
        status = str(response.status_code)
        assert status in operation.description["responses"], (operation.method, operation.path, status, response.text)
        promised = operation.description["responses"][status]
        for name in promised.get("headers", {}):
            assert response.headers.get(name), (operation.path, name)
        content = promised.get("content", {})
        if not content or response.request.method == "HEAD":
            assert response.content == b""
            return
        ((media_type, media),) = content.items()
        if media_type.startswith("text/"):
            assert response.headers["content-type"] == f"{media_type}; charset=utf-8"
            return
        assert response.headers["content-type"] == media_type
        assert self.faults(media["schema"], json.loads(response.content)) == [], response.text

    def _check_problem(self, response: httpx2.Response) -> None:
        assert response.headers["content-type"] == PROBLEM
        assert response.headers["cache-control"] == "no-store"
        if response.request.method == "HEAD":
            return
        problem = response.json()
        assert self.faults({"$ref": "#/components/schemas/Problem"}, problem) == []
        assert problem["status"] == response.status_code
        assert bool(problem.get("errors")) == (response.status_code == 422), problem
