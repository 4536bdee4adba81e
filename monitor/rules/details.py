"""Details of a trace: how the words of a claim were found, and what registries were asked. Nothing of this decides anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import zip_longest
from typing import Final

from monitor.nlp.fold import SEGMENT_BORDER
from monitor.nlp.layout import Layout, Span
from monitor.registry import Lookup
from monitor.rules.compiled import CompiledCondition
from monitor.rules.match import Found, Piece
from monitor.rules.moments import second_of, spans_of
from monitor.rules.situation import Answer
from monitor.rules.wording import LegalBasis
from monitor.trace import Step

_LONG: Final = 4
"""From so many characters a phrase is believed by most of them."""


def detailed(said: Step, layout: Layout, found: Found) -> list[Step]:
    """The step ``said`` with its words as they are searched, and what stands behind them."""
    folded = "…".join(bare_words(layout, span) for span in spans_of(found))
    steps = [Step(said.kind, {**said.facts, "folded": folded})]
    if folded != said.facts["text"]:
        steps.append(Step("folded", {"folded": folded}))
    return [*steps, *_details(layout, found)]


def _details(layout: Layout, found: Found) -> Iterator[Step]:
    """By which sound or shape a claim was found, and its parts in time."""
    for piece in found.pieces:
        if piece.disguise is not None:
            yield _disguise(layout, piece, piece.disguise)
    for span in (found.span, *found.others) if found.others else ():
        at = second_of(layout, span[0])
        if at is not None:
            yield Step("part", {"text": layout.words(span), "at": at})


def lookup_steps(answers: Sequence[Answer]) -> list[Step]:
    """What registries were asked for these answers, each question once: which registry, of which day, and what came back."""
    return [_lookup(one) for one in dict.fromkeys(lookup for answer in answers for lookup in answer.lookups)]


def owed_steps(answers: Sequence[tuple[CompiledCondition, Answer]], *, conflict: bool = False) -> list[Step]:
    """What was looked up in registries, then what is owed or contradicts."""
    looked = lookup_steps([answer for _, answer in answers])
    return [*looked, *(step for item, answer in answers for step in _owed(item, answer, conflict=conflict))]


def _owed(item: CompiledCondition, answer: Answer, *, conflict: bool) -> list[Step]:
    kind = "unknown" if answer.holds is None else "conflict" if conflict and answer.holds else "owed"
    return [Step(kind, {"condition": item.title, "detail": answer.detail}), *answer.steps]


def law_step(basis: LegalBasis, day: date) -> Step:
    """The law in force that day."""
    article = f" {basis.article}" if basis.article else ""
    return Step("law", {"law": basis.law + article, "day": str(day)})


def _lookup(asked: Lookup) -> Step:
    by = ("编号", "number") if asked.by == "number" else ("持有人", "holder")
    dated = (f"数据日期 {asked.dated}", f"data of {asked.dated}") if asked.dated else ("未注明日期", "undated")
    came = {
        "found": (f"查到 {asked.count} 条", f"{asked.count} found"),
        "not-found": ("没有查到", "not found"),
        "unknown": (f"没有答复：{asked.reason}", f"no answer: {asked.reason}"),
    }[asked.outcome]
    words = {"by": by, "dated": dated, "came": came}
    facts = {name: {"zh": zh, "en": en} for name, (zh, en) in words.items()}
    return Step("lookup", {"registry": asked.registry, "sought": asked.sought, "outcome": asked.outcome, **facts})


def bare_words(layout: Layout, span: Span) -> str:
    """The words of a span as they are searched: folded, without what is inserted."""
    folded = layout.folded
    return folded.bare[folded.bare_index(span[0]) : folded.bare_index(span[1])]


def _disguise(layout: Layout, piece: Piece, span: Span) -> Step:
    written = layout.folded.plain[slice(*span)].replace(SEGMENT_BORDER, "")
    if piece.drawn:
        return Step("drawn", {"written": written, "phrase": piece.phrase})
    segment = layout.part_at(span[0]).segment
    heard = segment is not None and segment.confidence is not None
    return Step(
        "sound", {"written": written, "phrase": piece.phrase, "because": why(written, piece.phrase, heard=heard)}
    )


def why(written: str, phrase: str, *, heard: bool) -> str:
    """The proof by which what sounds like a phrase counts as it; ``heard``: the text comes from a recogniser."""
    if any(character.isascii() and character.isalpha() for character in written):
        return "letters"
    han = [character for character in written if "\u3400" <= character <= "\u9fff"]
    if len(han) != len(phrase):
        return "emoji"
    changed = sum(left != right for left, right in zip_longest(han, phrase))
    if heard and changed == 1 and len(phrase) > 2:  # noqa: PLR2004 (of two characters one is too little)
        return "slip"
    if len(phrase) >= _LONG:
        return "most"
    return "rare" if len(phrase) == 2 and not heard else "no-words"  # noqa: PLR2004 (so the sound view asks)
