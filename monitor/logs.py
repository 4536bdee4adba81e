"""Logs: one line an event, with its level, its part and its facts; for people, or as JSON (``STEELYARD_LOG=json``).

::

    log = logs.get(__name__)
    log.info("scanned", documents=64, flags=3)

    12:30:01 worker     info    scanned  documents=64 flags=3 correlation=9f1c…
    {"at": "2026-11-20T04:30:01.123Z", "level": "info", "part": "worker", "event": "scanned", "documents": 64, …}

Facts are numbers, names and ids: no text of a document, no receipt and no key stands in a log. What :func:`bound` binds stands in
every line of its block, such as ``correlation``, by which a document is followed from its intake to its flags.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Final, TextIO

import msgspec
import structlog
from structlog.stdlib import BoundLogger, ProcessorFormatter
from structlog.typing import EventDict, Processor, WrappedLogger

LEVELS: Final = ("debug", "info", "warning", "error", "critical")
_FIRST: Final = ("at", "level", "part", "event")
_NOISY: Final = ("celery", "kombu", "amqp", "alembic", "asyncio", "httpx")
_DEEPEST: Final = 4


def get(name: str) -> BoundLogger:
    """A logger whose lines may carry facts. Until :func:`set_up` is called they go where the program's logging sends them."""
    return structlog.wrap_logger(  # type: ignore[no-any-return]
        logging.getLogger(name),
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=BoundLogger,
        cache_logger_on_first_use=False,
    )


def bound(**facts: object) -> AbstractContextManager[None]:
    """Facts of every line that is logged in the block, also by other packages."""
    return structlog.contextvars.bound_contextvars(**facts)


def set_up(style: str, part: str, stream: TextIO | None = None) -> None:
    """Send every log of this process, also those of Celery and uvicorn, to ``stream`` (standard error) in one form.

    ``style`` is ``console`` or ``json``; ``part`` is the name of the process in the log.
    """

    def named(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        return {"part": part, **event}

    foreign: list[Processor] = [structlog.contextvars.merge_contextvars, structlog.stdlib.add_log_level]
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=foreign,
            processors=[
                ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
                named,
                _written if style == "json" else _shown,
            ],
        )
    )
    logging.basicConfig(level="INFO", handlers=[handler], force=True)
    for noisy in _NOISY:
        logging.getLogger(noisy).setLevel(logging.WARNING)


def parsed(line: str) -> dict[str, Any] | None:
    """The event that a part wrote as JSON; None: the line is something else."""
    if not line.startswith("{"):
        return None
    try:
        event = msgspec.json.decode(line, type=dict[str, Any])
    except msgspec.DecodeError:
        return None
    return event if isinstance(event.get("event"), str) and event.get("level") in LEVELS else None


def written(event: Mapping[str, Any]) -> str:
    """An event as a line of JSON: time, level, part and event first."""
    ordered = {name: event[name] for name in _FIRST if name in event} | dict(event)
    return msgspec.json.encode(ordered, enc_hook=str).decode()


def readable(event: Mapping[str, Any]) -> str:
    """An event for people, without its time and part: level, what happened, and its facts; a stack trace on lines of its own."""
    facts = " ".join(f"{name}={_value(value)}" for name, value in event.items() if name not in {*_FIRST, "exception"})
    line = f"{event.get('level', 'info'):<7} {event.get('event', '')}"
    trace = event.get("exception")
    return (f"{line}  {facts}" if facts else line) + (f"\n{trace}" if trace else "")


def clock_of(event: Mapping[str, Any]) -> str:
    """The time of an event on this machine's clock, to the second."""
    at = event.get("at")
    moment = datetime.fromisoformat(at) if isinstance(at, str) else datetime.now().astimezone()
    return f"{moment.astimezone():%H:%M:%S}"


def where(error: BaseException) -> str:
    """The kind of an error and the places it came through, innermost first, without its words: they may hold words of a document."""
    places = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{'/'.join(code.co_filename.rsplit('/', 2)[-2:])}:{trace.tb_lineno}")
        trace = trace.tb_next
    return " < ".join((type(error).__name__, *places[: -_DEEPEST - 1 : -1]))


def _written(_: WrappedLogger, __: str, event: EventDict) -> str:
    return written(event)


def _shown(_: WrappedLogger, __: str, event: EventDict) -> str:
    return f"{clock_of(event)} {event.get('part', ''):<10} {readable(event)}"


def _value(value: object) -> str:
    text = f"{value:.3g}" if isinstance(value, float) else str(value)
    plain = text and not any(character.isspace() or character in '"=' for character in text)
    return text if plain else msgspec.json.encode(text).decode()
