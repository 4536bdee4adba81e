"""Coverage-guided fuzzing by atheris: no crash, no hang, no error that is not of this package's tree.

    python bench/fuzz.py {rules,text,readers} [--seconds 60] [--corpus FOLDER]

``rules``: any text as a ``rules.yaml``; what loads must compile and scan. ``text``: any text is folded, searched for quantities, contexts
and every shipped rule; spans lie inside it and lead back. ``readers``: any bytes in each format. The corpus begins with
the packs, the samples and the labelled cases; an input that fails is written beside it, and given as FILE it is run again alone:

    python bench/fuzz.py readers --input FILE

atheris has wheels for Linux on x86_64 only and is no part of the lock file: CONTRIBUTING.md says how to get it.
"""

from __future__ import annotations

import argparse
import copy
import io
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import atheris
import yaml

with atheris.instrument_imports(include=["monitor"]):
    from monitor.documents import Document, Listing, Segment, Transcript, decode_document, field_text
    from monitor.errors import RuleError
    from monitor.formats import FORMATS, read_stream
    from monitor.nlp.context import contexts, see
    from monitor.nlp.fold import fold
    from monitor.nlp.layout import lay_out
    from monitor.nlp.numbers import find_quantities
    from monitor.registry import find as find_numbers
    from monitor.rules import load_rulebook
    from monitor.scanner import Scanner

ROOT = Path(__file__).parents[1]
DAY = date(2026, 11, 20)
SLOWEST = 20
"""Seconds for one input, instrumented and on a shared machine; more is a hang."""
LARGEST = 4096
"""Bytes of one input."""


def _hold(promise: object) -> None:
    if not promise:
        raise AssertionError


def rules(raw: bytes) -> None:
    """A rule file loads or has problems; what loads can be run. Bytes that begin with ``~`` say what to change in a shipped rule."""
    path = _FOLDER / "rules.yaml"
    path.write_bytes(_changed(raw[1:]) if raw[:1] == b"~" else raw)
    try:
        rulebook = load_rulebook(path)
    except RuleError as error:
        _hold(error.problems and str(error))
        return
    _hold(rulebook.digest)
    document = Listing(id="1", title="有机大米 100元", description="全网最好，包治糖尿病。加微信送三斤")
    Scanner(rulebook).scan(document, DAY)


def _changed(raw: bytes) -> bytes:
    """A shipped rule with a few values replaced by text, numbers, lists or keys of the input."""
    data = atheris.FuzzedDataProvider(raw)
    book = {"rulebook": "fuzz", "rules": [copy.deepcopy(_rules()[data.ConsumeIntInRange(0, len(_rules()) - 1)])]}
    book["vocabulary"] = {"word": ["最好", {"text": data.ConsumeUnicodeNoSurrogates(20), "place": ["五常"]}]}
    for _ in range(data.ConsumeIntInRange(1, 4)):
        at: Any = book["rules"]
        key: Any = 0
        for _ in range(8):
            if not isinstance(at[key], dict | list) or not at[key] or not data.ConsumeIntInRange(0, 7):
                break
            at = at[key]
            keys = list(at) if isinstance(at, dict) else range(len(at))
            key = keys[data.ConsumeIntInRange(0, len(keys) - 1)]
        word = data.PickValueInList(words("rules"))
        choices = [
            data.ConsumeUnicodeNoSurrogates(30),
            word,
            [word, "最{好|}"],
            {word: "最好"},
            data.ConsumeFloat(),
            None,
        ]
        at[key] = choices[data.ConsumeIntInRange(0, len(choices) - 1)]
    return yaml.safe_dump(book, allow_unicode=True).encode()


def _rules() -> list[Any]:
    if not _RULES:
        for path in sorted((ROOT / "monitor" / "rules" / "packs").glob("*.yaml")):
            pack = yaml.safe_load(path.read_text(encoding="utf-8"))
            _RULES.extend(json.loads(json.dumps(rule, default=str)) for rule in pack.get("rules", ()))
    return _RULES


def text(raw: bytes) -> None:
    """A text is folded, heard and searched; every span leads back to its words."""
    try:
        given = raw.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        given = raw.decode("utf-8", "replace")
    folded = fold(given)
    _hold(len(folded.plain) == len(given))
    places = folded.offsets
    _hold(places == sorted(set(places)))
    _hold(folded.bare == "".join(folded.plain[place] for place in places))
    for found in [*find_quantities(given), *find_numbers(given)]:
        _hold(0 <= found.start < found.end <= len(given))
    if given:
        _scan(Listing(id="1", description=given))
        _scan(Transcript(id="1", segments=tuple(Segment(line, float(at)) for at, line in enumerate(given.split("\n")))))


def _scan(document: Document) -> None:
    layout = lay_out(document)
    middle = len(layout.text) // 2
    for name in contexts() if layout.text else ():
        seen = see(name, layout, (middle, middle + 1))
        _hold(seen is None or layout.text[slice(*seen.span)] == seen.cue)
    for flag in _scanner().scan(document, DAY).flags:
        for evidence in flag.evidence:
            field = field_text(document, evidence.field)
            _hold(field is None or evidence.match in {"absent", "conflict"} or evidence.text == _slice(field, evidence))


def _slice(field: str, evidence: object) -> str:
    words = field[evidence.start : evidence.end]  # type: ignore[attr-defined]
    return words.replace("\ue000", "\ufffd").replace("\ue001", "\ufffd")


def readers(raw: bytes) -> None:
    """Bytes in a format (told by the first of them, or not at all) give documents or told errors, and end."""
    formats = (None, *FORMATS)
    told: list[Exception] = []
    items = list(
        read_stream(
            io.BytesIO(raw[1:]), name="f", format=formats[raw[0] % len(formats)] if raw else None, on_error=told.append
        )
    )
    _hold(items or told)
    for item in items:
        _hold(decode_document(item.raw) == item.envelope.document)


TARGETS: dict[str, Callable[[bytes], None]] = {"rules": rules, "text": text, "readers": readers}


def seeds(target: str) -> Iterator[bytes]:
    """What the corpus begins with."""
    if target == "rules":
        yield from (f"~{chr(number)}{word}".encode() * 9 for number, word in enumerate(words(target)))
        for rule in _rules()[::3]:
            book = {"rulebook": "fuzz", "rules": [rule], "vocabulary": {}}
            yield yaml.safe_dump(book, allow_unicode=True).encode()[:LARGEST]
    elif target == "text":
        for line in (ROOT / "tests" / "data" / "hard_cases.jsonl").read_text(encoding="utf-8").splitlines():
            document = json.loads(line)["document"]
            yield (
                document.get("description") or "\n".join(one["text"] for one in document.get("segments", ()))
            ).encode()
        yield "ＶＸ國宴 微❤ bao治 免|疫·力 【最】好🐑 39.9元 九块九 三到五斤".encode()
    else:
        for path in sorted((ROOT / "samples").iterdir()):
            for first in range(len(FORMATS) + 1):
                yield bytes([first]) + path.read_bytes()[: LARGEST - 1]


def words(target: str) -> list[str]:
    """Words a mutation may put in."""
    if target == "rules":
        keys = "match any all text within unless scope context requires conflict repeat missing applies when has lacks over under"
        return [
            *keys.split(),
            "<yuan > 5>",
            "..6",
            "{a|}",
            "$word",
            "sentence",
            "nearby",
            "overlap",
            "vocabulary",
            "&a",
            "*a",
            "!!",
            "? ",
        ]
    if target == "text":
        return [
            "最好",
            "有机",
            "微",
            "信",
            "❤",
            "🐑",
            "\u200b",
            "\ud7ff",
            "，",
            "百分之",
            "十几",
            "万",
            "￥",
            "..",
            "\ue000",
            "\ue001",
            "国",
        ]
    return [
        "segments",
        "WEBVTT",
        "-->",
        "00:00:01,000",
        "\\u0000",
        "\\ud800",
        "kind",
        "transcript",
        "title",
        "标题",
        '""',
        "sentence_info",
    ]


_SCANNERS: list[Scanner] = []
_RULES: list[Any] = []


def _scanner() -> Scanner:
    if not _SCANNERS:
        _SCANNERS.append(Scanner(load_rulebook(ROOT / "rules.yaml")))
    return _SCANNERS[0]


def main() -> None:
    """Run one target."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--corpus", type=Path, help="a folder to keep what was found (default: a new one)")
    parser.add_argument("--input", type=Path, help="run this one input and end")
    given = parser.parse_args()
    if given.input:
        TARGETS[given.target](given.input.read_bytes())
        return
    corpus = given.corpus or _FOLDER / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(given.target)):
        (corpus / f"seed-{number:04}").write_bytes(seed)
    dictionary = _FOLDER / "words"
    dictionary.write_text("".join(f'"{_escaped(word)}"\n' for word in words(given.target)), encoding="ascii")
    for seed in seeds(given.target):
        TARGETS[given.target](seed)  # tables are made at the first call: no input is to be blamed for them
        break
    options = [f"-max_total_time={given.seconds}", f"-timeout={SLOWEST}", f"-max_len={LARGEST}", "-rss_limit_mb=4096"]
    options += [f"-dict={dictionary}", f"-artifact_prefix={corpus.parent}/{given.target}-", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *options, str(corpus)], TARGETS[given.target])
    atheris.Fuzz()


def _escaped(word: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word.encode())


if __name__ == "__main__":
    _FOLDER = Path(tempfile.mkdtemp(prefix="fuzz-"))
    main()
