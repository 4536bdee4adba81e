"""Several processes as one: started together, one log, told when they are ready, restarted when they crash, ended together."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import urllib.request
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from monitor.logs import parsed

GRACE: Final = 20.0
"""Seconds a part has to finish what it is at."""

SETTLED: Final = 30.0
"""A part that ran this many seconds before it crashed is started again at once, not after a longer pause."""

FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 30.0
KEEPS_CRASHING: Final = 5
"""A part that crashed so often, each time before it had settled, keeps crashing: that is an error."""

ALL: Final = "all"
"""Stands for every part in the log."""

_LOOK: Final = 0.25
"""Seconds between two looks whether a part answers."""

_LONGEST_LINE: Final = 4000

_DIRECT: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""Parts are asked without the proxy that this machine may use for the world."""

Say = Callable[[str, str, str], None]
"""Takes the name of a part, a level and what is to be told of it; no level: a line that the part itself wrote."""


@dataclass(frozen=True, slots=True)
class Part:
    """A process to keep running. ``arguments`` are those of ``python``.

    It is ready once ``url`` answers; without one, once it logs the event ``ready``.
    """

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    url: str = ""


@dataclass(slots=True)
class State:
    """How a part does. ``crashes`` in a row, each before it had settled; ``restarts`` in all; ``ended``: how it ended last."""

    process: int = 0
    ready: bool = False
    crashes: int = 0
    restarts: int = 0
    ended: str = ""

    @property
    def keeps_crashing(self) -> bool:
        """Whether a person should look at it."""
        return self.crashes >= KEEPS_CRASHING


class Supervisor:
    """Keeps parts running until it is told to end them."""

    def __init__(
        self,
        parts: Sequence[Part],
        say: Say,
        *,
        grace: float = GRACE,
        first_pause: float = FIRST_PAUSE,
        changed: Callable[[Mapping[str, State]], None] = lambda _: None,
    ) -> None:
        self._parts = parts
        self._say = say
        self._grace = grace
        self._first_pause = first_pause
        self._changed = changed
        self._states = {part.name: State() for part in parts}
        self._begun = 0.0
        self._all_told = False
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
        self._begun = asyncio.get_running_loop().time()
        await asyncio.gather(*(self._keep(part) for part in self._parts))

    async def _keep(self, part: Part) -> None:
        clock, pause, state = asyncio.get_running_loop().time, self._first_pause, self._states[part.name]
        while not self._ending.is_set():
            begun = clock()
            code = await self._run_once(part)
            state.process, state.ready, state.ended = 0, False, _why(code)
            if self._ending.is_set():
                return
            settled = clock() - begun >= SETTLED
            state.crashes = 1 if settled else state.crashes + 1
            state.restarts += 1
            pause = self._first_pause if settled else min(2 * pause, LONGEST_PAUSE)
            self._tell_crash(part, state, pause)
            self._changed(self._states)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), pause)

    def _tell_crash(self, part: Part, state: State, pause: float) -> None:
        if state.keeps_crashing:
            said = f"keeps crashing: {state.crashes} times in a row, now {state.ended}; what it wrote before says why"
            self._say(part.name, "error", f"{said}; starting it again in {pause:g} s")
        else:
            self._say(part.name, "warning", f"ended ({state.ended}); starting it again in {pause:g} s")

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
        self._states[part.name].process = process.pid
        self._changed(self._states)
        begun = asyncio.get_running_loop().time()
        told = asyncio.create_task(self._tell(part, process, begun))
        asked = asyncio.create_task(self._ask(part, begun))
        code = await self._ended(process)
        asked.cancel()
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

    async def _tell(self, part: Part, process: asyncio.subprocess.Process, begun: float) -> None:
        if process.stdout is not None:
            async for line in _lines(process.stdout):
                self._say(part.name, "", line)
                if not part.url and (parsed(line) or {}).get("event") == "ready":
                    self._is_ready(part, begun)

    async def _ask(self, part: Part, begun: float) -> None:
        while part.url and not await asyncio.to_thread(_answers, part.url):
            await asyncio.sleep(_LOOK)
        if part.url:
            self._is_ready(part, begun)

    def _is_ready(self, part: Part, begun: float) -> None:
        now, state = asyncio.get_running_loop().time(), self._states[part.name]
        if state.ready or self._ending.is_set():
            return
        state.ready = True
        self._say(part.name, "info", f"ready in {now - begun:.1f} s")
        if not self._all_told and all(one.ready for one in self._states.values()):
            self._all_told = True
            self._say(ALL, "info", f"ready in {now - self._begun:.1f} s")
        self._changed(self._states)


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


def _answers(url: str) -> bool:
    """Whether an address answers with success."""
    try:
        with _DIRECT.open(url, timeout=2):
            return True
    except OSError:
        return False


def _signal(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    """SIGTERM to the part, which ends its own; SIGKILL to all it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if number == signal.SIGKILL:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)


def _why(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
