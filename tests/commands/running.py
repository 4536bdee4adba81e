"""The command line as a process of its own, in a folder of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

COMMAND = [sys.executable, "-c", "from monitor.cli import main; main()"]


def monitor(folder: Path, *arguments: str, **others: str) -> subprocess.CompletedProcess[str]:
    """Run ``monitor`` to its end; ``others`` are further environment variables."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        env=os.environ | {"NO_COLOR": "1", "COLUMNS": "120"} | others,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@contextmanager
def started(folder: Path, *arguments: str, **others: str) -> Iterator[subprocess.Popen[str]]:
    """``monitor`` running in a session of its own, its output in ``folder/log``; whatever is left at the end is killed."""
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=folder,
            env=os.environ | {"NO_COLOR": "1"} | others,
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(30)
            process.kill()  # its parts end with it
            process.wait()
