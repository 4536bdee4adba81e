"""CSV of listings: a header, then one listing a row.

Columns by their English or Chinese name: see ``COLUMNS``. ``attributes.产地`` is the attribute 产地, and so is any column of a
name not listed here.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from monitor.errors import InputError
from monitor.formats.item import Item, OnError, Refusal, decode
from monitor.formats.text import decode_text

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "id": ("id", "listing_id", "编号", "商品编号", "商品id"),
    "platform": ("platform", "平台"),
    "url": ("url", "链接", "商品链接"),
    "observed_at": ("observed_at", "采集时间", "观察时间"),
    "title": ("title", "name", "标题", "商品名称", "商品标题", "名称"),
    "description": ("description", "描述", "详情", "商品描述", "商品详情"),
    "category": ("category", "类别", "分类"),
    "price.current": ("price", "price.current", "价格", "现价", "售价"),
    "price.reference": ("price.reference", "reference_price", "原价", "划线价"),
    "price.stock": ("price.stock", "stock", "库存"),
    "seller.id": ("seller.id", "seller_id", "店铺编号"),
    "seller.name": ("seller.name", "seller", "卖家", "店铺", "店铺名称", "经营者"),
    "seller.uscc": ("seller.uscc", "uscc", "统一社会信用代码"),
}
_PATHS: Final = {name.lower(): path for path, names in COLUMNS.items() for name in names}
_PRICES: Final = frozenset({"listing_id", "date", "price"})


def read_csv(raw: bytes, source: str, on_error: OnError) -> Iterator[Item]:
    """The listings of one file; a row that is none is told with its line."""
    csv.field_size_limit(16_000_000)
    try:
        text = decode_text(raw, source, on_error)
    except InputError as error:
        on_error(error)
        return
    reader = csv.reader(io.StringIO(text, newline=""), dialect=_dialect(text))
    try:
        header = [name.strip() for name in next(reader, [])]
        if {name.lower() for name in header} == _PRICES:
            on_error(InputError("a table of prices, not of listings: passed over", source=source, note=True))
            return
        if not {"title", "description"} & {_PATHS.get(name.lower()) for name in header}:
            known = "、".join((*COLUMNS["title"], *COLUMNS["description"]))
            on_error(InputError(f"no column with a title or a description (one of: {known})", source=source, line=1))
            return
        for row in reader:
            item = _item(header, row, source, reader.line_num, on_error)
            if item is not None:
                yield item
    except csv.Error as error:
        on_error(InputError(f"no CSV: {error}", source=source, line=reader.line_num))


def _item(header: list[str], row: list[str], source: str, line: int, on_error: OnError) -> Item | None:
    if not any(cell.strip() for cell in row):
        return None
    if len(row) > len(header):
        on_error(InputError(f"{len(row)} cells under {len(header)} columns", source=source, line=line))
        return None
    listing: dict[str, Any] = {"kind": "listing", "id": f"row-{line}", "attributes": {}}
    for name, cell in zip(header, row, strict=False):
        if cell.strip():
            _put(listing, name, cell.strip())
    try:
        envelope, document = decode(msgspec.json.encode(listing))
    except Refusal as refusal:
        on_error(InputError(refusal.reason, source=source, line=line, field=refusal.field))
        return None
    return Item(envelope, document, source, line)


def _put(listing: dict[str, Any], name: str, cell: str) -> None:
    path = _PATHS.get(name.lower())
    if path is None:
        listing["attributes"][name.removeprefix("attributes.")] = cell
        return
    head, _, rest = path.partition(".")
    value: Any = int(cell) if path == "price.stock" and cell.isdigit() else cell
    if rest:
        listing.setdefault(head, {})[rest] = value
    else:
        listing[head] = value


def _dialect(text: str) -> type[csv.Dialect]:
    try:
        return csv.Sniffer().sniff(text[:4096], delimiters=",;\t")
    except csv.Error:
        return csv.excel
