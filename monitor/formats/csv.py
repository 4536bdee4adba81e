"""Tables of listings: CSV with commas, semicolons or tabs; a header, then one listing a row.

A column is known by any of its names in ``COLUMNS`` and ``CERTIFICATES``, capital or small. ``attributes.产地`` is the attribute
产地, and so is a column of any other name: what a seller writes down is read, nothing is lost.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, BinaryIO, Final

import msgspec

from monitor.documents import CHINA
from monitor.formats.delimited import delimited_rows
from monitor.formats.item import PRICES, Item, Refusal, Source, decode
from monitor.formats.text import lines

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "id": ("id", "listing_id", "listing", "item_id", "编号", "商品编号", "商品id", "商品编码"),
    "platform": ("platform", "平台", "来源平台"),
    "url": ("url", "link", "链接", "商品链接", "网址"),
    "observed_at": ("observed_at", "date", "采集时间", "观察时间", "抓取时间", "日期"),
    "title": ("title", "name", "标题", "商品名称", "商品标题", "名称", "品名"),
    "description": ("description", "描述", "详情", "商品描述", "商品详情", "文案", "卖点"),
    "category": ("category", "类别", "分类", "类目"),
    "price.current": ("price", "price.current", "current_price", "价格", "现价", "售价", "单价"),
    "price.reference": ("price.reference", "reference_price", "original_price", "原价", "划线价"),
    "price.currency": ("price.currency", "currency", "币种"),
    "price.stock": ("price.stock", "stock", "库存"),
    "seller.id": ("seller.id", "seller_id", "shop_id", "店铺编号", "店铺id", "卖家编号"),
    "seller.name": ("seller.name", "seller", "seller_name", "shop", "卖家", "店铺", "店铺名称", "商家", "经营者"),
    "seller.uscc": ("seller.uscc", "uscc", "统一社会信用代码", "信用代码"),
    "certificates": ("certificates", "证书"),
    "images.text": ("images.text", "image_text", "图片文字"),
    "images.url": ("images.url", "image", "image_url", "图片", "图片链接", "主图"),
}
"""Names of the columns of a listing. ``certificates`` holds ``type:number`` pairs, ``images.*`` one entry, several by ``;`` or ``|``."""

CERTIFICATES: Final[dict[str, tuple[str, ...]]] = {
    "food-production": ("食品生产许可证", "食品生产许可证编号", "食品生产许可证号", "生产许可证编号", "生产许可证号", "sc编号", "sc号"),
    "food-business": ("食品经营许可证", "食品经营许可证编号", "食品经营许可证号", "经营许可证编号"),
    "organic": ("有机产品认证证书", "有机证书", "有机证书编号", "有机认证证书编号", "有机产品认证证书编号"),
    "green-food": ("绿色食品证书", "绿色食品证书编号", "绿色食品标志许可编号", "绿色食品编号"),
    "gi": ("地理标志", "地理标志证书编号", "地理标志专用标志使用核准编号"),
    "health-food": ("保健食品批准文号", "保健食品注册号", "保健食品备案号"),
    "pesticide": ("农药登记证", "农药登记证号"),
    "seed": ("种子生产经营许可证", "种子生产经营许可证号"),
    "fertilizer": ("肥料登记证", "肥料登记证号"),
    "drug": ("药品批准文号", "国药准字"),
    "device": ("医疗器械注册证编号", "医疗器械注册证号", "医疗器械备案号"),
    "test-report": ("检验报告编号", "检测报告编号"),
}  # fmt: skip
"""Columns of certificate numbers; ``certificates.TYPE`` names any other type of the contract."""


_PATHS: Final = {
    **{name: path for path, names in COLUMNS.items() for name in names},
    **{name: f"certificates.{kind}" for kind, names in CERTIFICATES.items() for name in names},
}
_PRICES: Final = frozenset({"listing_id", "date", "price"})
_APART: Final = re.compile(r"\s*[;；|\n]\s*")
_DATE: Final = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?"
)


def read_csv(stream: BinaryIO, head: bytes, source: Source) -> Iterator[Item]:
    """A listing a row, as they come; a row that is none is told with its line and column."""
    rows = delimited_rows(lines(stream, head, source), _is_known, lambda line, reason, _: source.error(reason, line))
    _, header = next(rows, (0, []))
    names = [name.strip() or f"column {index + 1}" for index, name in enumerate(header)]
    paths = [_path(name) for name in names]
    if {name.lower() for name in names} == _PRICES:
        source.other(PRICES)
        return
    if not {"title", "description"} & set(paths):
        wanted = "、".join((*COLUMNS["title"], *COLUMNS["description"]))
        source.error(f"no column of a title or a description; one of these is needed: {wanted}", line=1)
        return
    if "id" not in paths:
        source.note(f"no column of ids: the listings are called {source.id}-LINE")
    number = 1
    for number, row in rows:
        try:
            envelope, document = decode(_listing(names, paths, row, f"{source.id}-{number}"))
        except Refusal as refusal:
            source.error(refusal.reason, number, _column(refusal.field, names, paths))
        else:
            yield Item(envelope, document, source.name, number)
    if number == 1:
        source.error("no listing under the header")


def _path(name: str) -> str:
    """Where a column belongs in a listing."""
    small = unicodedata.normalize("NFKC", name).strip().lower()
    head, mark, rest = name.partition(".")
    if mark and head.lower() in {"certificates", "attributes", "属性"}:
        return f"{'certificates' if head.lower() == 'certificates' else 'attributes'}.{rest.strip()}"
    return _PATHS.get(small, f"attributes.{name}")


def _is_known(name: str) -> bool:
    return _path(name) in COLUMNS


def _listing(names: Sequence[str], paths: Sequence[str], row: Sequence[str], name: str) -> bytes:
    """The row as a listing in JSON.

    Raises:
        Refusal: more cells than columns, or a cell that is no number, time or certificate where one belongs.
    """
    if len(row) > len(names) and any(cell.strip() for cell in row[len(names) :]):
        raise Refusal(f"{len(row)} cells under {len(names)} columns")
    listing: dict[str, Any] = {"kind": "listing"} | ({"id": name} if "id" not in paths else {})
    for path, cell in zip(paths, row, strict=False):
        if text := cell.strip():
            _put(listing, path, text)
    return msgspec.json.encode(listing)


def _put(listing: dict[str, Any], path: str, text: str) -> None:
    head, _, rest = path.partition(".")
    if head == "attributes":
        listing.setdefault(head, {})[rest.strip()] = text
    elif head == "certificates":
        pairs = (
            [_pair(part) for part in _APART.split(text)] if not rest else [(rest, part) for part in _APART.split(text)]
        )
        listing.setdefault(head, []).extend({"type": kind, "number": number} for kind, number in pairs if number)
    elif head == "images":
        listing.setdefault(head, []).extend({rest: part} for part in _APART.split(text) if part)
    elif head == "price":
        listing.setdefault(head, {})[rest] = text if rest == "currency" else number(text, path)
    elif head == "observed_at":
        listing[head] = moment(text)
    elif rest:
        listing.setdefault(head, {})[rest] = text
    else:
        listing[head] = text


def _pair(part: str) -> tuple[str, str]:
    kind, mark, number = part.replace("：", ":").partition(":")
    if not mark and part:
        raise Refusal("not of the form type:number, such as organic:134OP2600963", "certificates")
    return kind.strip(), number.strip()


def number(text: str, path: str) -> str | int:
    """``￥1,299.00元`` as people write it; stock as a whole number."""
    plain = re.sub(r"[\s,¥￥$元]|(?i:rmb|cny)", "", unicodedata.normalize("NFKC", text))
    if path == "price.stock":
        if not re.fullmatch(r"\d{1,12}(\.0+)?[件份个]?", plain):
            raise Refusal(f"not a whole number: {text[:40]}", path)
        return int(re.match(r"\d+", plain)[0])  # type: ignore[index]  # it has matched
    if not re.fullmatch(r"\d{1,12}(\.\d{1,6})?", plain):
        raise Refusal(f"not an amount of money: {text[:40]}", path)
    return plain


def moment(text: str, field: str = "observed_at") -> str:
    """RFC 3339; ``2026/11/20 9:05`` is China Standard Time, a day begins at midnight."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return text
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=CHINA).isoformat()
    except ValueError as error:
        raise Refusal(f"not a time: {text[:40]}", field) from error


def _column(field: str | None, names: Sequence[str], paths: Sequence[str]) -> str | None:
    """The name in the header of the column that a field of the listing comes from."""
    if field is None:
        return None
    plain = re.sub(r"\[\d+\]", "", field)
    for name, path in zip(names, paths, strict=True):
        if path in {field, plain} or (plain.startswith("certificates") and path.startswith("certificates")):
            return name
    return field
