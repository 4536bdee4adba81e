"""A rule to begin with: it loads, its examples prove it, and its comments teach the language."""

from __future__ import annotations

from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from monitor.rules.schema import Shape

_CATEGORY: Final[dict[Shape, str]] = {
    "claim": "data-source",
    "requires": "certification",
    "conflict": "composition",
    "repeat": "urgency",
    "missing": "licence",
}
"""The code of what each example of a shape is about."""


def rule_text(rule: str, shape: Shape) -> str:
    """One rule of a shape, as it stands under ``rules:``."""
    return _environment().get_template(f"new/{shape}.yaml").render(**_words(rule, shape))


def pack_text(pack: str, rule: str, shape: Shape, schema: str) -> str:
    """A pack of one rule; ``schema`` is the path of its JSON Schema from the folder of the pack."""
    words = _words(rule, shape)
    return _environment().get_template("new/pack.yaml").render(pack=pack, schema=schema, shape=shape, **words)


def _words(rule: str, shape: Shape) -> dict[str, str]:
    return {"id": rule, "category": _CATEGORY[shape], "title_zh": "写一个标题", "title_en": "a title"}


def _environment() -> Environment:
    return Environment(  # noqa: S701 (YAML, not HTML)
        loader=PackageLoader("monitor.rules"), undefined=StrictUndefined, trim_blocks=True, keep_trailing_newline=True
    )
