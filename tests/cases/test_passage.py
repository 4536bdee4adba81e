"""The words in their sentence: what is marked is what was found, wherever it stands."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from store.writing import arrived, listing, transcript

from monitor.cases import passage
from monitor.documents import Document, decode_document
from monitor.flags import Evidence

PRODUCT = {"listing": listing(title="丙，最好")}


def document(value: dict[str, Any]) -> Document:
    """A document from JSON."""
    return arrived(value).envelope.document


@pytest.mark.parametrize(
    ("value", "field", "words", "sentence"),
    [
        pytest.param(listing(title="甲。乙最好！丙"), "title", "最好", "乙最好！", id="a sentence of a title"),
        pytest.param(listing(title="最好"), "title", "最好", "最好", id="nothing around"),
        pytest.param(listing(description="甲\n乙最好\n丙"), "description", "最好", "乙最好\n", id="a line"),
        pytest.param(listing(description=f"{'好' * 99}最佳{'好' * 99}"), "description", "最佳", f"{'好' * 80}最佳{'好' * 80}", id="cut"),
        pytest.param(listing(title="甲。最好。乙"), "title", "最好。", "最好。", id="words that end the sentence"),
        pytest.param(listing(attributes={"产地.县": "最好"}), "attributes.产地.县", "最好", "最好", id="an attribute with a dot"),
        pytest.param(listing(images=[{}, {"text": "图上最好"}]), "images[1].text", "最好", "图上最好", id="a picture"),
        pytest.param(transcript(1, "甲", "乙最好"), "segments[1].text", "最好", "乙最好", id="a segment"),
        pytest.param(transcript(1, "甲", products=[PRODUCT]), "products[0].listing.title", "最好", "丙，最好", id="a product"),
    ],
)  # fmt: skip
def test_the_sentence_of(value: dict[str, Any], field: str, words: str, sentence: str) -> None:
    found = document(value)
    texts = _texts(found)
    start = texts[field].index(words)
    shown = passage(found, Evidence(field, start, start + len(words), words, "exact"))
    assert (shown.text, shown.marked) == (sentence, words)
    assert texts[field][shown.offset : shown.offset + len(shown.text)] == sentence


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param(Evidence("price.reference", 0, 2, "99", "conflict"), id="a field that is not text"),
        pytest.param(Evidence("title", 0, 2, "別的", "exact"), id="words that are not there"),
        pytest.param(Evidence("images[7].text", 0, 2, "99", "exact"), id="a picture that is not there"),
        pytest.param(Evidence("description", 0, 0, "", "absent"), id="something absent"),
        pytest.param(Evidence("", 0, 0, "", "absent"), id="no field"),
    ],
)
@pytest.mark.parametrize("value", [listing(), transcript()], ids=["listing", "transcript"])
def test_evidence_without_a_sentence_stands_alone(value: dict[str, Any], evidence: Evidence) -> None:
    shown = passage(document(value), evidence)
    assert (shown.text, shown.marked, shown.before, shown.after) == (evidence.text, evidence.text, "", "")


@given(text=st.text("好最。！\n x😀", min_size=1, max_size=400), data=st.data())
def test_what_is_marked_is_what_was_found(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start, len(text)))
    found = decode_document(b'{"kind":"listing","id":"x","title":"x"}')
    found = type(found)(**{name: getattr(found, name) for name in found.__struct_fields__} | {"title": text})
    shown = passage(found, Evidence("title", start, end, text[start:end], "exact"))
    assert shown.marked == text[start:end]
    assert text[shown.offset : shown.offset + len(shown.text)] == shown.before + shown.marked + shown.after
    assert len(shown.before) <= 80
    assert len(shown.after) <= 80


def _texts(found: Document) -> dict[str, str]:
    from monitor.documents import Listing

    if isinstance(found, Listing):
        attributes = {f"attributes.{name}": text for name, text in found.attributes.items()}
        pictures = {f"images[{index}].text": image.text or "" for index, image in enumerate(found.images)}
        return {"title": found.title or "", "description": found.description or "", **attributes, **pictures}
    texts = {f"segments[{index}].text": segment.text for index, segment in enumerate(found.segments)}
    for index, product in enumerate(found.products):
        if isinstance(product.listing, Listing):
            texts |= {f"products[{index}].listing.{name}": text for name, text in _texts(product.listing).items()}
    return texts
