"""Models that say of their fields what stands below these."""

import ast
import inspect
import textwrap
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler
from pydantic_core import CoreSchema


class Described(BaseModel):
    """In a JSON schema a field's docstring is its description.

    Sources are read when a schema is asked for: pydantic's `use_attribute_docstrings` reads them when a class is made, at every
    start of a worker. For the same reason what checks or writes a model is made when it is used first.
    """

    model_config = ConfigDict(defer_build=True)

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler, /) -> dict[str, Any]:
        schema = handler(core_schema)
        properties = handler.resolve_ref_schema(schema).get("properties", {})
        for base in cls.__mro__:
            if issubclass(base, Described):
                for name, words in _docstrings(base).items():
                    if name in properties:
                        properties[name].setdefault("description", words)
        return schema


@cache
def _docstrings(model: type[Described]) -> dict[str, str]:
    """By the name of the field that each stands below."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    assert isinstance(definition, ast.ClassDef)
    said: dict[str, str] = {}
    for field, below in zip(definition.body, definition.body[1:], strict=False):
        match field, below:
            case (ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(words)))):
                said[name] = inspect.cleandoc(words)
    return said
