"""Files and folders: which file is read in which format, and under which name."""

from __future__ import annotations

import codecs
import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

import msgspec

from monitor.errors import InputError
from monitor.formats.csv import COLUMNS, read_csv
from monitor.formats.item import Item, OnError, Refusal, Source
from monitor.formats.json import read_json
from monitor.formats.jsonl import read_jsonl
from monitor.formats.srt import read_srt
from monitor.formats.text import HEAD, begin, encoding_of
from monitor.formats.txt import read_txt, stamp
from monitor.formats.vtt import read_vtt

_READERS: Final[dict[str, Callable[[BinaryIO, bytes, Source], Iterator[Item]]]] = {
    "jsonl": read_jsonl,
    "json": read_json,
    "csv": read_csv,
    "srt": read_srt,
    "vtt": read_vtt,
    "txt": read_txt,
}
FORMATS: Final = tuple(_READERS)
"""Formats by the ending of the file; ``ndjson`` is ``jsonl``, ``tsv`` is ``csv``."""

_ENDINGS: Final = {".ndjson": "jsonl", ".tsv": "csv", **{f".{name}": name for name in FORMATS}}
_TOOLS: Final = (".whisper", ".funasr", ".transcribe")
"""Second endings that say who wrote the file: ``live-07.whisper.json``."""

_NO_SPEECH: Final = ("readme", "license", "licence", "copying", "notice", "changelog", "requirements")
"""Names of text files that lie in folders and are no transcripts."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is read of files: the formats, and of JSON Lines the lines that have these bytes."""

    formats: frozenset[str] = frozenset(FORMATS)
    only: bytes = b""


_ALL: Final = Choice()


def read_files(path: Path, *, on_error: OnError, choice: Choice = _ALL) -> Iterator[Item]:
    """Every document of a file, or of all files of a folder and the folders in it, in order of their names.

    In a folder, hidden files, links to folders, and files of other formats are passed over, told once.
    """
    if not path.is_dir():
        yield from _read(path, Source(shown(path), stem(path.name), on_error), choice)
        return
    files, others = _files(path, on_error)
    if others:
        kinds = ", ".join(f"{count} {ending}" for ending, count in sorted(others.items()))
        on_error(InputError(f"passed over what is in no format of documents: {kinds}", source=shown(path), note=True))
    if not files:
        on_error(InputError(f"no file to read in this folder; readable: {', '.join(FORMATS)}", source=shown(path)))
    for file in files:
        name = stem(file.relative_to(path).as_posix())
        yield from _read(file, Source(shown(file), name, on_error, named=False), choice)


def read_named(stream: BinaryIO, source: Source, format_: str | None, choice: Choice = _ALL) -> Iterator[Item]:
    """Every document of a stream, in the format given or else the one its first lines show."""
    try:
        head, again = begin(stream)
    except Refusal as refusal:
        source.refuse(refusal)
        return
    known = _by_content(head, format_)
    if known == "jsonl":
        yield from read_jsonl(again, head, source, choice.only)
    elif known in choice.formats:
        yield from _READERS[known](again, head, source)


def format_of(head: bytes, ending: str) -> str:
    """The format of a file by the ending of its name (``.csv``), or else by its first bytes."""
    return _by_content(head, _ENDINGS.get(ending.lower()))


def shown(path: Path) -> str:
    """A path as text that can be written anywhere: a name need not be UTF-8."""
    return os.fsencode(path).decode("utf-8", "replace")


def _read(path: Path, source: Source, choice: Choice) -> Iterator[Item]:
    try:
        with path.open("rb") as stream:
            yield from read_named(stream, source, _ENDINGS.get(path.suffix.lower()), choice)
    except OSError as error:
        source.error(f"cannot be read: {error.strerror or error}")


def _files(folder: Path, on_error: OnError) -> tuple[list[Path], Counter[str]]:
    """The files to read, sorted, and how many there are of other endings."""

    def unreadable(error: OSError) -> None:
        on_error(InputError(f"cannot be read: {error.strerror}", source=shown(Path(error.filename))))

    files: list[Path] = []
    others: Counter[str] = Counter()
    for place, folders, names in os.walk(folder, onerror=unreadable):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for path in (Path(place, name) for name in names if not name.startswith(".")):
            if path.suffix.lower() in _ENDINGS and not path.name.lower().startswith(_NO_SPEECH):
                if _is_regular(path):
                    files.append(path)
            else:
                others[shown(Path(path.suffix.lower() or path.name))] += 1
    return sorted(files), others


def _is_regular(path: Path) -> bool:
    """A pipe in a folder would make the run wait for ever. A link to nothing is kept, to be told as unreadable."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return True


def stem(name: str) -> str:
    """What a transcript without an id is called: the file's name, below the folder given, without its endings."""
    path = PurePosixPath(os.fsencode(name).decode("utf-8", "replace"))
    whole = str(path.with_suffix("") if path.suffix else path)
    for tool in _TOOLS:
        whole = whole.removesuffix(tool)
    return whole[-200:] or "-"


def _by_content(head: bytes, ending: str | None) -> str:
    """The format. JSON and JSON Lines are told apart whatever the ending; others only where no ending says it."""
    if ending is not None and ending not in {"json", "jsonl"}:
        return ending
    lines = [line.rstrip() for line in head.removeprefix(codecs.BOM_UTF8).splitlines() if line.strip()]
    first = lines[0].lstrip() if lines else b""
    if ending is not None or (first[:1] in {b"{", b"["} and not _is_stamp(first)):
        return _json_or_lines(first, lines[1:], ending)
    return _text_format(lines)


def _json_or_lines(first: bytes, rest: list[bytes], ending: str | None) -> str:
    """JSON Lines has whole objects that begin at the start of a line; the rest of JSON over lines is indented."""
    if any(map(_is_object, rest)):
        return "jsonl"
    if ending == "json" or (first.startswith(b"[") and ending is None):
        return "json"
    return "json" if rest and first in {b"{", b"[", b"[{"} else "jsonl"


def _text_format(lines: list[bytes]) -> str:
    first = lines[0] if lines else b""
    if first.startswith(b"WEBVTT"):
        return "vtt"
    if any(b"-->" in line and b"," in line for line in lines[:3]) and not _is_stamp(first):
        return "srt"
    encoding = encoding_of(b"\n".join(lines[:-1] or lines)) or "utf-8"
    cells = first.decode(encoding, "replace").replace("\t", ",").replace(";", ",").lower().split(",")
    names = {name for known in ("title", "description") for name in COLUMNS[known]}
    return "csv" if len(cells) > 1 and names & {cell.strip(' "') for cell in cells} else "txt"


def _is_stamp(line: bytes) -> bool:
    return stamp(line.decode("utf-8", "replace")).stamped


def _is_object(line: bytes) -> bool:
    if not line.startswith(b"{") or len(line) > HEAD:
        return False
    try:
        msgspec.json.decode(line, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True
