"""Certificates as they are printed: what stands on the picture of one, read off its words, and held against who shows it.

A picture is a certificate where a line of it is the title of one (有机产品认证证书, 食品经营许可证 …). Then its labels tell holder,
credit code, dates and products. The label of a pack has a number too, and a day, but it is that of the goods: only what stands on a
certificate counts. Two certificates on one picture, or two numbers, tell nothing: whose day is whose cannot be known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, Literal, get_args

from rapidfuzz.distance import Levenshtein

from monitor.documents import Certificate, Seller
from monitor.registry.assess import Assessment, assess
from monitor.registry.families.credit_code import CreditCode
from monitor.registry.labels import Label, labelled
from monitor.registry.numbers import Found, find, normalise, sight
from monitor.registry.printed_dates import NO_DAYS, Validity, validity
from monitor.registry.registry import Registry

Failing = Literal["expired", "not-yet-valid", "other-holder", "other-scope", "undeclared"]
"""What a printed certificate may be at odds with: the day, who sells, what is sold, and the number the page names."""

_FAILINGS: Final[Mapping[str, Failing]] = {kind: kind for kind in get_args(Failing) if kind != "undeclared"}
"""Reasons of the assessment that the print of a certificate can give."""

_TITLE: Final = re.compile(
    r"\s*(?:[\u4e00-\u9fff]{0,16}|[\u4e00-\u9fff]{1,12}[(（][^)）]{1,8}[)）][\u4e00-\u9fff]{0,8})"
    r"(?:证书|许可证|登记证|注册证|营业执照|备案凭证|批准书|批件)\s*(?:[(（]?\s*[正副]\s*本\s*[)）]?)?\s*"
)
_NO_TITLE: Final = re.compile(r"查看|展示|荣誉|资质证书|相关证书|证书编号|证书查询|我们|没有|拥有|获得")
_MORE_ELSEWHERE: Final = re.compile(
    r"附件|附表|附页|见.{0,4}(?:副本|明细|背面|清单)|明细表|等$|等[\d一二三四五六七八九十]+种"
)
_LONGEST: Final = 500
"""Characters a value may have: what is longer is no name, and no list of a certificate without an annex."""
_ITEMS: Final = re.compile(r"[、,，;；/]+|\s{2,}")
_PARTS: Final = re.compile(r"-\d{1,3}$")


@dataclass(frozen=True, slots=True)
class Passage:
    """A value as it stands in the text: ``text[start:end]``, half open, in code points."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Face:
    """What a certificate says beside its number; what cannot be told is absent."""

    holder: Passage | None = None
    holder_uscc: Passage | None = None
    products: Passage | None = None
    issuer: Passage | None = None
    valid: Validity = NO_DAYS

    @property
    def scope(self) -> tuple[str, ...]:
        """The products one by one; nothing where the certificate says that more of them stand elsewhere.

        A line may end between two products or inside the name of one: both readings are given, for one that covers is enough.
        """
        if self.products is None or len(self.products.text) > _LONGEST or _MORE_ELSEWHERE.search(self.products.text):
            return ()
        lines = self.products.text
        items = [*_ITEMS.split(lines.replace("\n", "、")), *_ITEMS.split(lines.replace("\n", ""))]
        return tuple(dict.fromkeys(item.strip() for item in items if item.strip()))


_BLANK: Final = Face()


@dataclass(frozen=True, slots=True)
class Printed:
    """A certificate number on a picture, and what else the certificate says: nothing where the picture is no certificate."""

    number: Found
    face: Face = _BLANK

    @property
    def record(self) -> Certificate:
        """The certificate as a record of a registry, true as far as its picture is."""
        face = self.face
        return Certificate(
            type=self.number.type,
            number=self.number.number,
            holder=face.holder.text if face.holder else None,
            holder_uscc=face.holder_uscc.text if face.holder_uscc else None,
            scope=face.scope,
            issuer=face.issuer.text if face.issuer else None,
            valid_from=face.valid.first,
            valid_to=face.valid.last,
        )


@dataclass(frozen=True, slots=True)
class Shown:
    """Where a certificate is shown: by whom, beside which product of which category, on which day, and which numbers the page names."""

    seller: Seller | None
    product: str | None
    category: str | None
    day: date
    declared: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """What is at odds: how the assessment puts it, and where it stands in the words of the picture."""

    kind: Failing
    detail: dict[str, str]
    start: int
    end: int


@lru_cache(maxsize=1024)
def printed_in(text: str) -> tuple[Printed, ...]:
    """The certificate numbers in the words of one picture, with holder, dates and products where it is a certificate."""
    numbers = find(text)
    if not is_certificate(text) or len({(one.type, one.number) for one in numbers}) != 1:
        return tuple(Printed(number) for number in numbers)
    face = face_of(text)
    return tuple(Printed(number, face) for number in numbers)


def face_of(text: str) -> Face:
    """What the labels in the words of a certificate say."""
    found = labelled(text)
    return Face(
        holder=_first(text, found, "holder"),
        holder_uscc=_code(text, found),
        products=_first(text, found, "products"),
        issuer=_first(text, found, "issuer"),
        valid=validity(text, found),
    )


def is_certificate(text: str) -> bool:
    """Whether the words of a picture are those of one certificate: it bears one title, however often."""
    titles = {re.sub(r"\s|[(（]?[正副]本[)）]?", "", line) for line in text.split("\n") if _is_title(line)}
    return len(titles) == 1


def failures(printed: Printed, shown: Shown, *, slips: int = 0) -> list[Failure]:
    """Everything in which a printed certificate is at odds with where it is shown, judged as the registry judges a record.

    ``slips``: so many characters of the holder's name may have been misread, so that a name as near as that is nobody else's.
    """
    record, number, face = printed.record, printed.number, printed.face
    aspects = (
        (_only(record, "valid_from", "valid_to"), _day(face, shown.day)),
        (_only(record, "holder", "holder_uscc"), face.holder or face.holder_uscc),
        (_only(record, "scope"), face.products),
    )
    assessed = [(_assess(one, shown), passage) for one, passage in aspects if passage is not None]
    found = [
        Failure(_FAILINGS[one.reason], dict(one.detail), passage.start, passage.end)
        for one, passage in assessed
        if one.reason in _FAILINGS
        and not (one.reason == "other-holder" and _may_be_misread(record, shown.seller, slips))
    ]
    undeclared = _undeclared(number, shown)
    return [*found, Failure("undeclared", undeclared, number.start, number.end)] if undeclared else found


def _may_be_misread(record: Certificate, seller: Seller | None, slips: int) -> bool:
    """Whether holder and seller are told apart by so few characters of their names alone; codes are not, they bear checks."""
    if seller is None or not seller.name or not record.holder or (seller.uscc and record.holder_uscc):
        return False
    return slips > 0 and Levenshtein.distance(seller.name, record.holder, score_cutoff=slips) <= slips


def _assess(record: Certificate, shown: Shown) -> Assessment:
    return assess(
        types=(record.type,),
        named=((record.type, record.number),),
        seller=shown.seller,
        product=shown.product,
        category=shown.category,
        as_of=shown.day,
        registry=Registry([record]),
    )


def _only(record: Certificate, *fields: str) -> Certificate:
    """The record with these facts alone, so that each is judged whatever the others are."""
    return Certificate(record.type, record.number, **{name: getattr(record, name) for name in fields})


def _undeclared(number: Found, shown: Shown) -> dict[str, str]:
    """The wording, where the page names numbers of this type and this one is none of them.

    One character more, less or other may be a slip of whoever typed or read it: that is no contradiction.
    """
    named = [_whole(number.type, other) for kind, other in shown.declared if kind == number.type]
    here = _whole(number.type, number.number)
    if not named or any(_is_near(here, other) for other in named):
        return {}
    listed = "、".join(dict.fromkeys(named))
    return {
        "zh": f"图上的编号是 {number.number}，页面写的是 {listed}",
        "en": f"the picture bears {number.number}, the page names {', '.join(dict.fromkeys(named))}",
    }


def _is_near(left: str, right: str) -> bool:
    return Levenshtein.distance(left, right, score_cutoff=1) <= 1


def _whole(kind: str, number: str) -> str:
    """A number without the part of a sub-certificate."""
    return _PARTS.sub("", normalise(kind, number))  # type: ignore[arg-type]


def _is_title(line: str) -> bool:
    bare = re.sub(r"\s", "", line)
    return _TITLE.fullmatch(bare) is not None and _NO_TITLE.search(bare) is None


def _first(text: str, found: Sequence[Label], kind: str) -> Passage | None:
    """The value of the label of a kind that ranks first, of equals the first on the picture."""
    of_kind = [label for label in found if label.kind == kind and 0 < label.end - label.start <= _LONGEST]
    best = min(of_kind, key=lambda label: (label.rank, label.start), default=None)
    return None if best is None else Passage(best.start, best.end, text[best.start : best.end])


def _code(text: str, found: Sequence[Label]) -> Passage | None:
    """A credit code behind its label that passes its check: a wrong one is nobody's."""
    for label in found:
        if label.kind != "code":
            continue
        for start, end, number, verdict, _ in sight(CreditCode, "信用代码:" + text[label.start : label.end]):
            if verdict == "well-formed":
                shift = label.start - len("信用代码:")
                return Passage(max(label.start, start + shift), end + shift, number)
    return None


def _day(face: Face, day: date) -> Passage | None:
    """The printed day that decides whether the certificate was in force."""
    valid = face.valid
    span = valid.last_at if valid.last is not None and day > valid.last else valid.first_at
    return None if span is None else Passage(*span, "")
