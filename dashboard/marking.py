"""Words of a document or of a person on a page: shown as they are, never obeyed as HTML or Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import Final, NamedTuple

from monitor.marking import Mark, mark, pieces

_COMMANDS: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_PUNCTUATION: Final = re.compile(r"([!-/;-@\[-`{-~])")
_SPACE: Final = re.compile(r"\s+")
_JOINER: Final = "\u2060"


class Span(NamedTuple):
    """Code points ``start`` to ``end`` (half open) of a text, to be marked in the way of ``kind`` (a CSS class)."""

    start: int
    end: int
    kind: str


def visible(text: str) -> str:
    """``text`` without what commands a terminal or turns the direction of writing: each such character becomes ``␦``."""
    return _COMMANDS.sub("␦", text.replace("\r\n", "\n"))


def html(text: str) -> str:
    """``text`` for an element or a quoted attribute of HTML."""
    return escape(visible(text), quote=True)


def plain(text: str, most: int | None = None) -> str:
    """``text`` on one line for Markdown (labels, messages), at most ``most`` code points and ``…``.

    Every punctuation mark of ASCII is escaped. Of the colon that is not enough: Streamlit looks for ``:icon:`` and ``:red[`` after
    escapes are resolved, so an invisible joiner follows it.
    """
    line = _SPACE.sub(" ", visible(text)).strip()
    if most is not None and len(line) > most:
        line = line[:most].rstrip() + "…"
    return _PUNCTUATION.sub(r"\\\1", line).replace(":", f"\\:{_JOINER}")


def marked(text: str, spans: Iterable[Span], order: tuple[str, ...] = ()) -> str:
    """``text`` as HTML with the spans in ``<mark>``; where they overlap the kind that stands last in ``order`` wins."""
    found: list[tuple[str, str]] = []
    for said, kinds in pieces(mark(text, (Mark(*span) for span in spans))):
        kind = max(kinds, key=lambda name: order.index(name) if name in order else -1) if kinds else ""
        if found and found[-1][0] == kind:
            found[-1] = (kind, found[-1][1] + said)
        else:
            found.append((kind, said))
    return "".join(f'<mark class="{html(kind)}">{html(said)}</mark>' if kind else html(said) for kind, said in found)
