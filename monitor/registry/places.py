"""Places of China in a text, down to counties, by the codes of GB/T 2260: 五常, 五常市, 黑龙江五常 and 黑龙江省哈尔滨市五常市 are 230184.

The names are data: ``divisions.tsv`` (provinces, prefectures and counties of today) and ``places.yaml`` (names of the past, land and
water, countries). Codes are without the zeros at their end: 23 a province, 2301 a prefecture, 230184 a county; a place lies inside
another where its code begins with the other's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Final, Literal

import yaml

Relation = Literal["inside", "outside", "unknown"]

ABROAD: Final = "99"
"""The code of every place outside of China, which no code of GB/T 2260 begins with."""
WHOLE: Final = ""
"""The code of China: every code begins with it."""

_READ: Final = 200
_SUFFIXES: Final = (
    *("特别行政区", "自治区", "自治州", "自治县", "自治旗", "林区", "特区", "地区", "新区"),
    *("省", "市", "州", "盟", "县", "区", "旗"),
)
_AFTER: Final = re.compile(r"[路街巷道弄村镇乡屯寨]|大[街道]|社区|小区|社|广场|饭店|酒店|牌(?!坊)")
"""What follows makes another name of it: 南京路, 五常镇."""
_LIST: Final = re.compile(r"[\s、,，/;；|+&和及与或]")
"""What stands between places that are told one beside the other."""
_PROVINCE: Final = 2
_COUNTY: Final = 6


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is, as half-open ``start`` and ``end`` of a text name it: in one of ``codes``.

    ``doubtful``: the name is that of several places (朝阳区), which of them is not told.
    """

    codes: tuple[str, ...]
    start: int
    end: int
    doubtful: bool = False


@dataclass(frozen=True)
class Gazetteer:
    """``names``: written name → the codes it may mean, in ``areas`` all at once; ``whole_names``: code → its name."""

    names: Mapping[str, tuple[str, ...]]
    whole_names: Mapping[str, str]
    areas: frozenset[str]
    longest: int


@cache
def gazetteer() -> Gazetteer:
    """The shipped names."""
    folder = resources.files("monitor.registry")
    lines = folder.joinpath("divisions.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    names: dict[str, list[str]] = {}
    for code, name, *short in rows:
        for written in {name, *short, *_stems(name)}:
            names.setdefault(written, []).append(code)
    more = yaml.safe_load(folder.joinpath("places.yaml").read_text(encoding="utf-8"))
    areas = dict(more["land"])
    areas |= {name: codes for name, codes in more["former"].items() if name not in names}
    areas |= {name: [ABROAD] for name in more["abroad"].split()} | {name: [WHOLE] for name in more["whole"]}
    known = {name: tuple(sorted(set(codes))) for name, codes in names.items()} | {n: tuple(c) for n, c in areas.items()}
    return Gazetteer(known, {row[0]: row[1] for row in rows}, frozenset(areas), max(map(len, known)))


def _stems(name: str) -> Iterator[str]:
    """A name without its last word, where two characters or more are left: 五常 of 五常市, but not 沁 of 沁县."""
    suffix = next((word for word in _SUFFIXES if name.endswith(word)), "")
    if suffix and len(name) - len(suffix) > 1:
        yield name[: -len(suffix)]


def _widest(codes: Iterable[str]) -> tuple[str, ...]:
    """The codes without those that lie in another of them: 长沙 is the city and, in it, the county."""
    found = tuple(dict.fromkeys(codes))
    return tuple(code for code in found if not any(code != other and code.startswith(other) for other in found))


def name_of(code: str) -> str:
    """The name of a code in full: 黑龙江省哈尔滨市五常市; empty for an unknown one."""
    known = gazetteer().whole_names
    parts = [known[code[:digits]] for digits in (2, 4, 6) if len(code) >= digits and code[:digits] in known]
    return "".join(parts) if code in known else ""


def is_code(code: str) -> bool:
    """Whether a code, written without the zeros at its end, is one of a division of today."""
    return code in gazetteer().whole_names


@lru_cache(maxsize=8192)
def places_in(text: str) -> tuple[Place, ...]:
    """The places a short text names, each by its narrowest name: of 黑龙江省五常市 one, the county. Only 200 characters are read.

    A name of several places is decided by what else is named, the province or the prefecture around it or a county inside it; else it is
    the province of that name. One that stays open is ``doubtful``; beside a place that is certain it is taken for no division at all
    (平原, 民乐).
    """
    found = list(_mentions(text[:_READ]))
    decided = [_decided(place, found) for place in found]
    decided = [_decided(place, decided) for place in decided]  # 海南 龙华: the province first, then the district in it
    certain = [place for place in decided if not place.doubtful]
    kept = [place for place in certain or decided if not _is_in_county(place, certain, text)]
    wider = [place for place in kept if any(_is_around(place, other) for other in kept)]
    return tuple(_with_lead(place, wider) for place in kept if place not in wider)


def relation(places: Iterable[Place], area: Iterable[str]) -> Relation:
    """Whether places lie in an area (codes): all inside, all outside, or not to be told.

    A place that contains the area, one that is doubtful, and places of which some are inside and some are not, tell nothing.
    """
    inside, wanted = set(), tuple(area)
    for place in places:
        if place.doubtful and not all(code.startswith(wanted) for code in place.codes):
            return "unknown"
        inside |= {_lies(code, wanted) for code in place.codes}
    if not wanted or len(inside) != 1:
        return "unknown"
    return inside.pop()


def _lies(code: str, area: tuple[str, ...]) -> Relation:
    if code.startswith(area):
        return "inside"
    return "unknown" if any(one.startswith(code) for one in area) else "outside"


def _mentions(text: str) -> Iterator[Place]:
    """Every name, the longest first where several begin."""
    known = gazetteer()
    start = 0
    while start < len(text):
        end = next(
            (e for e in range(min(len(text), start + known.longest), start + 1, -1) if text[start:e] in known.names), 0
        )
        if not end:
            start += 1
            continue
        name = text[start:end]
        if not _is_full(name):
            end += _suffix_at(text, end)
        if not _AFTER.match(text, end):
            codes = known.names[name] if name in known.areas else _like(known.names[name], text[start:end])
            yield Place(codes, start, end, len(codes) > 1 and name not in known.areas)
        start = end


def _suffix_at(text: str, end: int) -> int:
    """The length of a last word that a short name has here, though it is not that of today (章丘市)."""
    return next((len(word) for word in _SUFFIXES if text.startswith(word, end)), 0)


def _like(codes: tuple[str, ...], written: str) -> tuple[str, ...]:
    """Of the places of a name those of the kind that is written: 海南州 is no province. Without one, or of no such kind, all of them."""
    last = next((word for word in _SUFFIXES if written.endswith(word)), "")
    same = tuple(code for code in codes if last and gazetteer().whole_names.get(code, "").endswith(last))
    return _widest(same or codes)


def _is_full(name: str) -> bool:
    return name.endswith(_SUFFIXES)


def _decided(place: Place, found: Iterable[Place]) -> Place:
    """The place with the meanings that the others in the text leave: those that lie inside one of them, or around one."""
    if not place.doubtful:
        return place
    others = [code for other in found if other is not place and not other.doubtful for code in other.codes if code]
    fits = {code: max((_shared(code, other) for other in others), default=0) for code in place.codes}
    most = max(fits.values())
    left = tuple(code for code in place.codes if fits[code] == most > 0)
    left = left or tuple(code for code in place.codes if len(code) == _PROVINCE) or place.codes
    return Place(left, place.start, place.end, len(left) > 1)


def _shared(code: str, other: str) -> int:
    """The digits of the wider of two places where one lies in the other; 0 where neither does."""
    wider, narrower = sorted((code, other), key=len)
    return len(wider) if narrower.startswith(wider) else 0


def _is_in_county(place: Place, certain: Iterable[Place], text: str) -> bool:
    """Whether a name stands behind a county and no list goes on there: 龙凤 in 五常市龙凤山镇 is a name inside that county."""
    counties = [other for other in certain if len(other.codes) == 1 and len(other.codes[0]) == _COUNTY]
    before = [other.end for other in counties if other.end <= place.start]
    return any(not _LIST.search(text, end, place.start) for end in before)


def _with_lead(place: Place, wider: Iterable[Place]) -> Place:
    """The place with the wider names right before it: 黑龙江省五常市 as one."""
    start = place.start
    for other in sorted(wider, key=lambda one: -one.start):
        if 0 <= start - other.end <= 1 and _is_around(other, place):
            start = other.start
    return Place(place.codes, start, place.end, place.doubtful)


def _is_around(place: Place, other: Place) -> bool:
    """Whether a place only says more widely what another says."""
    if place is other:
        return False
    wider = all(any(code.startswith(around) for around in place.codes) for code in other.codes)
    same = place.codes == other.codes
    return wider and not other.doubtful and (not same or place.start < other.start)
