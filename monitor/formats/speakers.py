"""Who speaks: names before a colon at the start of a line, told apart from words that merely end in one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

HOSTS: Final = frozenset({"主播", "主持", "主持人", "host", "anchor"})
"""Names that become ``host``."""

_KNOWN: Final = re.compile(
    r"(?:主播|主持人?|助播|副播|嘉宾|助理|场控|运营|客服|观众|用户|粉丝|弹幕|顾客|老板娘?|旁白|"
    r"host|anchor|guest|assistant|viewer|audience|speaker|spk)[ _-]?[\w·]{0,12}",
    re.IGNORECASE,
)
_LABEL: Final = re.compile(r"([^\s:：，。！？,.!?、；;]{1,20})[:：]\s*(?=\S)")


def speaker_of(name: str) -> str:
    """A speaker's name; the host by any of its usual names is ``host``."""
    name = " ".join(name.split())
    return "host" if name.lower() in HOSTS else name


class Speakers:
    """The names that speak in one transcript.

    A label counts as a speaker where it is a usual name (主播, 助播, 嘉宾, speaker 1 …), or where nearly every line has a
    label and this one comes back: in “产地：河南” the label is a part of what is said.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        lines = [text for text in texts if text.strip()]
        labels = Counter(match[1] for text in lines if (match := _LABEL.match(text)))
        usual = sum(labels.values()) >= 0.6 * len(lines)
        self._names = {label for label, count in labels.items() if _KNOWN.fullmatch(label) or (usual and count > 1)}

    def split(self, text: str) -> tuple[str | None, str]:
        """(speaker or None, the words)."""
        match = _LABEL.match(text)
        if match is None or match[1] not in self._names:
            return None, text.strip()
        return speaker_of(match[1]), text[match.end() :].strip()
