"""``monitor replay``: a recorded stream told to the service as if it were on air."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from monitor.documents import Transcript
    from monitor.formats import Item
    from monitor.formats.saying import Saying
    from monitor.store import Database, LiveFlag

UNTIMED = 2.0
"""Seconds between two segments that have no times."""


def replay(
    path: Annotated[Path, typer.Argument(help="A file or folder with transcripts, in any format.", metavar="FILE")],
    speed: Annotated[float, typer.Option(min=0.1, max=10_000, help="How many times as fast as it was said.")] = 1.0,
    streams: Annotated[int, typer.Option(min=1, max=2000, help="How many streams say the same at once.")] = 1,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="The summary only, not each flag.")] = False,
) -> None:
    """Play recorded streams as live ones, and print the flags as they come.

    The stream goes into the service word by word, as the API would take it in; `monitor up` or `monitor worker` must run to judge it.
    A flag is `early` at first: what follows may lift it. When it can no longer change it is printed again as `settled` or `lifted`, with
    the seconds from the receipt of its words. At the end the streams are finished and scanned as a whole. Each run is a broadcast of its
    own, with the time of the run behind the id; Ctrl-C finishes it early.

    Exit code 0: played. 2: there is no transcript to play, or something was refused.

    \b
    Examples:
      monitor replay samples/streams/live-01.srt --speed 10
      monitor replay transcripts.jsonl --speed 60 --quiet
      monitor replay one.jsonl --streams 50
    """
    from monitor.bootstrap import open_database
    from monitor.commands.telling import errors_told, say
    from monitor.config import read_settings
    from monitor.metrics.sharing import count_beside

    with errors_told():
        recorded = _recorded(path)
        settings = read_settings()
        count_beside(settings.data)
        from monitor.commands.playing import play

        database = open_database(settings)
        run = datetime.now(UTC)
        tape = Tape(speed, time.monotonic)
        for item, document in recorded:
            for number in range(streams):
                name = f"{document.id} {run:%Y%m%d-%H%M%S}{f' #{number + 1}' if streams > 1 else ''}"
                tape.add(_open(database, item, name, run), item)
        say(f"{len(tape.streams)} streams on air, {tape.length / speed:.0f} s; Ctrl-C finishes them")
        show = (lambda _flag: None) if quiet else _print
        try:
            played = play(database, tape.streams, tape, lambda: datetime.now(UTC), show, say)
        except KeyboardInterrupt:
            say("finished early")
            raise typer.Exit(0) from None
        finally:
            database.close()
        for reason in sorted(set(played.refused)):
            say(f"refused: {reason}")
        say(played.summary())
    raise typer.Exit(2 if played.refused else 0)


class Tape:
    """Recorded streams as a source: each segment when it was said, so many times as fast."""

    def __init__(self, speed: float, seconds: Any) -> None:
        self._speed = speed
        self._seconds = seconds
        self._begun: float | None = None
        self._said: list[tuple[float, int, Saying]] = []
        self._next = 0
        self.streams: list[int] = []

    def add(self, stream: int, item: Item) -> None:
        """Play this transcript as the stream of this number."""
        import msgspec

        from monitor.formats.saying import decode_saying

        self.streams.append(stream)
        place = 0.0
        for seq, segment in enumerate(msgspec.json.decode(item.raw)["segments"], 1):
            place = max(place, segment.get("end") or segment.get("start") or place + UNTIMED)
            self._said.append((place, stream, decode_saying(msgspec.json.encode(segment | {"seq": seq}))))
        self._said.sort(key=lambda said: said[0])

    @property
    def length(self) -> float:
        """Seconds of the longest stream."""
        return self._said[-1][0] if self._said else 0.0

    @property
    def over(self) -> bool:
        """Whether all was said."""
        return self._next >= len(self._said)

    def due(self) -> Mapping[int, Sequence[Saying]]:
        """See :class:`monitor.commands.playing.Source`."""
        if self._begun is None:
            self._begun = self._seconds()
        until = (self._seconds() - self._begun) * self._speed
        found: dict[int, list[Saying]] = {}
        while not self.over and self._said[self._next][0] <= until:
            _, stream, said = self._said[self._next]
            found.setdefault(stream, []).append(said)
            self._next += 1
        return found


def _recorded(path: Path) -> list[tuple[Item, Transcript]]:
    """The transcripts of a file or folder.

    Raises:
        InputError: there is none.
    """
    from monitor.commands.progress import Run
    from monitor.documents import Transcript
    from monitor.errors import InputError
    from monitor.formats import read_paths

    items = read_paths([path], on_error=Run(quiet=True).error)
    found = [(item, item.envelope.document) for item in items]
    kept = [(item, document) for item, document in found if isinstance(document, Transcript)]
    if not kept:
        raise InputError("holds no transcript to play; `monitor scan` tells what can be read", source=str(path))
    return kept


def _open(database: Database, item: Item, name: str, now: datetime) -> int:
    """Put a recorded stream on air under a name of its own; its number."""
    import msgspec

    from monitor.formats.saying import decode_head
    from monitor.store import open_stream

    body = {**msgspec.json.decode(item.raw), "id": name[-200:]}
    body.pop("segments")
    raw = msgspec.json.encode(body)
    with database.write() as session:
        source = f"replay: {item.source}"
        return open_stream(session, decode_head(raw), raw, now, source=source, as_of=item.envelope.day).stream


def _print(flag: LiveFlag) -> None:
    from monitor.formats.passage import visible

    first = flag.flag.evidence[0]
    second = "" if first.at is None else f"{int(first.at) // 60:02}:{int(first.at) % 60:02}"
    when = flag.created_at if flag.standing == "early" else flag.changed_at
    delay = (when - flag.received_at).total_seconds()
    words = visible(first.text).replace("\n", " ")
    typer.echo(
        f"{flag.stream:>5} {second:>6}  {flag.standing:<7} {flag.flag.severity:<8} {words}  {flag.flag.rule}  +{delay:.2f} s"
    )
