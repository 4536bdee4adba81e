"""What people type: each text has a name, a length and an error that says both."""

from __future__ import annotations

import re
from typing import Final

from monitor.errors import Refused


def typed(text: str, field: str, *, most: int, least: int = 1, lines: bool = False) -> str:
    """``text`` without spaces around it; ``lines``: it may have several lines.

    Raises:
        Refused: shorter than ``least`` or longer than ``most`` characters, or with characters that are no text.
    """
    trimmed = text.strip()
    if len(trimmed) < least:
        raise Refused(f"write at least {least} characters" if least > 1 else "write something here", field=field)
    if len(trimmed) > most:
        raise Refused(f"at most {most:,} characters; these are {len(trimmed):,}", field=field)
    if _HALF.search(trimmed):
        raise Refused("half a character: the text was cut in the middle of one", field=field)
    if (_CONTROL if lines else _CONTROL_OR_LINE).search(trimmed):
        raise Refused("no control characters here" if lines else "one line, no control characters", field=field)
    return trimmed


def one_of(value: str, values: tuple[str, ...], field: str) -> str:
    """``value``.

    Raises:
        Refused: it is not one of ``values``.
    """
    if value not in values:
        raise Refused(f"one of {', '.join(values)}", field=field)
    return value


_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_CONTROL_OR_LINE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_HALF: Final = re.compile("[\ud800-\udfff]")
