"""Concepts: the vocabularies of the rules, as the claim model knows them."""

from __future__ import annotations

from monitor.rules.pattern import Literals, Vocabulary, parse
from monitor.rules.rulebook import Rulebook


def concepts_of(rulebook: Rulebook) -> dict[str, list[str]]:
    """Name of a vocabulary → its words, folded and bare; one that several packs have under the same name is the words of all.

    Vocabularies that are sequences with gaps or quantities are no words and left out.
    """
    books: dict[int, Vocabulary] = {id(loaded.vocabulary): loaded.vocabulary for loaded in rulebook.loaded.values()}
    found: dict[str, set[str]] = {}
    for vocabulary in books.values():
        for name in vocabulary:
            steps = parse(f"${name}", vocabulary, part=True)
            if len(steps) == 1 and isinstance(steps[0].what, Literals):
                found.setdefault(name, set()).update(steps[0].what.phrases)
    return {name: sorted(words) for name, words in sorted(found.items())}
