"""A broker in a folder, for a machine with no server: Celery's file transport, that survives a full disk and a kill at any moment.

Kombu's own transport opens the file under its final name and fills it afterwards: a worker that looks in between, or after a kill or a full
disk, reads an empty message. Here a message gets its name when it is complete. Kombu keeps in a file of its own which queue belongs
to which exchange, and fills it in the same way; left empty, it stops every worker at its start for ever. Here each process knows that by
itself, for each declares its queue before it uses it.
"""

from __future__ import annotations

import logging
import time
from pathlib import Path
from queue import Empty
from typing import Any
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import filesystem, virtual
from kombu.utils.json import dumps, loads

log = logging.getLogger(__name__)


class Channel(filesystem.Channel):
    """Kombu's, but a message is renamed into the queue, and out of it; and the control folder stays empty."""

    def get_table(self, exchange: str) -> Any:
        """The queues of an exchange, as this process declared them."""
        return virtual.Channel.get_table(self, exchange)  # type: ignore[no-untyped-call]  # kombu's own

    def _queue_bind(self, *_: object) -> None:
        """Nothing: what is declared is known to this process already."""

    def _put(self, queue: str, payload: dict[str, Any], **_: object) -> None:  # type: ignore[override]  # as kombu's own
        folder = Path(self.data_folder_out)
        name = f"{time.monotonic_ns():020}_{uuid4()}"
        unfinished = folder / f"{name}.part"
        try:
            unfinished.write_text(dumps(payload), "utf-8")  # type: ignore[no-untyped-call]  # kombu's own encoder
            unfinished.rename(folder / f"{name}.{queue}.msg")
        except OSError as error:
            unfinished.unlink(missing_ok=True)
            raise ChannelError(f"a message cannot be written to {folder}: {error.strerror}") from error

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        """The oldest message. One that cannot be read is gone: the sweeper sends its documents again."""
        del timeout  # who asks looks again after a while
        for path in sorted(Path(self.data_folder_in).glob(f"*.{queue}.msg")):
            taken = path.with_suffix(".taken")
            try:
                path.rename(taken)
                content = taken.read_text("utf-8")
                taken.unlink()
                return loads(content)  # type: ignore[no-untyped-call]  # kombu's own decoder
            except FileNotFoundError:
                continue  # another worker was quicker
            except (OSError, ValueError) as error:
                log.warning("a message is lost, and what it said will be sent again: %s: %s", path.name, error)
        raise Empty


class Transport(filesystem.Transport):
    """Kombu's, with the channel above."""

    Channel = Channel
