"""Liveness: rules and matchers that no document can ever reach."""

from __future__ import annotations

import types
from collections.abc import Iterator, Sequence
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from msgspec import Struct

from monitor.documents import Listing, Transcript
from monitor.errors import Problem
from monitor.rules.reading import File, conditions
from monitor.rules.schema import Rule
from monitor.rules.source import Location

_WRITTEN: Final = ("title", "description", "attributes", "images")
"""Fields of a listing that are searched; a transcript is searched in what is said, ``speech``."""


def parts_that_never_act(file: File) -> Iterator[Problem]:
    """Rules that apply to nothing, matchers limited to fields that are not searched, paths that no document has."""
    for index, rule in enumerate(file.rules):
        base: Location = ("rules", index)
        yield from _never_applies(file, base, rule)
        yield from _dead_matchers(file, base, rule)
        for location, condition in conditions(rule):
            for path in condition.field:
                if not _is_path(path):
                    yield file.problem(
                        (*base, *location, "field"),
                        "unknown-field",
                        f"{rule.id}: no document has {path!r}",
                        "such as title, category, attributes.NAME, price.current, seller.name, certificates",
                    )
            if condition.speaker and "transcript" not in rule.applies.kinds:
                yield file.problem(
                    (*base, *location, "speaker"),
                    "dead-condition",
                    f"{rule.id}: asks who speaks, and applies to listings only",
                )


def _never_applies(file: File, base: Location, rule: Rule) -> Iterator[Problem]:
    applies = rule.applies
    if not applies.kinds:
        yield file.problem((*base, "applies", "kinds"), "never-applies", f"{rule.id}: applies to no kind of document")
    for place, category in enumerate(applies.categories):
        cover = next((other for other in applies.except_categories if _under(category, other)), None)
        if cover is not None:
            yield file.problem(
                (*base, "applies", "categories", place),
                "never-applies",
                f"{rule.id}: category {category!r} lies under `except_categories: {cover}`",
                "take one of the two away",
            )
    for place, condition in enumerate(applies.when):
        wanted = condition.category
        if wanted and applies.categories and not any(_touch(a, b) for a in wanted for b in applies.categories):
            yield file.problem(
                (*base, "applies", "when", place),
                "never-applies",
                f"{rule.id}: no goods are in {_either(applies.categories)} and in {_either(wanted)}",
            )


def _dead_matchers(file: File, base: Location, rule: Rule) -> Iterator[Problem]:
    for place, matcher in enumerate(rule.match.any if rule.match else ()):
        here = (*base, "match", "any", place, "fields")
        for field in matcher.fields:
            kind = _kind_of(field)
            if kind is None:
                known = "title, description, attributes, attributes.NAME, images, speech"
                yield file.problem(here, "dead-matcher", f"{rule.id}: {field!r} is not searched", f"searched: {known}")
            elif kind not in rule.applies.kinds:
                yield file.problem(
                    here,
                    "dead-matcher",
                    f"{rule.id}: {field!r} is a field of a {kind}, and the rule applies to {_either(rule.applies.kinds)}",
                )


def _kind_of(field: str) -> Literal["listing", "transcript"] | None:
    if field == "speech":
        return "transcript"
    head = field.partition(".")[0].partition("[")[0]
    return "listing" if head in _WRITTEN else None


def _under(category: str, prefix: str) -> bool:
    return category == prefix or category.startswith(prefix + ".")


def _touch(one: str, other: str) -> bool:
    return _under(one, other) or _under(other, one)


def _either(names: Sequence[str]) -> str:
    return " or ".join(names)


def _is_path(path: str) -> bool:
    """Whether a listing or a transcript can have a value under a dotted path."""
    head, _, rest = path.partition(".")
    if (
        head in {"attributes", "registry"} or path == "seller.type"
    ):  # told, not given; what a registry records is checked on loading
        return True
    return any(_leads(kind, [head, *filter(None, rest.split("."))]) for kind in (Listing, Transcript))


def _leads(kind: Any, steps: Sequence[str]) -> bool:
    if not steps:
        return True
    options = get_args(kind) if get_origin(kind) in {Union, types.UnionType, tuple} else (kind,)
    return any(
        _leads(get_type_hints(option)[steps[0]], steps[1:])
        for option in options
        if isinstance(option, type) and issubclass(option, Struct) and steps[0] in option.__struct_fields__
    )
