"""Passages: sentences of fields and segments, and where they stand."""

from __future__ import annotations

from monitor.claims import passages
from monitor.claims.passages import LONGEST
from monitor.documents import Listing, Segment, Transcript
from monitor.nlp.layout import lay_out


def test_sentences_of_fields_with_their_places() -> None:
    layout = lay_out(Listing("L", title="红枣", description=" 甜。 补血！\n包邮 ", attributes={"产地": "新疆"}))
    said = [(layout.text[start:end], place) for start, end, place in passages(layout)]
    assert said == [
        ("红枣", "listing title"),
        ("甜", "listing description"),
        ("补血", "listing description"),
        ("包邮", "listing description"),
        ("新疆", "listing attributes"),
    ]


def test_segments_with_their_speakers() -> None:
    stream = Transcript(
        "T", (Segment("能喝吗？能", 0.0, speaker="viewer"), Segment("能", 1.0), Segment("好", speaker="老王"))
    )
    places = [place for *_, place in passages(lay_out(stream))]
    assert places == ["speech viewer", "speech viewer", "speech host", "speech other"]


def test_a_long_sentence_is_cut_at_its_clauses_and_nothing_is_lost() -> None:
    text = "很长的一句话，" * 40 + "没" * 250
    layout = lay_out(Listing("L", description=text))
    found = passages(layout)
    assert "".join(layout.text[start:end] for start, end, _ in found) == text
    assert all(end - start <= LONGEST for start, end, _ in found)
    assert layout.text[found[0].end - 1] == "，"
