"""Holders by name: how long a name takes to be found among very many, and how well names that are one party's are told from others.

    python bench/holders.py [--names N] [--queries N] [--seed SEED] [--pairs PAIRS.jsonl]

Names are made of a place of China, a name proper of two to seven of the characters companies like, a line of business and a legal form.
They are asked for as they stand, without their place, with another form, and with one wrong character.
Times are of the processor. The pairs are labelled by hand.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from monitor.registry import holder
from monitor.registry.holder import same_name
from monitor.registry.holder_index import HolderIndex
from monitor.registry.party import party
from monitor.registry.regions import stems

ROOT: Final = Path(__file__).parents[1]
_CHARACTERS: Final = (
    "金福丰源绿兴鑫农山香禾盛泉谷云水德顺和康茂祥瑞泰华天龙银禄收稻雾凤虎旺宁信义仁诚广远恒久永林森春秋阳光星月河湖江海岭峰原野"
    "田园乡村屯家民青红黑土地夏神州中东方南北西新老大小"
)
"""What names proper are made of, the most liked first: the n-th is drawn with a weight of 1/(n + 10): one in sixty names of two is 金."""
_WEIGHTS: Final = [1 / (place + 11) for place in range(len(_CHARACTERS))]
_LINES: Final = """
农业科技 农业发展 生态农业 食品 茶业 茶叶 果业 果蔬 粮油 米业 水稻种植 玉米种植 蔬菜种植 果树种植 养殖 水产养殖 种养殖 农产品 电子商务
商贸
"""
_ENDS: Final = "有限公司 有限责任公司 专业合作社 农民专业合作社 家庭农场 经营部 商行"


class _Pair(msgspec.Struct):
    left: str
    right: str
    same: bool
    why: str


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--names", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pairs", type=Path, default=ROOT / "tests" / "data" / "holder_pairs.jsonl")
    asked = parser.parse_args()
    _find(asked.names, asked.queries, random.Random(asked.seed))  # noqa: S311 (made names)
    pairs = [msgspec.json.decode(line, type=_Pair) for line in asked.pairs.read_bytes().splitlines()]
    _tell_apart(pairs)
    _thresholds(pairs)


def _find(count: int, queries: int, chance: random.Random) -> None:
    places = sorted(name for name, stem in stems().items() if name != stem)
    names = list(dict.fromkeys(_made(chance, places) for _ in range(count)))
    begun = time.thread_time()
    index = HolderIndex(names)
    print(f"{len(names):,} different names, index made in {time.thread_time() - begun:.1f} s\n")
    print(
        "| asked for | queries | p50, µs | p99, µs | longest, µs | found itself | others found, mean |\n|---|---|---|---|---|---|---|"
    )
    for kind, asked in _KINDS.items():
        took, itself, others = [], 0, 0
        for name in chance.sample(names, min(queries // len(_KINDS), len(names))):
            query = asked(name, chance)
            party.cache_clear()
            begun = time.thread_time()
            found = index.find(query)
            took.append((time.thread_time() - begun) * 1e6)
            itself += name in found
            others += len(found) - (name in found)
        p50, p99 = np.percentile(took, [50, 99])
        share = f"{itself / len(took):.1%} | {others / len(took):.2f}"
        print(f"| {kind} | {len(took):,} | {p50:,.0f} | {p99:,.0f} | {max(took):,.0f} | {share} |")


def _made(chance: random.Random, places: list[str]) -> str:
    proper = "".join(chance.choices(_CHARACTERS, _WEIGHTS, k=chance.choice((2, 2, 3, 3, 3, 4, 5, 7))))
    return chance.choice(places) + proper + chance.choice(_LINES.split()) + chance.choice(_ENDS.split())


def _without_place(name: str, chance: random.Random) -> str:
    del chance
    return name.removeprefix(max((place for place in stems() if name.startswith(place)), key=len))


def _other_form(name: str, chance: random.Random) -> str:
    del chance
    return (
        name.replace("有限责任公司", "有限公司")
        .replace("农民专业合作社", "合作社")
        .replace("专业合作社", "农民专业合作社")
    )


def _wrong(name: str, chance: random.Random) -> str:
    place = chance.randrange(len(name))
    return name[:place] + chance.choice(_CHARACTERS) + name[place + 1 :]


_KINDS: Final = {
    "as it stands": lambda name, _: name,
    "without its place": _without_place,
    "with another form": _other_form,
    "with one character another": _wrong,
}


def _tell_apart(pairs: list[_Pair]) -> None:
    verdicts = [(pair, same_name(pair.left, pair.right)) for pair in pairs]
    right = Counter(pair.same for pair, said in verdicts if said)
    wanted = sum(pair.same for pair in pairs)
    print(f"\n{len(pairs)} labelled pairs, {wanted} of one party:", end=" ")
    print(f"precision {right[True] / (right[True] + right[False]):.3f}, recall {right[True] / wanted:.3f}")
    for pair, said in verdicts:
        if said != pair.same:
            print(f"  {'taken for one' if said else 'taken for two'}: {pair.left} | {pair.right} ({pair.why})")


def _thresholds(pairs: list[_Pair]) -> None:
    """How long a name proper must be for a slip in it to be forgiven."""
    print("\n| shortest name with a slip | precision | recall |\n|---|---|---|")
    chosen = holder.LONG
    for length in range(3, 10):
        holder.LONG = length  # type: ignore[misc]
        holder._one_slip.cache_clear()
        right = Counter(pair.same for pair in pairs if same_name(pair.left, pair.right))
        wanted = sum(pair.same for pair in pairs)
        mark = ", the one in use" if length == chosen else ""
        print(f"| {length}{mark} | {right[True] / right.total():.3f} | {right[True] / wanted:.3f} |")
    holder.LONG = chosen  # type: ignore[misc]
    holder._one_slip.cache_clear()


if __name__ == "__main__":
    main()
