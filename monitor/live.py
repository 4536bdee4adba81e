"""A live stream, scanned while it is told: segments in, flags out as soon as nothing that follows can change them.

However a stream is cut into pieces, the flags are those of :meth:`Scanner.scan` of the whole: none is missing, none comes twice, none is
taken back. Each piece is scanned with a few segments around it; a claim is *settled* once everything its rule reads has been said.

Many streams are fed together by :func:`feed_together`, which costs less; it can also tell what the words said last would be flagged for
if nothing followed (*early*). A long stream need not be kept: :meth:`LiveScan.forget`, and :meth:`LiveScan.resume` from a bookmark.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from msgspec.structs import replace

from monitor.documents import SEGMENT_LIMIT, Product, Segment, Transcript, shown_after
from monitor.flags import Flag, ScanResult
from monitor.nlp.layout import Layout, lay_out
from monitor.rules.borders import Borders
from monitor.rules.introduced import REACH as INTRODUCED
from monitor.rules.introduced import Introduced, introduced
from monitor.rules.judge import MOST_FLAGS
from monitor.rules.match import Search
from monitor.rules.screen import Screen
from monitor.scanner import Scanner, distinct, in_order, unrepeated

_LONG: Final = 3
"""Text that cannot be cut, of so many times the segments that a claim needs after it, is long."""
_MORE: Final = 1.25
"""Long text that could not be cut is tried again when it is so many times as long: all tries together cost its length."""


class Bookmark(NamedTuple):
    """Where a scan may go on: segments from ``first`` on must be said again, ``start`` and ``settled`` are clean borders.

    All are indexes of segments: ``first <= start <= settled``. Flags before ``settled`` were told.
    """

    first: int
    start: int
    settled: int


class Told(NamedTuple):
    """What a feed brought: flags that are ``settled``, and ``early`` ones about the words just said, which what follows may lift."""

    settled: tuple[Flag, ...]
    early: tuple[Flag, ...]


Raised = Mapping[tuple[str, str], int]
"""Rule and matcher → flags so far."""


def feed_together(
    scanner: Scanner, fed: Sequence[tuple[LiveScan, Sequence[Segment]]], *, early: bool = False
) -> list[Told]:
    """:meth:`LiveScan.feed` of several streams, each of them once, searched together; what each brought, in their order.

    After an error of the engine none of these scans may be fed again.

    Raises:
        ValueError: as :meth:`LiveScan.feed`.
    """
    windows = [scan._take(tuple(said), early=early) for scan, said in fed]
    layouts = [window.layout for window in windows if window]
    screen = scanner.screen(layouts) if layouts else None
    told, number = [], 0
    for (scan, _), window in zip(fed, windows, strict=True):
        if window is None or screen is None:
            told.append(Told((), ()))
            continue
        told.append(scan._settle(screen, number, window, early=early))
        number += 1
    return told


class _Window(NamedTuple):
    """Segments from ``start`` on, laid out, of which those from ``fresh`` on are new. ``due``: a border may be found in it."""

    layout: Layout
    start: int
    fresh: int
    due: bool


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
        self._first = 0
        """How many segments are forgotten; the lists of segments and places begin there."""
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

    @classmethod
    def resume(
        cls, scanner: Scanner, head: Transcript, as_of: date, at: Bookmark, said: Sequence[Segment], raised: Raised
    ) -> LiveScan:
        """A scan that goes on at a bookmark. ``said``: all segments from ``at.first`` on that were fed; ``raised``: flags told.

        What was told early about them is not told again. Such a scan cannot be closed, only forgotten.
        """
        scan = cls(scanner, head, as_of)
        scan._first = at.first
        scan._clean = sorted({at.start, at.settled})
        scan._append(tuple(said))
        scan._raised = Counter(raised)
        return scan

    @property
    def bookmark(self) -> Bookmark:
        """Where the scan may go on elsewhere."""
        start = self._look_back()
        return Bookmark(max(self._first, start - INTRODUCED), start, self._clean[-1])

    def forget(self) -> None:
        """Drop what no window reads any more; the stream cannot be closed after that."""
        first, start, _ = self.bookmark
        dropped = first - self._first
        self._segments, self._places = self._segments[dropped:], self._places[dropped:]
        self._clean = [index for index in self._clean if index >= start]
        self._introduced = self._introduced.since(first)
        self._first = first

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
        self._head = replace(self._head, products=shown_after(self._head.products, product))

    def feed(self, segments: Iterable[Segment]) -> tuple[Flag, ...]:
        """Take what was said next; the flags that are new and settled, in order of their position.

        Raises:
            ValueError: the stream is closed, or longer than a transcript may be; nothing was taken.
        """
        (told,) = feed_together(self._scanner, [(self, tuple(segments))])
        return told.settled

    def close(self) -> tuple[Flag, ...]:
        """The stream is over: every flag that was not told yet, in order of its position.

        Raises:
            ValueError: it was closed before, or part of it is forgotten.
        """
        self._refuse_closed()
        if self._first:
            raise ValueError("part of the stream is forgotten: scan the whole")
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

    @property
    def _end(self) -> int:
        """How many segments were fed in all."""
        return self._first + len(self._segments)

    def _take(self, said: tuple[Segment, ...], *, early: bool) -> _Window | None:
        """Append what was said; the window to look at, None: nothing can be told yet."""
        self._refuse_closed()
        fresh = self._end
        if fresh + len(said) > SEGMENT_LIMIT:
            raise ValueError(f"a stream has at most {SEGMENT_LIMIT:,} segments")
        self._append(said)
        settled = self._clean[-1]
        due = self._place(self._end) - self._place(settled) >= self._again and self._is_read_on(settled + 1)
        if not due and not (early and said):
            return None
        start = self._look_back()
        if not due:
            back = range(fresh, start, -1)
            start = next((index for index in back if self._reads_back(index, fresh)), start)
        shown = tuple(self._segments[start - self._first :])
        return _Window(lay_out(replace(self._head, segments=shown), first=start), start, fresh, due)

    def _append(self, said: tuple[Segment, ...]) -> None:
        if said:
            spoken = introduced(lay_out(replace(self._head, segments=said)))
            self._introduced = self._introduced.followed_by(spoken, self._end)
        for segment in said:
            self._segments.append(segment)
            self._places.append(self._places[-1] + len(segment.text) + 1)

    def _place(self, index: int) -> int:
        return self._places[index - self._first]

    def _settle(self, screen: Screen, number: int, window: _Window, *, early: bool) -> Told:
        settled, length = self._clean[-1], self._place(self._end) - self._place(self._clean[-1])
        search = self._scanner.search(screen, number, self._introduced.seen_from(window.start))
        cut = window.due and self._cut(search, window.start)
        if window.due:
            is_long = self._end - settled > _LONG * self._reach.after.clauses
            self._again = length * _MORE if is_long and not cut else 0.0
        if not cut and not early:
            return Told((), ())
        wanted = self._scanner.wanted(screen, number, self._as_of)
        verdicts = self._scanner.judged(search, wanted, self._as_of, self._scanner.registry, self._scanner.prices)
        flags = [verdict for verdict in verdicts if isinstance(verdict, Flag)]
        told = self._told_of(flags, search, window.start, settled, self._clean[-1]) if cut else ()
        return Told(told, self._early_of(flags, search, window) if early else ())

    def _is_read_on(self, index: int) -> bool:
        """Whether everything was said that contexts read after a claim before segment ``index``."""
        after, more = self._reach.after, self._end - index
        characters = self._places[-1] - self._place(index) if more > 0 else 0
        return more >= after.answers and (more >= after.clauses or characters >= after.characters)

    def _reads_back(self, first: int, last: int) -> bool:
        """Whether contexts of a claim from segment ``last`` on read nothing before segment ``first``."""
        before = self._reach.before
        return last - first >= before.clauses or self._place(last) - self._place(first) >= before.characters

    def _look_back(self) -> int:
        """The segment to begin the window with: the stream may be cut there, and contexts read no further back."""
        settled = self._clean[-1]
        return next((index for index in reversed(self._clean) if self._reads_back(index, settled)), self._clean[0])

    def _cut(self, search: Search, start: int) -> bool:
        """Find the last clean border that has enough after it, and those before it that the next window may begin at."""
        borders, settled, found = Borders(search, self._reach), self._clean[-1], list[int]()
        for index in range(self._end - 1, settled, -1):
            if (found or self._is_read_on(index)) and borders.is_clean(index - start):
                found.append(index)
                if self._reads_back(index, found[0]):
                    break
        self._clean += reversed(found)
        return bool(found)

    def _told_of(self, flags: list[Flag], search: Search, start: int, first: int, last: int) -> tuple[Flag, ...]:
        """Flags of the segments from ``first`` to ``last`` (half open), settled ones apart from provisional ones."""
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

    def _early_of(self, flags: list[Flag], search: Search, window: _Window) -> tuple[Flag, ...]:
        """Claims with words among the new segments that are not told yet."""
        fresh = {part.field for part in search.layout.parts[max(0, window.fresh - window.start) :]}
        found = [flag for flag in flags if flag.key not in self._told and self._is_claim(flag)]
        found = [flag for flag in found if any(part.field in fresh for part in flag.evidence)]
        return tuple(in_order(distinct(found), search.layout))

    def _is_claim(self, flag: Flag) -> bool:
        """Whether a flag is about words: what is missing or said too often is not told from a window."""
        return self._scanner.rulebook.rules[flag.rule].shape not in {"missing", "repeat"}
