"""Rows of tables into certificates: which column holds what, and why a row cannot be taken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final, TypeVar, get_args

import msgspec

from monitor.documents import Certificate, CertificateStatus, CertificateType
from monitor.nlp.fold import fold
from monitor.registry.columns import FIELDS, HEADINGS, STATUSES, TYPES, day_of, heading, is_empty, items_of, period_of
from monitor.registry.numbers import judge

T = TypeVar("T")

Cell = str | Sequence[str]
"""What a row has in a column: text, or several texts (a scope in JSON)."""

_TYPES: Final[Mapping[str, CertificateType]] = {
    **{kind: kind for kind in get_args(CertificateType)},
    **{kind.replace("-", "_"): kind for kind in get_args(CertificateType)},
    **TYPES,
}
_BUILT_IN: Final = {heading(name): field for field, names in HEADINGS.items() for name in names.split()}
_WITHOUT: Final = ("认证证书", "证书", "认证", "登记", "许可")
"""What may stand behind the name of a type."""
_DIGIT: Final = re.compile(r"\d")
_SCIENTIFIC: Final = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")


class Rejected(Exception):
    """A row that is not taken: ``field`` is the column as the file calls it, ``reason`` says what is wrong and what would be right."""

    def __init__(self, reason: str, field: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field


def mapping_of(pairs: Iterable[str]) -> dict[str, str]:
    """A mapping as a user writes it, ``证书编号=number``, one a pair: heading → field.

    Raises:
        ValueError: not of that form, or no such field.
    """
    mapping = {}
    for pair in pairs:
        name, mark, field = pair.rpartition("=")
        if not mark or not name.strip():
            raise ValueError(f"{pair!r}: write COLUMN=FIELD, such as 证书编号=number")
        if field.strip() not in FIELDS:
            raise ValueError(f"{pair!r}: {field.strip()!r} is no field; fields are {', '.join(FIELDS)}")
        mapping[heading(name)] = field.strip()
    return mapping


def fields_of(names: Iterable[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """The columns that are known: name as the file has it → field. ``mapping`` comes before the built-in headings.

    Where the mapping names a column for a field, no other column is taken for it by its heading.
    """
    given = {name: mapping[heading(name)] for name in names if heading(name) in mapping}
    taken = set(given.values())
    known = {name: _looked_up(_BUILT_IN, heading(name)) or "" for name in names if name not in given}
    return given | {name: field for name, field in known.items() if field and field not in taken}


def _looked_up(table: Mapping[str, T], name: str) -> T | None:
    """What stands under a name, also where it is written in traditional characters."""
    found = table.get(name)
    return found if found is not None or name.isascii() else table.get(fold(name).plain)


def record_of(row: Mapping[str, Cell], fields: Mapping[str, str], kind: CertificateType | None) -> Certificate:
    """The certificate of a row. ``kind`` is the type of rows that name none.

    Of several columns for one field the first that holds anything counts.

    Raises:
        Rejected: the first thing wrong with it.
    """
    cells: dict[str, tuple[str, Cell]] = {}
    for name, field in fields.items():
        cell = row.get(name, "")
        if field not in cells and not (isinstance(cell, str) and is_empty(cell)) and cell:
            cells[field] = name, cell
    told = _type(cells.get("type"), kind)
    values: dict[str, Any] = {"type": told, "number": _number(cells.get("number"), fields, told)}
    for field in ("holder", "holder_uscc", "brand", "region", "issuer"):
        if field in cells:
            values[field] = _text(*cells[field])
    if "scope" in cells:
        _, cell = cells["scope"]
        values["scope"] = items_of(cell) if isinstance(cell, str) else tuple(cell)
    values |= _period(cells)
    if "status" in cells:
        values["status"] = _status(*cells["status"])
    return _made(values, {field: name for field, (name, _) in cells.items()})


def _made(values: dict[str, Any], names: Mapping[str, str]) -> Certificate:
    try:
        return msgspec.convert(values, Certificate)
    except msgspec.ValidationError as error:
        reason, _, path = str(error).partition(" - at `$.")
        field = path.rstrip("`").partition("[")[0]
        raise Rejected(reason, names.get(field, field)) from error


def _type(cell: tuple[str, Cell] | None, kind: CertificateType | None) -> CertificateType:
    told = None if cell is None else _known_type(_text(*cell))
    if told is not None:
        return told
    if kind is not None:
        return kind
    if cell is None:
        raise Rejected("no type: name it for all rows with --type, or map a column to `type`", "type")
    raise Rejected(
        f"{_text(*cell)[:40]!r} is no type of certificate that is known; --type TYPE takes it for one", cell[0]
    )


@lru_cache(maxsize=1024)
def _known_type(text: str) -> CertificateType | None:
    plain = heading(text if text.isascii() else fold(text).plain)
    names = (plain, *(plain.removesuffix(end) for end in _WITHOUT))
    return next((_TYPES[name] for name in names if name in _TYPES), None)


def _number(cell: tuple[str, Cell] | None, fields: Mapping[str, str], kind: CertificateType) -> str:
    if cell is None:
        name = next((name for name, field in fields.items() if field == "number"), "number")
        raise Rejected("no number", name)
    number = _text(*cell)
    if number.startswith("="):
        raise Rejected(f"{number[:40]!r} is a formula, not a number", cell[0])
    if _SCIENTIFIC.fullmatch(number):
        raise Rejected(
            f"{number} lost its digits in a spreadsheet: format the column as text and export it again", cell[0]
        )
    if (
        not _DIGIT.search(number) and judge(kind, number)[0] == "malformed"
    ):  # 办理中; forms of digits are for listings to keep
        raise Rejected(f"{number[:40]!r} is no number", cell[0])
    return number


def _period(cells: Mapping[str, tuple[str, Cell]]) -> dict[str, date]:
    days: dict[str, date | None] = {}
    if "validity" in cells:
        days["valid_from"], days["valid_to"] = _read(period_of, cells["validity"])
    for field in ("valid_from", "valid_to"):
        if field in cells:
            days[field] = _read(day_of, cells[field])
    first, last = days.get("valid_from"), days.get("valid_to")
    if first and last and first > last:
        name = next(cells[field][0] for field in ("valid_to", "validity") if field in cells)
        raise Rejected(f"ends on {last}, before it begins on {first}", name)
    return {field: day for field, day in days.items() if day is not None}


def _read(read: Any, cell: tuple[str, Cell]) -> Any:
    try:
        return read(_text(*cell))
    except ValueError as error:
        raise Rejected(str(error), cell[0]) from error


@lru_cache(maxsize=1024)
def _known_status(text: str) -> CertificateStatus | None:
    return _looked_up(STATUSES, heading(text))


def _status(name: str, cell: Cell) -> CertificateStatus:
    text = _text(name, cell)
    status = _known_status(text)
    if status is None:
        raise Rejected(
            f"{text[:40]!r} is no status that is known: 有效, 暂停, 撤销, 注销, 过期 (valid, suspended, revoked, expired)",
            name,
        )
    return status


def _text(name: str, cell: Cell) -> str:
    if not isinstance(cell, str):
        raise Rejected("a list where one text belongs", name)
    return cell.strip()
