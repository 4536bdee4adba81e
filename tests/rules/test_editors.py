"""The published schema: fresh, true of every shipped file and of every shorthand, and against the usual mistakes."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from pydantic import field_validator, model_validator
from rules.writing import RULE

from monitor.rules.editors import FILES, schema_of, text_of
from monitor.rules.scaffold import pack_text
from monitor.rules.schema import Rule
from monitor.rules.wording import Model

ROOT = Path(__file__).parents[2]
PACKS = sorted((ROOT / "monitor" / "rules" / "packs").glob("*.yaml"))
SHAPES = ("claim", "requires", "conflict", "repeat", "missing")


def as_json(value: Any) -> Any:
    """A YAML value as an editor sees it: days are text."""
    if isinstance(value, dict):
        return {key: as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def mistakes(text: str, name: str = "pack") -> list[str]:
    validator = jsonschema.Draft7Validator(schema_of(name), format_checker=jsonschema.FormatChecker(["date"]))
    return [error.message for error in validator.iter_errors(as_json(yaml.safe_load(text)))]


def pack(rule: str) -> str:
    return f"pack: t\ntitle: 测试\nrules:\n{rule}"


@pytest.mark.parametrize("name", FILES)
def test_the_published_schema_is_fresh(name: str) -> None:
    jsonschema.Draft7Validator.check_schema(schema_of(name))
    published = (ROOT / "docs" / "rules" / "schema" / f"{name}.json").read_text("utf-8")
    assert published == text_of(name), "monitor rules schema --out docs/rules/schema"


@pytest.mark.parametrize("path", PACKS, ids=[path.stem for path in PACKS])
def test_every_shipped_pack_is_as_the_schema_says(path: Path) -> None:
    assert mistakes(path.read_text("utf-8")) == []


def test_the_shipped_rulebook_is_as_the_schema_says() -> None:
    assert mistakes((ROOT / "rules.yaml").read_text("utf-8"), "rulebook") == []


@pytest.mark.parametrize("path", [*PACKS, ROOT / "rules.yaml"], ids=[*(path.stem for path in PACKS), "rules"])
def test_the_first_line_of_every_shipped_file_leads_to_its_schema(path: Path) -> None:
    first = path.read_text("utf-8").splitlines()[0]
    head, _, schema = first.partition("$schema=")
    assert head == "# yaml-language-server: "
    kind = "rulebook" if path.name == "rules.yaml" else "pack"
    assert (path.parent / schema).resolve() == ROOT / "docs" / "rules" / "schema" / f"{kind}.json"


@pytest.mark.parametrize("shape", SHAPES)
def test_what_a_new_rule_begins_with_is_as_the_schema_says(shape: Any) -> None:
    assert mistakes(pack_text("t", "t.new", shape, "pack.json")) == []


SHORT = [
    pytest.param("match: {text: 最好, boundaries: start}", "match: 最好", id="a pattern for a match"),
    pytest.param("match: {text: 最好, boundaries: start}", "match: {any: [{text: [最好, 最佳]}]}", id="lists"),
    pytest.param("match: {text: 最好, boundaries: start}", "match: {all: [最好, [米, 面]]}", id="parts"),
    pytest.param("article: 9(3)", "article: 9", id="a number for words"),
    pytest.param("title: 测试规则", "title: {zh: 测试, en: test}", id="two languages"),
    pytest.param("    remedy", "    unless: {context: negated}\n    remedy", id="one exception"),
    pytest.param("    remedy", "    requires: {certificate: organic}\n    remedy", id="one condition"),
    pytest.param(
        "    remedy", "    requires: {all: [{certificate: [organic]}, {field: [title]}]}\n    remedy", id="all"
    ),
    pytest.param("    remedy", "    conflict: {field: price.stock, over: said}\n    remedy", id="what is said"),
    pytest.param("    remedy", "    applies: {kinds: listing, when: {category: food}}\n    remedy", id="applies"),
    pytest.param("flag: [这是最好的米,", "flag: [{said: 最好, as_of: 2026-01-01},", id="one line said"),
]


@pytest.mark.parametrize(("given", "short"), SHORT)
def test_every_shorthand_is_accepted(given: str, short: str) -> None:
    text = pack(RULE.replace(given, short))
    assert text != pack(RULE)
    Rule.model_validate(yaml.safe_load(text)["rules"][0])  # the language takes it
    assert mistakes(text) == []


WRONG = [
    pytest.param("severity: medium", "severty: medium", id="misspelt key"),
    pytest.param("severity: medium", "severity: grave", id="no severity"),
    pytest.param("category: absolute", "category: absolut", id="no code"),
    pytest.param("    remedy: 删除\n", "", id="a key is missing"),
    pytest.param("pass: [这米不错, 很好吃]", "pass: [这米不错]", id="one example"),
    pytest.param("match: {text: 最好,", "match: {text: 最好, all: [甲乙, 丙丁],", id="two kinds of matcher"),
    pytest.param("match: {text: 最好, boundaries: start}", "match: {any: []}", id="no matcher"),
    pytest.param(
        "    message", "    unless: [{context: negated, text: 甲乙}]\n    message", id="two kinds of condition"
    ),
    pytest.param("    message", "    unless: [{reason: x}]\n    message", id="a condition that asks nothing"),
    pytest.param("    message", "    missing: {field: title}\n    message", id="two shapes"),
    pytest.param("from: 2015-09-01", "from: last year", id="no day"),
    pytest.param("from: 2015-09-01", "since: 2015-09-01", id="another key for a day"),
    pytest.param("boundaries: start", "boundaries: left", id="no boundary"),
    pytest.param("id: t.word", "id: T Word", id="no name"),
    pytest.param("    message", "    repeat: {times: 1, within: 60}\n    message", id="once is no repeat"),
]


@pytest.mark.parametrize(("given", "wrong"), WRONG)
def test_the_usual_mistakes_are_underlined(given: str, wrong: str) -> None:
    text = pack(RULE.replace(given, wrong))
    assert text != pack(RULE)
    assert mistakes(text) != []


def test_keys_of_the_rulebook_are_known_too() -> None:
    assert mistakes("rulebook: t\nextends: [cn.food]\noverride: {a.b: {severity: high}}\n", "rulebook") == []
    assert mistakes("rulebook: t\noverride: {a.b: {category: price}}\n", "rulebook") != []
    waiver = "{rule: a.b, seller: S, document: D, reason: r, owner: o, until: 2027-01-01}"
    assert mistakes(f"rulebook: t\nwaivers: [{waiver}]\n", "rulebook") != []


class Field(Model):
    """A model with a shorthand of a field that no schema is known for."""

    value: str = ""

    @field_validator("value", mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return value


class Whole(Model):
    """A model with a shorthand of the whole that no schema is known for."""

    value: str = ""

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return value


@pytest.mark.parametrize("model", [Field, Whole])
def test_a_shorthand_that_no_schema_is_known_for_is_not_passed_over(
    model: type[Model], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Outer(Model):
        inner: model  # type: ignore[valid-type]

    monkeypatch.setitem(FILES, "outer", Outer)  # type: ignore[call-overload]
    Outer.model_rebuild(_types_namespace={"model": model})
    with pytest.raises(NotImplementedError, match=model.__name__):
        schema_of("outer")
