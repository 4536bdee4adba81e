"""A result with a flag, and the document it was found in, for the writers."""

from __future__ import annotations

from datetime import date

import msgspec

from monitor.documents import Listing, Segment, Transcript
from monitor.flags import Basis, Evidence, Flag, ScanResult, Unknown

LISTING = Listing(
    "L-1", title="五常大米 <b>全网最好吃</b>", description="很香。全国包邮！", attributes={"产地": "=1+1"}
)
TRANSCRIPT = Transcript("T-1", (Segment("家人们好", 3.0), Segment("这是全网最好吃的苹果", 3725.0)), room="老梁在田间")


def flag(evidence: Evidence, **more: object) -> Flag:
    made = Flag(
        rule="cn.ad.absolute.superlative",
        category="absolute",
        severity="medium",
        score=0.9,
        message="「最好」是对商品的绝对化用语",
        basis=(Basis("中华人民共和国广告法", "9(3)"), Basis("产品质量法")),
        evidence=(evidence,),
        explanation=("说了「最好」", "没有例外"),
        remedy="删除",
    )
    return msgspec.structs.replace(made, **more)


def result(document: Listing | Transcript, *flags: Flag, unknown: tuple[Unknown, ...] = ()) -> ScanResult:
    kind = "listing" if isinstance(document, Listing) else "transcript"
    return ScanResult(document.id, kind, flags, date(2026, 11, 20), "a" * 64, unknown)  # type: ignore[arg-type]


IN_TITLE = Evidence("title", 10, 12, "最好", "exact")
IN_SPEECH = Evidence("segments[1].text", 4, 6, "最好", "homophone", 3725.0)
ABSENT = Evidence("description", 0, 0, "", "absent")
