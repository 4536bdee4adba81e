"""Answers of slow registries, kept with their time: the same question is not asked again for a while."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Final

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError

from monitor.documents import CertificateType
from monitor.registry import Reply, Source, normalise
from monitor.registry.holder import key_of_code
from monitor.registry.source import By, Lookup, Outcome, ask_holder, ask_number, holder_sought, unanswered
from monitor.store.columns import storable
from monitor.store.engine import Database
from monitor.store.rows import insert_new, table_of
from monitor.store.tables import RegistryAnswerRow

PAUSE: Final = timedelta(seconds=30)
"""For so long a registry that did not answer is not asked again, so that a run does not wait for it at every document."""


class Remembered:
    """A slow source with a memory in the database: answers younger than ``keep`` are given again, with the day they are of.

    What was not answered is not kept. A memory that does not answer is passed over: the source is asked then.
    ``opened`` gives the database of this process, ``clock`` the time.
    """

    def __init__(
        self, source: Source, opened: Callable[[], Database], clock: Callable[[], datetime], keep: timedelta
    ) -> None:
        self._source = source
        self._opened = opened
        self._clock = clock
        self._keep = keep
        self._silent: tuple[datetime, str] | None = None

    @property
    def name(self) -> str:
        """That of the source."""
        return self._source.name

    @property
    def dated(self) -> date | None:
        """That of the source."""
        return self._source.dated

    def keeps(self, kind: CertificateType) -> bool:
        """As the source says."""
        return self._source.keeps(kind)

    def by_number(self, kind: CertificateType, number: str) -> Reply:
        """As the source answers, or answered."""
        question = f"number\n{kind}\n{normalise(kind, number)}"
        return self._answer("number", number, question, lambda: ask_number(self._source, kind, number))

    def by_holder(self, name: str | None, uscc: str | None) -> Reply:
        """As the source answers, or answered."""
        question = f"holder\n{key_of_code(uscc) or uscc or ''}\n{name or ''}"
        return self._answer("holder", holder_sought(name, uscc), question, lambda: ask_holder(self._source, name, uscc))

    def _answer(self, by: By, sought: str, question: str, ask: Callable[[], Reply]) -> Reply:
        digest = sha256(question.encode("utf-8", "surrogatepass")).hexdigest()
        known = self._recall(by, sought, digest)
        if known is not None:
            return known
        if self._silent is not None and self._clock() < self._silent[0]:
            return unanswered(self.name, by, sought, self._silent[1], self.dated)
        reply = ask()
        if reply.outcome == "unknown":
            reason = next((one.reason for one in reply.lookups if one.reason), "")
            self._silent = self._clock() + PAUSE, reason
            return reply
        self._silent = None
        self._remember(digest, reply)
        return reply

    def _recall(self, by: By, sought: str, digest: str) -> Reply | None:
        query = select(RegistryAnswerRow.records, RegistryAnswerRow.dated, RegistryAnswerRow.answered_at).where(
            RegistryAnswerRow.source == storable(self.name),
            RegistryAnswerRow.question == digest,
            RegistryAnswerRow.answered_at > self._clock() - self._keep,
        )
        try:
            with self._opened().read() as session:
                row = session.execute(query).one_or_none()
        except (SQLAlchemyError, OSError, msgspec.MsgspecError):
            return None
        if row is None:
            return None
        records, dated, answered_at = row
        outcome: Outcome = "found" if records else "not-found"
        return Reply(
            outcome, records, (Lookup(self.name, dated or answered_at.date(), by, sought, outcome, len(records)),)
        )

    def _remember(self, digest: str, reply: Reply) -> None:
        """Keep an answer in the place of an older one. Two processes may do so at once: one of them is kept."""
        now, name = self._clock(), storable(self.name)
        dated = next((one.dated for one in reply.lookups if one.dated), None)
        row = {"source": name, "question": digest, "records": reply.records, "dated": dated, "answered_at": now}
        stale = delete(table_of(RegistryAnswerRow)).where(
            RegistryAnswerRow.source == name, RegistryAnswerRow.question == digest
        )
        with suppress(SQLAlchemyError, OSError), self._opened().write() as session:
            session.execute(stale)
            session.execute(insert_new(session, RegistryAnswerRow, "source", "question").values(row))
