"""What a verdict stands on outside of its document, as keys: when what is behind a key changes, the document is judged again.

==================  ================================================================================================
``n:TYPE:NUMBER``   the record of a number (normalised), found or not
``c:CODE``          the records of a holder by credit code
``h:LETTERS``       the records of holders whose name, read from its end, begins so
``t:TYPE``          whether a registry keeps this type at all
``d:DAY``           from this day on a record, or what is printed on a picture, is in force or no longer
==================  ================================================================================================

A key is a superset: several names share one, and not each change behind a key changes the verdict. What has no key cannot change it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from monitor.documents import Certificate, CertificateType
from monitor.registry.holder import LONG, key_of_code
from monitor.registry.numbers import normalise
from monitor.registry.party import party
from monitor.registry.printed_dates import days_named

SURE: Final = 2
"""So many characters at the end of a long name are taken as they stand; before them it may be one slip apart."""


def number_key(kind: str, normalised: str) -> str:
    """The key of a number in its normalised form."""
    return f"n:{kind}:{normalised}"


def type_key(kind: str) -> str:
    """The key of a type being kept."""
    return f"t:{kind}"


def day_key(day: date) -> str:
    """The key of a day; keys are in order of their days."""
    return f"d:{day.isoformat()}"


def keys_of_number(kind: CertificateType, number: str) -> Iterator[str]:
    """What a look-up by number stands on."""
    yield number_key(kind, normalise(kind, number))


def keys_of_holder(name: str | None, uscc: str | None) -> Iterator[str]:
    """What a look-up by holder stands on."""
    code = key_of_code(uscc)
    if code is not None:
        yield f"c:{code}"
    if name and (letters := begins(name)):
        yield f"h:{letters}"


def begins(name: str) -> str:
    """How every name that may be the same party's begins, read from the end."""
    asked = party(name)
    proper = asked.proper or asked.spellings[-1]
    return proper[::-1][: SURE if len(proper) >= LONG else None]


def keys_of_record(kind: str, number: str, holder_code: str | None, name_key: str | None) -> Iterator[str]:
    """Every key behind which a record may stand, from the columns it is looked up by."""
    yield number_key(kind, number)
    if holder_code is not None:
        yield f"c:{holder_code}"
    for length in range(1, len(name_key or "") + 1):
        yield f"h:{(name_key or '')[:length]}"


def keys_of_days(records: Iterable[Certificate]) -> Iterator[str]:
    """The days from which on records are in force, and no longer."""
    for record in records:
        if record.valid_from is not None:
            yield day_key(record.valid_from)
        if record.valid_to is not None and record.valid_to < date.max:
            yield day_key(record.valid_to + timedelta(days=1))


def keys_of_printed(texts: Iterable[str]) -> Iterator[str]:
    """The days printed on pictures, each as a first day and as a last one."""
    for text in texts:
        for day in days_named(text):
            yield day_key(day)
            if day < date.max:
                yield day_key(day + timedelta(days=1))
