"""Pictures read: seconds for one, and how much of drawn certificates is read right, before and after correction by check digit.

    python bench/pictures.py [--each 3] [--kinds organic production business patent] [--degrees 0 1 2 3 4]

Certificates are drawn from a seed and spoiled in five degrees: clean; smaller, turned by a degree, JPEG 60; half the size, two degrees,
noise, JPEG 40; two fifths, blurred, more noise, JPEG 30; and 28 hundredths, where signs are ten pixels high. It needs the extra `ocr`
and the font Noto Sans CJK.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from pictures.drawing import KINDS, LEVELS, Drawn, draw, drawn, taken
from rapidfuzz.distance import Levenshtein

from monitor.documents import Image
from monitor.nlp.boxes import confidence_of
from monitor.pictures import Reader, Sheet, Words, load_reader, open_picture, read_words, sheet
from monitor.pictures.reader import NoReader
from monitor.registry.holder import same_name
from monitor.registry.printed import face_of
from monitor.rules.pictured import SLIPS, SURE

COLUMNS = (
    "degree", "pictures", "seconds, wall", "processor", "numbers as read", "corrected", "codes as read", "corrected", "holders",
    "last days", "wrong numbers, though sure", "wrong holders, though sure",
)  # fmt: skip


@dataclass
class Tally:
    """Counts of one degree of noise."""

    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    right: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)

    def ask(self, what: str, *, right: bool) -> None:
        """Count one question and its answer."""
        self.asked[what] += 1
        self.right[what] += right

    def share(self, what: str) -> str:
        """Right of asked."""
        return f"{self.right[what]} of {self.asked[what]}" if self.asked[what] else "–"


def main() -> None:
    """Measure and print a table."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--each", type=int, default=3, help="certificates of each kind and degree")
    options.add_argument("--kinds", nargs="+", default=list(KINDS), choices=KINDS)
    options.add_argument("--degrees", nargs="+", type=int, default=list(range(len(LEVELS))), help="of spoiling, from 0")
    chosen = options.parse_args()
    reader = load_reader()
    if isinstance(reader, NoReader):
        sys.exit("the extra `ocr` is not installed: pip install 'steelyard[ocr]'")
    print(f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}")
    for level in chosen.degrees:
        badly = LEVELS[level]
        tally = Tally()
        for kind in chosen.kinds:
            for seed in range(chosen.each):
                certificate = drawn(kind, seed)
                measure(certificate, taken(draw(certificate), badly, seed), reader, tally)
        print(line(level, tally), flush=True)


def measure(certificate: Drawn, data: bytes, reader: Reader, tally: Tally) -> None:
    """Read one picture and compare."""
    wall, processor = time.perf_counter(), time.process_time()
    words = read_words(open_picture(data), reader)
    found = sheet(words)
    tally.seconds.append(time.perf_counter() - wall)
    tally.processor.append(time.process_time() - processor)
    as_read = sheet(uncorrected(words))
    for name, one in (("number", found), ("number as read", as_read)):
        tally.ask(name, right=certificate.number in numbers(one))
    if certificate.code:
        for name, one in (("code", found), ("code as read", as_read)):
            tally.ask(name, right=certificate.code in numbers(one))
    tally.ask("holder", right=found.holder == certificate.holder)
    if certificate.last:
        shown = f"{found.valid_to:%Y年%m月%d日}" if found.valid_to else ""
        tally.ask("last", right=shown == certificate.last)
    tally.ask("sure and wrong", right=is_sure_and_wrong(certificate, found))
    tally.ask("holder sure and wrong", right=is_held_wrongly(certificate, found))


def is_sure_and_wrong(certificate: Drawn, found: Sheet) -> bool:
    """Whether a number other than the certificate's was read with the confidence from which it is held against somebody."""
    image = Image(text=found.text, lines=found.lines)
    return any(
        number.number not in {certificate.number, certificate.code}
        and confidence_of(image, number.start, number.end) >= SURE
        for number in found.numbers
    )


def is_held_wrongly(certificate: Drawn, found: Sheet) -> bool:
    """Whether another party than the holder was read so surely that it is held against the seller, were that the holder."""
    image, holder = Image(text=found.text, lines=found.lines), face_of(found.text).holder
    if holder is None or confidence_of(image, holder.start, holder.end) < SURE:
        return False
    near = Levenshtein.distance(certificate.holder, holder.text) <= SLIPS
    return not near and not same_name(certificate.holder, holder.text)


def uncorrected(words: Words) -> Words:
    """The words as the reader saw them."""
    text = words.text
    for one in words.corrections:
        text = text[: one.start] + one.read + text[one.end :]
    return Words(text, words.lines)


def numbers(found: Sheet) -> set[str]:
    """The numbers that were found, as they are compared."""
    return {number.number for number in found.numbers}


def line(level: int, tally: Tally) -> str:
    """A row of the table."""
    count = len(tally.seconds)
    cells = [
        str(level),
        str(count),
        f"{sum(tally.seconds) / count:.2f}",
        f"{sum(tally.processor) / count:.2f}",
        *map(
            tally.share,
            (
                "number as read",
                "number",
                "code as read",
                "code",
                "holder",
                "last",
                "sure and wrong",
                "holder sure and wrong",
            ),
        ),
    ]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
