"""Where results go: standard output, or a file that is whole or not there."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from monitor.errors import InputError


@contextmanager
def opened(output: Path | None, inputs: Sequence[Path]) -> Iterator[BinaryIO]:
    """A stream for the results. A file appears under its name when all is written; a device or pipe is written as it comes.

    Raises:
        InputError: the file cannot be written, or is one of the inputs.
    """
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    if any(path.is_file() and output.exists() and path.samefile(output) for path in inputs):
        raise InputError("is read and would be written: give --output another name", source=str(output))
    direct = output.exists() and not output.is_file()
    part = (
        output if direct else output.with_name(f".{output.name}.part")
    )  # hidden: a folder that is scanned passes it over
    try:
        stream = part.open("wb")
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror or error}", source=str(output)) from error
    try:
        with stream:
            yield stream
    except BaseException:
        if not direct:
            part.unlink(missing_ok=True)
        raise
    if not direct:
        part.replace(output)
