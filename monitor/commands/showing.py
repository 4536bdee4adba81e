"""The demo step by step: keep the samples, watch the workers, look at the dashboard, tell."""

from __future__ import annotations

import asyncio
import http.client
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from monitor.cases import (
    LARGEST_PAGE,
    Complaint,
    Contact,
    Database,
    Overview,
    Secret,
    file_complaint,
    overview,
    streams,
)
from monitor.commands.ingest import ingest_paths, summary
from monitor.commands.progress import Run
from monitor.commands.starting import shown
from monitor.commands.telling import say
from monitor.config import Settings
from monitor.formats.prices import read_prices
from monitor.store import KeptPrices, dead_work, keep_all_prices

PATIENCE: Final = 240.0
"""Seconds for the workers, and for the dashboard, before the demo is given up."""

LOOK: Final = 0.3
"""Seconds between two looks."""


class Gone(Exception):
    """What the demo waited for did not come; the message says what."""


class Parts(Protocol):
    """The processes that run meanwhile."""


class _Complaint(msgspec.Struct):
    """A line of ``complaints.jsonl``."""

    text: str
    filed_at: datetime
    platform: str = ""
    subject: str = ""
    contact: Contact | None = None


class Show:
    """One demo: ``keep`` first, then ``check`` or ``stay`` while the parts run."""

    def __init__(self, database: Database, secret: Secret, settings: Settings, samples: Path) -> None:
        self._database = database
        self._secret = secret
        self._settings = settings
        self._samples = samples
        self._host = shown(settings.dashboard_host)
        self._seconds: dict[str, float] = {}
        self._errors = 0
        self._verdict = ""
        self._begun = time.monotonic()

    def keep(self) -> None:
        """Keep the prices and the documents, and file the complaints."""
        begun, run = time.monotonic(), Run(quiet=False)
        self._keep_prices(run)
        kept = ingest_paths(self._database, [self._samples], run.error, lambda _: None)
        self._errors = run.errors
        self._seconds["ingest"] = time.monotonic() - begun
        say(f"ingest     {summary(kept)} of {self._samples} in {self._seconds['ingest']:.1f} s")
        receipts = self._file_complaints()
        if receipts:
            say(f"complaints {len(receipts)} filed; follow one with receipt {receipts[0]}")

    def _keep_prices(self, run: Run) -> None:
        """The price history of the samples comes before the documents, which are held against it."""
        path = self._samples / "prices.csv"
        if path.is_file():
            found = read_prices(path, run.error)
            kept = sum(keep_all_prices(self._database, found, str(path), datetime.now(UTC)), KeptPrices())
            say(f"prices     {kept.new} of {path}")

    async def stay(self, parts: Parts) -> int:
        """Show the address and stay until Ctrl-C."""
        del parts
        if await self._arrived() is None:
            return 1
        self._tell()
        say(f"dashboard  http://{self._host}:{self._settings.dashboard_port}      end: Ctrl-C")
        await asyncio.Event().wait()
        return 0

    async def check(self, parts: Parts) -> int:
        """Wait for workers and dashboard, and tell; 0 if all is well."""
        del parts
        found = await self._arrived()
        if found is None:
            return 1
        self._tell()
        if troubles := self._troubles(found):
            self._verdict = f"FAILED: {'; '.join(troubles)}"
            return 1
        seconds = time.monotonic() - self._begun
        self._verdict = f"OK: {found.documents} documents, {found.flags} flags, {seconds:.1f} s; the dashboard answers"
        return 0

    def tell_verdict(self) -> None:
        """The last line, once the parts have ended."""
        if self._verdict:
            typer.echo(self._verdict)

    async def _arrived(self) -> Overview | None:
        """Everything scanned and the dashboard up; None: one of them is not, which was told."""
        try:
            found, _ = await asyncio.gather(self._scanned(), self._answered())
        except Gone as error:
            self._verdict = f"FAILED: {error}"
            return None
        return found

    def _file_complaints(self) -> list[str]:
        path = self._samples / "complaints.jsonl"
        if not path.is_file():
            return []
        lines = [msgspec.json.decode(line, type=_Complaint) for line in path.read_bytes().splitlines() if line.strip()]
        with self._database.write() as session:
            return [
                file_complaint(
                    session,
                    self._secret,
                    Complaint(text=line.text, platform=line.platform, subject=line.subject, contact=line.contact),
                    line.filed_at.astimezone(UTC),
                )
                for line in lines
            ]

    async def _scanned(self) -> Overview:
        """Watch the work until none is left."""
        begun, told = time.monotonic(), -1
        while time.monotonic() - begun < PATIENCE:
            with self._database.read() as session:
                found = overview(session)
            if found.work.done != told:
                told = found.work.done
                say(f"scan       {told} of {found.documents} documents, {found.flags} flags")
            if not found.work.pending + found.work.leased:
                self._seconds["scan"] = time.monotonic() - begun
                return found
            await asyncio.sleep(LOOK)
        raise Gone(f"the workers had not finished after {PATIENCE:g} s; the log above says why")

    async def _answered(self) -> None:
        """Look until the dashboard is up, then ask it for its page."""
        begun = time.monotonic()
        while await asyncio.to_thread(self._get, "/_stcore/health") != (200, "ok"):
            if time.monotonic() - begun >= PATIENCE:
                raise Gone(f"the dashboard did not answer in {PATIENCE:g} s; the log above says why")
            await asyncio.sleep(LOOK)
        status, page = await asyncio.to_thread(self._get, "/")
        if status != http.client.OK or "<html" not in page:
            raise Gone(f"the dashboard answered with status {status} and no page")
        self._seconds["dashboard"] = time.monotonic() - begun

    def _get(self, path: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection(self._host.strip("[]"), self._settings.dashboard_port, timeout=10)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read().decode("utf-8", "replace").strip()
        except OSError:
            return 0, ""
        finally:
            connection.close()

    def _tell(self) -> None:
        """Documents, flags and seconds."""
        console = Console()
        with self._database.read() as session:
            found, page = overview(session), streams(session, limit=LARGEST_PAGE)
        table = Table("document", "platform", "title", "flags", "gravest", box=None)
        for item in sorted(page.items, key=lambda item: item.external_id):
            table.add_row(item.external_id, item.platform, item.label, str(item.flags), item.worst or "–")
        others = found.flags - sum(item.flags for item in page.items)
        table.add_row(f"{found.documents - len(page.items)} others", "", "", str(others), "")
        console.print(table)
        stages = Table("stage", "documents", "flags", "seconds", box=None)
        stages.add_row("ingest", str(found.documents), "", f"{self._seconds['ingest']:.1f}")
        stages.add_row("scan", str(found.work.done), str(found.flags), f"{self._seconds['scan']:.1f}")
        stages.add_row("dashboard", "", "", f"{self._seconds['dashboard']:.1f}")
        console.print(stages)

    def _troubles(self, found: Overview) -> list[str]:
        troubles = [f"errors in the samples: {self._errors}"] * bool(self._errors)
        with self._database.read() as session:
            troubles += [f"{item.external_id} was not scanned: {item.error}" for item in dead_work(session)]
        if not found.documents:
            troubles.append("no documents")
        if not found.flags:
            troubles.append("no flags")
        return troubles
