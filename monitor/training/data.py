"""What the claim model learns from: passages with their labels, from labelled documents, rule examples and ordinary text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple, get_args

import msgspec

from monitor.claims.passages import passages
from monitor.documents import Document, Listing, decode_envelope
from monitor.errors import InputError
from monitor.flags import Category
from monitor.nlp.layout import lay_out
from monitor.rules.example import Example
from monitor.rules.rulebook import Rulebook

HELD_OUT: Final = "held-out"
PAIRS: Final = ".tsv"
"""How the name of a file of minimal pairs ends."""
_SHORT: Final = 4
"""Characters of a passage that may be taken for a part of the words of a label."""


class Labelled(NamedTuple):
    """One passage. ``yes``: the labels it carries; ``open_``: labels it neither carries nor lacks for certain; every other it lacks.

    ``group`` is the document or the pair; of rule examples it is empty: they are in every fold but where a document left out says the
    same.
    """

    group: str
    place: str
    text: str
    yes: frozenset[str]
    open_: frozenset[str]

    @property
    def line(self) -> str:
        """The passage as the tokenizer takes it."""
        return f"{self.place}\t{self.text}"


class Case(NamedTuple):
    """A labelled document: the codes it breaks, and those that may or may not be counted."""

    id: str
    document: Document
    expect: frozenset[str]
    accept: frozenset[str]
    passages: tuple[Labelled, ...]

    @property
    def group(self) -> str:
        """What is left out of training together."""
        return self.passages[0].group if self.passages else self.id


class _Line(msgspec.Struct):
    id: str = ""
    expect: list[str] | None = None
    accept: list[str] = []
    ignore: list[str] = []
    evidence: dict[str, list[str] | str] = {}
    part: str = ""
    document: msgspec.Raw = msgspec.Raw()


def read_cases(paths: Iterable[Path], *, held_out: bool = False) -> Iterator[Case]:
    """The labelled documents of files of JSON lines; lines without a document and ``expect`` are of another kind and left out.

    ``held_out``: those of that part alone, which are for measuring; else all others.

    Raises:
        InputError: a line that cannot be read.
    """
    for path in paths:
        for number, line in enumerate(path.read_bytes().splitlines(), 1):
            if not line.strip():
                continue
            try:
                label = msgspec.json.decode(line, type=_Line)
                if label.expect is None or not label.document or (label.part == HELD_OUT) is not held_out:
                    continue
                yield _case(label, decode_envelope(line).document)
            except (msgspec.MsgspecError, InputError) as error:
                raise InputError(f"not a labelled document: {error}", source=str(path), line=number) from error


def _case(label: _Line, document: Document) -> Case:
    expect, accept = frozenset(label.expect or ()), frozenset((*label.accept, *label.ignore))
    words = {code: [given] if isinstance(given, str) else given for code, given in label.evidence.items()}
    layout = lay_out(document)
    found = []
    for start, end, place in passages(layout):
        text = layout.text[start:end]
        yes = frozenset(code for code in expect if any(_carries(text, said) for said in words.get(code, ())))
        found.append(Labelled(label.id, place, text, yes, (expect | accept) - yes))
    return Case(label.id, document, expect, accept - expect, tuple(found))


def _carries(text: str, words: str) -> bool:
    return words in text or (len(text.strip()) >= _SHORT and text.strip() in words)


def example_passages(rulebook: Rulebook) -> Iterator[Labelled]:
    """The passages of the examples that are plain words, of all rules but those that ask the model itself."""
    for rule in rulebook.rules.values():
        if rule.match is None or any(matcher.model for matcher in rule.match.any):
            continue
        for example in rule.examples.flag:
            yield from _exemplary(example, frozenset({rule.category}))
        for example in rule.examples.pass_:
            yield from _exemplary(example, frozenset())


def _exemplary(example: Example, codes: frozenset[str]) -> Iterator[Labelled]:
    if example.text is None:
        return
    layout = lay_out(Listing("", description=example.text))
    for start, end, place in passages(layout):
        text = layout.text[start:end]
        yes = codes if example.at is None or example.at in text else frozenset[str]()
        yield Labelled("", place, text, yes, codes - yes)


def read_pairs(paths: Iterable[Path]) -> Iterator[Case]:
    """Files of minimal pairs: lines of CODE, a claim, and a lawful twin of it, tab between; without a code, lawful words alone.

    Claim and twin are a case each, of one group. They have no place, and are judged as a whole: it is not known which sentence of several
    carries the claim.

    Raises:
        InputError: a line that is no pair.
    """
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            code, *said = line.split("\t")
            whole = len(said) == 2 and all(said) if code else any(said)  # noqa: PLR2004 (claim and twin)
            if code not in {"", *get_args(Category)} or len(said) > 2 or not whole:  # noqa: PLR2004
                told = "not a minimal pair: write CODE, a claim and its lawful twin with tabs between, or a tab and lawful words"
                raise InputError(told, source=str(path), line=number)
            for place, text in enumerate(said):
                if not text:
                    continue
                group, yes = f"{path.name}:{number}", frozenset({code} if code and not place else ())
                passage = Labelled(group, "", text, yes, frozenset())
                name = f"{group}:{place}"
                yield Case(name, Listing(name, description=text), yes, frozenset(), (passage,))


def ordinary_passages(paths: Iterable[Path]) -> Iterator[Labelled]:
    """Lines of text in which nobody breaks the law: none carries any label."""
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
            layout = lay_out(Listing("", description=line))
            for start, end, place in passages(layout):
                yield Labelled(f"{path.name}:{number}", place, layout.text[start:end], frozenset(), frozenset())


def digest(given: Sequence[Labelled]) -> str:
    """SHA-256 of everything that is learnt from."""
    rows = [(one.group, one.place, one.text, sorted(one.yes), sorted(one.open_)) for one in given]
    return hashlib.sha256(msgspec.json.encode(rows)).hexdigest()
