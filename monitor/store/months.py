"""The month a row belongs to: that in which its revision was received, in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta


def month_of(moment: datetime) -> date:
    """The first day of the month of a moment, in UTC.

    Raises:
        ValueError: the moment has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return moment.astimezone(UTC).date().replace(day=1)


def following(month: date) -> date:
    """The first day of the month after."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def months_ahead(moment: datetime, count: int) -> tuple[date, ...]:
    """The month of a moment and the ``count`` that follow it."""
    months = [month_of(moment)]
    for _ in range(count):
        months.append(following(months[-1]))
    return tuple(months)
