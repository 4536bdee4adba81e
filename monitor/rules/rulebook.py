"""A rulebook: the rules in force for a deployment, where each part came from, and what a platform does with a flag."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import msgspec
from pydantic import BaseModel

from monitor.documents import Document, Listing
from monitor.flags import Flag, Severity, at_least
from monitor.rules.deployment import Action, Waiver
from monitor.rules.pattern import Vocabulary
from monitor.rules.schema import Condition, Rule

PolicyAction = Literal["pass", "review", "hold", "block"]
ACTIONS: tuple[PolicyAction, ...] = ("pass", "review", "hold", "block")
"""From the mildest to the hardest."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """One rule as composed: the pack's ``unless`` follows the rule's own; ``origin`` says where changed fields came from."""

    rule: Rule
    pack: str
    path: str
    vocabulary: Vocabulary
    shared_unless: tuple[Condition, ...] = ()
    origin: Mapping[str, str] = field(default_factory=dict)

    @property
    def unless(self) -> tuple[Condition, ...]:
        """Every exception that is tried, the rule's own first."""
        return self.rule.unless + self.shared_unless


@dataclass(frozen=True)
class Rulebook:
    """All rules by id, in the order of their packs."""

    name: str
    loaded: Mapping[str, Loaded]
    brands: tuple[str, ...] = ()
    policy: tuple[Action, ...] = ()
    waivers: tuple[Waiver, ...] = ()

    @property
    def rules(self) -> Mapping[str, Rule]:
        """The rules by id, retired ones too: a flag of three years ago still opens."""
        return {name: loaded.rule for name, loaded in self.loaded.items()}

    @property
    def digest(self) -> str:
        """SHA-256 over everything that can change a verdict; wording and examples count as well."""
        vocabularies: dict[int, Vocabulary] = {
            id(loaded.vocabulary): loaded.vocabulary for loaded in self.loaded.values()
        }
        parts: list[object] = [
            self.name,
            self.brands,
            [_plain((loaded.rule, *loaded.shared_unless)) for loaded in self.loaded.values()],
            [{name: _plain(entries) for name, entries in words.items()} for words in vocabularies.values()],
            _plain((*self.policy, *self.waivers)),
        ]
        return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()

    def action(self, flags: Sequence[Flag]) -> PolicyAction:
        """What a platform does with a document that has these flags: the hardest action any flag calls for."""
        hardest = 0
        for flag in flags:
            if flag.status != "in-force":
                continue
            for entry in self.policy:
                if _meets(entry, flag):
                    hardest = max(hardest, ACTIONS.index(entry.action))
                    break
        return ACTIONS[hardest]

    def waiver(self, rule: str, document: Document, day: date) -> Waiver | None:
        """The waiver that covers a finding of ``rule`` in ``document`` on ``day``."""
        seller = document.seller
        names = {seller.id, seller.uscc, seller.name} if seller else set()
        for waiver in self.waivers:
            if (
                waiver.rule == rule
                and day <= waiver.until
                and (waiver.document == document.id or waiver.seller in names - {None})
            ):
                return waiver
        return None


def _plain(models: Sequence[BaseModel]) -> list[dict[str, object]]:
    return [model.model_dump(mode="json") for model in models]


def _meets(entry: Action, flag: Flag) -> bool:
    if entry.when.category and flag.category not in entry.when.category:
        return False
    return _severe(entry.when.severity, flag.severity) and _scored(entry.when.score, flag.score)


def _severe(wanted: str, severity: Severity) -> bool:
    if wanted.startswith(">="):
        return at_least(severity, wanted.removeprefix(">="))  # type: ignore[arg-type]  # the schema allows severities only
    return severity == wanted


def _scored(wanted: str, score: float) -> bool:
    return score >= float(wanted.removeprefix(">=")) if wanted.startswith(">=") else score == float(wanted)


def kind_of(document: Document) -> Literal["listing", "transcript"]:
    """The kind of a document, as the wire says it."""
    return "listing" if isinstance(document, Listing) else "transcript"
