"""Fields joined into one text, and the way back."""

from __future__ import annotations

import pytest

from monitor.documents import Image, Listing, Segment, Transcript
from monitor.nlp.layout import lay_out

LISTING = Listing(
    id="1", title="标题，甲", description="描述。乙", attributes={"产地": "五常"}, images=(Image(text="图"),)
)


def test_every_place_leads_back_to_its_field() -> None:
    layout = lay_out(LISTING)
    fields = {layout.text[part.start : part.end]: part.field for part in layout.parts}
    assert fields == {"标题，甲": "title", "描述。乙": "description", "五常": "attributes.产地", "图": "images[0].text"}
    assert [layout.part_at(part.end - 1).field for part in layout.parts] == [part.field for part in layout.parts]


def test_a_clause_ends_at_its_mark_and_at_its_segment() -> None:
    layout = lay_out(Transcript(id="1", segments=(Segment(text="甲乙，丙丁"), Segment(text="戊己"))))
    clauses = [layout.words(layout.clause(layout.text.index(word))) for word in "甲丙戊"]
    assert clauses == ["甲乙", "丙丁", "戊己"]
    assert layout.words(layout.sentence(0)) == "甲乙，丙丁"


@pytest.mark.parametrize("place", [0, 250, 5_000, 9_998])
def test_of_a_clause_without_end_only_a_stretch_is_looked_at(place: int) -> None:
    layout = lay_out(Listing(id="1", description="不是" * 5_000))
    first, last = layout.surroundings((place, place + 2))
    assert first <= place
    assert place + 2 <= last
    assert last - first <= 400


def test_neighbours_share_their_stretch() -> None:
    layout = lay_out(Listing(id="1", description="不是" * 5_000))
    assert len({layout.surroundings((place, place + 2)) for place in range(1000, 1098, 2)}) == 1


def test_the_comma_of_a_number_ends_no_clause() -> None:
    layout = lay_out(Listing(id="L", description="价值50,001元,共3,买2,200"))
    assert layout.words(layout.clause(0)) == "价值50,001元"
    assert layout.words(layout.clause(10)) == "共3"
    assert layout.words(layout.clause(13)) == "买2,200"


def test_the_parts_said_between_two_seconds() -> None:
    said = [(3.0, "甲"), (None, "乙"), (9.0, "丙"), (8.0, "丁")]
    layout = lay_out(Transcript(id="T", segments=tuple(Segment(text=text, start=at) for at, text in said)))
    assert layout.seconds == [3.0, 3.0, 9.0, 9.0]
    assert layout.words(layout.said_between(0, 3)) == "甲乙"
    assert layout.words(layout.said_between(4, 9)) == "丙丁"
    assert layout.said_between(4, 8) == (0, 0)
