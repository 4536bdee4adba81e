"""Explanation: the trace of a verdict in words. One line a step, Chinese or English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

_LINES: Final[Mapping[str, tuple[str, str]]] = {
    "said": ("{field}：「{text}」，匹配项 {matcher}（{how}）", "{field}: “{text}”, matcher {matcher} ({how})"),
    "absent": ("没有找到应当有的内容：{what}", "not found, though owed: {what}"),
    "count": ("{within:g} 秒内出现 {times} 次", "{times} times within {within:g} seconds"),
    "category": ("商品类别：{category}（{how}）", "category: {category} ({how})"),
    "law": ("依据 {law}，{day} 有效", "basis {law}, in force on {day}"),
    "excused": ("例外 {condition} 成立：{detail}", "exception {condition} holds: {detail}"),
    "not-excused": ("例外 {condition} 不成立", "exception {condition} does not hold"),
    "expired-exception": (
        "例外 {condition} 的依据在 {day} 无效",
        "the ground of exception {condition} is not in force on {day}",
    ),
    "owed": ("应有 {condition}：{detail}", "owed {condition}: {detail}"),
    "conflict": ("与 {condition} 矛盾：{detail}", "contradicted by {condition}: {detail}"),
    "unknown": ("无法判断 {condition}：{detail}", "cannot tell {condition}: {detail}"),
    "corrected": ("当场更正「{cue}」，降低严重程度", "corrected on air (“{cue}”): severity lowered"),
    "capped": (
        "号码格式的依据不够确定，或来自语音：只作提示",
        "the number’s format is not certain, or it was heard: for information only",
    ),
    "waived": ("已豁免：{reason}（{owner}，至 {until}）", "waived: {reason} ({owner}, until {until})"),
}
_HOW: Final[Mapping[str, tuple[str, str]]] = {
    "exact": ("原文", "as written"),
    "variant": ("还原变体后", "after undoing a variant spelling"),
    "homophone": ("谐音、拼音或误听", "by its sound"),
    "pattern": ("句式", "pattern"),
    "declared": ("已申报", "declared"),
    "inferred": ("由标题推断", "inferred from the title"),
    "unknown": ("未知", "unknown"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a verdict: what happened, and its particulars."""

    kind: str
    facts: Mapping[str, object] = field(default_factory=dict)


def render(steps: Sequence[Step], language: str) -> tuple[str, ...]:
    """The steps as lines, in ``zh`` or ``en``."""
    index = 1 if language == "en" else 0
    return tuple(
        _LINES[step.kind][index].format(**{name: _word(value, index) for name, value in step.facts.items()})
        for step in steps
    )


def _word(value: object, index: int) -> object:
    if isinstance(value, Mapping):
        return value["en" if index else "zh"]
    return _HOW[value][index] if isinstance(value, str) and value in _HOW else value
