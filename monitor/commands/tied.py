"""``python -m monitor.commands.tied COMMAND…``: become the command, and end with whoever started it.

A supervisor that is killed outright cannot end its parts; on Linux the kernel does (``prctl(2)``, PR_SET_PDEATHSIG).
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from typing import Final

_PR_SET_PDEATHSIG: Final = 1


def main(command: list[str]) -> None:
    """Does not return."""
    if sys.platform == "linux":
        parent = os.getppid()
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it ended in between
            return
    os.execv(command[0], command)  # noqa: S606 (the command is the program's own)


if __name__ == "__main__":
    main(sys.argv[1:])
