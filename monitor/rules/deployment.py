"""The shape of whole files, as types: packs, and ``rules.yaml``, which a deployment edits. It composes packs and never forks them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from monitor.flags import Category, Severity
from monitor.rules.schema import Condition, Entry, Rule, RuleStatus
from monitor.rules.wording import Model, Name, Text, Words, listed


class Pack(Model):
    """A file of rules about one area of law. ``unless`` holds for every rule with a ``match``, unless it says ``without``."""

    pack: Name
    title: Words
    uses: tuple[Name, ...] = ()
    vocabulary: dict[str, tuple[Entry, ...]] = Field(default_factory=dict)
    unless: tuple[Condition, ...] = ()
    rules: tuple[Rule, ...] = ()


class Override(Model):
    """What a deployment may change of a rule it did not write."""

    severity: Severity | None = None
    status: RuleStatus | None = None
    score: Annotated[float, Field(gt=0, le=1)] | None = None


class When(Model):
    """The flags an action is taken for: ``severity`` and ``score`` may carry ``>=``."""

    severity: Annotated[str, StringConstraints(pattern=r"^(>=)?(info|low|medium|high|critical)$")] = ">=info"
    score: Annotated[str, StringConstraints(pattern=r"^(>=)?[01](\.\d+)?$")] = ">=0"
    category: tuple[Category, ...] = ()
    _lists = field_validator("category", mode="before")(listed)


class Action(Model):
    """What a platform does with a listing that has such a flag."""

    when: When
    action: Literal["block", "hold", "review"]


class Waiver(Model):
    """A finding that its owner answers for: one rule, for one seller or one document, until a day."""

    rule: Name
    seller: Text | None = None
    document: Text | None = None
    reason: Text
    owner: Text
    until: date

    @model_validator(mode="after")
    def _one_subject(self) -> Self:
        if (self.seller is None) == (self.document is None):
            raise ValueError("a waiver names a `seller` or a `document`")
        return self


class RulebookFile(Model):
    """``rules.yaml``: what a deployment edits. It composes packs and never forks them."""

    rulebook: Name
    extends: tuple[Name, ...] = ()
    override: dict[str, Override] = Field(default_factory=dict)
    vocabulary: dict[str, tuple[Entry, ...]] = Field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    policy: tuple[Action, ...] = ()
    waivers: tuple[Waiver, ...] = ()
