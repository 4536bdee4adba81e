"""Patterns: what a matcher's text says, as steps to be found one after the other.

==================  ====================================================================================================
``全网最{低|好}``     a phrase; braces hold alternatives, an empty one makes them optional
``$disease``        any entry of a vocabulary
``..6``             up to six characters in between, inside the same clause (``..`` alone: up to twelve)
``<yuan > 50000>``  a quantity of that unit, however it is written, with a bound or without
``\\{``              the character itself
==================  ====================================================================================================

Spaces in a pattern mean nothing, as inserted spaces in a text mean nothing.
"""

from __future__ import annotations

import operator
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from monitor.nlp.fold import fold_literal
from monitor.nlp.units import NAMES
from monitor.rules.schema import Entry

Vocabulary = Mapping[str, Sequence[Entry]]
Names = tuple[str, ...]

DEFAULT_GAP: Final = 12
LONGEST_GAP: Final = 40
MOST_PRODUCTS: Final = 48
"""Neighbouring alternatives are multiplied out into literals up to this many; beyond it they are joined when they meet."""
DEEPEST: Final = 12
"""Braces in braces, and vocabularies in vocabularies: deeper is a mistake, or made to be slow."""
MOST_WITH_OPTIONAL: Final = 8000
"""A part that may be empty has to be multiplied out."""

_TOKEN: Final = re.compile(
    r"\\(?P<escaped>.)|(?P<open>\{)|(?P<close>\})|(?P<bar>\|)|\$(?P<name>[a-z][a-z0-9-]*)"
    r"|\.\.(?P<gap>\d*)|<(?P<quantity>[^<>{}]*)(?P<op>>=|<=|>|<)?\s*(?P<bound>\d+(?:\.\d+)?)?\s*>|(?P<plain>(?:[^\\{}|$<.]|(?<=\d)\.(?=\d))+|.)",
    re.DOTALL,
)
_NAME: Final = re.compile(r"\$[a-z][a-z0-9-]*")
"""A vocabulary entry that is another vocabulary, with the facts of its entries."""
_OPERATORS: Final[Mapping[str, Callable[[Decimal, Decimal], bool]]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


@dataclass(frozen=True, slots=True)
class Literals:
    """Any of these phrases (folded, bare), each with the facts of its vocabulary entry, where it has one."""

    phrases: Mapping[str, Entry | None]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity of ``unit`` (``number``: of any, ``bare``: without one), within a bound where one is given."""

    unit: str
    op: str = ""
    bound: Decimal | None = None

    def holds(self, value: Decimal, unit: str) -> bool:
        """Whether a quantity is one of these."""
        if self.unit not in {"number", "bare" if unit == "number" else unit}:
            return False
        return self.bound is None or _OPERATORS[self.op](value, self.bound)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to find, at most ``gap`` bare characters after the one before it."""

    what: Literals | Quantity
    gap: int = 0


class PatternError(ValueError):
    """A pattern that cannot be read; ``code`` is the code of the problem."""

    def __init__(self, message: str, code: str = "pattern") -> None:
        super().__init__(message)
        self.code = code


def parse(pattern: str, vocabulary: Vocabulary, *, part: bool = False) -> tuple[Step, ...]:
    """The steps of a pattern; a ``part`` of a whole may be a quantity alone.

    Raises:
        PatternError: unbalanced braces, an unknown vocabulary, a gap at an end, a bound without a number, nothing to find.
    """
    steps: list[Step] = []
    gap = 0
    for item in _items(pattern, vocabulary):
        if isinstance(item, int):
            if not steps:
                raise PatternError("a gap needs something before it")
            gap = item
            continue
        steps.append(Step(item, gap))
        gap = 0
    if pattern.rstrip().endswith("..") or re.search(r"\.\.\d*\s*$", pattern):
        raise PatternError("a gap needs something after it")
    merged = tuple(_merge(steps))
    if not merged or (not part and not any(isinstance(step.what, Literals) for step in merged)):
        raise PatternError("a pattern needs at least one phrase")
    for step in merged:
        if isinstance(step.what, Literals) and "" in step.what.phrases:
            raise PatternError("everything in this part is optional, or folding leaves nothing of it", "dead-literal")
    return merged


def _items(pattern: str, vocabulary: Vocabulary, seen: Names = ()) -> Iterator[Literals | Quantity | int]:
    tokens = list(_TOKEN.finditer(pattern))
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token["open"]:
            phrases, index = _group(tokens, index + 1, vocabulary, seen)
            yield Literals(phrases)
            continue
        index += 1
        if token["close"] or token["bar"]:
            raise PatternError(f"{token[0]!r} outside of braces; write \\{token[0]} for the character itself")
        if token["gap"] is not None:
            yield _gap(token["gap"])
        elif token["quantity"] is not None:
            yield _quantity(token)
        elif token["name"]:
            yield Literals(_entries(token["name"], vocabulary, seen))
        else:
            phrase = _folded(token["escaped"] or token["plain"])
            if phrase:
                yield Literals({phrase: None})


def _group(
    tokens: list[re.Match[str]], index: int, vocabulary: Vocabulary, seen: Names, depth: int = 1
) -> tuple[dict[str, Entry | None], int]:
    """The phrases of ``{a|b}``, braces and vocabularies inside allowed, and the index after the closing brace."""
    if depth > DEEPEST:
        raise PatternError(f"braces inside braces, more than {DEEPEST} deep")
    alternatives: dict[str, Entry | None] = {}
    current: dict[str, Entry | None] = {"": None}
    while index < len(tokens):
        token = tokens[index]
        index += 1
        if token["close"]:
            return alternatives | current, index
        if token["bar"]:
            alternatives |= current
            current = {"": None}
        elif token["open"]:
            inner, index = _group(tokens, index, vocabulary, seen, depth + 1)
            current = _product(current, inner)
        elif token["name"]:
            current = _product(current, _entries(token["name"], vocabulary, seen))
        elif token["gap"] is not None or token["quantity"] is not None:
            raise PatternError("no gaps and no quantities inside braces: write two patterns")
        else:
            phrase = _folded(token["escaped"] or token["plain"])
            current = _product(current, {phrase: None})
    raise PatternError("a brace is not closed")


def _entries(name: str, vocabulary: Vocabulary, seen: Names) -> dict[str, Entry | None]:
    if name in seen:
        raise PatternError(f"vocabulary ${name} contains itself", "vocabulary")
    if len(seen) > DEEPEST:
        raise PatternError(f"vocabularies inside vocabularies, more than {DEEPEST} deep", "vocabulary")
    if name not in vocabulary:
        known = ", ".join(f"${known}" for known in sorted(vocabulary)) or "none"
        raise PatternError(f"unknown vocabulary ${name}; known: {known}", "vocabulary")
    phrases: dict[str, Entry | None] = {}
    for entry in vocabulary[name]:
        if _NAME.fullmatch(entry.text):
            phrases |= _entries(entry.text[1:], vocabulary, (*seen, name))
            continue
        for literal in expand_phrase(entry.text, vocabulary, (*seen, name)):
            phrases[literal] = entry if entry.model_extra else None
    return phrases


def expand_phrase(text: str, vocabulary: Vocabulary, seen: Names = ()) -> list[str]:
    """The folded phrases of one vocabulary entry: alternatives, no gap and no quantity; ``seen`` are the vocabularies it stands in."""
    made: dict[str, Entry | None] = {"": None}
    for item in _items(text, vocabulary, seen):
        if not isinstance(item, Literals):
            raise PatternError("a vocabulary entry is a phrase: no gaps, no quantities", "vocabulary")
        made = _product(made, item.phrases)
    return list(made)


def _product(left: Mapping[str, Entry | None], right: Mapping[str, Entry | None]) -> dict[str, Entry | None]:
    if len(left) * len(right) > MOST_WITH_OPTIONAL:
        raise PatternError(
            f"{len(left) * len(right)} phrases from one part: write vocabularies outside of braces, or two patterns"
        )
    return {a + b: left[a] or right[b] for a in left for b in right}


@lru_cache(maxsize=1 << 16)
def _folded(phrase: str) -> str:
    """The phrase as it is searched for; an emoji in it would be taken out of every text."""
    emoji = [character for character in phrase if unicodedata.category(character) == "So"]
    if emoji:
        raise PatternError(
            f"{''.join(emoji)} is taken out of texts before the search: this phrase would match without it",
            "dead-literal",
        )
    return fold_literal(phrase)


def _gap(digits: str) -> int:
    gap = int(digits) if digits else DEFAULT_GAP
    if gap > LONGEST_GAP:
        raise PatternError(
            f"a gap of {gap} is longer than {LONGEST_GAP}: it would join what does not belong together", "gap"
        )
    return gap


def _quantity(token: re.Match[str]) -> Quantity:
    unit, op, bound = token["quantity"].strip(), token["op"] or "", token["bound"]
    if not re.fullmatch(r"[a-z][a-z-]*", unit):
        raise PatternError(f"{token[0]!r} is no quantity: write <unit> or <unit > bound>, such as <yuan > 50000>")
    if unit not in NAMES | {"bare"}:
        raise PatternError(f"{unit!r} is no unit; known: {', '.join(sorted(NAMES | {'bare'}))}")
    if bool(op) != bool(bound):
        raise PatternError(f"{token[0]!r} has a bound without a number, or the other way round")
    return Quantity(unit, op, Decimal(bound) if bound else None)


def _merge(steps: Sequence[Step]) -> Iterator[Step]:
    """Neighbours without a gap become one step of whole literals, where they are few or where one may be empty."""
    pending: Step | None = None
    for step in steps:
        if pending is None:
            pending = step
            continue
        joined = _joined(pending, step)
        if joined is None:
            yield pending
            pending = step
        else:
            pending = joined
    if pending is not None:
        yield pending


def _joined(left: Step, right: Step) -> Step | None:
    if right.gap or not (isinstance(left.what, Literals) and isinstance(right.what, Literals)):
        return None
    optional = "" in left.what.phrases or "" in right.what.phrases
    size = len(left.what.phrases) * len(right.what.phrases)
    if size > (MOST_WITH_OPTIONAL if optional else MOST_PRODUCTS):
        if optional:
            raise PatternError(f"{size} phrases from one optional part: split the pattern", "pattern")
        return None
    return Step(Literals(_product(left.what.phrases, right.what.phrases)), left.gap)
