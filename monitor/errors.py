"""Every error this package raises on purpose.

::

    SteelyardError
    ├── InputError          a file, a line or a field that cannot be read: where, and why
    ├── RuleError           one or more problems in rule files, each with file, line and column
    ├── PictureError        a picture that cannot be read, and why
    ├── RegistryError       a certificate registry that cannot be loaded or asked
    ├── ConfigurationError  a setting that is missing or wrong
    ├── NotFound            a document, flag, complaint or key that is not there
    ├── Stale               somebody else decided first
    └── Refused             a request the law of the house forbids: its field and the reason
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class SteelyardError(Exception):
    """The root: catch this to catch all of them."""


class InputError(SteelyardError):
    """Input that cannot be read.

    Args:
        reason: what is wrong and what would be right, in one sentence.
        source: the file, or ``-`` for standard input.
        line: 1-based line of the file, where it has lines.
        field: JSON path or column name, such as ``segments[3].text``.
        note: nothing is lost; the reader is only told something.
    """

    def __init__(
        self, reason: str, *, source: str = "", line: int | None = None, field: str | None = None, note: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.source = source
        self.line = line
        self.field = field
        self.note = note

    def __str__(self) -> str:
        place = self.source if self.line is None else f"{self.source}:{self.line}"
        return ": ".join(part for part in (place, self.field, self.reason) if part)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a rule file.

    ``line`` and ``column`` are 1-based; ``code`` names the kind of problem and has its page in ``docs/rules/problems/``.
    A ``warning`` keeps nothing from loading.
    """

    path: str
    line: int
    column: int
    code: str
    message: str
    hint: str = ""
    source: str = ""
    warning: bool = False

    def __str__(self) -> str:
        level = "warning: " if self.warning else ""
        lines = [f"{self.path}:{self.line}:{self.column}: {level}{self.code} {self.message}"]
        if self.source:
            start = max(0, self.column - _SHOWN // 2)
            shown, column = self.source[start : start + _SHOWN], self.column - start
            lines += [f"    {shown}", "    " + _caret(shown, column)]
        if self.hint:
            lines.append(f"    {self.hint}")
        return "\n".join(lines)


class RuleError(SteelyardError):
    """All problems of the rule files, raised together."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problem{'s' * (len(problems) != 1)} in the rules")
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join([str(problem) for problem in self.problems] + [super().__str__()])


class PictureError(SteelyardError):
    """A picture that cannot be read; the message completes “unread: …”."""


class RegistryError(SteelyardError):
    """A certificate registry that cannot be loaded or asked."""


class ConfigurationError(SteelyardError):
    """A setting that is missing or wrong; the message names the setting and what to write."""


class NotFound(SteelyardError):
    """What was asked for is not there."""


class Stale(SteelyardError):
    """The record changed since the caller read it: read again and decide again."""


class Refused(SteelyardError):
    """A request that may not be carried out; ``field`` names the part that is wrong."""

    def __init__(self, reason: str, *, field: str) -> None:
        super().__init__(reason)
        self.field = field


_SHOWN = 160
"""Characters of a line that are shown around its problem."""

_FIRST_WIDE = 0x2E80
"""From here on most characters take two cells of a terminal."""


def _caret(source: str, column: int) -> str:
    """A caret under ``column``, under wide characters too."""
    before = source[: column - 1]
    return "".join("\u3000" if ord(character) >= _FIRST_WIDE else " " for character in before) + "^"
