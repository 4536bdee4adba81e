"""What a seller is: a company, a sole trader, a cooperative, as its credit code or, without one, its name says.

Source: GB 32100-2015, the first two characters of the 统一社会信用代码 (registering authority, kind of organisation), with 农业农村部's
``N`` for collective economic organisations. Of names only the legal form counts: 旗舰店 says nothing of who runs it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal

from monitor.documents import Seller
from monitor.registry.holder import key_of_code

SellerType = Literal[
    "company", "sole-trader", "cooperative", "collective", "public-body", "social-organisation", "other"
]
_CODES: Final[Mapping[str, SellerType]] = {
    "91": "company",
    "92": "sole-trader",
    "93": "cooperative",
    "11": "public-body",
    "12": "public-body",
    "13": "social-organisation",
    "51": "social-organisation",
    "52": "social-organisation",
    "53": "social-organisation",
    "N1": "collective",
    "N2": "collective",
    "N3": "collective",
}
_NAMES: Final[tuple[tuple[re.Pattern[str], SellerType], ...]] = (
    (re.compile(r"[（(]?个体工商户[）)]?$"), "sole-trader"),
    (re.compile(r"(?:专业合作社|专业合作社联合社)$"), "cooperative"),
    (re.compile(r"(?:股份经济合作社|经济合作社|经济联合社)$"), "collective"),
    (re.compile(r"公司$"), "company"),
)


def seller_type(seller: Seller | None) -> SellerType | None:
    """What kind of organisation a seller is; None where neither code nor name tells."""
    if seller is None:
        return None
    code = key_of_code(seller.uscc)
    if code is not None:
        return _CODES.get(code[:2], "other")
    name = (seller.name or "").strip()
    return next((kind for pattern, kind in _NAMES if pattern.search(name)), None)
