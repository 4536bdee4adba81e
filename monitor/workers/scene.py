"""A stream in the memory of the process that judges it: its scan, and which number each of its segments has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import takewhile
from typing import Any, Final, Literal

import msgspec
from msgspec.structs import replace

from monitor.documents import Product, Segment, Transcript, shown_after
from monitor.flags import Flag
from monitor.live import Bookmark, LiveScan, feed_together
from monitor.scanner import Scanner
from monitor.store.identity import flag_identity
from monitor.store.on_air import Claim, Item, NewFlag, Progress

KEPT: Final = 256
"""Segments nobody reads any more that a scan may hold before it forgets them."""

Receipt = tuple[int, datetime]
"""Number and receipt of an item."""


@dataclass(slots=True)
class Scene:
    """``receipts``: those of the segments that the scan still holds, by index. ``early``: identity → segment, of what is not settled."""

    stream: int
    scan: LiveScan
    next_seq: int
    end: int
    receipts: dict[int, Receipt]
    early: dict[str, int]
    _new: list[NewFlag] = field(default_factory=list)
    _too_late: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, scanner: Scanner, claim: Claim) -> Scene:
        """The stream as it was left."""
        head, at = _head(claim), Bookmark(claim.first, claim.start, claim.settled)
        said = [_SEGMENT.decode(item.raw) for item in claim.said]
        scan = LiveScan.resume(scanner, head, claim.as_of, at, said, claim.raised)
        receipts = {at.first + number: (item.seq, item.received_at) for number, item in enumerate(claim.said)}
        return cls(claim.id, scan, claim.next_seq, at.first + len(said), receipts, dict(claim.early))

    def take(self, items: Sequence[Item]) -> list[Segment]:
        """The segments at the beginning of ``items``, up to a product; they are fed by the caller."""
        said = list(takewhile(lambda item: not item.product, items))
        self.receipts |= {self.end + number: (item.seq, item.received_at) for number, item in enumerate(said)}
        self.end += len(said)
        return [_SEGMENT.decode(item.raw) for item in said]

    def show(self, item: Item) -> None:
        """A product is shown from here on; one that is told when its time has passed counts at the end of the stream only."""
        try:
            self.scan.show(_PRODUCT.decode(item.raw))
        except ValueError:
            self._too_late.append(item.seq)

    def hear(self, flags: Iterable[Flag], standing: Literal["early", "settled"]) -> None:
        """Take down what the scan told."""
        for flag in flags:
            places = [int(found[1]) for part in flag.evidence if (found := _SAID.fullmatch(part.field))]
            segment = places[0] if places else self.end - 1
            seq, received_at = self.receipts.get(max(places, default=segment)) or self.receipts[self.end - 1]
            self._new.append(NewFlag(flag, standing, segment, seq, received_at))
            if standing == "early":
                self.early[flag_identity(flag)] = segment

    def progress(self, items: Sequence[Item]) -> Progress:
        """What was judged since the last, all ``items`` of it; from here on it is taken as written."""
        mark = self.scan.bookmark
        before, self.next_seq = self.next_seq, items[-1].seq + 1
        first_seq = self.receipts[mark.first][0] if mark.first in self.receipts else self.next_seq
        made = Progress(
            stream=self.stream,
            before=before,
            next_seq=self.next_seq,
            first_seq=first_seq,
            first=mark.first,
            start=mark.start,
            settled=mark.settled,
            flags=tuple(self._new),
            lifted=self._lifted(mark.settled),
            too_late=tuple(self._too_late),
        )
        self._new, self._too_late = [], []
        if mark.first - min(self.receipts, default=0) > KEPT:
            self.scan.forget()
            self.receipts = {index: receipt for index, receipt in self.receipts.items() if index >= mark.first}
        return made

    def _lifted(self, settled: int) -> tuple[str, ...]:
        """Early flags of which it is known by now that they are none."""
        passed = [identity for identity, segment in self.early.items() if segment < settled]
        if not passed:
            return ()
        kept = {flag_identity(new.flag) for new in self._new if new.standing == "settled"}
        kept |= {flag_identity(flag) for flag in self.scan.provisional}
        for identity in passed:
            del self.early[identity]
        return tuple(identity for identity in passed if identity not in kept)


def judge(scanner: Scanner, runs: Sequence[tuple[Scene, Sequence[Item]]]) -> list[Progress]:
    """Feed what waits, ``runs`` without a gap, to all streams together; what was found in each.

    After an error none of these scenes may be used again.
    """
    left: list[tuple[Scene, Sequence[Item]]] = list(runs)
    while left:
        fed = [(scene, scene.take(items)) for scene, items in left]
        told = feed_together(scanner, [(scene.scan, said) for scene, said in fed], early=True)
        for (scene, _), new in zip(fed, told, strict=True):
            scene.hear(new.early, "early")
            scene.hear(new.settled, "settled")
        rest = [(scene, items[len(said) :]) for (scene, items), (_, said) in zip(left, fed, strict=True)]
        for scene, items in rest:
            if items:
                scene.show(items[0])
        left = [(scene, items[1:]) for scene, items in rest if items[1:]]
    return [scene.progress(items) for scene, items in runs]


def _head(claim: Claim) -> Transcript:
    """The head of a stream with the products shown so far."""
    body: Mapping[str, Any] = msgspec.json.decode(claim.head, type=dict[str, msgspec.Raw])
    whole = msgspec.json.encode({**body, "kind": "transcript", "segments": [{"text": ""}]})
    head = replace(_TRANSCRIPT.decode(whole), segments=())
    products = head.products
    for raw in claim.shown:
        products = shown_after(products, _PRODUCT.decode(raw))
    return replace(head, products=products)


_SAID: Final = re.compile(r"segments\[(\d{1,9})\]\.text")
_SEGMENT: Final = msgspec.json.Decoder(Segment)
_PRODUCT: Final = msgspec.json.Decoder(Product)
_TRANSCRIPT: Final = msgspec.json.Decoder(Transcript)
