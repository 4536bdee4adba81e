"""The spaCy component in pipelines of other people: any tokenizer, any neighbours, stored and opened elsewhere."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
import spacy
from rules.writing import RULE, write_rulebook
from spacy import displacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from monitor.documents import Listing
from monitor.errors import ConfigurationError
from monitor.pipeline import displacy_data, flags_of, make_steelyard
from monitor.rules import load_rulebook
from monitor.scanner import Scanner

ROOT = Path(__file__).parent.parent
DAY = "2026-11-20"
TEXT = "家人们，这是最好的米"
NET = RULE.replace("t.word", "t.net").replace("最好, boundaries: start", '"全网最好"')


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return write_rulebook(tmp_path, RULE + NET)


def _pipeline(language: str, rules: Path, **more: str) -> Language:
    nlp = spacy.blank(language)
    nlp.add_pipe("steelyard", config={"rules": str(rules), "as_of": DAY, **more})
    return nlp


def _spans(doc: Doc) -> list[tuple[str, str, str]]:
    return [(span.text, span.label_, span.id_) for span in doc.spans["steelyard"]]


@pytest.mark.parametrize(
    ("language", "text", "spans", "exact"),
    [
        pytest.param("zh", TEXT, [("最好", "absolute", "t.word")], [[6, 8]], id="Chinese by characters"),
        pytest.param("en", TEXT, [(TEXT, "absolute", "t.word")], [[6, 8]], id="one English token"),
        pytest.param(
            "en", "这米 最好吃 了", [("最好吃", "absolute", "t.word")], [[3, 5]], id="a span covers whole tokens"
        ),
        pytest.param("zh", "这米不错", [], [], id="nothing to flag"),
        pytest.param("zh", "", [], [], id="empty"),
        pytest.param(
            "zh",
            "全网最好",
            [("最好", "absolute", "t.word"), ("全网最好", "absolute", "t.net")],
            [[2, 4], [0, 4]],
            id="overlapping flags",
        ),
    ],
)
def test_words_in_any_tokenizer(
    rules: Path, language: str, text: str, spans: list[tuple[str, str, str]], exact: list[list[int]]
) -> None:
    doc = _pipeline(language, rules)(text)
    assert sorted(_spans(doc)) == sorted(spans)
    assert sorted(doc.spans["steelyard"].attrs["exact"]) == sorted(exact)
    if text:
        assert (
            doc._.flags
            == Scanner(load_rulebook(rules)).scan(Listing("doc", description=text), date(2026, 11, 20)).flags
        )


def test_lines_of_a_transcript_are_segments(rules: Path) -> None:
    doc = _pipeline("zh", rules, document="transcript")("大家好\n这是最好的米\n\n最好的")
    assert [flag.evidence[0].field for flag in doc._.flags] == ["segments[1].text", "segments[3].text"]
    assert [span.text for span in doc.spans["steelyard"]] == ["最好", "最好"]
    assert doc.spans["steelyard"].attrs["exact"] == [[6, 8], [12, 14]]


def test_lives_with_components_before_and_after(rules: Path) -> None:
    nlp = _pipeline("zh", rules, spans_key="claims")
    nlp.add_pipe("sentencizer", first=True)
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "GOODS", "pattern": [{"TEXT": "米"}]}])  # type: ignore[attr-defined]
    doc = nlp(TEXT + "。真的")
    assert [span.text for span in doc.spans["claims"]] == ["最好"]
    assert ([entity.text for entity in doc.ents], len(list(doc.sents))) == (["米"], 2)


@pytest.mark.parametrize("processes", [1, 2])
def test_batches(rules: Path, processes: int) -> None:
    docs = _pipeline("zh", rules).pipe([TEXT, "这米不错"] * 5, batch_size=3, n_process=processes)
    assert [len(doc._.flags) for doc in docs] == [1, 0] * 5


def test_the_day_of_a_doc_comes_before_that_of_the_config(rules: Path) -> None:
    nlp = _pipeline("zh", rules)
    doc = nlp.make_doc(TEXT)
    doc._.as_of = date(2015, 8, 31)
    assert not nlp(doc)._.flags, "the law was not yet in force"


def test_without_a_day_nothing_is_judged(rules: Path) -> None:
    nlp = spacy.blank("zh")
    nlp.add_pipe("steelyard", config={"rules": str(rules)})
    with pytest.raises(ConfigurationError, match="as_of"):
        nlp(TEXT)


@pytest.mark.parametrize("config", [{"as_of": "tomorrow"}, {"document": "novel"}])
def test_a_wrong_config_is_refused(config: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError):
        spacy.blank("zh").add_pipe("steelyard", config=config)


def test_a_stored_pipeline_judges_the_same_where_its_files_are_gone(rules: Path, tmp_path: Path) -> None:
    nlp = _pipeline("zh", rules)
    kept: Any = nlp.get_pipe("steelyard")
    before, stored = kept.to_bytes(), nlp.to_bytes()
    nlp.to_disk(tmp_path / "pipeline")
    rules.unlink()
    opened = spacy.blank("zh")
    opened.add_pipe("steelyard", config={"rules": str(rules), "as_of": DAY})
    for again in (opened.from_bytes(stored), spacy.load(tmp_path / "pipeline")):
        assert again(TEXT)._.flags
        component: Any = again.get_pipe("steelyard")
        assert component.to_bytes() == before


def test_a_stored_component_writes_nowhere_else() -> None:
    component = make_steelyard(spacy.blank("zh"), "steelyard", None, None, DAY, "zh", "listing", "steelyard")
    with pytest.raises(ConfigurationError, match="no file"):
        component.from_bytes(msgspec.msgpack.encode({"packs/../../evil.yaml": b""}))


def test_a_stored_doc_keeps_its_flags(rules: Path) -> None:
    nlp = _pipeline("zh", rules)
    doc = nlp(TEXT)
    (again,) = DocBin(store_user_data=True, docs=[doc]).get_docs(nlp.vocab)
    assert flags_of(again) == doc._.flags != ()


def test_displacy_draws_it(rules: Path) -> None:
    doc = _pipeline("zh", rules)("<全网最好>")
    data = displacy_data(doc, title="直播")
    assert (data["tokens"], data["title"]) == (["<", "全网", "最好", ">"], "直播")
    markup = displacy.render(data, style="span", manual=True, jupyter=False)
    assert "&lt;" in markup
    assert all(f"{rule}</a>" in markup for rule in ("t.word", "t.net"))


def test_spacy_finds_it_by_the_entry_point_of_an_installation(tmp_path: Path) -> None:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]
    installed = tmp_path / "steelyard_probe-1.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: steelyard-probe\nVersion: 1\n")
    lines = [
        f"[{group}]\n" + "".join(f"{name} = {place}\n" for name, place in names.items())
        for group, names in groups.items()
    ]
    (installed / "entry_points.txt").write_text("".join(lines))
    probe = (
        f"import sys; sys.path[:0] = [{str(ROOT)!r}, {str(tmp_path)!r}]\n"
        "import spacy; nlp = spacy.blank('en'); nlp.add_pipe('steelyard', config={'as_of': '2026-11-20'})\n"
        "print(*nlp.pipe_names, 'monitor.pipeline' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert told.stdout.split() == ["steelyard", "True"]
