"""How places are read: microseconds a text, and what becomes of every county of China in ten spellings.

    python bench/places.py

Each county is written with and without its province and prefecture, in full and short, and read against itself: inside, not to be told
(a name of several places), or – what would be a false finding – outside.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator

from monitor.registry.indications import indications
from monitor.registry.places import gazetteer, name_of, places_in, relation

COUNTY = 6
"""Digits of the code of a county."""
SUFFIXES = ("特别行政区", "自治区", "自治州", "自治县", "自治旗", "地区", "省", "市", "州", "盟", "县", "区", "旗")


def short(name: str) -> str:
    """A name without its last word, where two characters are left."""
    last = next((word for word in SUFFIXES if name.endswith(word)), "")
    return name[: -len(last)] if last and len(name) - len(last) > 1 else name


def spellings(code: str) -> Iterator[tuple[str, str]]:
    """(what is written, the text)."""
    names = gazetteer().whole_names
    province, county = names[code[:2]], names[code]
    city = names.get(code[:4], province)
    yield "all three in full", name_of(code)
    yield "province and county", province + county
    yield "province short, county", short(province) + county
    yield "all three short", short(province) + short(city) + short(county)
    yield "all three short, spaced", f"{short(province)} {short(city)} {short(county)}"
    yield "province and county short", short(province) + short(county)
    yield "prefecture and county", city + county
    yield "prefecture and county short", short(city) + short(county)
    yield "county alone", county
    yield "county alone, short", short(county)


def main() -> None:
    began = time.perf_counter()
    gazetteer()
    loaded = time.perf_counter()
    names = indications()
    print(f"{len(gazetteer().names):,} names of places read in {1000 * (loaded - began):.0f} ms")
    print(f"{len(names)} protected names read in {1000 * (time.perf_counter() - loaded):.0f} ms")
    texts = [
        (code, kind, text) for code in gazetteer().whole_names if len(code) == COUNTY for kind, text in spellings(code)
    ]
    began = time.perf_counter()
    answers = [(kind, relation(places_in(text), [code])) for code, kind, text in texts]
    spent = time.perf_counter() - began
    print(f"{len(texts):,} texts, {1e6 * spent / len(texts):.0f} µs each\n")
    counts = Counter(answers)
    print(f"{'written':30} {'inside':>8} {'unknown':>8} {'outside':>8}")
    for kind in dict.fromkeys(kind for kind, _ in answers):
        print(f"{kind:30} " + " ".join(f"{counts[kind, answer]:8,}" for answer in ("inside", "unknown", "outside")))


if __name__ == "__main__":
    main()
