"""A run of ``monitor ingest``: the id by which the workers' logs name it, its counts in the metrics, its last line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from monitor.errors import InputError
from monitor.formats import OnError
from monitor.store import Ingested


@dataclass(frozen=True, slots=True)
class Taking:
    """One run."""

    correlation: str

    @classmethod
    def begin(cls, data: Path) -> Taking:
        """A run with a new id, that counts with the parts of the data folder where they run."""
        from monitor.metrics.sharing import count_beside

        count_beside(data)
        return cls(f"ingest-{uuid4().hex[:12]}")

    def counted(self, on_error: OnError) -> OnError:
        """``on_error``, each error counted: ``malformed`` where it has a place in its file, else ``unreadable``."""
        from monitor.metrics import figures

        def heard(error: InputError) -> None:
            if not error.note:
                placed = error.line is not None or error.field is not None
                figures.REFUSED.labels("files", "malformed" if placed else "unreadable").inc()
            on_error(error)

        return heard

    def end(self, kept: Ingested, errors: int, style: str) -> None:
        """Count what was kept and tell it: ``console``, ``json``, or nothing."""
        from monitor import logs
        from monitor.commands.ingest import summary
        from monitor.commands.telling import say
        from monitor.metrics import figures

        counts = {"new": kept.new, "revised": kept.revised, "unchanged": kept.unchanged}
        for state, count in counts.items():
            figures.ACCEPTED.labels("files", state).inc(count)
        if style == "json":
            logs.set_up(style, "ingest")
            logs.get(__name__).info("documents", **counts, errors=errors, correlation=self.correlation)
        elif style == "console":
            say(f"{summary(kept)}, {errors} error{'s' * (errors != 1)}; run {self.correlation}")
