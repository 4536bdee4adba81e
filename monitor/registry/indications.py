"""Protected names of goods (地理标志) and where the goods may come from; the names are data (``indications.yaml``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final, Literal, get_args

import yaml

from monitor.errors import RegistryError
from monitor.nlp.fold import fold_literal
from monitor.registry.places import is_code
from monitor.registry.products import taxonomy

Use = Literal["protected", "everyday", "generic"]
Source = Literal["eu", "pgi", "agi", "mark"]
_SURE: Final = (1, 2, 3)
_KEYS: Final = frozenset(("name", "also", "region", "product", "use", "source", "sure"))


@dataclass(frozen=True, slots=True)
class Indication:
    """A name, other words for it, the divisions (codes) the goods may come from, and the product it names.

    ``sure`` is 3 where name and area are certain, 2 where the area lies within ``region``, 1 where no finding may rest on it.
    """

    name: str
    also: tuple[str, ...]
    region: tuple[str, ...]
    product: str
    sure: int
    use: Use = "protected"
    source: tuple[Source, ...] = ()


@cache
def indications() -> tuple[Indication, ...]:
    """The shipped names."""
    text = resources.files("monitor.registry").joinpath("indications.yaml").read_text(encoding="utf-8")
    return read_indications(yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))  # noqa: S506 (a safe loader)


def read_indications(raw: Mapping[str, Any]) -> tuple[Indication, ...]:
    """Names from ``{names: […], varieties: […]}``.

    Raises:
        RegistryError: a key, a division or a product that does not exist, a word that stands twice, or that is a variety.
    """
    varieties = {fold_literal(item["name"]) for item in raw.get("varieties", ())}
    taken: dict[str, str] = {}
    made = []
    for item in raw["names"]:
        indication = _read(item)
        for word in (indication.name, *indication.also):
            key = fold_literal(word)
            if key in varieties:
                raise _wrong(indication.name, f"{word!r} is the name of a variety: anybody may use it")
            if key in taken:
                raise _wrong(indication.name, f"{word!r} stands under {taken[key]} already")
            taken[key] = indication.name
        made.append(indication)
    return tuple(made)


def _read(item: Mapping[str, Any]) -> Indication:
    name = str(item.get("name", "?"))
    unknown = item.keys() - _KEYS
    if unknown:
        raise _wrong(name, f"unknown key {sorted(unknown)[0]!r}; known: {', '.join(sorted(_KEYS))}")
    missing = {"name", "region", "product", "sure"} - item.keys()
    if missing:
        raise _wrong(name, f"`{sorted(missing)[0]}` is missing")
    region, use, source = tuple(map(str, item["region"])), item.get("use", "protected"), tuple(item.get("source", ()))
    lost = [code for code in region if not is_code(code)]
    if lost or not region:
        raise _wrong(name, f"`region` {lost}: not a division of today, written without the zeros at its end")
    if fold_literal(str(item["product"])) not in taxonomy().names:
        raise _wrong(name, f"`product` {item['product']!r} is no name of products.yaml")
    if item["sure"] not in _SURE or use not in get_args(Use) or not set(source) <= set(get_args(Source)):
        raise _wrong(name, "`sure` is 1, 2 or 3; `use` protected, everyday or generic; `source` of eu, pgi, agi, mark")
    return Indication(name, tuple(item.get("also", ())), region, str(item["product"]), item["sure"], use, source)


def _wrong(name: str, why: str) -> RegistryError:
    return RegistryError(f"indications.yaml: {name}: {why}")
