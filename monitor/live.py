"""A live stream, scanned while it is told: segments in, flags out as soon as nothing that follows can change them.

However a stream is cut into pieces, the flags are those of :meth:`Scanner.scan` of the whole: none is missing, none comes twice, none is
taken back. Each piece is scanned with a few segments around it; a claim is *settled* once everything its rule reads has been said.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Final

from msgspec.structs import replace

from monitor.documents import SEGMENT_LIMIT, Product, Segment, Transcript
from monitor.flags import Flag, ScanResult
from monitor.nlp.layout import lay_out
from monitor.rules.borders import Borders
from monitor.rules.introduced import Introduced, introduced
from monitor.rules.judge import MOST_FLAGS, Verdict
from monitor.rules.match import Search
from monitor.scanner import Scanner, distinct, in_order, unrepeated

_LONG: Final = 3
"""Text that cannot be cut, of so many times the segments that a claim needs after it, is long."""
_MORE: Final = 1.25
"""Long text that could not be cut is tried again when it is so many times as long: all tries together cost its length."""


class LiveScan:
    """One stream under the law of ``as_of``; ``head`` is everything of the transcript but its segments.

    Raises:
        ValueError: ``head`` has segments.
    """

    def __init__(self, scanner: Scanner, head: Transcript, as_of: date) -> None:
        if head.segments:
            raise ValueError("the head of a stream has no segments: feed them")
        self._scanner = scanner
        self._head = head
        self._as_of = as_of
        self._reach = scanner.reach
        self._segments: list[Segment] = []
        self._introduced = Introduced((), ())
        self._places = [0]
        """Where each segment begins in the text of the whole stream, and where the next one will."""
        self._clean = [0]
        """Segments before which the stream may be cut; flags before the last of them are settled."""
        self._again = 0.0
        self._raised: Counter[tuple[str, str]] = Counter()
        self._late = set(self._reach.far)
        self._told: set[str] = set()
        self._provisional: dict[str, Flag] = {}
        self._result: ScanResult | None = None

    @property
    def provisional(self) -> tuple[Flag, ...]:
        """What rules that ask something of the whole stream would flag by what was said around it: the end may lift or change it."""
        return tuple(self._provisional.values())

    @property
    def result(self) -> ScanResult | None:
        """The scan of the whole stream, once it is closed: its flags in order, and what could not be told."""
        return self._result

    def show(self, product: Product) -> None:
        """From ``product.from_`` on the stream shows this product; the one shown before without an end is shown until then.

        Raises:
            ValueError: the stream is closed, or something was fed that this product would have been shown at.
        """
        self._refuse_closed()
        if any(segment.start is None or segment.start >= product.from_ for segment in self._segments):
            raise ValueError(f"a product shown from {product.from_} s is told before what is said then is fed")
        shown = self._head.products
        if shown and shown[-1].to is None:
            shown = (*shown[:-1], replace(shown[-1], to=math.nextafter(product.from_, 0.0)))
        self._head = replace(self._head, products=(*shown, product))

    def feed(self, segments: Iterable[Segment]) -> tuple[Flag, ...]:
        """Take what was said next; the flags that are new and settled, in order of their position.

        Raises:
            ValueError: the stream is closed, or longer than a transcript may be; nothing was taken.
        """
        self._refuse_closed()
        said = tuple(segments)
        if len(self._segments) + len(said) > SEGMENT_LIMIT:
            raise ValueError(f"a stream has at most {SEGMENT_LIMIT:,} segments")
        if said:
            spoken = introduced(lay_out(replace(self._head, segments=said)))
            self._introduced = self._introduced.followed_by(spoken, len(self._segments))
        for segment in said:
            self._segments.append(segment)
            self._places.append(self._places[-1] + len(segment.text) + 1)
        return self._settle()

    def close(self) -> tuple[Flag, ...]:
        """The stream is over: every flag that was not told yet, in order of its position.

        Raises:
            ValueError: it was closed before.
        """
        self._refuse_closed()
        whole = replace(self._head, segments=tuple(self._segments))
        if not self._segments:
            self._result = ScanResult(whole.id, "transcript", (), self._as_of, self._scanner.rulebook.digest)
        else:
            self._result = self._scanner.scan(whole, self._as_of)
        self._provisional.clear()
        return tuple(flag for flag in self._result.flags if flag.key not in self._told)

    def _refuse_closed(self) -> None:
        if self._result is not None:
            raise ValueError("the stream is closed")

    def _settle(self) -> tuple[Flag, ...]:
        settled, length = self._clean[-1], self._places[-1] - self._places[self._clean[-1]]
        if length < self._again or not self._is_read_on(settled + 1):
            return ()
        start = self._look_back()
        layout = lay_out(replace(self._head, segments=tuple(self._segments[start:])), first=start)
        screen = self._scanner.screen([layout])
        search = self._scanner.search(screen, 0, self._introduced.seen_from(start))
        if self._cut(search, start):
            self._again = 0.0
            wanted = self._scanner.wanted(screen, 0, self._as_of)
            verdicts = self._scanner.judged(search, wanted, self._as_of, self._scanner.registry, self._scanner.prices)
            return self._told_of(verdicts, search, start, settled, self._clean[-1])
        is_long = len(self._segments) - settled > _LONG * self._reach.after.clauses
        self._again = length * _MORE if is_long else 0.0
        return ()

    def _is_read_on(self, index: int) -> bool:
        """Whether everything was said that contexts read after a claim before segment ``index``."""
        after, more = self._reach.after, len(self._segments) - index
        characters = self._places[-1] - self._places[index] if more > 0 else 0
        return more >= after.answers and (more >= after.clauses or characters >= after.characters)

    def _reads_back(self, first: int, last: int) -> bool:
        """Whether contexts of a claim from segment ``last`` on read nothing before segment ``first``."""
        before = self._reach.before
        return last - first >= before.clauses or self._places[last] - self._places[first] >= before.characters

    def _look_back(self) -> int:
        """The segment to begin the window with: the stream may be cut there, and contexts read no further back."""
        settled = self._clean[-1]
        return next((index for index in reversed(self._clean) if self._reads_back(index, settled)), 0)

    def _cut(self, search: Search, start: int) -> bool:
        """Find the last clean border that has enough after it, and those before it that the next window may begin at."""
        borders, settled, found = Borders(search, self._reach), self._clean[-1], list[int]()
        for index in range(len(self._segments) - 1, settled, -1):
            if (found or self._is_read_on(index)) and borders.is_clean(index - start):
                found.append(index)
                if self._reads_back(index, found[0]):
                    break
        self._clean += reversed(found)
        return bool(found)

    def _told_of(
        self, verdicts: Iterable[Verdict], search: Search, start: int, first: int, last: int
    ) -> tuple[Flag, ...]:
        """Flags of the segments from ``first`` to ``last`` (half open), settled ones apart from provisional ones."""
        flags = [verdict for verdict in verdicts if isinstance(verdict, Flag)]
        for (rule, matcher), count in Counter((flag.rule, flag.matcher) for flag in flags).items():
            if self._raised[rule, matcher] + count >= MOST_FLAGS:
                self._late.add(rule)  # the engine keeps the first of them only: which, its end tells
        inside = {part.field for part in search.layout.parts[first - start : last - start]}
        flags = [flag for flag in flags if flag.evidence[0].field in inside]
        self._raised.update((flag.rule, flag.matcher) for flag in flags)
        flags = in_order(unrepeated(distinct(flags), search.layout), search.layout)
        self._provisional |= {flag.key: flag for flag in flags if flag.rule in self._late and self._is_claim(flag)}
        settled = tuple(flag for flag in flags if flag.rule not in self._late)
        self._told.update(flag.key for flag in settled)
        return settled

    def _is_claim(self, flag: Flag) -> bool:
        """Whether a flag is about words: what is missing or said too often is not told from a window."""
        return self._scanner.rulebook.rules[flag.rule].shape not in {"missing", "repeat"}
