"""The families of numbers, one row each: what it looks like, how it is found in a text, and how sure that is.

Sources: 食品生产许可管理办法 art. 29 and GB/T 17710 (SC, JY, YB); 有机产品认证实施规则 (organic); 绿色食品标志使用管理 (LB, GF);
the registries' own forms.
Forms and their certainty were verified on public numbers; see ``docs/certificates.md``.
"""

from __future__ import annotations

from typing import Final

from monitor.registry.identifier import Family, checked_mod_11_10

_READ_ALOUD: Final = r"\d零〇一二三四五六七八九幺"


def _patent_check(number: str) -> str | None:
    """ZL numbers (since 2003): weights 2 to 9 from the left, remainder by 11, 10 is X."""
    digits = number[2:14]
    weights = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
    rest = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11
    expected = "X" if rest == 10 else str(rest)  # noqa: PLR2004 (a remainder of ten has no digit)
    return None if number[-1] == expected else expected


FAMILIES: Final[tuple[Family, ...]] = (
    Family(
        "food-production",
        "食品生产许可证编号",
        r"SC\d{14}",
        r"(?<![A-Z0-9])SC[\s:：.\-]*\d[\d ]{8,17}\d(?!\d)",
        "SC and 14 digits",
        check=checked_mod_11_10(2),
        fields={"class": (2, 5), "county": (5, 11)},
    ),
    Family(
        "food-business",
        "食品经营许可证编号",
        r"(?:JY|YB)\d{14}",
        r"(?<![A-Z0-9])(?:JY|YB)[\s:：.\-]*\d[\d ]{8,17}\d(?!\d)",
        "JY or YB and 14 digits",
        check=checked_mod_11_10(2),
        fields={"business": (2, 3)},
    ),
    Family(
        "organic",
        "有机产品认证证书编号",
        r"(?:F\d{2}|\d{3,4})OP\d{2}\d{5}(?:-\d+)?",
        rf"(?<![A-Z0-9])(?:F\d{{2}}|[{_READ_ALOUD}]{{3,4}})[\s,，.]*OP[\s,，.]*[{_READ_ALOUD}][{_READ_ALOUD} ]{{4,9}}(?:-\d+)?",
        "body code, OP, two digits of the year and five of the serial, such as 0123OP2300001",
        certainty=2,
    ),
    Family(
        "green-food",
        "绿色食品标志编号",
        r"LB-\d{2}-\d{10,12}A{0,2}",
        r"(?<![A-Z0-9])LB[\s\-]*\d{2}[\s\-]*\d{10,12}A{0,2}",
        "LB-, two digits, - and ten to twelve digits",
        certainty=2,
    ),
    Family("green-food", "绿色食品企业信息码", r"GF\d{12}", r"(?<![A-Z0-9])GF\s*\d{12}(?!\d)", "GF and 12 digits"),
    Family(
        "gi",
        "农产品地理标志登记证书编号",
        r"AGI\d{5}",
        r"(?<![A-Z0-9])AGI\s*\d{3,8}(?!\d)",
        "AGI and five digits",
        certainty=2,
    ),
    Family(
        "health-food",
        "保健食品注册号",
        r"国食健注[GJ]\d{8}|国食健字[GJ]\d{8}|食健备G\d{12}|食健备J\d{4}00\d{6}|卫(?:进)?食健字\(?\d{4}\)?第?\d{3,4}号?",
        r"国食健[注字]\s*[GJ]?\s*\d{4,14}|食健备\s*[GJ]\s*\d{6,14}|卫(?:进)?食健字\s*\(?\d{4}\)?第?\d{3,4}号?",
        "国食健注G or J and 8 digits, or 食健备G and 12 digits",
    ),
    Family(
        "infant-formula",
        "婴幼儿配方乳粉注册号",
        r"国食注字YP\d{8}",
        r"国食注字\s*YP\s*\d{4,12}",
        "国食注字YP and 8 digits",
    ),
    Family(
        "special-medical-food",
        "特医食品注册号",
        r"国食注字TY\d{8}",
        r"国食注字\s*TY\s*\d{4,12}",
        "国食注字TY and 8 digits",
    ),
    Family(
        "drug",
        "药品批准文号",
        r"国药准字(?:[HZSJ]\d{8}|[HZS][CJ]\d{8})",
        r"国药准字\s*[A-Z]{1,2}\s*\d{4,12}",
        "国药准字, one or two letters and 8 digits",
    ),
    Family(
        "device",
        "医疗器械注册证号",
        r"[\u4e00-\u9fff]械注[准进许]\d{11}|[\u4e00-\u9fff]{1,3}械备\d{8,}号?",
        r"[\u4e00-\u9fff]械注[准进许]\s*\d{6,14}|[\u4e00-\u9fff]{1,2}械备\s*\d{8,}号?",
        "a province or 国, 械注准/进/许 and 11 digits",
    ),
    Family(
        "pesticide",
        "农药登记证号",
        r"(?:PD|WP|LS)\d{8}(?:F\d{6})?",
        r"(?<![A-Z0-9])(?:PD|WP)\s*\d{6,10}(?!\d)",
        "PD or WP and 8 digits",
        certainty=2,
    ),
    Family(
        "seed",
        "种子生产经营许可证号",
        r"[A-G]{1,3}\([^)]{1,6}\)农种许字\(\d{4}\)第\d{3,4}号",
        r"[A-G]{1,3}\([^)]{1,6}\)农种许字\(\d{4}\)第\d{1,6}号",
        "A(京)农种许字(2020)第0001号",
        certainty=2,
    ),
    Family(
        "patent",
        "专利号",
        r"ZL\d{12}\.?[\dX]",
        r"(?<![A-Z0-9])ZL\s*\d{8,13}\.?\s*[\dX]?(?![\dX])",
        "ZL, 12 digits, a point and a check digit",
        certainty=2,
        check=_patent_check,
    ),
    Family(
        "quality-product",
        "名特优新农产品证书编号",
        r"CAQS-MTYX-\d{8}",
        r"CAQS-?MTYX-?\d{4,10}",
        "CAQS-MTYX- and 8 digits",
    ),
    Family(
        "haccp",
        "HACCP证书编号",
        r"\d{3,4}HACCP\d{7}(?:-\d+)?",
        r"(?<![A-Z0-9])\d{3,4}HACCP\d{6,8}(?:-\d+)?",
        "body code, HACCP and 7 digits",
        certainty=1,
    ),
    Family(
        "gap",
        "GAP证书编号",
        r"\d{3,4}GAP\d{7}(?:-\d+)?",
        r"(?<![A-Z0-9])\d{3,4}GAP\d{6,8}(?:-\d+)?",
        "body code, GAP and 7 digits",
        certainty=1,
    ),
)
