"""What the API takes and gives, besides documents and flags."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from monitor.flags import Flag, Unknown, Unread
from monitor.store import LiveFlag, LiveStream

BATCH_LIMIT = 100
"""Documents one call may carry."""

ITEMS_LIMIT = 1000
"""Items of a live stream one call may carry."""

PRICES_LIMIT = 1000
"""Observed prices one call may carry."""

Receipt = Annotated[str, Meta(min_length=16, max_length=30, description="16 digits, spaces and hyphens allowed")]


class ProblemError(Struct, frozen=True):
    """One thing wrong: a JSON pointer (RFC 6901) into the request, and what is wrong there."""

    pointer: str
    message: str


class Problem(Struct, frozen=True, omit_defaults=True):
    """RFC 9457 problem details."""

    title: str
    status: int
    type: str = "about:blank"
    detail: str | None = None
    instance: str | None = None
    errors: tuple[ProblemError, ...] = ()


class Checked(Struct, frozen=True, omit_defaults=True):
    """One document of a check: its flags and what the policy asks for; or the problem that kept it from being checked."""

    document: str | None = None
    kind: Literal["listing", "transcript"] | None = None
    action: Literal["pass", "review", "hold", "block"] | None = None
    flags: tuple[Flag, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    unread: tuple[Unread, ...] = ()
    degraded: tuple[str, ...] = ()
    """Registries that did not answer: what they may hold is neither flagged nor passed."""
    problem: Problem | None = None


class CheckedBatch(Struct, frozen=True):
    """Results in the order of the request."""

    results: tuple[Checked, ...]


class Accepted(Struct, frozen=True, omit_defaults=True):
    """One document taken in: its id, its revision, and whether it is new, revised or unchanged."""

    document: str | None = None
    revision: int | None = None
    state: Literal["new", "revised", "unchanged"] | None = None
    problem: Problem | None = None


class AcceptedBatch(Struct, frozen=True):
    """What became of each document, in the order of the request."""

    results: tuple[Accepted, ...]


class PriceProblem(Struct, frozen=True):
    """What keeps the item at this place of a list (from 0) from being a price."""

    index: int
    problem: Problem


class KeptPrices(Struct, frozen=True, omit_defaults=True):
    """How many observed prices were new, how many were known already, and what was none."""

    new: int
    known: int
    problems: tuple[PriceProblem, ...] = ()


class FlagView(Struct, frozen=True, omit_defaults=True):
    """A stored flag: ``id`` names it in decisions; ``outcome`` is the last decision's."""

    id: int
    document: str
    platform: str
    revision: int
    latest: bool
    created_at: datetime
    rulebook: str
    flag: Flag
    outcome: str | None = None


class FlagPage(Struct, frozen=True, omit_defaults=True):
    """A page in stable order; ``next`` is the cursor of the following one. ``more``: there are more flags than ``total``."""

    items: tuple[FlagView, ...]
    total: int
    next: str | None = None
    more: bool = False


class OpenedStream(Struct, frozen=True):
    """A stream on air: its number, and whether it is ``new``, ``known``, or on air ``again``."""

    stream: int
    state: Literal["new", "known", "again"]


class TakenItem(Struct, frozen=True, omit_defaults=True):
    """An item of a stream: its number, and whether it is ``new``, ``known`` already, or ``late``; or what is wrong with it."""

    seq: int | None = None
    state: Literal["new", "known", "late"] | None = None
    problem: Problem | None = None


class TakenItems(Struct, frozen=True):
    """What became of each item, in the order of the request."""

    results: tuple[TakenItem, ...]


class FinishedStream(Struct, frozen=True, omit_defaults=True):
    """A stream that is over: the document it is now, and which revision was made; no ``document``: nothing was said."""

    stream: int
    document: str | None = None
    revision: int | None = None


class LiveStreamPage(Struct, frozen=True, omit_defaults=True):
    """A page in stable order; ``next`` is the cursor of the following one."""

    items: tuple[LiveStream, ...]
    total: int
    next: str | None = None


class LiveFlagPage(Struct, frozen=True, omit_defaults=True):
    """A page in stable order; ``next`` is the cursor of the following one."""

    items: tuple[LiveFlag, ...]
    total: int
    next: str | None = None


class FiledComplaint(Struct, frozen=True):
    """The receipt, shown once: whoever has it can follow the complaint."""

    receipt: str


class Live(Struct, frozen=True):
    """This process answers."""

    live: bool = True


class HealthCheck(Struct, frozen=True):
    """One thing that was asked: ``database``, ``schema``, ``rulebook``, ``work``."""

    name: str
    ok: bool


class Ready(Struct, frozen=True):
    """``ready``: documents can be taken in and checked."""

    ready: bool
    checks: tuple[HealthCheck, ...]


class Health(Struct, frozen=True):
    """``ready``: the database answers."""

    ready: bool
    rulebook: str
    version: str
