"""A rule as composed, with the place every part came from: the pack, the line of ``rules.yaml`` that changed it, a shared exception."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import yaml

from monitor.rules.known import source_of
from monitor.rules.reading import File, Reading
from monitor.rules.rulebook import Loaded
from monitor.rules.schema import Condition, Rule
from monitor.rules.source import Location

_ALWAYS: Final = ("version", "score", "status")
"""Shown where the rule leaves them out as well: every flag carries them."""


def composed(reading: Reading, name: str) -> Iterator[str]:
    """The merged rule as lines of YAML; comments say ``file:line``."""
    loaded = reading.rulebook.loaded[name]
    file, base = reading.place(name)
    written = file.rules[int(base[1])]
    shown = loaded.rule.model_dump(mode="json", exclude_defaults=True, by_alias=True)
    shown |= {key: getattr(loaded.rule, key) for key in _ALWAYS}
    order = [info.alias or field for field, info in Rule.model_fields.items()]
    yield f"# pack {loaded.pack}, {file.line(base)}"
    for key in sorted({*shown, *(["unless"] if loaded.unless else [])}, key=order.index):
        if key == "unless":
            yield from _exceptions(file, base, loaded)
        else:
            yield from _noted({key: shown[key]}, _origin(file, (*base, key), loaded, key, getattr(written, key, None)))
    yield from _vocabularies(reading, file, loaded)


def _origin(file: File, location: Location, loaded: Loaded, key: str, written: object) -> str:
    """Where a field came from: the override first, then the pack, with what it says."""
    own = file.line(location) if location in file.source.places else "default"
    if key in loaded.origin:
        return f"{loaded.origin[key]}; {own} says {written}"
    return own


def _exceptions(file: File, base: Location, loaded: Loaded) -> Iterator[str]:
    yield "unless:"
    for place, condition in enumerate(loaded.rule.unless):
        location = (*base, "unless", place)
        single = location if location in file.source.places else location[:-1]
        yield from _noted([_dump(condition)], file.line(single))
    for condition in loaded.shared_unless:
        place = file.unless.index(condition)
        yield from _noted([_dump(condition)], f"{file.line(('unless', place))}, shared by pack {file.name}")


def _dump(condition: Condition) -> dict[str, Any]:
    return condition.model_dump(mode="json", exclude_defaults=True, by_alias=True)


def _noted(value: object, note: str) -> Iterator[str]:
    """A value as YAML with a note behind its first line; nothing is folded, so a line ends where its value does."""
    first, *rest = yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=10**6).splitlines()
    yield f"{first}  # {note}"
    yield from rest


def _vocabularies(reading: Reading, file: File, loaded: Loaded) -> Iterator[str]:
    """Where the vocabularies stand that the rule names, also by way of others."""
    names = _named([loaded.rule.model_dump_json(exclude={"examples"}), *map(str, loaded.shared_unless)])
    seen: dict[str, str] = {}
    while names:
        name = names.pop(0)
        if name in seen or name not in loaded.vocabulary:
            continue
        seen[name] = _place(reading, file, name)
        names += _named([entry.text for entry in loaded.vocabulary[name]])
    for name, place in seen.items():
        yield f"# ${name}: {len(loaded.vocabulary[name])} entries, {place}"


def _named(texts: Sequence[str]) -> list[str]:
    return [name for text in texts for name in re.findall(r"\$([a-z][a-z0-9-]*)", text)]


def _place(reading: Reading, file: File, name: str) -> str:
    """The file and line of a vocabulary: the file's own, else of the packs it uses the last that has it, else of the registry."""
    by_name = {other.name: other for other in reading.files}
    used = [by_name[pack] for pack in file.uses if pack in by_name] if file.is_pack else list(reading.files[:-1])
    for other in (file, *reversed(used)):
        if name in other.own:
            return other.line(("vocabulary", name))
    return source_of(name) or file.source.path
