"""Price histories: JSON Lines, CSV or Excel, one observation a line or row.

A column is known by any of its names in ``COLUMNS``, capital or small; others are passed over. What a file does not say of the
platform and the kind of price, its reader is told by whoever gives the file.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from itertools import chain, takewhile
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec

from monitor.documents import Identifier, Name, PriceKind, PriceObservation, round_price
from monitor.formats.csv import moment, number
from monitor.formats.delimited import delimited_rows
from monitor.formats.item import OnError, Refusal, Source, refuse_unusable, told
from monitor.formats.text import begin, lines
from monitor.formats.walk import shown
from monitor.formats.xlsx import ZIP, Bad, XlsxCell, texts, workbook_rows

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "listing": ("listing", "listing_id", "id", "item_id", "编号", "商品编号", "商品id", "商品编码"),
    "platform": ("platform", "平台", "来源平台"),
    "at": ("at", "time", "date", "observed_at", "时间", "日期", "成交时间", "成交日期", "付款时间", "采集时间"),
    "price": ("price", "amount", "价格", "金额", "单价", "售价", "成交价", "成交价格"),
    "kind": ("kind", "类型", "价格类型"),
    "currency": ("currency", "币种"),
    "stock": ("stock", "库存"),
}
"""Names of the columns of a price history."""

KINDS: Final[dict[PriceKind, tuple[str, ...]]] = {
    "deal": ("deal", "成交", "成交价", "成交价格"),
    "displayed": ("displayed", "标价", "页面价", "售价", "现价"),
    "reference": ("reference", "划线价", "原价", "参考价"),
}
"""What the kinds of price are called in a table. A price column called 成交价 holds deals."""

_FIELDS: Final = {name: field for field, names in COLUMNS.items() for name in names}
_KIND_OF: Final = {name: kind for kind, names in KINDS.items() for name in names}
_NEEDED: Final = ("listing", "at", "price")


@dataclass(frozen=True, slots=True)
class Assumed:
    """What is assumed of rows that do not say it."""

    platform: str | None = None
    kind: PriceKind = "displayed"


def read_prices(path: Path, on_error: OnError, assumed: Assumed = Assumed()) -> Iterator[PriceObservation]:
    """Every observation of a file, as they come; what is none is told with line and field, and the rest goes on."""
    source = Source(shown(path), "", on_error)
    try:
        with path.open("rb") as stream:
            is_workbook = stream.read(len(ZIP)) == ZIP
            stream.seek(0)
            yield from (_read_xlsx(path, source, assumed) if is_workbook else _read_text(stream, source, assumed))
    except Refusal as refusal:
        source.refuse(refusal)
    except OSError as error:
        source.error(f"cannot be read: {error.strerror or error}")


def decode_price(raw: bytes, assumed: Assumed = Assumed()) -> PriceObservation:
    """One observation from JSON. A time without a zone is China Standard Time, a day its midnight.

    Raises:
        Refusal: not JSON, or not what the contract asks for.
    """
    refuse_unusable(raw)
    given = told(_GIVEN.decode, raw)
    return _observation(
        {
            "listing": given.listing,
            "at": _moment(given.at),
            "price": _rounded(given.price),
            "kind": given.kind or assumed.kind,
            "platform": given.platform or assumed.platform,
            "currency": given.currency,
            "stock": given.stock,
        }
    )


def _read_text(stream: BinaryIO, source: Source, assumed: Assumed) -> Iterator[PriceObservation]:
    head, again = begin(stream)
    numbered = lines(again, head, source)
    if not head.lstrip().startswith(b"{"):
        table = delimited_rows(
            numbered, lambda name: _field(name) is not None, lambda line, reason, _: source.error(reason, line)
        )
        yield from _table(table, source, assumed)
        return
    for place, line in numbered:
        if line.strip():
            yield from _told(partial(decode_price, line.strip(), assumed), source, place)


def _read_xlsx(path: Path, source: Source, assumed: Assumed) -> Iterator[PriceObservation]:
    """The first visible sheet of a workbook."""
    rows = workbook_rows(path)
    first = next(rows, None)
    if first is None:
        raise Refusal("no row on its sheets")
    of_sheet = takewhile(lambda row: row[0] == first[0], chain((first,), rows))
    yield from _table(((place, cells) for _, place, cells in of_sheet), source, assumed)


def _table(
    table: Iterable[tuple[int, Sequence[XlsxCell]]], source: Source, assumed: Assumed
) -> Iterator[PriceObservation]:
    table = iter(table)
    place, header = next(((place, texts(cells)) for place, cells in table), (1, []))
    fields = [_field(name) for name in header]
    for field in _NEEDED:
        if field not in fields:
            source.error(f"no column of {field}; one of these is needed: {'、'.join(COLUMNS[field])}", place)
            return
    twice = next((field for field in COLUMNS if fields.count(field) > 1), None)
    if twice is not None:
        source.error(f"two columns of {twice}: take one of them away", place)
        return
    heading = _small(header[fields.index("price")])
    kind = _KIND_OF.get(heading, assumed.kind) if heading.startswith("成交") else assumed.kind
    names = {field: name for field, name in zip(fields, header, strict=True) if field}
    row_place = place
    for row_place, row in table:
        cells = {field: cell for field, cell in zip(fields, row, strict=False) if field}
        bad = next(((names[field], cell.reason) for field, cell in cells.items() if isinstance(cell, Bad)), None)
        if bad is not None:
            source.error(bad[1], row_place, bad[0])
            continue
        given = {field: cell.strip() for field, cell in cells.items() if isinstance(cell, str) and cell.strip()}
        yield from _told(partial(_of_row, given, Assumed(assumed.platform, kind)), source, row_place, names)
    if row_place == place:
        source.error("no price under the header", place)


def _of_row(given: dict[str, str], assumed: Assumed) -> PriceObservation:
    """A row as an observation.

    Raises:
        Refusal: a cell that is empty, or no price, time, kind or number where one belongs.
    """
    for field in _NEEDED:
        if field not in given:
            raise Refusal("is required", field)
    called = _small(given.get("kind", assumed.kind))
    if called not in _KIND_OF:
        raise Refusal(f"not a kind of price: {called[:40]}; one of {'、'.join(_KIND_OF)}", "kind")
    stock = given.get("stock")
    return _observation(
        {
            "listing": given["listing"],
            "at": _moment(given["at"]),
            "price": _rounded(Decimal(number(given["price"], "price"))),
            "kind": _KIND_OF[called],
            "platform": given.get("platform") or assumed.platform,
            "currency": given.get("currency", "CNY"),
            "stock": None if stock is None else _stock(stock),
        }
    )


def _moment(text: str) -> str:
    """RFC 3339 of a time as people write it.

    Raises:
        Refusal: it is none.
    """
    read = moment(text, "at")
    try:
        msgspec.convert(read, datetime)
    except msgspec.ValidationError as error:
        raise Refusal(
            f"not a time: {text[:40]}; write 2026-11-20, 2026-11-20 20:00 or 2026-11-20T20:00:00+08:00", "at"
        ) from error
    return read


def _stock(text: str) -> str | int:
    try:
        return number(text, "price.stock")
    except Refusal as refusal:
        raise Refusal(refusal.reason, "stock") from refusal


def _observation(given: dict[str, Any]) -> PriceObservation:
    """An observation from the values of its fields.

    Raises:
        Refusal: a field breaks the contract.
    """
    raw = msgspec.json.encode(given)
    return told(_OBSERVATION.decode, raw)


def _rounded(price: Decimal) -> str:
    """A price as the contract has it; one that is none is left for the contract to refuse."""
    return str(round_price(price)) if price.is_finite() and abs(price) < _WHOLE else str(price)


def _told(
    read: Callable[[], PriceObservation], source: Source, place: int, names: dict[str, str] | None = None
) -> Iterator[PriceObservation]:
    """The observation, or what is wrong with it, by the name of its column."""
    try:
        yield read()
    except Refusal as refusal:
        field = refusal.field or (
            "price" if "`price`" in refusal.reason else "at" if "`at`" in refusal.reason else None
        )
        source.error(refusal.reason, place, (names or {}).get(field or "", field))


def _field(name: str) -> str | None:
    return _FIELDS.get(_small(name))


def _small(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().lower()


class _Given(msgspec.Struct):
    """An observation as it may be written."""

    listing: Identifier
    at: str
    price: Decimal
    kind: PriceKind | None = None
    platform: Name | None = None
    currency: str = "CNY"
    stock: int | None = None


_WHOLE: Final = Decimal(10) ** 15
_GIVEN: msgspec.json.Decoder[_Given] = msgspec.json.Decoder(_Given)
_OBSERVATION: msgspec.json.Decoder[PriceObservation] = msgspec.json.Decoder(PriceObservation)
