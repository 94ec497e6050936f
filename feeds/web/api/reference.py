"""The page at /api/ for people: every operation, and every shape that is sent or answered, made of the API's description."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup, escape

from feeds.paths import API
from feeds.web.pages.templating import render

PAGE_FIELDS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_CODE = re.compile(r"`([^`]+)`")
_SAMPLES = {
    "id": "7",
    "path": "world",
    "name": "desk",
    "guid": "ferry-1",
    "key": "2023",
    "member": "4711",
    "slug": "jane-doe",
    "old": "/old-page/",
}
"""What stands for a part of a path, or for a parameter that is required, in an example."""
_LIMITS = {
    "maxLength": "{} characters at most", "minimum": "{} at least",
    "maximum": "{} at most", "minItems": "{} items at least", "maxItems": "{} items at most", "pattern": "matches {}",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Value:
    """A parameter, a field of a shape or of a header."""

    name: str
    type: Markup
    notes: tuple[str, ...]
    """'required', 'default 50', '200 at most'"""
    description: Markup


@dataclass(frozen=True, slots=True)
class Answer:
    status: str
    phrase: str
    shape: Markup
    headers: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """An operation."""

    name: str
    method: str
    path: str
    summary: str
    scope: str
    parameters: Mapping[str, tuple[Value, ...]]
    """By where they stand: 'path', 'query', 'header'."""
    bodies: Mapping[str, Markup]
    """What is sent, by media type."""
    answers: tuple[Answer, ...]
    errors: tuple[Answer, ...]
    example: str


@dataclass(frozen=True, slots=True)
class Shape:
    name: str
    description: Markup
    words: tuple[str, ...]
    """Those that there are, where it is one of some words."""
    fields: tuple[Value, ...]


def reference(description: bytes) -> bytes:
    """The page as HTML. `description`: the document of OpenAPI, as JSON."""
    document = json.loads(description)
    base_url = document["servers"][0]["url"].rstrip("/")
    operations = [
        (path, _operation(path, method, operation, base_url))
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    groups = {
        name: [operation for _, operation in each]
        for name, each in groupby(sorted(operations, key=_group_of), key=_group_of)
    }
    schemas = document["components"]["schemas"]
    shapes = [_shape(name, schemas[name]) for name in sorted(schemas)]
    return render("api.html", info=document["info"], base_url=base_url, groups=groups, shapes=shapes)


def _group_of(operation: tuple[str, Described]) -> str:
    """'articles' of '/api/articles/{id}'; what is said of an article's comments is of comments."""
    parts = operation[0].removeprefix(API).split("/")
    return "comments" if "comments" in parts else parts[0]


def _operation(path: str, method: str, operation: Mapping[str, Any], base_url: str) -> Described:
    parameters: dict[str, tuple[Value, ...]] = {
        place: tuple(
            _value(one["name"], one["schema"], one) for one in operation.get("parameters", ()) if one["in"] == place
        )
        for place in ("path", "query", "header")
    }
    sent = operation.get("requestBody", {}).get("content", {})
    answers = [_answer(status, answer) for status, answer in operation["responses"].items()]
    return Described(
        name=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        scope=operation.get("description", "Open to all."),
        parameters={place: values for place, values in parameters.items() if values},
        bodies={media_type: _type(content["schema"]) for media_type, content in sent.items()},
        answers=tuple(answer for answer in answers if answer.status < "400"),
        errors=tuple(answer for answer in answers if answer.status >= "400"),
        example=_example(
            base_url + _sample(path, operation), method.upper(), sent, is_open="security" not in operation
        ),
    )


def _sample(path: str, operation: Mapping[str, Any]) -> str:
    """A path that may be, with what is required."""
    named = [one["name"] for one in operation.get("parameters", ()) if one["in"] == "query" and one.get("required")]
    query = urlencode({name: _SAMPLES.get(name, name) for name in named}, safe="/")
    return re.sub(r"{(\w+)}", lambda part: _SAMPLES.get(part[1], part[1]), path) + (f"?{query}" if query else "")


def _example(url: str, method: str, sent: Mapping[str, Any], *, is_open: bool) -> str:
    """A command that does it."""
    parts = ["curl"]
    parts += [] if method == "GET" else ["-X", method]
    parts += [] if is_open else ["-H", '"Authorization: Bearer $TOKEN"']
    example = sent.get("application/json", {}).get("example")
    if example is not None:
        parts += [
            "-H",
            shlex.quote("Content-Type: application/json"),
            "-d",
            shlex.quote(json.dumps(example, ensure_ascii=False)),
        ]
    elif sent:
        parts += ["--data-binary", "@photo.png"]
    return " ".join([*parts, shlex.quote(url)])


def _answer(status: str, answer: Mapping[str, Any]) -> Answer:
    content = answer.get("content", {})
    shapes = [Markup("{} ({})").format(_type(one["schema"]), kind) for kind, one in content.items()]
    headers = tuple(_value(name, one["schema"], one) for name, one in answer.get("headers", {}).items())
    return Answer(status, HTTPStatus(int(status)).phrase, Markup(", ").join(shapes), headers)


def _shape(name: str, schema: Mapping[str, Any]) -> Shape:
    required = schema.get("required", ())
    return Shape(
        name,
        _words(schema.get("description", "")),
        tuple(schema.get("enum", ())),
        tuple(
            _value(field, one, one | {"required": field in required})
            for field, one in schema.get("properties", {}).items()
        ),
    )


def _value(name: str, schema: Mapping[str, Any], said: Mapping[str, Any]) -> Value:
    notes = ["required"] if said.get("required") else []
    notes += _limits(schema)
    if schema.get("default") not in (None, ""):
        notes.append(f"default {json.dumps(schema['default'])}")
    description = said.get("description", schema.get("description", ""))
    return Value(name, _type(schema), tuple(dict.fromkeys(notes)), _words(description))


def _limits(schema: Mapping[str, Any]) -> Iterator[str]:
    """Of a value that may be null, those of what it is else."""
    for one in (schema, *schema.get("anyOf", ())):
        if one.get("minLength") == 1:
            yield "not empty"
        yield from (text.format(_number(one[limit])) for limit, text in _LIMITS.items() if limit in one)


def _number(limit: object) -> str:
    return f"{limit:,}" if isinstance(limit, int) else str(limit)


def _type(schema: Mapping[str, Any]) -> Markup:
    """'Article', which leads to its shape; 'array of string', 'string or null'."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return Markup('<a href="#{0}">{0}</a>').format(name)
    if "anyOf" in schema:
        return Markup(" or ").join(map(_type, schema["anyOf"]))
    if schema.get("type") == "array":
        return Markup("array of ") + _type(schema["items"])
    if "enum" in schema:
        return Markup(" or ").join(Markup("<code>{}</code>").format(json.dumps(word)) for word in schema["enum"])
    kind = schema.get("type", "any value")
    return escape(f"{kind} ({schema['format']})" if "format" in schema else kind)


def _words(text: str) -> Markup:
    """Plain text, in which code stands between grave accents."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(" ".join(text.split())))))
