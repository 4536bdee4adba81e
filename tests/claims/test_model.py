"""The shipped model: small, whole, and read as spaCy reads it."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
import spacy

import monitor.claims.tokenizer  # noqa: F401 (spaCy finds the tokenizer by its name)
from monitor.claims import Passage, shipped_model
from monitor.claims.model import CARD, WEIGHTS, read_model, shipped_folder
from monitor.errors import ConfigurationError

SAID = [
    "俺家那口子以前一黑夜起来五六趟，现在一觉睡到鸡叫",
    "五星好评截图发客服，返三块钱红包",
    "大家好今天给大家带来新鲜苹果",
    "🍎 only 3 days!",
]


def test_the_engine_reads_what_spacy_predicts() -> None:
    language, model = spacy.load(shipped_folder()), shipped_model()
    for place in ("listing description", "speech host", "speech nobody"):
        for text in SAID:
            told = language(f"{place}\t{text}").cats
            read = model.judged([Passage(0, len(text), place)], text)[0]
            assert np.allclose(read, [told[label] for label in model.card.labels], atol=1e-5), text


def test_what_weighed_most_is_a_part_of_the_passage() -> None:
    model = shipped_model()
    for text in (*SAID, "好"):
        start, end = model.core(text, "speech host", "inducement")
        assert 0 <= start < end <= len(text)
        assert end - start == min(8, len(text))
    text = "今天天气不错大家吃了没有，五星好评截图返现，苹果脆甜多汁来自山上"
    start, end = model.core(text, "speech host", "inducement")
    assert set(text[start:end]) & set("好评截图返现")
    assert "苹果" not in text[start:end]


def test_it_is_small() -> None:
    assert sum(file.stat().st_size for file in shipped_folder().rglob("*") if file.is_file()) <= 5_000_000


def test_its_card_belongs_to_it() -> None:
    card = shipped_model().card
    assert set(card.thresholds) <= set(card.labels)
    assert all(0.5 <= over < 1 for over in card.thresholds.values())
    assert len(card.data) == 64


@pytest.mark.parametrize("name", [CARD, WEIGHTS, "vocabulary.json"])
def test_a_folder_that_is_not_whole_is_refused(tmp_path: Path, name: str) -> None:
    folder = copytree(shipped_folder(), tmp_path / "model")
    (folder / name).write_bytes(b"x")
    with pytest.raises(ConfigurationError, match="monitor train"):
        read_model(folder)
