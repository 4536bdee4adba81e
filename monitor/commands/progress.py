"""What a scan tells on standard error: progress, notes, errors, and a summary."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from monitor.errors import InputError
from monitor.flags import SEVERITIES, ScanResult
from monitor.formats import Item
from monitor.formats.passage import visible


class Run:
    """Counts of one scan."""

    def __init__(self, *, quiet: bool) -> None:
        self._console = Console(stderr=True, highlight=False)
        self._quiet = quiet
        self._begun = time.monotonic()
        self._kinds: Counter[str] = Counter()
        self._severities: Counter[str] = Counter()
        self._categories: Counter[str] = Counter()
        self._undecided = 0
        self._unread = 0
        self._silent: dict[str, int] = {}
        self.degraded = 0
        self.errors = 0
        self.flagged = 0

    def error(self, error: InputError) -> None:
        """Tell an error, or a note unless quiet."""
        if error.note and self._quiet:
            return
        self.errors += not error.note
        word, style = ("note", "dim") if error.note else ("error", "red")
        self._console.print(Text.assemble((word, style), ": ", visible(str(error)).replace("\n", " ")), soft_wrap=True)

    def shown(self, results: Iterator[tuple[Item, ScanResult]]) -> Iterator[tuple[Item, ScanResult]]:
        """The results as they come, with progress where there is a terminal."""
        columns = (
            SpinnerColumn(),
            TextColumn("{task.completed:.0f} documents, {task.fields[flags]} flags, {task.fields[speed]:.0f}/s"),
            TimeElapsedColumn(),
        )
        hidden = self._quiet or not self._console.is_terminal
        with Progress(*columns, console=self._console, transient=True, disable=hidden) as progress:
            task = progress.add_task("scan", total=None, flags=0, speed=0.0)
            for item, result in results:
                self._count(result)
                if not hidden:
                    documents, flags = self._kinds.total(), self._severities.total()
                    progress.update(task, completed=documents, flags=flags, speed=documents / self._seconds())
                yield item, result

    def summary(self, *, pictures: bool = False) -> None:
        """One line on what was read and found, unless quiet; and, whatever is quiet, which registries did not answer; a note on pictures
        that nobody read, unless they were asked for."""
        self._summary(pictures=pictures)
        for said, documents in self._silent.items():
            line = (
                f": {visible(said)}; {documents} documents: what this registry may hold was neither flagged nor passed"
            )
            self._console.print(Text.assemble(("DEGRADED", "bold red"), line), soft_wrap=True)

    def _summary(self, *, pictures: bool) -> None:
        if self._quiet:
            return
        documents, seconds = self._kinds.total(), self._seconds()
        kinds = ", ".join(f"{count} {kind}{'s' * (count != 1)}" for kind, count in sorted(self._kinds.items()))
        line = f"{documents} documents{f' ({kinds})' if kinds else ''} in {seconds:.1f} s, {documents / seconds:.0f}/s"
        line += f"; {self.flagged} flagged, {self._severities.total()} flags"
        grave = [f"{name} {self._severities[name]}" for name in reversed(SEVERITIES) if self._severities[name]]
        codes = [f"{name} {count}" for name, count in self._categories.most_common()]
        line += f" ({', '.join(grave)}: {', '.join(codes)})" if grave else ""
        line += f"; {self._undecided} undecided" if self._undecided else ""
        line += f"; {self._unread} picture{'s' * (self._unread != 1)} unread" if self._unread else ""
        if self._unread and not pictures:
            self._console.print(
                Text("note: --pictures FOLDER reads the pictures of listings", style="dim"), soft_wrap=True
            )
        self._console.print(Text(f"{line}; {self.errors} errors"), soft_wrap=True)

    def _count(self, result: ScanResult) -> None:
        self._kinds[result.kind] += 1
        found = [flag for flag in result.flags if flag.status == "in-force"]
        self.flagged += bool(found)
        self._severities.update(flag.severity for flag in found)
        self._categories.update(flag.category for flag in found)
        self._undecided += len(result.unknown)
        self._unread += len(result.unread)
        self.degraded += bool(result.degraded)
        for said in result.degraded:
            self._silent[said] = self._silent.get(said, 0) + 1

    def _seconds(self) -> float:
        return max(time.monotonic() - self._begun, 1e-3)
