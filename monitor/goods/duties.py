"""What goods owe because of what they are: licences, certificates, warnings. The duties are data (``duties.yaml``).

A duty is owed by goods of some kinds, by some kinds of seller, from a day on; it has exemptions and something that shows that it is
met. Where a page does not tell whether a duty reaches the goods, nothing is held against the seller.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Final, Literal

import msgspec
import yaml

from monitor.documents import CertificateType
from monitor.nlp.fold import fold, fold_literal

_DENIED: Final = re.compile(
    "(?:不开|没开|没有|没得|不是|不办|没办|没|未|无|非|不给|不提供|不附|懒得开|开不了)[的去过做给附写经]?$"
)
_REACH: Final = 5
"""Characters before a word in which it may be denied."""

Text = tuple[str, str]
"""(path of a field, its text)."""


class Law(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A law, and the article where its number was read."""

    law: str
    article: str | None = None


class Kinds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Goods of these categories; with ``titles``, only those so called."""

    categories: tuple[str, ...]
    titles: tuple[str, ...] = ()


class OfAttributes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the words in one of the attributes."""

    names: tuple[str, ...]
    words: tuple[str, ...]


class Exemption(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What says that a duty does not reach these goods: words anywhere, words in the title, or words in attributes."""

    id: str
    zh: str
    en: str
    words: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    attributes: OfAttributes | None = None
    basis: Law | None = None


class Evidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What shows that a duty is met. Certificates are looked up by whoever asks."""

    certificates: tuple[CertificateType, ...] = ()
    attributes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


class Doubtful(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words, or titles, with which it cannot be told whether a duty reaches the goods."""

    words: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    except_titles: tuple[str, ...] = ()


class Duty(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One duty; ``shown`` says whether the page itself must show it, or the goods or their label."""

    id: str
    title: dict[str, str]
    basis: tuple[Law, ...]
    applies: date
    shown: Literal["page", "goods"]
    goods: Kinds
    evidence: Evidence
    exempt: tuple[Exemption, ...] = ()
    sellers: tuple[str, ...] = ()
    sellers_in_doubt: tuple[str, ...] = ()
    doubtful: Doubtful = Doubtful()


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    duties: tuple[Duty, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """What is known of goods on offer. ``texts`` are the fields of the page with their paths, the title among them; ``numbers`` those of
    certificates that it names; ``seller`` is a kind of seller, None where it is not known."""

    title: str
    category: str | None
    seller: str | None
    texts: Sequence[Text]
    numbers: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Owed:
    """Whether a duty is owed (None: it cannot be told) and why, by language."""

    owed: bool | None
    detail: dict[str, str]


def owes(duty: Duty, offer: Offer, day: date) -> Owed:
    """Whether goods on offer owe a duty on a day."""
    if day < duty.applies:
        return Owed(False, {"zh": f"{duty.applies} 起施行", "en": f"in force from {duty.applies}"})
    if offer.category is None:
        return Owed(None, {"zh": "商品类别未知", "en": "the category is unknown"})
    meant = _under(offer.category, duty.goods.categories)
    if not meant or (duty.goods.titles and not _named(offer.title, duty.goods.titles)):
        return Owed(False, {"zh": "不属于有此义务的商品", "en": "not goods that owe it"})
    in_doubt = offer.seller is None or offer.seller in duty.sellers_in_doubt
    if duty.sellers and not in_doubt and offer.seller not in duty.sellers:
        return Owed(
            False, {"zh": f"卖家类型 {offer.seller} 无此义务", "en": f"a seller of type {offer.seller} does not owe it"}
        )
    for exemption in duty.exempt:
        found = _exempts(exemption, offer)
        if found:
            return Owed(False, {"zh": f"{exemption.zh}（{found}）", "en": f"{exemption.en} ({found})"})
    if duty.sellers and in_doubt:
        return Owed(None, {"zh": "这类卖家是否有此义务看不出", "en": "it cannot be told whether such a seller owes it"})
    made = _named(offer.title, duty.doubtful.except_titles)
    doubt = _found(offer.texts, duty.doubtful.words) or (None if made else _named(offer.title, duty.doubtful.titles))
    if doubt:
        return Owed(None, {"zh": f"“{doubt}”：看不出是否预包装", "en": f"“{doubt}”: it may be no prepacked food"})
    return Owed(True, duty.title)


def shown(duty: Duty, texts: Sequence[Text]) -> str | None:
    """The words or the attribute on a page that show that a duty is met; None where there are none."""
    for path, text in texts:
        if path.rpartition("attributes.")[2] in duty.evidence.attributes and text.strip():
            return f"{path}：{text}"
    return _found(texts, duty.evidence.words)


def _exempts(exemption: Exemption, offer: Offer) -> str | None:
    found = _named(offer.title, exemption.titles) or _found(offer.texts, exemption.words)
    if found is None and exemption.words:
        found = _found([("certificates", number) for number in offer.numbers], exemption.words)
    if found is None and exemption.attributes is not None:
        names = exemption.attributes.names
        texts = [(path, text) for path, text in offer.texts if path.rpartition("attributes.")[2] in names]
        found = _found(texts, exemption.attributes.words)
    return found


def _named(title: str, words: Iterable[str]) -> str | None:
    return _found([("title", title)], words)


def _found(texts: Iterable[Text], words: Iterable[str]) -> str | None:
    """The first of the words that stands in one of the texts and is not denied there (没开合格证), however it is spaced or written."""
    bare = [fold(text).bare for _, text in texts]
    return next((word for word in words if any(_stands(fold_literal(word), text) for text in bare)), None)


def _stands(word: str, text: str) -> bool:
    at = text.find(word)
    while at >= 0:
        if not _DENIED.search(text, max(0, at - _REACH), at):
            return True
        at = text.find(word, at + 1)
    return False


def _under(category: str, prefixes: Iterable[str]) -> bool:
    return any(category == prefix or category.startswith(prefix + ".") for prefix in prefixes)


@cache
def duties() -> Mapping[str, Duty]:
    """The shipped duties, by id."""
    text = resources.files("monitor.goods").joinpath("duties.yaml").read_text(encoding="utf-8")
    return read_duties(yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))  # noqa: S506 (a safe loader)


def read_duties(raw: object) -> Mapping[str, Duty]:
    """Duties from the content of their file.

    Raises:
        msgspec.ValidationError: it has another form, or an id stands twice.
    """
    found = msgspec.convert(raw, type=_File, strict=False).duties
    named = {duty.id: duty for duty in found}
    if len(named) != len(found):
        raise msgspec.ValidationError("two duties have one id")
    return named
