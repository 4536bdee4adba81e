"""A broker in a folder, for a machine with no server: Celery's file transport, with messages that appear whole.

Kombu's own transport opens the file under its final name and fills it afterwards; a worker that looks in between reads an
empty message and ends with a ``JSONDecodeError``. Here a message gets its name when it is complete.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """Kombu's, but a message is renamed into the queue."""

    def _put(self, queue: str, payload: dict[str, Any], **_: object) -> None:  # type: ignore[override]  # as kombu's own
        folder = Path(self.data_folder_out)
        name = f"{time.monotonic_ns():020}_{uuid4()}"
        unfinished = folder / f"{name}.part"
        try:
            unfinished.write_text(dumps(payload), "utf-8")  # type: ignore[no-untyped-call]  # kombu's own encoder
            unfinished.rename(folder / f"{name}.{queue}.msg")
        except OSError as error:
            raise ChannelError(f"a message cannot be written to {folder}: {error.strerror}") from error


class Transport(filesystem.Transport):
    """Kombu's, with the channel above."""

    Channel = Channel
