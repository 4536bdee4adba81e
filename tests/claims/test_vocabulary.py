"""Features: each once, the longest words of a concept, the same alone and among others."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.claims.model import spans_of
from monitor.claims.passages import passages
from monitor.claims.vocabulary import Vocabulary, candidates
from monitor.documents import Listing
from monitor.nlp.fold import Texts
from monitor.nlp.layout import lay_out

CONCEPTS = {"ailment": ["血糖", "高血糖"], "sugar": ["糖"], "none": ["没有"]}
FEATURES = ["c:ailment", "c:sugar", "p:listing title", "u:0", "u:糖", "b:0天", "b:血糖", "b:d级"]
VOCABULARY = Vocabulary(FEATURES, CONCEPTS)


def test_features_by_name() -> None:
    names = VOCABULARY.names("高 血 糖，三十 天血糖降了", "listing title")
    assert names == ["c:ailment", "p:listing title", "u:0", "u:糖", "b:0天", "b:血糖"]


def test_words_inside_longer_ones_do_not_count() -> None:
    assert "c:sugar" in VOCABULARY.names("白糖", "listing title")
    assert "c:sugar" not in VOCABULARY.names("高血糖", "listing title")


def test_a_vocabulary_is_kept_as_it_is() -> None:
    data = VOCABULARY.encoded()
    again = Vocabulary.decoded(data)
    assert again.encoded() == data
    assert again.names("高血糖三天", "x") == VOCABULARY.names("高血糖三天", "x")


def test_what_a_vocabulary_is_chosen_from() -> None:
    assert candidates("３天Ａ") == {"u:0", "u:天", "u:a", "b:0天", "b:天a"}


@given(st.lists(st.text("高血糖三天 。，0d级\u200b", max_size=12), min_size=1, max_size=6))
def test_passages_are_read_together_as_alone(texts: list[str]) -> None:
    layouts = [lay_out(Listing("L", title=f"天{text}")) for text in texts]
    folded = Texts([layout.text for layout in layouts])
    for number, layout in enumerate(layouts):
        found = passages(layout)
        read = VOCABULARY.read(folded, spans_of(found, int(folded.starts[number])))
        for index, passage in enumerate(found):
            together = [
                FEATURES[row] for of, row in zip(read.of.tolist(), read.rows.tolist(), strict=True) if of == index
            ]
            assert together == VOCABULARY.names(layout.text[passage.start : passage.end], passage.place)
