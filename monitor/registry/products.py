"""Goods: what a title sells, by a taxonomy of names that is data (``products.yaml``).

In Chinese the last noun of a name is the thing itself: 苹果醋 is a vinegar, 大米收纳桶 a bucket. So of the names in a phrase the one that
ends last counts, the longest of those; and a good followed by what it is made into (南瓜干) or by a tool (苹果刀) is neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib import resources
from typing import Any, Final

import yaml

from monitor.nlp.fold import fold, fold_literal

CLASSES: Final = "licence-classes"
"""The part of the taxonomy that names classes of production licences."""
PLACES: Final = "places"
"""The part that names kinds that are what they are by where they come from (五常大米)."""
MADE: Final[Mapping[str, str]] = {
    "干": "food.prepacked.snack", "脯": "food.prepacked.snack", "糕": "food.prepacked.snack", "饼": "food.prepacked.snack",
    "酥": "food.prepacked.snack", "脆": "food.prepacked.snack", "糖": "food.prepacked.snack", "脆片": "food.prepacked.snack",
    "汁": "food.prepacked.drink", "茶": "food.prepacked.drink", "糊": "food.prepacked.drink", "原浆": "food.prepacked.drink",
    "饮": "food.prepacked.drink", "粉": "food.prepacked", "膏": "food.prepacked", "丸": "food.prepacked", "泥": "food.prepacked",
    "酒": "food.prepacked.alcohol", "醋": "food.prepacked.condiment", "酱": "food.prepacked.condiment", "油": "food.prepacked.oil",
    "面": "food.prepacked.noodle", "罐头": "food.prepacked", "种子": "agri-input.seed", "苗": "agri-input.seed",
    "肥": "agri-input.fertilizer",
}  # fmt: skip
"""What farm produce becomes when this follows its name, and the category of that."""

_GENERIC: Final = {"茶": "代用茶"}
"""A tea made of something else is no tea."""
_READ: Final = 200
_BREAKS: Final = re.compile(
    r"[\s,，。、|/·+&：:;；!！?？\[\]【】()（）<>《》「」~～*×—\-_]+"
    r"|整箱|包邮|当季|应季|正宗|现摘|现采|现挖|现发|直发|新鲜"
    r"|\d{1,9}(?:\.\d{1,9})?(?:斤|公斤|千克|kg|KG|Kg|g|克|mm|毫米|ml|ML|升|号|枚|个|只|粒|袋|盒|瓶|片)"
)
"""Where one phrase of a title ends and another begins: signs, amounts, and words that sellers put between names without a sign."""
_MADE: Final = re.compile(
    "^(" + "|".join(sorted(MADE, key=len, reverse=True)) + r")(?=$|[^\u4e00-\u9fff]|[礼盒袋罐瓶独零即散整包纯无新])"
)
_TOOL: Final = re.compile(r"^(?:[刀机器架盘缸筐篮夹刷模托]|[桶罐盒箱袋瓶杯壶](?!装))")
_PACKED: Final = re.compile(
    r"^(?:$|[^\u4e00-\u9fff]|礼盒|盒装|袋装|瓶装|罐装|桶装|散装|整箱|新鲜|现[摘挖发]|包邮|特产|批发)"
)
_GIFT: Final = re.compile(r"^(?:加?[送赠]|附赠|买.{0,4}[送赠])")
_USES: Final = tuple("打榨包煮熬泡煲炖做蒸炒烤装配腌酿卤")
"""Verbs of what is done with goods."""
_NOT_FOOD: Final = ("goods", "device", "cosmetic", "agri-input")


@dataclass(frozen=True, slots=True)
class Good:
    """What a phrase names: the first of the words for the thing, its category, and what it was made of, where that is all one knows."""

    name: str
    category: str
    made_of: str | None = None


@dataclass(frozen=True)
class Taxonomy:
    """``names``: every word for a thing → the first of its words; of these, ``categories``, ``parents``, and which are what."""

    names: Mapping[str, str]
    categories: Mapping[str, str]
    parents: Mapping[str, frozenset[str]]
    classes: frozenset[str]
    places: frozenset[str]

    def above(self, name: str) -> frozenset[str]:
        """A thing and everything it is a kind of."""
        found, waiting = {name}, [name]
        while waiting:
            new = self.parents.get(waiting.pop(), frozenset()) - found
            found |= new
            waiting += new
        return frozenset(found)

    @cached_property
    def longest(self) -> int:
        """The length of the longest name."""
        return max(map(len, self.names))


@cache
def taxonomy() -> Taxonomy:
    """The shipped taxonomy."""
    text = resources.files("monitor.registry").joinpath("products.yaml").read_text(encoding="utf-8")
    return read_taxonomy(yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))  # noqa: S506 (a safe loader)


def read_taxonomy(raw: Mapping[str, Mapping[str, list[str]]]) -> Taxonomy:
    """A taxonomy from ``category → names → names``, where ``a = b`` are words for one thing."""
    names: dict[str, str] = {}
    categories: dict[str, str] = {}
    parents: dict[str, set[str]] = {}

    def thing(written: Any, category: str | None) -> str:
        words = [fold_literal(word) for word in str(written).split("=")]
        first = next((names[word] for word in words if word in names), words[0])
        for word in words:
            names.setdefault(word, first)
        if category is not None:
            categories.setdefault(first, category)
        return first

    for part, groups in raw.items():
        for written, kinds in groups.items():
            parent = thing(written, None if part in {CLASSES, PLACES} else part)
            for kind in kinds:
                own = {CLASSES: None, PLACES: categories.get(parent)}.get(part, part)
                parents.setdefault(thing(kind, own), set()).add(parent)
    kept = {name: frozenset(above - {name}) for name, above in parents.items()}
    classes = frozenset(thing(written, None) for written in raw.get(CLASSES, {}))
    places = frozenset(thing(kind, None) for kinds in raw.get(PLACES, {}).values() for kind in kinds)
    return Taxonomy(names, categories, kept, classes, places)


def infer_category(text: str) -> str | None:
    """The category of what a title (or a sentence) names, such as ``food.agri.fruit``; None where it names nothing known.

    The first phrase with a name decides; but 苹果 手机壳 and 玉米 种子 are what the second phrase says, not a fruit and a grain, and
    《…》 is the title of a book.
    """
    if text.lstrip().startswith("《"):
        return "goods"
    good = first_good(text)
    return good.category if good else None


def first_good(text: str) -> Good | None:
    """What a title (or a sentence) sells first; None where it names nothing known."""
    found = goods(text)
    if not found:
        return None
    return (_instead(found) if len(found) > 1 else None) or found[0][1]


def goods(text: str) -> tuple[tuple[str, Good], ...]:
    """The phrases of a title that name something, with what they name; what is given along (送茶杯) is left out.

    Only the first 200 characters of a long text are read: what is sold is said at its beginning.
    """
    return _goods(text[:_READ])


@lru_cache(maxsize=4096)
def _goods(text: str) -> tuple[tuple[str, Good], ...]:
    found: list[tuple[str, Good]] = []
    for phrase in filter(None, _BREAKS.split(text)):
        folded = fold(phrase).bare
        good = _named(folded) if not _GIFT.match(folded) else None
        if good is not None and not (found and _is_use(folded)):
            found.append((folded, good))
    return tuple(found)


def _is_use(phrase: str) -> bool:
    """打豆浆 and 包粽子 say what the goods before are good for; 泡菜 is a thing, though it begins with a verb."""
    return phrase.startswith(_USES) and min(end - length for end, length, _ in _names(phrase)) == 1


def sold(text: str) -> list[Good]:
    """What a title sells, the nearest names only: of 茶叶 and 西湖龙井 the latter; of 玉米 种子 the seed."""
    found = goods(text)
    if len(found) > 1 and (second := _instead(found)):
        found = tuple(one for one in found if one[1] == second)
    named = [good for _, good in found]
    return [good for good in named if not any(good.name in above(other) - {other.name} for other in named)]


def _instead(found: Sequence[tuple[str, Good]]) -> Good | None:
    """苹果 手机壳 and 玉米 种子 are what the second phrase says, not a fruit and a grain."""
    (phrase, first), (following, second), *_ = found
    if taxonomy().names.get(phrase) != first.name or not first.category.startswith("food.agri"):
        return None
    return second if second.category.startswith(_NOT_FOOD) and following.startswith(second.name) else None


def above(good: Good) -> frozenset[str]:
    """What a good is a kind of, itself included: 桑葚酒, made of 桑葚, is a kind of 酒 and not of 桑葚."""
    known = taxonomy()
    suffix = good.name[len(good.made_of) :] if good.made_of else ""
    generic = known.names.get(_GENERIC.get(suffix, suffix))
    return known.above(good.name) | (known.above(generic) if generic else frozenset())


def _named(phrase: str) -> Good | None:
    known = taxonomy()
    found = sorted(_names(phrase))
    if not found:
        return None
    end, length, word = found[-1]
    name, rest = known.names[word], phrase[end:]
    category = known.categories.get(name, "food.prepacked")
    if _TOOL.match(rest) if category.startswith("food") else category.startswith("cosmetic") and rest.startswith("刷"):
        return Good(word + rest[0], "goods")
    if word in MADE:
        before = next((one for last, _, one in reversed(found) if last == end - length), None)
        return _made(known.names[before], word) if before else Good(name, category)
    made = _MADE.match(rest)
    return _made(name, made[1]) if made else _nearest(found, Good(name, category))


def _nearest(found: list[tuple[int, int, str]], last: Good) -> Good:
    """Of 蓝莓鲜果 and 橙子水果 the kind that is named is sold, not what it is a kind of."""
    known = taxonomy()
    begins = found[-1][0] - found[-1][1]
    names = [known.names[word] for end, _, word in reversed(found) if end <= begins]
    kind = next((name for name in names if name != last.name and last.name in known.above(name)), None)
    return Good(kind, known.categories.get(kind, last.category)) if kind else last


def _made(name: str, suffix: str) -> Good:
    """What is made of farm produce; of anything else the name itself, and a tea with 茶 behind it is still that tea."""
    category = taxonomy().categories.get(name, "")
    if not category.startswith("food.agri") or (category == "food.agri.tea" and suffix == "茶"):
        return Good(name, category or "food.prepacked")
    return Good(name + suffix, MADE[suffix], made_of=name)


def _names(phrase: str) -> Iterator[tuple[int, int, str]]:
    """(end, length, name) of every name in a phrase. A name of one character counts only where the phrase, but for its packing, ends."""
    known = taxonomy()
    for start in range(len(phrase)):
        for end in range(start + 1, min(len(phrase), start + known.longest) + 1):
            word = phrase[start:end]
            if word in known.names and (len(word) > 1 or _PACKED.match(phrase[end:])) and phrase[end : end + 1] != "色":
                yield end, len(word), word
