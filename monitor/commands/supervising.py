"""Several processes as one: started together, one log, restarted when they crash, ended together."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

GRACE: Final = 20.0
"""Seconds a part has to finish what it is at."""

SETTLED: Final = 30.0
"""A part that ran this many seconds before it crashed is started again at once, not after a longer pause."""

FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 30.0
_LONGEST_LINE: Final = 4000

Say = Callable[[str, str], None]
"""Takes the name of a part and a line it wrote."""


@dataclass(frozen=True, slots=True)
class Part:
    """A process to keep running. ``arguments`` are those of ``python``."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


class Supervisor:
    """Keeps parts running until it is told to end them."""

    def __init__(
        self, parts: Sequence[Part], say: Say, *, grace: float = GRACE, first_pause: float = FIRST_PAUSE
    ) -> None:
        self._parts = parts
        self._say = say
        self._grace = grace
        self._first_pause = first_pause
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._ending = asyncio.Event()

    @property
    def processes(self) -> dict[str, int]:
        """The process ids of the parts that run."""
        return {name: process.pid for name, process in self._running.items()}

    @property
    def ending(self) -> bool:
        """Whether the parts were told to end."""
        return self._ending.is_set()

    def end(self) -> None:
        """End all parts, letting them finish; called again: without."""
        number = signal.SIGKILL if self._ending.is_set() else signal.SIGTERM
        self._ending.set()
        for process in self._running.values():
            _signal(process, number)

    async def run(self) -> None:
        """Start all parts; returns when :meth:`end` was called and all have ended."""
        await asyncio.gather(*(self._keep(part) for part in self._parts))

    async def _keep(self, part: Part) -> None:
        clock, pause = asyncio.get_running_loop().time, self._first_pause
        while not self._ending.is_set():
            begun = clock()
            code = await self._run_once(part)
            if self._ending.is_set():
                return
            pause = self._first_pause if clock() - begun >= SETTLED else min(2 * pause, LONGEST_PAUSE)
            self._say(part.name, f"ended ({_why(code)}); starting it again in {pause:g} s")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), pause)

    async def _run_once(self, part: Part) -> int:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "monitor.commands.tied", sys.executable, *part.arguments,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **part.environment},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches the supervisor, which ends the parts in its own way
        )  # fmt: skip
        self._running[part.name] = process
        if self._ending.is_set():
            _signal(process, signal.SIGTERM)
        told = asyncio.create_task(self._tell(part, process))
        code = await self._ended(process)
        _signal(process, signal.SIGKILL)  # what the part itself had started
        del self._running[part.name]
        await told
        return code

    async def _ended(self, process: asyncio.subprocess.Process) -> int:
        """The exit code; once all are to end, at the latest after the grace."""
        waiting, ending = asyncio.create_task(process.wait()), asyncio.create_task(self._ending.wait())
        await asyncio.wait({waiting, ending}, return_when=asyncio.FIRST_COMPLETED)
        ending.cancel()
        try:
            return await asyncio.wait_for(asyncio.shield(waiting), self._grace if self._ending.is_set() else None)
        except TimeoutError:
            _signal(process, signal.SIGKILL)
            return await waiting

    async def _tell(self, part: Part, process: asyncio.subprocess.Process) -> None:
        if process.stdout is not None:
            async for line in _lines(process.stdout):
                self._say(part.name, line)


async def _lines(stream: asyncio.StreamReader) -> AsyncIterator[str]:
    """Lines as they come, whatever their length and encoding; empty ones left out."""
    rest = b""
    while chunk := await stream.read(65536):
        *whole, rest = (rest + chunk).split(b"\n")
        if len(rest) > _LONGEST_LINE:
            whole, rest = [*whole, rest], b""
        for line in whole:
            if text := line.decode("utf-8", "replace").rstrip():
                yield text
    if text := rest.decode("utf-8", "replace").rstrip():
        yield text


def _signal(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    """SIGTERM to the part, which ends its own; SIGKILL to all it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if number == signal.SIGKILL:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)


def _why(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
