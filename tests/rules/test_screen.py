"""The screen drops nothing: whatever is found in a text by itself is looked for in its batch."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rules.writing import RULE, write_rulebook

from monitor.documents import Listing
from monitor.nlp.layout import lay_out
from monitor.nlp.segment import Words
from monitor.registry import find
from monitor.rules import load_rulebook
from monitor.rules.compiled import Compiled, compile_rulebook
from monitor.rules.screen import Screen

LEADS = [
    "sc",
    "S C",
    "jy",
    "yb",
    "agi",
    "lb-",
    "gf",
    "op",
    "有机码",
    "国食健注g",
    "卫食健字",
    "国食注字yp",
    "国药准字z",
    "京械注准",
    "zl",
    "cma",
    "cnas l",
]
LEADS += [
    "pd",
    "农肥",
    "微生物肥",
    "兽药字",
    "京饲证",
    "商标注册号",
    "caqs-mtyx-",
    "公告",
    "gap",
    "haccp",
    "生产许可证编号",
    "国审稻",
    "gpd水稻",
]
BESIDES = ["(2020)", "2020年", "第", "号", "准字", "-", " ", "、", ".", "："]
DIGITS = ["1", "23", "456", "20201234", "o", "〇", "一二", "幺", "0 1 2", "1-2-3"]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    folder: Path = tmp_path_factory.mktemp("rules")
    return compile_rulebook(load_rulebook(write_rulebook(folder, RULE)))


@given(
    lead=st.sampled_from(LEADS),
    rest=st.lists(st.sampled_from(DIGITS) | st.sampled_from(BESIDES), min_size=1, max_size=8),
)
def test_a_text_with_a_number_may_have_numbers(compiled: Compiled, lead: str, rest: list[str]) -> None:
    text = f"本品{lead}{''.join(rest)}，真空包装"
    if find(text):
        screen = Screen(compiled, [lay_out(Listing("1", description=one)) for one in ("前面", text, "后面")], Words())
        assert screen.may_have_numbers(1)
        assert not screen.may_have_numbers(0)
