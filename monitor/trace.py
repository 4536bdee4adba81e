"""The trace of a verdict: its steps as data, and in words, Chinese or English, one line a step.

A step says what happened (``kind``) and its particulars; what differs by language stands in both, ``{"zh": …, "en": …}``. So a trace
that was stored as JSON is read in either language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct

Fact = str | int | float | dict[str, str]

_LINES: Final[Mapping[str, tuple[str, str]]] = {
    "said": ("{field}：「{text}」，匹配项 {matcher}（{how}）", "{field}: “{text}”, matcher {matcher} ({how})"),
    "modelled": (
        "没有规则说中这句话；文本模型认为它像「{label}」类，概率 {score}，最重的是：{words}。模型会出错，请人工判断",
        "no rule names these words; the claim model finds them like {label}, {score}, by: {words}. It errs: judge for yourself",
    ),
    "folded": ("还原后是「{folded}」", "undone it reads “{folded}”"),
    "sound": (
        "「{written}」与「{phrase}」同音，算作{phrase}：{because}",
        "“{written}” sounds like “{phrase}” and counts as it: {because}",
    ),
    "drawn": (
        "「{written}」看起来是「{phrase}」，算作{phrase}",
        "“{written}” looks like “{phrase}” and counts as it",
    ),
    "part": ("其中「{text}」，第 {at:g} 秒", "of it “{text}”, at second {at:g}"),
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
    "lookup": (
        "在登记库 {registry}（{dated}）按{by}查询「{sought}」：{came}",
        "looked up in {registry} ({dated}), {by} “{sought}”: {came}",
    ),
    "owed": ("应有 {condition}：{detail}", "owed {condition}: {detail}"),
    "conflict": ("与 {condition} 矛盾：{detail}", "contradicted by {condition}: {detail}"),
    "observed": (
        "{how} {price}，{first} 至 {last}，{count} 条（{listing}）",
        "{how} {price}, {first} to {last}, {count} observations ({listing})",
    ),
    "unknown": ("无法判断 {condition}：{detail}", "cannot tell {condition}: {detail}"),
    "corrected": ("当场更正「{cue}」，降低严重程度", "corrected on air (“{cue}”): severity lowered"),
    "capped": (
        "号码格式的依据不够确定，或来自语音，或图片没有读清：只作提示",
        "the number’s format is not certain, or it was heard, or read off a picture without certainty: for information only",
    ),
    "waived": ("已豁免：{reason}（{owner}，至 {until}）", "waived: {reason} ({owner}, until {until})"),
}
_HOW: Final[Mapping[str, tuple[str, str]]] = {
    "exact": ("原文", "as written"),
    "variant": ("还原变体后", "after undoing a variant spelling"),
    "homophone": ("谐音、拼音或误听", "by its sound"),
    "pattern": ("句式", "pattern"),
    "model": ("文本模型", "claim model"),
    "declared": ("已申报", "declared"),
    "inferred": ("由标题推断", "inferred from the title"),
    "described": ("由描述推断", "inferred from the description"),
    "introduced": ("由主播所说推断", "inferred from what is said"),
    "unknown": ("未知", "unknown"),
    "letters": ("用字母写出", "it is written in letters"),
    "emoji": ("用表情代字", "an emoji stands for a character"),
    "rare": ("换成了罕用字", "a rare character took the place of a common one"),
    "slip": ("语音识别只错了一个字", "speech recognition was wrong by one character"),
    "most": ("多数字相同", "most of its characters are the same"),
    "no-words": ("换上的字在这里不成词", "the changed characters are no words there"),
}
KINDS: Final = frozenset(_LINES)
"""Every kind of step."""
_DETAILS: Final = frozenset({"folded", "sound", "drawn", "part", "observed"})
"""Steps of a trace that its short form, a flag's explanation, leaves out."""


class Step(Struct, frozen=True, omit_defaults=True):
    """One step of a verdict: what happened, and its particulars."""

    kind: str
    facts: dict[str, Fact] = {}


def render(steps: Iterable[Step], language: str) -> tuple[str, ...]:
    """The steps as lines, in ``zh`` or ``en``. A step of a kind that is not known here (of a later version) is its kind and facts."""
    index = 1 if language == "en" else 0
    return tuple(_line(step, index) for step in steps)


def explanation(steps: Iterable[Step], language: str) -> tuple[str, ...]:
    """The lines of a flag: those of its trace, without the details of how words were found."""
    return render((step for step in steps if step.kind not in _DETAILS), language)


def _line(step: Step, index: int) -> str:
    facts = {name: _word(value, index) for name, value in step.facts.items()}
    line = _LINES.get(step.kind)
    if line is None:
        return " ".join((step.kind, *(f"{name}={value}" for name, value in facts.items())))
    return line[index].format(**facts)


def _word(value: Fact, index: int) -> object:
    if isinstance(value, Mapping):
        return value["en" if index else "zh"]
    return _HOW[value][index] if isinstance(value, str) and value in _HOW else value
