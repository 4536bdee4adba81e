"""What a page sells, by title and attributes."""

from __future__ import annotations

import pytest

from monitor.registry.named_goods import described, names_goods
from monitor.registry.scope import coverage

PAGES = [
    ("绿茶 250g", {"品种": "龙井"}, "龙井", "covers", "a variety says more than the title"),
    ("绿茶 250g", {"品种": "龙井43"}, "绿茶", "covers", "the title still counts"),
    ("茶叶 礼盒", {"品名": "红茶"}, "绿茶", "does-not", "the name says which tea"),
    ("一号产品 福利款", {"产品名称": "明前龙井"}, "绿茶", "covers", "the title names nothing"),
    ("一号产品 福利款", {"品名": "红茶"}, "绿茶", "does-not", "the title names nothing"),
    ("红茶 250g", {"品种": "龙井"}, "绿茶", "does-not", "an attribute that contradicts the title is left out"),
    ("好日子礼盒", {"配料": "绿茶"}, "绿茶", "covers", "one ingredient is the thing itself"),
    ("好日子礼盒", {"配料": "稻花香大米（五常）"}, "大米", "covers", "a remark in brackets"),
    ("好日子礼盒", {"配料": "苹果、水、食用盐"}, "苹果", "covers", "water and salt do not count"),
    ("好日子礼盒", {"配料": "苹果、白砂糖"}, "苹果", "cannot-tell", "of two ingredients none is the thing"),
    ("香菇酱 220g", {"配料": "香菇"}, "香菇", "does-not", "what it is made of is no name for it"),
    ("红薯粉条", {"品种": "红薯"}, "红薯", "does-not", "a variety of the raw thing"),
    ("脐橙 10斤", {"品种": "纽荷尔", "产地": "江西"}, "脐橙", "covers", "an unknown variety"),
    ("一号链接", {}, "大米", "cannot-tell", "nothing is named"),
]


@pytest.mark.parametrize(
    ("title", "attributes", "scope", "verdict", "why"), PAGES, ids=[row[4] + row[0] for row in PAGES]
)
def test_attributes_say_more_nearly_what_is_sold(
    title: str, attributes: dict[str, str], scope: str, verdict: str, why: str
) -> None:
    assert coverage([scope], described(title, attributes) or "").verdict == verdict, why


def test_a_page_without_title_and_names_has_none() -> None:
    assert described(None, {}) is None
    assert described(None, {"品名": "大米"}) == "大米"
    assert not names_goods(None)
    assert not names_goods("一号链接")
    assert names_goods("稻花香")
