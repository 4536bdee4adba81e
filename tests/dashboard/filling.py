"""A data folder as the dashboard finds it: a few documents made by hand, or the samples scanned by the engine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from store.writing import flag, listing, scanned, transcript

from monitor.bootstrap import load_scanner, open_secret, prepare_database
from monitor.cases import Complaint, Contact, Database, file_complaint, new_key
from monitor.config import Settings
from monitor.flags import Basis, Evidence
from monitor.formats import read_paths
from monitor.store import complete, ingest_all, lease_batch, load_work

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

HOSTILE = "<script>alert(1)</script> **粗** [链接](http://x.example) $a$ :red[红]"
"""A title that must be shown as it stands."""


@contextmanager
def prepared(folder: Path) -> Iterator[Database]:
    """An empty database in a data folder."""
    database = prepare_database(settings_of(folder))
    try:
        yield database
    finally:
        database.close()


def settings_of(folder: Path) -> Settings:
    """The settings of a data folder; its rulebook lies in it."""
    return Settings(data=folder, rules=folder / "rules.yaml", _env_file=None)


def key_of(database: Database, *capabilities: str, name: str = "district-1") -> str:
    """A new access key."""
    with database.write() as session:
        return new_key(session, name, capabilities or ("read",), NOW)


def fill(database: Database, folder: Path) -> str:
    """Two listings, a stream and a complaint with a contact; the complaint's receipt."""
    title = f"全网最好的苹果 {HOSTILE}"
    grave = {"severity": "high", "score": 0.95}
    scanned(database, listing(1, title), flag("全网最好", 0, **grave), flag("最好", 2))
    scanned(database, listing(2, "五常大米", attributes={"产地": "吉林"}, price={"current": "39.90"}))
    health = {"category": "medical", "rule": "cn.health.disease", "severity": "critical", "score": 0.97}
    scanned(
        database,
        transcript(1, "家人们晚上好", "这个茶能降血糖", "真的能降血糖", "下一款"),
        flag("降血糖", 3, field="segments[1].text", at=10.0, basis=(Basis("中华人民共和国食品安全法", "73"),), **health),
        flag("降血糖", 3, field="segments[2].text", at=20.0, message=HOSTILE, **health),
        flag("", 0, field="labels", category="synthetic", evidence=(Evidence("labels", 0, 0, "", "absent"),)),
    )
    form = Complaint(
        "买回来的粉条配料里有木薯淀粉，主播说是纯红薯的。",
        platform="kuaishou",
        subject="L-1",
        contact=Contact("马春霞", "19900001021", ""),
    )
    with database.write() as session:
        return file_complaint(session, open_secret(settings_of(folder)), form, NOW)


def fill_from_samples(database: Database, settings: Settings) -> None:
    """The samples, scanned as a worker scans them, and their complaints."""
    errors: list[object] = []
    items = read_paths([SAMPLES], on_error=errors.append)
    for _ in ingest_all(database, items, NOW):
        pass
    scanner = load_scanner(settings)
    while True:
        with database.write() as session:
            lease = lease_batch(session, 100, 600, NOW)
        if not lease.ids:
            break
        with database.read() as session:
            work = load_work(session, lease.token, lease.ids)
        found = {
            item.id: result
            for item in work
            for result in scanner.scan_envelopes([item.envelope()], item.as_of or date(2026, 11, 20))
        }
        with database.write() as session:
            complete(session, lease.token, found, NOW)
    _file_complaints(database, settings)


def _file_complaints(database: Database, settings: Settings) -> None:
    secret = open_secret(settings)
    for line in (SAMPLES / "complaints.jsonl").read_text("utf-8").splitlines():
        said = json.loads(line)
        contact = Contact(**{name: str(value) for name, value in said.get("contact", {}).items() if name in {"name", "phone", "email"}})
        form = Complaint(said["text"], said.get("platform", ""), said.get("subject", ""), contact)
        with database.write() as session:
            file_complaint(session, secret, form, datetime.fromisoformat(said["filed_at"]))
