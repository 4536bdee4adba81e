"""Parts as one: one log, restarts with a pause, an end that waits and an end that does not."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from monitor.commands.starting import free_port
from monitor.commands.supervising import ALL, KEEPS_CRASHING, Part, Supervisor
from monitor.commands.telling import log_writer

Said = list[tuple[str, str, str]]

STUBBORN = """
    import signal, time
    signal.signal(signal.SIGTERM, lambda *_: print("not now", flush=True))
    print("up", flush=True)
    while True: time.sleep(1)
"""


def part(name: str, program: str) -> Part:
    return Part(name, ["-c", textwrap.dedent(program)])


def supervise(
    parts: list[Part], until: str, *, ends: int = 1, grace: float = 20, first_pause: float = 0.05, until_of: str = ""
) -> tuple[Said, float]:
    """Run until a line (of ``until_of``) says ``until``, then end; what was said, and the seconds the end took."""
    said: Said = []

    async def run() -> float:
        heard = asyncio.Event()

        def say(name: str, level: str, line: str) -> None:
            said.append((name, level, line))
            if until in line and until_of in {"", name}:
                heard.set()

        supervisor = Supervisor(parts, say, grace=grace, first_pause=first_pause)
        running = asyncio.create_task(supervisor.run())
        await asyncio.wait_for(heard.wait(), 30)
        begun = time.monotonic()
        for _ in range(ends):
            supervisor.end()
        await asyncio.wait_for(running, 30)
        return time.monotonic() - begun

    return said, asyncio.run(run())


def test_lines_of_all_parts_come_with_their_names() -> None:
    program = "import sys, time; print('out'); print('err', file=sys.stderr); time.sleep(60)"
    said, _ = supervise(
        [part("one", program), part("two", "print('up'); import time; time.sleep(1); print('late'); time.sleep(60)")],
        "late",
    )
    assert sorted(said) == [("one", "", "err"), ("one", "", "out"), ("two", "", "late"), ("two", "", "up")]


def test_a_part_that_crashes_is_started_again_with_a_growing_pause(tmp_path: Path) -> None:
    program = f"""
        from pathlib import Path
        import os, time
        tries = Path({str(tmp_path / "tries")!r})
        tries.open("a").write("x")
        count = len(tries.read_text())
        if count == 1: raise SystemExit(3)
        if count == 2: os.kill(os.getpid(), 9)
        print("up at last", flush=True)
        time.sleep(60)
    """
    said, _ = supervise([part("it", program)], "up at last")
    assert said == [
        ("it", "warning", "ended (exit code 3); starting it again in 0.1 s"),
        ("it", "warning", "ended (signal SIGKILL); starting it again in 0.2 s"),
        ("it", "", "up at last"),
    ]


def test_a_part_that_keeps_crashing_is_reported() -> None:
    said, _ = supervise([part("it", "raise SystemExit(7)")], "keeps crashing", first_pause=0.01)
    assert [level for _, level, _ in said] == ["warning"] * (KEEPS_CRASHING - 1) + ["error"]
    assert "5 times in a row, now exit code 7" in said[-1][2]


def test_a_part_is_ready_when_it_says_so_or_answers(tmp_path: Path) -> None:
    port = free_port("127.0.0.1", 0)
    event = '{"level": "info", "event": "ready"}'
    quick = part("quick", f"import time; print('not yet'); print({event!r}); time.sleep(60)")
    server = Part(
        "server",
        ["-m", "http.server", "--bind", "127.0.0.1", "--directory", str(tmp_path), str(port)],
        url=f"http://127.0.0.1:{port}/",
    )
    said, _ = supervise([quick, server], "ready in", until_of=ALL)
    told = [(name, line.partition(" in ")[0]) for name, level, line in said if level == "info"]
    assert sorted(told) == [("all", "ready"), ("quick", "ready"), ("server", "ready")]
    assert told[-1] == (ALL, "ready")


@pytest.mark.parametrize(
    ("ends", "grace", "waited"),
    [pytest.param(1, 0.5, True, id="after the grace"), pytest.param(2, 60, False, id="told twice")],
)
def test_a_part_that_does_not_end_is_killed(ends: int, grace: float, waited: bool) -> None:
    _, seconds = supervise([part("stubborn", STUBBORN)], "up", ends=ends, grace=grace)
    assert (seconds >= grace) == waited


@pytest.mark.parametrize(
    ("written", "lines"),
    [
        pytest.param("'x' * 100_000", 100_000, id="longer than any line should be"),
        pytest.param("'\\xff\\xfe'.encode('latin-1')", 2, id="not UTF-8"),
    ],
)
def test_no_line_stops_the_log(written: str, lines: int) -> None:
    program = f"""
        import sys, time
        line = {written}
        sys.stdout.buffer.write(line if isinstance(line, bytes) else line.encode())
        print(); print("end", flush=True); time.sleep(60)
    """
    said, _ = supervise([part("loud", program)], "end")
    assert sum(len(line) for _, _, line in said if line != "end") == lines


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux ends them")
def test_parts_end_with_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    program = f"""
        import asyncio
        from monitor.commands.supervising import Part, Supervisor
        body = "import os, pathlib, time; pathlib.Path({str(tmp_path / "pid")!r}).write_text(str(os.getpid())); print('up'); time.sleep(60)"
        asyncio.run(Supervisor([Part("it", ["-c", body])], lambda name, level, line: print(line, flush=True)).run())
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)], stdout=subprocess.PIPE, text=True
    ) as supervisor:
        assert supervisor.stdout is not None
        assert supervisor.stdout.readline() == "up\n"
        supervisor.send_signal(signal.SIGKILL)
    number = int((tmp_path / "pid").read_text())
    for _ in range(100):
        if not running(number):
            return
        time.sleep(0.05)
    os.kill(number, signal.SIGKILL)
    pytest.fail("the part is still there")


def running(number: int) -> bool:
    """Whether a process runs; one that ended and was not asked for does not."""
    try:
        return ") Z " not in Path(f"/proc/{number}/stat").read_text()
    except FileNotFoundError:
        return False


def test_names_stand_in_one_column(capsys: pytest.CaptureFixture[str]) -> None:
    write = log_writer(["api", "dispatcher"])
    write("api", "", "one")
    write("dispatcher", "warning", "two")
    lines = [line.partition(" ")[2] for line in capsys.readouterr().err.splitlines()]  # without the time
    assert lines == ["api        │ info    one", "dispatcher │ warning two"]


def test_events_of_parts_are_shown_and_passed_on_whole(capsys: pytest.CaptureFixture[str]) -> None:
    event = (
        '{"at": "2026-11-20T04:00:00Z", "level": "error", "part": "x", "event": "bad", "work": 7, "said": "two words"}'
    )
    log_writer(["api"])("api", "", event)
    log_writer(["api"], "json")("api", "", event)
    shown, passed = capsys.readouterr().err.splitlines()
    assert shown.partition(" ")[2] == 'api │ error   bad  work=7 said="two words"'
    assert json.loads(passed) == json.loads(event) | {"part": "api"}
