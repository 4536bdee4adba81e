"""YAML with places: what a rule file says, and the line and column of every part of it.

PyYAML composes the nodes; every problem of a file is found before any is raised.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from monitor.errors import Problem

Location = tuple[str | int, ...]
NODE_LIMIT = 300_000
"""Values a rule file may have once its aliases are written out: a hundred times the shipped packs."""

_TOO_MANY = f"more than {NODE_LIMIT:,} values: an alias that contains itself, or aliases of aliases; write them out"
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Source:
    """One rule file: its value, the place of every value and key, and the problems found in it."""

    path: str
    text: str
    value: Any = None
    places: dict[Location, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Location, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def report(self, location: Location, code: str, message: str, hint: str = "", *, key: bool = False) -> None:
        """Add a problem at a location; the nearest known place stands for one that is absent from the file."""
        self.problems.append(self.problem(location, code, message, hint, key=key))

    def problem(
        self, location: Location, code: str, message: str, hint: str = "", *, key: bool = False, warning: bool = False
    ) -> Problem:
        """A problem at a location, with its line of source."""
        places = self.keys if key and location in self.keys else self.places
        while location not in places and location:
            location = location[:-1]
        line, column = places.get(location, (1, 1))
        lines = self.text.splitlines()
        said = lines[line - 1] if line <= len(lines) else ""
        return Problem(self.path, line, column, code, message, hint, said, warning)


def read_source(path: str, text: str) -> Source:
    """Read a YAML file. A file that is no YAML has one problem and the value None; duplicate keys are problems."""
    source = Source(path, text)
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is not None:
            source.value = _build(source, loader, node, ())
    except yaml.MarkedYAMLError as error:
        source.value = None
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        lines = text.splitlines()
        said = lines[line - 1] if line <= len(lines) else ""
        source.problems.append(Problem(path, line, column, "yaml", str(error.problem or error.context), "", said))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        source.problems.append(Problem(path, 1, 1, "yaml", f"this is not YAML: {error}".splitlines()[0]))
    finally:
        loader.dispose()
    return source


def _build(source: Source, loader: Any, node: yaml.Node, location: Location) -> Any:
    if len(source.places) >= NODE_LIMIT:
        raise yaml.MarkedYAMLError(problem=_TOO_MANY, problem_mark=node.start_mark)
    source.places[location] = (node.start_mark.line + 1, node.start_mark.column + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(source, loader, node, location)
    if isinstance(node, yaml.SequenceNode):
        return [_build(source, loader, item, (*location, index)) for index, item in enumerate(node.value)]
    try:
        return loader.construct_object(node)
    except (ValueError, yaml.YAMLError) as error:
        source.report(location, "value", f"{node.value!r} cannot be read: {error}".splitlines()[0])
        return node.value


def _mapping(source: Source, loader: Any, node: yaml.MappingNode, location: Location) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        here = (*location, key)
        place = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
        if key in made:
            source.keys[here] = place
            source.report(here, "duplicate-key", f"`{key}` stands here twice", "keep one of them", key=True)
            continue
        source.keys[here] = place
        made[key] = _build(source, loader, value_node, here)
    return made


def validate(source: Source, model: type[BaseModel], value: Any, location: Location = ()) -> BaseModel | None:
    """``value`` as a ``model``, or None with every problem added to the source."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        for found in error.errors():
            _add(source, model, found, location)
        return None


def _add(source: Source, model: type[BaseModel], found: Any, location: Location) -> None:
    where = (*location, *in_file(source, found["loc"], location))
    if found["type"] == "extra_forbidden":
        key = str(found["loc"][-1])
        allowed = _allowed(model, found["loc"][:-1])
        near = difflib.get_close_matches(key, allowed, 1)
        hint = (f"did you mean `{near[0]}`? " if near else "") + "allowed here: " + ", ".join(allowed)
        source.report(where, "unknown-key", f"unknown key `{key}`", hint, key=True)
    elif found["type"] == "missing":
        source.report(where[:-1], "missing-key", f"`{found['loc'][-1]}` is missing")
    else:
        message = _few(found) if found["type"] == "too_short" else found["msg"].removeprefix("Value error, ")
        name = ".".join(map(str, where)) or "the file"
        source.report(where, "value", f"{name}: {message}", _hint(found))


def _few(found: Any) -> str:
    """A list with less in it than it must have."""
    wanted, given = found["ctx"]["min_length"], found["ctx"]["actual_length"]
    return (
        f"at least {wanted} {'entry' if wanted == 1 else 'entries'} here, there {'is' if given == 1 else 'are'} {given}"
    )


def in_file(source: Source, loc: Sequence[str | int], base: Location) -> Location:
    """pydantic's location without the parts a shorthand added, such as the list around a single matcher."""
    kept: Location = ()
    for index, part in enumerate(loc):
        here = (*base, *kept, part)
        if here in source.places or here in source.keys or index == len(loc) - 1:
            kept = (*kept, part)
    return kept


def _hint(found: Any) -> str:
    given = found.get("input")
    return "" if isinstance(given, dict | list) or given is None else f"found: {str(given)[:80]!r}"


def _allowed(model: type[BaseModel], loc: Sequence[str | int]) -> list[str]:
    """The keys allowed at a location of a model."""
    current: Any = model
    for part in loc:
        if isinstance(part, int):
            continue
        fields = getattr(current, "model_fields", {})
        name = next((name for name, info in fields.items() if part in (name, info.alias)), None)
        inner = _model_in(fields[name].annotation) if name else None
        current = inner or current
    return sorted(info.alias or name for name, info in current.model_fields.items())


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model inside ``tuple[Model, ...]``, ``dict[str, Model]``, ``Model | None``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _model_in(argument)
        if found is not None:
            return found
    return None
