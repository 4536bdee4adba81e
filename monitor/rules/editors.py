"""The language as JSON Schema (draft 7), for editors: completion, a word on every key, and mistakes underlined while they are typed.

It is made from the types of :mod:`monitor.rules.schema`, with what their shorthands accept besides: one thing where a list is
meant, a string where a mapping is meant. It says nothing of patterns, names and days, which need the whole rulebook:
``monitor rules check`` has the last word.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel

from monitor.rules.deployment import Pack, RulebookFile
from monitor.rules.schema import CONDITION_KINDS
from monitor.rules.wording import Model, listed

Schema = dict[str, Any]

FILES: Final[Mapping[str, type[Model]]] = {"pack": Pack, "rulebook": RulebookFile}
"""Name of a schema → the file it is of; ``NAME.json`` is where it is published."""

_DIALECT: Final = "http://json-schema.org/draft-07/schema#"
_TEXT: Final[Schema] = {"type": ["string", "number"]}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


_INSTEAD: Final[Mapping[str, list[Schema]]] = {
    "Words": [_TEXT],
    "Entry": [_TEXT],
    "Match": [{"type": "string"}, _ref("Matcher")],
    "Evidence": [_ref("Condition")],
}
"""Model → what may stand for its mapping."""

_ITEMS: Final[Mapping[tuple[str, str], Schema]] = {
    ("Matcher", "_parts"): {"type": "string"},
    ("Examples", "_texts"): {"type": "string"},
}
"""Model and validator → what may stand for an item of the lists it is for."""


def _one_of(*names: str) -> list[Schema]:
    return [{"required": [name]} for name in names]


_RULES: Final[Mapping[str, Schema]] = {
    "Matcher": {"oneOf": _one_of("text", "all", "identifier", "model")},
    "Condition": {"oneOf": _one_of(*CONDITION_KINDS)},
    "Evidence": {"oneOf": _one_of("any", "all")},
    "Waiver": {"oneOf": _one_of("seller", "document")},
    "Example": {"anyOf": _one_of("text", "title", "said", "document")},
    "Rule": {"oneOf": _one_of("match", "missing")},
}
"""Model → which of its keys go together."""


def schema_of(name: str) -> Schema:
    """The schema of ``pack`` or ``rulebook`` files.

    Raises:
        NotImplementedError: a shorthand of the language that this module does not know.
    """
    model = FILES[name]
    made = model.model_json_schema(by_alias=True)
    kinds = {kind.__name__: kind for kind in _kinds(Model)}
    definitions = made.pop("$defs")
    whole = _shaped(made, model)
    shaped = {key: _shaped(value, kinds[key]) for key, value in sorted(definitions.items())}
    return {"$schema": _DIALECT, "title": f"Steelyard {name}", **_without_titles(whole), "$defs": shaped}


def text_of(name: str) -> str:
    """The schema as it is published."""
    return json.dumps(schema_of(name), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _kinds(model: type[BaseModel]) -> list[type[BaseModel]]:
    return [kind for inner in model.__subclasses__() for kind in (inner, *_kinds(inner))]


def _shaped(schema: Schema, model: type[BaseModel]) -> Schema:
    """One model with its shorthands and with what goes together."""
    name = model.__name__
    for key, short in _shorthands(model):
        info = model.model_fields[key]
        schema["properties"][info.alias or key] = short(schema["properties"][info.alias or key])
    if model.model_config.get("coerce_numbers_to_str"):
        schema["properties"] = _with_numbers(schema.get("properties", {}))
    schema = _without_titles({**schema, **_RULES.get(name, {})})
    if "description" in schema:
        schema["description"] = " ".join(schema["description"].replace("``", "`").split())
    before = [v for v in model.__pydantic_decorators__.model_validators.values() if v.info.mode == "before"]
    if before and name not in _INSTEAD:
        raise NotImplementedError(f"{name}: no schema for what its mapping may be written as")
    return {"anyOf": [*_INSTEAD[name], schema]} if name in _INSTEAD else schema


def _shorthands(model: type[BaseModel]) -> list[tuple[str, Any]]:
    """Fields that accept more than their type, each with what makes its schema of that of the type."""
    found: list[tuple[str, Any]] = []
    for name, validator in model.__pydantic_decorators__.field_validators.items():
        if validator.info.mode != "before":
            continue
        if getattr(validator.func, "__func__", validator.func) is listed:
            short = _or_one
        elif (item := _ITEMS.get((model.__name__, name))) is not None:
            short = _Items(item)
        else:
            raise NotImplementedError(f"{model.__name__}.{name}: no schema for this shorthand")
        found += [(field, short) for field in validator.info.fields]
    return found


def _or_one(schema: Schema) -> Schema:
    """A list, or one item of it."""
    return {"anyOf": [schema["items"], schema]}


class _Items:
    """A list whose items may also be written shorter."""

    def __init__(self, short: Schema) -> None:
        self._short = short

    def __call__(self, schema: Schema) -> Schema:
        return {**schema, "items": {"anyOf": [self._short, schema["items"]]}}


def _with_numbers(schema: Any) -> Any:
    """Numbers are accepted for words: ``article: 9``."""
    if isinstance(schema, list):
        return [_with_numbers(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _with_numbers(value) for key, value in schema.items()}
    if made.get("type") == "string" and not {"enum", "const", "format", "pattern"} & made.keys():
        made["type"] = ["string", "number"]
    return made


def _without_titles(schema: Any) -> Any:
    """Titles that only repeat the key say nothing."""
    if isinstance(schema, list):
        return [_without_titles(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: _without_titles(value) for key, value in schema.items() if key != "title" or isinstance(value, dict)}
