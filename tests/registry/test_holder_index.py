"""The index finds what comparing with every name finds."""

from __future__ import annotations

from pathlib import Path

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from monitor.documents import Certificate
from monitor.registry import Registry
from monitor.registry.holder import same_name
from monitor.registry.holder_index import HolderIndex

LINES = (Path(__file__).parents[1] / "data" / "holder_pairs.jsonl").read_bytes().splitlines()
NAMES = list(
    dict.fromkeys(name for line in LINES for row in [msgspec.json.decode(line)] for name in (row["left"], row["right"]))
)

PLACES = ["", "五常市", "五常", "黑龙江省五常市", "兴隆县", "兴隆", "休宁县", "黄山市休宁县", "（杭州）"]
MADE = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(PLACES),
    st.text("金福泉源丰收人家佳的山水一二不未末", min_size=1, max_size=8),
    st.sampled_from(["", "水稻种植", "茶叶", "农业科技"]),
    st.sampled_from(["", "有限公司", "专业合作社", "商行"]),
)


def brute(names: list[str], name: str) -> list[str]:
    return [other for other in names if same_name(name, other)]


def test_every_name_finds_what_is_one_with_it() -> None:
    index = HolderIndex(NAMES)
    assert [name for name in NAMES if index.find(name) != brute(NAMES, name)] == []


@given(names=st.lists(MADE, max_size=12, unique=True), asked=MADE)
def test_any_names_are_found_as_if_each_was_compared(names: list[str], asked: str) -> None:
    assert HolderIndex(names).find(asked) == brute(names, asked)


def test_an_empty_index_finds_nothing() -> None:
    assert len(HolderIndex([])) == 0
    assert HolderIndex([]).find("云谷茶叶有限公司") == []


def test_a_registry_finds_a_holder_whose_name_has_a_slip_or_another_place() -> None:
    rows = [
        {"type": "organic", "number": "098OP2690001", "holder": "沂河源头人家山货铺子有限公司"},
        {"type": "organic", "number": "098OP2690002", "holder": "沂河源头王家山货铺子有限公司"},
        {"type": "organic", "number": "098OP2690003", "holder": "黄山市休宁县云谷茶叶专业合作社"},
    ]
    registry = Registry(msgspec.convert(rows, list[Certificate]))
    assert [one.number for one in registry.by_holder("沂河源头人佳山货铺子有限公司", None).records] == ["098OP2690001"]
    assert [one.number for one in registry.by_holder("云谷荼叶合作社", None).records] == ["098OP2690003"]
    assert not registry.by_holder("云谷水产合作社", None).records
