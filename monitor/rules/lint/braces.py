"""The braces of a pattern as they were written: what :func:`monitor.rules.pattern.parse` folds into one set of phrases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

_SPECIAL: Final = re.compile(r"\\.|\$[a-z][a-z0-9-]*|\.\.\d*|<[^<>{}]*>|[{}|]", re.DOTALL)


def alternatives(pattern: str) -> Iterator[list[str]]:
    """The alternatives of every pair of braces, inner ones first: ``{a|{b|c}}`` gives ``b c``, then ``a {b|c}``."""
    open_groups: list[list[int]] = []
    for token in _SPECIAL.finditer(pattern):
        if token[0] == "{":
            open_groups.append([token.end()])
        elif token[0] == "|" and open_groups:
            open_groups[-1].append(token.end())
        elif token[0] == "}" and open_groups:
            starts = [*open_groups.pop(), token.end()]
            yield [pattern[first : last - 1] for first, last in pairwise(starts)]


def fragments(pattern: str) -> list[str]:
    """What is written out in a pattern, without vocabularies, gaps, quantities and braces."""
    return [part for part in _SPECIAL.split(pattern) if part.strip()]
