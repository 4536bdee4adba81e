"""Reference pages: one Markdown page a rule, and an index by code and by law, in Chinese and English, from the rules themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, Final, Literal

import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined

from monitor.flags import Category, Severity
from monitor.nlp.context import contexts
from monitor.rules.example import Example
from monitor.rules.priced import Measure
from monitor.rules.rulebook import Rulebook
from monitor.rules.schema import Condition, Moments, Rule, Window
from monitor.rules.wording import Dates

Language = Literal["zh", "en"]
Label = tuple[str, str]
"""What a code is called in Chinese and in English."""

LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")


class Reference:
    """The pages of one rulebook in one language; ``categories`` and ``severities`` say what codes are called."""

    def __init__(
        self,
        rulebook: Rulebook,
        language: Language,
        categories: Mapping[Category, Label],
        severities: Mapping[Severity, Label],
    ) -> None:
        self._rulebook = rulebook
        self._language = language
        self._index = LANGUAGES.index(language)
        self._categories = {code: label[self._index] for code, label in categories.items()}
        self._severities = {code: label[self._index] for code, label in severities.items()}
        self._words = _in(_words(), self._index)
        self._environment = Environment(  # noqa: S701 (Markdown, not HTML; cells and code are escaped by the filters)
            loader=PackageLoader("monitor.rules"), undefined=StrictUndefined, keep_trailing_newline=True
        )
        self._environment.filters.update(
            cell=_cell,
            code=_code,
            in_table=_in_table,
            shown=_shown,
            days=self._days,
            bounds=self._bounds,
            held=self._held,
            scope=self._scope,
        )
        self._environment.globals.update(w=self._words, language=language, severities=self._severities)

    def pages(self) -> Iterator[tuple[str, str]]:
        """(file name, Markdown) of the index and of every rule."""
        yield "index.md", self._overview()
        for name in self._rulebook.loaded:
            yield f"{name}.md", self.page(name)

    def page(self, name: str) -> str:
        """The page of one rule."""
        loaded = self._rulebook.loaded[name]
        made = self._environment.get_template("rule.md").render(
            loaded=loaded,
            rule=loaded.rule,
            category=self._categories[loaded.rule.category],
            severity=self._severities[loaded.rule.severity],
            contexts={name: context.title[self._language] for name, context in contexts().items()},
        )
        return made.rstrip("\n") + "\n"

    def _overview(self) -> str:
        rules = list(self._rulebook.rules.values())
        by_category = [
            (code, label, [r for r in rules if r.category == code]) for code, label in self._categories.items()
        ]
        made = self._environment.get_template("index.md").render(
            rulebook=self._rulebook,
            rules=rules,
            by_category=[group for group in by_category if group[2]],
            by_law=_by_law(rules),
        )
        return made.rstrip("\n") + "\n"

    def _days(self, dates: Dates) -> str:
        """How long a law is in force, behind its name; nothing where it always is."""
        said = [self._words["from_day"].format(day=dates.from_)] * (dates.from_ is not None)
        said += [self._words["to_day"].format(day=dates.to)] * (dates.to is not None)
        comma, left, right = ("，", "（", "）") if self._language == "zh" else (", ", " (", ")")
        return f"{left}{comma.join(said)}{right}" if said else ""

    def _bounds(self, condition: Condition) -> str:
        said = [
            f" {self._words[key]} {getattr(condition, key)}{condition.unit or ''}"
            for key in ("over", "under")
            if getattr(condition, key) is not None
        ]
        return "".join(said)

    def _scope(self, scope: str | Window | Moments) -> str:
        """Where, or within how many seconds of a stream."""
        if isinstance(scope, str):
            return str(self._words["scopes"].get(scope, scope))
        seconds = {name: f"{value:g}" for name, value in scope if value is not None}
        comma = "，" if self._language == "zh" else ", "
        return comma.join(str(self._words["seconds"][name]).format(seconds=value) for name, value in seconds.items())

    def _held(self, condition: Condition) -> str:
        """How a price is held against its history: over the lowest deal of the 7 days before the offer."""
        words = self._words["price_history"]
        if condition.raised is not None:
            return str(words["raised"]).format(percent=condition.raised.percent, days=condition.raised.days)
        for key in ("over", "under", "at_most", "at_least"):
            measure = getattr(condition, key)
            if isinstance(measure, Measure):
                name, days = next((name, days) for name, days in measure if days is not None)
                return f"{words[key]} " + str(words[name]).format(days=days)
        return ""


def _by_law(rules: Sequence[Rule]) -> list[tuple[str, list[tuple[str, list[Rule]]]]]:
    """Law → article → rules, in order of name; an article that is not told is the empty one."""
    found: dict[str, dict[str, list[Rule]]] = {}
    for rule in rules:
        for basis in rule.basis:
            listed = found.setdefault(basis.law, {}).setdefault(basis.article or "", [])
            if rule not in listed:
                listed.append(rule)
    return [
        (law, sorted(articles.items(), key=lambda item: _article(item[0]))) for law, articles in sorted(found.items())
    ]


def _article(article: str) -> tuple[int, str]:
    digits = article.partition("(")[0]
    return (int(digits) if digits.isdigit() else 0, article)


@cache
def _words() -> Mapping[str, Any]:
    text = resources.files("monitor.rules").joinpath("templates/words.yaml").read_text("utf-8")
    return yaml.safe_load(text)  # type: ignore[no-any-return]  # the shape is that of the file beside this one


def _in(words: Any, index: int) -> Any:
    """The wordings of one language."""
    if isinstance(words, list):
        return words[index]
    return {key: _in(value, index) for key, value in words.items()}


def _cell(text: object) -> str:
    """Text that stands in a line of Markdown."""
    escaped = "".join(f"\\{character}" if character in "\\`*_[]<>|#" else character for character in str(text))
    return " ".join(escaped.split())


def _code(text: object) -> str:
    """Text as code, also where it holds back quotes."""
    said = " ".join(str(text).split())
    fence = "``" if "`" in said else "`"
    return f"{fence}{said}{fence}"


def _in_table(text: str) -> str:
    """Code that stands in a table, where a bar would end the cell: one that looks like it instead."""
    return text.replace("|", "∣")


def _shown(example: Example) -> str:
    """The words of an example: what is said, and the facts beside it."""
    if example.document is not None:
        return _code(yaml.safe_dump(example.document, allow_unicode=True, default_flow_style=True, width=10**6))
    words = [part for part in (example.title, example.text, *example.said) if part]
    facts = example.model_dump(
        mode="json",
        include={"category", "attributes", "price", "seller", "certificates", "registry", "prices"},
        exclude_defaults=True,
        by_alias=True,
    )
    beside = yaml.safe_dump(facts, allow_unicode=True, default_flow_style=True, width=10**6) if facts else ""
    return " / ".join(map(_cell, words)) + (f" {_code(beside)}" if beside else "")
