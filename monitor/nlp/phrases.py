"""Phrases with alternatives, as cue lists write them: ``{别信|不要信}{那些|}`` is four phrases."""

from __future__ import annotations

import re
from collections.abc import Iterable

from monitor.nlp.fold import fold


def expand(phrase: str) -> list[str]:
    """Every phrase that ``{a|b}`` groups (not nested) stand for, in order, unfolded.

    Raises:
        ValueError: a brace without its partner.
    """
    parts = re.split(r"\{([^{}]*)\}", phrase)
    if any("{" in part or "}" in part for part in parts):
        raise ValueError(f"unbalanced braces in {phrase!r}")
    made = [""]
    for index, part in enumerate(parts):
        choices = part.split("|") if index % 2 else [part]
        made = [left + right for left in made for right in choices]
    return made


def finder(phrases: Iterable[str]) -> re.Pattern[str]:
    """A pattern that finds any of the phrases in a plain view, the longest first.

    Phrases are folded character by character, so that marks such as ``？`` are found however wide they were typed.
    """
    folded = {fold(made).plain for phrase in phrases for made in expand(phrase)}
    return re.compile(
        "|".join(re.escape(phrase) for phrase in sorted(filter(None, folded), key=lambda p: (-len(p), p))) or r"(?!)"
    )
