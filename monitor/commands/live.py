"""``monitor live``: a stream judged while it is told."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from monitor.commands.telling import errors_told, say

if TYPE_CHECKING:
    from monitor.flags import Flag
    from monitor.live import LiveScan
    from monitor.scanner import Scanner

FLAGGED = 1
FAILED = 2


def live(
    source: Annotated[str, typer.Argument(help="A file of JSON Lines; - is standard input.", metavar="FILE|-")],
    rules: Annotated[
        Path | None, typer.Option(help="The rulebook.", show_default="$STEELYARD_RULES, else rules.yaml")
    ] = None,
    registry: Annotated[
        str | None,
        typer.Option(
            help="Registries: a file of JSON Lines, db (what was imported), off; several by commas.",
            show_default="$STEELYARD_REGISTRY, else what was imported",
        ),
    ] = None,
    prices: Annotated[
        Path | None, typer.Option(help="Price history, JSON Lines, CSV or .xlsx.", show_default="none")
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="The day whose law applies.",
            show_default="$STEELYARD_AS_OF, else the day the stream began, else today",
        ),
    ] = None,
    language: Annotated[Literal["zh", "en"], typer.Option(help="Language of messages and traces.")] = "zh",
    store: Annotated[
        bool, typer.Option("--store", help="Tell the service, which judges and keeps it, instead of judging here.")
    ] = False,
) -> None:
    """Judge a stream while it is told, and print each flag as one line of JSON as soon as nothing can change it.

    Each line is an object: a segment has "text" (and "start", "end", "speaker", "confidence"); a product shown from then on has
    "listing" and "from"; the first line may describe the stream ("id", "platform", "seller", "products" …), as a transcript does.

    All flags together are those of `monitor scan` of the whole, however the stream was told. Most come a few segments after the words;
    what depends on the whole stream (what is missing, said too often, or backed by a certificate) comes at its end.

    With --store the stream goes into the database, `monitor up` or `monitor worker` judges it, and the Live page shows it; printed are its
    flags with their "standing": early (what follows may lift it), settled, lifted. Rules and registries are those of the workers.

    Exit code 0: nothing found. 1: something found. 2: a line that cannot be read, what was told before is
    printed; or a registry did not answer.

    \b
    Examples:
      monitor live segments.jsonl
      recogniser | monitor live - --as-of 2026-11-20
      recogniser | monitor live - --store
      printf '{"text": "这是最好的米"}\\n' | monitor live -
    """
    with errors_told(), ExitStack() as stack:
        stream = sys.stdin.buffer if source == "-" else stack.enter_context(_opened(Path(source)))
        if store:
            from monitor.commands.piping import tell_service

            raise typer.Exit(FLAGGED if tell_service(stream, source, as_of.date() if as_of else None) else 0)
        found, silent = _run(stream, _scanner(rules, registry, prices, language), source, as_of)
        say(f"{found} flags")
        for registry_said in silent:
            say(f"DEGRADED: {registry_said}; what this registry may hold was neither flagged nor passed")
    raise typer.Exit(FAILED if silent else FLAGGED if found else 0)


def _opened(path: Path) -> Any:
    from monitor.errors import InputError

    try:
        return path.open("rb")
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", source=str(path)) from error


def _scanner(rules: Path | None, registry: str | None, prices: Path | None, language: str) -> Scanner:
    from monitor.bootstrap import load_scanner
    from monitor.commands.pricing import load_history
    from monitor.config import read_settings

    settings = read_settings()
    asked = {"rules": rules or settings.rules, "registry": registry or settings.registry}
    scanner = load_scanner(settings.model_copy(update=asked), language=language)
    scanner.prices = load_history(prices) if prices else None
    return scanner


def _run(lines: Iterable[bytes], scanner: Scanner, source: str, as_of: datetime | None) -> tuple[int, tuple[str, ...]]:
    """Feed every line and print what settles; how many flags there were, and which registries did not answer."""
    from monitor.errors import InputError

    scan: LiveScan | None = None
    found = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            said = _read(line)
            if scan is not None:
                found += _print(_take(scan, said))
            elif _describes(said):
                scan = _begin(scanner, said, as_of)
            else:
                scan = _begin(scanner, {"id": "live"}, as_of)
                found += _print(_take(scan, said))
        except ValueError as error:
            raise InputError(str(error), source=source, line=number) from error
    if scan is None:
        return found, ()
    found += _print(scan.close())
    return found, scan.result.degraded if scan.result else ()


def _read(line: bytes) -> dict[str, Any]:
    import msgspec

    said = msgspec.json.decode(line)
    if not isinstance(said, dict) or not {"text", "listing", "id"} & said.keys():
        raise ValueError('a line is an object with "text" (a segment), "listing" (a product) or "id" (the stream)')
    return said


def _describes(said: dict[str, Any]) -> bool:
    return "text" not in said and "listing" not in said


def _begin(scanner: Scanner, said: dict[str, Any], as_of: datetime | None) -> LiveScan:
    """The scan of the stream that a line describes."""
    import msgspec
    from msgspec.structs import replace

    from monitor.config import read_settings
    from monitor.documents import Envelope, Transcript
    from monitor.live import LiveScan

    head = replace(msgspec.convert({**said, "kind": "transcript", "segments": [{"text": ""}]}, Transcript), segments=())
    day = as_of.date() if as_of else read_settings().as_of or Envelope(head).day
    return LiveScan(scanner, head, day or datetime.now().astimezone().date())


def _take(scan: LiveScan, said: dict[str, Any]) -> tuple[Flag, ...]:
    import msgspec

    from monitor.documents import Product, Segment

    if _describes(said):
        raise ValueError("the stream is described by the first line only")
    if "text" in said:
        return scan.feed([msgspec.convert(said, Segment)])
    scan.show(msgspec.convert(said, Product))
    return ()


def _print(flags: Iterable[Flag]) -> int:
    import msgspec

    count = 0
    for count, flag in enumerate(flags, 1):  # noqa: B007 (how many there were)
        sys.stdout.write(msgspec.json.encode(flag).decode() + "\n")
        sys.stdout.flush()
    return count
