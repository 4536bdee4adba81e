"""A stream scanned in pieces, at any cut, gives the flags of the whole: none missing, none twice, none taken back."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from rules.writing import write_rulebook

from monitor.documents import SEGMENT_LIMIT, Listing, Product, Segment, Transcript, decode_envelope
from monitor.flags import Flag
from monitor.formats.read import read_paths
from monitor.live import Bookmark, LiveScan, feed_together
from monitor.nlp.layout import Layout, lay_out
from monitor.rules import load_rulebook
from monitor.rules.borders import Borders
from monitor.rules.judge import MOST_FLAGS
from monitor.rules.screen import Screen
from monitor.scanner import Scanner

ROOT = Path(__file__).parent.parent
DAY = date(2026, 11, 20)
TRICKY = {
    "chained": 'match: {text: "哈哈", boundaries: none}',
    "spelled": 'match: {any: [{id: word, text: "加微信"}, {id: longer, text: "加微信 ..2 领红包"}]}',
    "near": 'match: {text: "$ill ..40 {治好|好了}", within: nearby}\nunless: [{context: [negated, questioned, warned]}]',
    "best": "match: {text: 最棒}\nunless: [{context: warned}]",
    "near-chained": 'match: {text: "$ill ..9 $ill", within: nearby}',
    "gathered": 'match: {all: ["抽奖", ["<yuan > 50>", "红包"], "截图"], within: nearby}',
    "amount": 'match: {text: "$ill <day>"}\nunless: [{text: "{共|}$ill<day>免费", scope: overlap}]',
    "nested": 'match: {any: [{id: short, text: 治好, boundaries: none}, {id: long, text: "治好 ..6 $ill"}]}\n'
    "unless: [{context: [refused, quoted, historical]}]",
    "document": "match: {text: 特效}\nunless: [{text: 仅供参考, scope: document}]",
    "owed": "match: {text: 保健食品}\nrequires: {text: 不能代替药物, scope: document}",
    "certified": "match: {text: 有机认证}\nrequires: {certificate: organic}",
    "often": "match: {text: 最后}\nrepeat: {times: 3, within: 60}",
    "absent": "missing: {text: 本直播间, scope: document}",
    "number": "match: {identifier: {type: food-production, verdict: [well-formed, malformed]}}",
    "shown": "match: {text: 无糖}\nconflict: {field: attributes.配料, has: 白砂糖}",
}
WORDS = """
    哈 哈哈 加 微 信 加微 加我微信 微信 领红包 wei xin weixin v❤ ❤ 🎵 shi abc 高xue压 糖尿病 高血压 糖 尿病 治好 治好了 好了 三天 七 天 共
    免费 抽奖 截图 100元 红包 不能 没有 不是 能不能 吗？ 必须的 有人问 千万别信 听听就好 说错了 更正一下 特效 仅供参考 保健食品 不能代替药物
    有机认证 最后 最后十单 本直播间 无糖 以前 现在 我们不敢说 他们说 。 ， … SC10612345678901 证号SC1061234567890
    大家好今天给大家带来一款好吃的苹果
"""
CLAUSES = st.sampled_from(WORDS.split())
SEGMENTS = st.lists(st.tuples(st.lists(CLAUSES, max_size=4).map("".join), st.booleans()), min_size=1, max_size=40)


@pytest.fixture(scope="module")
def shipped() -> Scanner:
    return Scanner(load_rulebook(ROOT / "rules.yaml"))


@pytest.fixture(scope="module")
def tricky(tmp_path_factory: pytest.TempPathFactory) -> Scanner:
    rules = "".join(
        f"  - id: t.{name}\n    title: 测试\n    category: absolute\n    severity: high\n    basis: [{{law: 甲法}}]\n"
        '    message: "「{match}」"\n    remedy: 改正\n    examples: {flag: [甲, 乙], pass: [丙, 丁]}\n'
        + "".join(f"    {line}\n" for line in body.splitlines())
        for name, body in TRICKY.items()
    )
    head = "vocabulary: {ill: [糖尿病, 高血压]}\n"
    return Scanner(load_rulebook(write_rulebook(tmp_path_factory.mktemp("tricky"), rules, head=head)))


def _pieces(segments: Sequence[Segment], cuts: Iterable[int]) -> list[Sequence[Segment]]:
    places = [0, *sorted({cut % (len(segments) + 1) for cut in cuts}), len(segments)]
    return [segments[first:last] for first, last in pairwise(places)]


def _told(scanner: Scanner, stream: Transcript, pieces: Iterable[Sequence[Segment]], day: date = DAY) -> list[Flag]:
    live = LiveScan(scanner, replace(stream, segments=()), day)
    return [flag for piece in pieces for flag in live.feed(piece)] + list(live.close())


def _sorted(flags: Iterable[Flag]) -> list[Flag]:
    return sorted(flags, key=lambda flag: flag.key)


def _one_by_one(stream: Transcript) -> list[Sequence[Segment]]:
    return _pieces(stream.segments, range(len(stream.segments)))


@settings(max_examples=400)
@given(said=SEGMENTS, cuts=st.lists(st.integers(0, 40), max_size=40), timed=st.booleans())
def test_any_cut_of_a_stream_made_to_be_hard(
    tricky: Scanner, said: list[tuple[str, bool]], cuts: list[int], timed: bool
) -> None:
    segments = tuple(
        Segment(text, 5.0 * index if timed else None, confidence=0.8 if heard else None)
        for index, (text, heard) in enumerate(said)
    )
    listing = Listing("L", title="饼干", attributes={"配料": "白砂糖"})
    stream = Transcript("T", segments, products=(Product(listing, 20.0, 90.0),))
    whole = tricky.scan(stream, DAY).flags
    assert _sorted(_told(tricky, stream, _pieces(segments, cuts))) == _sorted(whole)
    assert _sorted(_told(tricky, stream, _one_by_one(stream))) == _sorted(whole)


@settings(max_examples=200)
@given(said=SEGMENTS, cuts=st.lists(st.integers(0, 40), max_size=40), forget=st.booleans())
def test_a_scan_goes_on_elsewhere_from_its_bookmark(
    tricky: Scanner, said: list[tuple[str, bool]], cuts: list[int], forget: bool
) -> None:
    segments = tuple(Segment(text, 5.0 * index) for index, (text, _) in enumerate(said))
    head = Transcript(
        "T", (), products=(Product(Listing("L", title="饼干", attributes={"配料": "白砂糖"}), 20.0, 90.0),)
    )
    whole, moved = LiveScan(tricky, head, DAY), LiveScan(tricky, head, DAY)
    fed, raised = 0, Counter[tuple[str, str]]()
    for piece in _pieces(segments, cuts):
        ((told, early),) = feed_together(tricky, [(moved, piece)], early=True)
        assert _sorted(told) == _sorted(whole.feed(piece))
        assert not {flag.key for flag in early} & {flag.key for flag in told}
        raised.update((flag.rule, flag.matcher) for flag in told)
        fed += len(piece)
        mark = moved.bookmark
        if forget:
            moved.forget()
            assert moved.bookmark == mark
        else:
            moved = LiveScan.resume(tricky, head, DAY, mark, segments[mark.first : fed], raised)


def test_streams_fed_together_tell_what_each_tells_alone(tricky: Scanner) -> None:
    streams = [
        _stream(*words) for words in (["治好糖尿病"] * 9, ["抽奖", "截图", *[PLAIN] * 12], [PLAIN] * 9, ["最棒"])
    ]
    together = [LiveScan(tricky, replace(stream, segments=()), DAY) for stream in streams]
    told: list[list[Flag]] = [[] for _ in streams]
    for index in range(14):
        fed = [(scan, stream.segments[index : index + 1]) for scan, stream in zip(together, streams, strict=True)]
        for flags, new in zip(told, feed_together(tricky, fed), strict=True):
            flags.extend(new.settled)
    for flags, scan, stream in zip(told, together, streams, strict=True):
        assert _sorted([*flags, *scan.close()]) == _sorted(_told(tricky, stream, _one_by_one(stream)))


@pytest.mark.parametrize(
    ("said", "rules"),
    [
        pytest.param(["大家好", "这个最棒"], ["t.best"], id="nothing follows yet"),
        pytest.param(["千万别信", "这个最棒"], [], id="warned before"),
        pytest.param(["抽奖", "截图", "送红包"], ["t.gathered"], id="parts in three segments"),
        pytest.param(["这是特效药"], ["t.document"], id="the end may lift it"),
        pytest.param(["大家好"], [], id="what is missing is not told early"),
    ],
)
def test_words_are_told_early(tricky: Scanner, said: list[str], rules: list[str]) -> None:
    scan = LiveScan(tricky, Transcript("T", ()), DAY)
    for segment in _stream(*[PLAIN] * 9, *said).segments:
        ((_, early),) = feed_together(tricky, [(scan, [segment])], early=True)
    assert [flag.rule for flag in early] == rules


def test_what_was_told_early_is_settled_or_lifted(tricky: Scanner) -> None:
    scan = LiveScan(tricky, Transcript("T", ()), DAY)
    ((_, early),) = feed_together(tricky, [(scan, [Segment("这个最棒")])], early=True)
    assert [flag.evidence[0].field for flag in early] == ["segments[0].text"]
    assert scan.feed(_stream("听听就好", *[PLAIN] * 9).segments) == ()
    with pytest.raises(ValueError, match="forgotten"):
        LiveScan.resume(tricky, Transcript("T", ()), DAY, Bookmark(1, 1, 1), (), {}).close()


def test_labelled_streams_segment_by_segment(shipped: Scanner) -> None:
    for line in (ROOT / "tests/data/cases.jsonl").read_bytes().splitlines():
        case = decode_envelope(line)
        if isinstance(case.document, Transcript):
            day = case.day or DAY
            told = _told(shipped, case.document, _one_by_one(case.document), day)
            assert _sorted(told) == _sorted(shipped.scan(case.document, day).flags), case.id


def test_samples_at_many_cuts(shipped: Scanner) -> None:
    streams = [item.envelope.document for item in read_paths([ROOT / "samples"], on_error=lambda _: None)]
    streams = [stream for stream in streams if isinstance(stream, Transcript)]
    assert len(streams) >= 8
    for stream in streams:
        whole = _sorted(shipped.scan(stream, DAY).flags)
        for size in (1, 2, 3, 7, 20):
            pieces = _pieces(stream.segments, range(0, len(stream.segments), size))
            assert _sorted(_told(shipped, stream, pieces)) == whole, (stream.id, size)


def _stream(*texts: str) -> Transcript:
    return Transcript("T", tuple(Segment(text, 5.0 * index) for index, text in enumerate(texts)))


PLAIN = "大家好今天给大家带来新鲜苹果"


@pytest.mark.parametrize(
    ("texts", "after"),
    [
        pytest.param(["治好糖尿病", *[PLAIN] * 9], 4, id="a correction may come four clauses later"),
        pytest.param(["治好糖尿病", PLAIN * 10, *[PLAIN] * 9], 2, id="or so many characters later"),
        pytest.param(["加微", "信", *[PLAIN] * 9], 5, id="spelled out"),
        pytest.param(["糖尿病", "吃这个", "就好了", *[PLAIN] * 9], 6, id="parts in different segments"),
    ],
)
def test_a_claim_is_told_as_soon_as_nothing_can_change_it(tricky: Scanner, texts: list[str], after: int) -> None:
    live = LiveScan(tricky, Transcript("T", ()), DAY)
    told = [bool(live.feed([segment])) for segment in _stream(*texts).segments]
    assert told.index(True) == after


ACROSS = [
    pytest.param([], [], "high", id="nothing around it"),
    pytest.param(["千万别信", "大家好"], [], None, id="warned two segments before"),
    pytest.param(["千万别信", "大家好", "大家好"], [], "high", id="warned too early"),
    pytest.param([], ["大家好呀", "大家好呀", "大家好呀", "说错了"], "medium", id="corrected four segments later"),
    pytest.param([], ["大家好呀", "大家好呀", "大家好呀", "大家好呀", "说错了"], "high", id="corrected too late"),
    pytest.param([], ["听听就好"], None, id="warned in the next segment"),
]


@pytest.mark.parametrize(("before", "after", "severity"), ACROSS)
def test_contexts_are_read_over_what_was_settled(
    tricky: Scanner, before: list[str], after: list[str], severity: str | None
) -> None:
    stream = _stream(*[PLAIN] * 9, *before, "这个最棒", *after, *[PLAIN] * 9)
    told = _told(tricky, stream, _one_by_one(stream))
    assert _sorted(told) == _sorted(tricky.scan(stream, DAY).flags)
    assert next((flag.severity for flag in told if flag.rule == "t.best"), None) == severity


def test_what_the_end_may_lift_is_provisional(tricky: Scanner) -> None:
    live = LiveScan(tricky, Transcript("T", ()), DAY)
    assert live.feed(_stream("这是特效药", *[PLAIN] * 9).segments) == ()
    assert [flag.rule for flag in live.provisional] == ["t.document"]
    live.feed([Segment("以上仅供参考")])
    assert [flag.rule for flag in live.close()] == ["t.absent"]
    assert live.provisional == ()
    assert live.result is not None
    assert [flag.rule for flag in live.result.flags] == ["t.absent"]


def test_more_flags_than_are_kept(tricky: Scanner) -> None:
    stream = _stream(*["治好糖尿病。哈哈。"] * (MOST_FLAGS + 100))
    whole = tricky.scan(stream, DAY).flags
    assert sum(flag.rule == "t.chained" for flag in whole) == MOST_FLAGS
    assert _sorted(_told(tricky, stream, _pieces(stream.segments, range(0, 1100, 90)))) == _sorted(whole)


class _Counting(Scanner):
    """Counts the characters it searches."""

    searched = 0

    def screen(self, layouts: Sequence[Layout]) -> Screen:
        self.searched += sum(len(layout.text) for layout in layouts)
        return super().screen(layouts)


@pytest.mark.parametrize(
    "said", [PLAIN, "哈", "it is good for you", "糖尿病"], ids=["speech", "chained", "letters", "near"]
)
def test_the_work_grows_with_the_length_of_the_stream(tricky: Scanner, said: str) -> None:
    scanner, work = _Counting(tricky.rulebook), []
    for length in (250, 500, 1000):
        stream = _stream(*[said] * length)
        scanner.searched = 0
        told = _told(scanner, stream, _one_by_one(stream))
        work.append(scanner.searched / (length * (len(said) + 1)))
        assert _sorted(told) == _sorted(scanner.scan(stream, DAY).flags)
    assert work[2] < 1.3 * work[0]
    assert work[2] < 20


def test_products_shown_while_the_stream_runs(tricky: Scanner) -> None:
    sweet = Listing("L1", title="饼干", attributes={"配料": "白砂糖"})
    plain = Listing("L2", title="饼干", attributes={"配料": "面粉"})
    live = LiveScan(tricky, Transcript("T", ()), DAY)
    said = _stream(*["无糖的"] * 12).segments
    live.show(Product(sweet, 0.0))
    told = list(live.feed(said[:6]))
    live.show(Product(plain, 30.0))
    told += [*live.feed(said[6:]), *live.close()]
    shown = (Product(sweet, 0.0, math.nextafter(30.0, 0)), Product(plain, 30.0))
    whole = tricky.scan(Transcript("T", said, products=shown), DAY).flags
    assert _sorted(told) == _sorted(whole)
    assert sum(flag.rule == "t.shown" for flag in whole) == 6


@pytest.mark.parametrize("start", [30.0, None])
def test_a_product_that_comes_too_late_is_refused(tricky: Scanner, start: float | None) -> None:
    live = LiveScan(tricky, Transcript("T", ()), DAY)
    live.feed([Segment("无糖", start)])
    with pytest.raises(ValueError, match="before what is said"):
        live.show(Product("L", 30.0))


def test_nothing_is_taken_after_the_end(tricky: Scanner) -> None:
    live = LiveScan(tricky, Transcript("T", ()), DAY)
    assert live.close() == ()
    for late in (live.close, lambda: live.feed([]), lambda: live.show(Product("L"))):
        with pytest.raises(ValueError, match="closed"):
            late()


def test_a_head_has_no_segments(tricky: Scanner) -> None:
    with pytest.raises(ValueError, match="feed"):
        LiveScan(tricky, _stream("好"), DAY)


def test_a_stream_is_no_longer_than_a_transcript(tricky: Scanner) -> None:
    live = LiveScan(tricky, Transcript("T", ()), DAY)
    with pytest.raises(ValueError, match="100,000"):
        live.feed([Segment("好")] * (SEGMENT_LIMIT + 1))


BORDERS = [
    pytest.param([PLAIN], [PLAIN] * 4, True, id="nothing near"),
    pytest.param([PLAIN], ["苹果"], False, id="too little is known"),
    pytest.param(["加微"], ["信" + PLAIN] * 4, False, id="a word across"),
    pytest.param([PLAIN + "加微"], ["❤" + PLAIN] * 4, False, id="a sound across, half of it an emoji"),
    pytest.param(["糖尿病"], ["七天" + PLAIN] * 4, False, id="a word and an amount that touch"),
    pytest.param(["糖尿病好的"], ["七天" + PLAIN] * 4, True, id="a word and an amount that do not"),
    pytest.param(["糖尿病"], [PLAIN, "治好" + PLAIN, PLAIN, PLAIN], False, id="a gap across"),
    pytest.param(["糖尿病"], [PLAIN * 3, "治好" + PLAIN, PLAIN, PLAIN], True, id="too wide a gap"),
    pytest.param(["糖尿病"], [PLAIN * 2], False, id="what may follow is not known yet"),
    pytest.param(["抽奖"], [PLAIN, "截图", "红包", PLAIN], False, id="parts on both sides"),
    pytest.param(["抽奖"], [PLAIN, "截图", PLAIN, PLAIN], True, id="a part is wanting"),
    pytest.param(["抽奖"], [PLAIN * 9], False, id="parts may come"),
    pytest.param(["so good"], ["apple" + PLAIN] * 4, False, id="inside letters"),
]


@pytest.mark.parametrize(("before", "after", "clean"), BORDERS)
def test_where_a_stream_may_be_cut(tricky: Scanner, before: list[str], after: list[str], clean: bool) -> None:
    search = tricky.search(tricky.screen([lay_out(_stream(*before, *after))]), 0)
    assert Borders(search, tricky.reach).is_clean(len(before)) is clean
