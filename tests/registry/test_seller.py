"""What a seller is, by its code, else by its name."""

from __future__ import annotations

import pytest

from monitor.documents import Seller
from monitor.registry.seller import seller_type

SELLERS = [
    ("91330106MA2B1234X5", None, "company"),
    ("92330106MA2B1234X5", "甲乙有限公司", "sole-trader"),
    ("93330106MA2B1234X5", None, "cooperative"),
    ("12330106MA2B1234X5", None, "public-body"),
    ("52330106MA2B1234X5", None, "social-organisation"),
    ("N2330106MA2B1234X5", None, "collective"),
    ("Y1330106MA2B1234X5", None, "other"),
    ("n2 330106 ma2b1234x5", None, "collective"),
    (None, "五常市甲乙有限公司", "company"),
    (None, "五常市甲乙水稻专业合作社", "cooperative"),
    (None, "甲乙村股份经济合作社", "collective"),
    (None, "五常市甲乙粮店（个体工商户）", "sole-trader"),
    ("1234", "五常市甲乙有限公司", "company"),
    (None, "甲乙官方旗舰店", None),
    (None, "公司里的小王", None),
    (None, None, None),
]


@pytest.mark.parametrize(("uscc", "name", "kind"), SELLERS, ids=[f"{u} {n}" for u, n, _ in SELLERS])
def test_code_before_name(uscc: str | None, name: str | None, kind: str | None) -> None:
    assert seller_type(Seller(uscc=uscc, name=name)) == kind


def test_no_seller_is_nothing() -> None:
    assert seller_type(None) is None
