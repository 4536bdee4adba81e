"""Contexts: whether a claim is denied, asked, quoted, warned against, advised, aspired to …

The ConText method (Harkema and others, J. Biomed. Inform. 42, 2009): a cue with a direction and a reach that ends at a border, a
terminating word or a distance. The cues are data, in ``contexts.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any, Final, Literal

import yaml

from monitor.nlp.layout import Layout, Span
from monitor.nlp.phrases import finder

_BEYOND: Final = 60
"""Code points looked at beyond a cue's reach: the cue itself, and spaces and borders, which do not count as distance."""
_CLOSE: Final = 10
"""Code points behind a claim in which it is asserted."""
_CANCELLED_BEFORE: Final = 6
_CANCELLED_AFTER: Final = 4
"""Code points around cue and claim in which a phrase may cancel the cue."""


@dataclass(frozen=True, slots=True)
class Cue:
    """Cue phrases of one direction and reach."""

    direction: Literal["before", "after"]
    pattern: re.Pattern[str]
    characters: int
    clauses: int


@dataclass(frozen=True, slots=True)
class Context:
    """One context: ``title`` by language."""

    name: str
    title: Mapping[str, str]
    cues: tuple[Cue, ...]
    ends: re.Pattern[str]
    cancelled: re.Pattern[str]
    rhetorical: re.Pattern[str] | None
    asserted: re.Pattern[str] | None
    affirmed: re.Pattern[str] | None
    unmarked: re.Pattern[str] | None
    answer_clauses: int
    inside: bool
    """Whether a cue between two parts of a claim counts: 签收不视为合格."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A context that holds for a claim, and the cue that says so (span in the joined text)."""

    context: str
    cue: str
    span: Span


@cache
def contexts() -> Mapping[str, Context]:
    """All contexts by name."""
    text = resources.files("monitor.nlp").joinpath("contexts.yaml").read_text(encoding="utf-8")
    return {name: _context(name, given) for name, given in yaml.safe_load(text).items()}


def has_cue(name: str, layout: Layout) -> bool:
    """Whether a cue of a context stands anywhere: without one, :func:`see` sees nothing.

    Raises:
        KeyError: no such context.
    """
    return any(cue.pattern.search(layout.folded.plain) for cue in contexts()[name].cues)


@dataclass(frozen=True, slots=True)
class Reading:
    """How far from a claim :func:`see` reads: what lies so many ``clauses`` *or* so many code points (``characters``) off is not read.

    ``answers``: clauses of speech after the claim that are read however long they are.
    """

    characters: int
    clauses: int
    answers: int = 0


def readings(names: Iterable[str]) -> tuple[Reading, Reading]:
    """How far these contexts read before a claim, and after it.

    Raises:
        KeyError: no such context.
    """
    asked = [contexts()[name] for name in names]
    before = [cue for context in asked for cue in context.cues if cue.direction == "before"]
    after = [cue for context in asked for cue in context.cues if cue.direction == "after"]
    answers = max((context.answer_clauses for context in asked if context.affirmed is not None), default=0)
    return _reading(before, 0), _reading(after, answers)


def _reading(cues: Sequence[Cue], answers: int) -> Reading:
    characters = max((cue.characters for cue in cues), default=0) + _BEYOND + max(_CANCELLED_BEFORE, _CANCELLED_AFTER)
    return Reading(characters, max((cue.clauses for cue in cues), default=0), answers)


def see(name: str, layout: Layout, hit: Span, parts: Sequence[Span] = ()) -> Seen | None:
    """Whether the claim at ``hit`` (span of the joined text) stands in a context, and by which cue.

    ``parts`` are the spans of the claim's parts, where it has gaps.

    Raises:
        KeyError: no such context.
    """
    context = contexts()[name]
    plain = layout.folded.plain
    if context.rhetorical is not None and context.rhetorical.search(plain, *_near(layout.clause(hit[0]), hit)):
        return None
    if context.asserted is not None and context.asserted.search(plain, *_behind(layout, hit)):
        return None
    for cue in context.cues:
        found = (
            _before(context, cue, layout, plain, hit)
            if cue.direction == "before"
            else _after(context, cue, layout, plain, hit)
        )
        if found is None:
            continue
        if context.affirmed is not None and _is_affirmed(context.affirmed, context, layout, hit):
            continue
        return Seen(name, layout.text[found[0] : found[1]], found)
    between = _between_parts(context, plain, hit, parts) if context.inside else None
    return Seen(name, layout.text[between[0] : between[1]], between) if between else None


def _near(clause: Span, hit: Span) -> Span:
    return max(clause[0], hit[0] - _BEYOND), min(clause[1], hit[1] + _BEYOND)


def _behind(layout: Layout, hit: Span) -> Span:
    """What follows the claim closely, up to the end of the next clause."""
    return hit[1], min(layout.clauses(hit[1] - 1, 0, 1)[1], hit[1] + _CLOSE)


def _between_parts(context: Context, plain: str, hit: Span, parts: Sequence[Span]) -> Span | None:
    """A cue that stands between two parts of the claim, close before the later one."""
    for left, right in pairwise(parts):
        for cue in context.cues:
            if cue.direction == "after":
                continue
            for match in cue.pattern.finditer(plain, left[1], right[0]):
                near = right[0] - match.end() <= cue.characters
                if near and not _is_cancelled(context, plain, match.span(), (right[0], hit[1])):
                    return match.span()
    return None


def _before(context: Context, cue: Cue, layout: Layout, plain: str, hit: Span) -> Span | None:
    start, _ = layout.clauses(hit[0], cue.clauses, 0)
    start = max(start, hit[0] - cue.characters - _BEYOND)
    for match in cue.pattern.finditer(plain, start, hit[0]):
        between = plain[match.end() : hit[0]]
        if len(between) > cue.characters + _spaces(between) or context.ends.search(between):
            continue
        if not _is_cancelled(context, plain, match.span(), hit):
            return match.span()
    return None


def _after(context: Context, cue: Cue, layout: Layout, plain: str, hit: Span) -> Span | None:
    _, end = layout.clauses(hit[1] - 1, 0, cue.clauses)
    end = min(
        len(plain), end + 1, hit[1] + cue.characters + _BEYOND
    )  # the mark that ends the clause may be the cue: 吗？
    for match in cue.pattern.finditer(plain, hit[1], end):
        between = plain[hit[1] : match.start()]
        if len(between) > cue.characters + _spaces(between):
            return None
        if not context.ends.search(between) and not _is_cancelled(context, plain, match.span(), hit):
            return match.span()
    return None


def _is_cancelled(context: Context, plain: str, cue: Span, hit: Span) -> bool:
    """Whether the cue is part of a phrase that cancels it, or such a phrase stands between cue and claim."""
    first, last = max(0, min(cue[0], hit[0]) - _CANCELLED_BEFORE), max(cue[1], hit[1]) + _CANCELLED_AFTER
    for match in context.cancelled.finditer(plain, first, min(len(plain), last)):
        touches = match.start() < cue[1] and cue[0] < match.end()
        between = min(cue[1], hit[1]) <= match.start() and match.end() <= max(cue[0], hit[0])
        if touches or between:
            return True
    return False


def _is_affirmed(affirmed: re.Pattern[str], context: Context, layout: Layout, hit: Span) -> bool:
    """Whether the next clause answers with a yes, or a plain yes follows the claim without a mark: 能不能降血糖能啊."""
    plain = layout.folded.plain
    _, own_end = layout.clause(hit[1] - 1)
    _, end = layout.clauses(hit[1] - 1, 0, context.answer_clauses)
    if affirmed.match(plain[own_end:end].lstrip(" ,?!。\ue000\ue001")) is not None:
        return True
    return (
        context.unmarked is not None and context.unmarked.match(plain[hit[1] : own_end].lstrip(" 吗呢吧的")) is not None
    )


def _spaces(text: str) -> int:
    return sum(character.isspace() or character in "\ue000\ue001" for character in text)


def _context(name: str, given: Mapping[str, Any]) -> Context:
    answer = given.get("answer") or {}
    return Context(
        name=name,
        title=given["title"],
        cues=tuple(_cue(cue) for cue in given["cues"]),
        ends=finder(given.get("ends", ())),
        cancelled=finder(given.get("cancelled", ())),
        rhetorical=finder(given["rhetorical"]) if "rhetorical" in given else None,
        asserted=finder(given["asserted"]) if "asserted" in given else None,
        affirmed=finder(answer["affirmed"]) if answer else None,
        unmarked=finder(answer["unmarked"]) if "unmarked" in answer else None,
        answer_clauses=answer.get("clauses", 1),
        inside=given.get("inside", False),
    )


def _cue(given: Mapping[str, Any]) -> Cue:
    direction: Literal["before", "after"] = "before" if "before" in given else "after"
    phrases = given[direction]
    return Cue(
        direction,
        finder([phrases] if isinstance(phrases, str) else phrases),
        given.get("characters", 0),
        given.get("clauses", 0),
    )
