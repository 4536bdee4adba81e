"""What speech recognisers write: one table of outputs and the segments they become."""

from __future__ import annotations

import json
from typing import Any

import pytest
from formats.reading import read, segments

from monitor.documents import Segment


def word(start: str, end: str, content: str, confidence: str | None = None) -> dict[str, Any]:
    """A word as Amazon Transcribe writes it."""
    sure = {} if confidence is None else {"confidence": confidence}
    return {
        "type": "pronunciation",
        "start_time": start,
        "end_time": end,
        "alternatives": [{"content": content} | sure],
    }


OUTPUTS = [
    pytest.param(
        {"text": "x", "language": "zh", "segments": [{"id": 0, "start": 0.0, "end": 1.5, "text": " 喂喂 ", "avg_logprob": -0.5}]},
        [Segment("喂喂", 0.0, 1.5, confidence=0.607)],
        id="Whisper",
    ),
    pytest.param(
        {"segments": [{"start": 1, "end": 2, "text": "好", "speaker": "SPEAKER_01"}, {"start": 2, "end": 3, "text": " "}]},
        [Segment("好", 1.0, 2.0, "SPEAKER_01")],
        id="WhisperX with a silent segment",
    ),
    pytest.param(
        {"transcription": [{"timestamps": {"from": "00:00:01,000"}, "offsets": {"from": 1000, "to": 2500}, "text": "好"}]},
        [Segment("好", 1.0, 2.5)],
        id="whisper.cpp",
    ),
    pytest.param(
        [{"key": "a", "text": "好。", "sentence_info": [{"text": "好。", "start": 430, "end": 1560, "spk": 0, "timestamp": [[430, 500]]}]}],
        [Segment("好。", 0.43, 1.56, "speaker 0")],
        id="FunASR with sentences",
    ),
    pytest.param(
        {"key": "a", "text": "你好。OK吗？", "timestamp": [[100, 200], [200, 300], [400, 600], [600, 700]]},
        [Segment("你好。", 0.1, 0.3), Segment("OK吗？", 0.4, 0.7)],
        id="FunASR with a time for each token",
    ),
    pytest.param(
        {"key": "a", "text": "你好。再见。", "timestamp": [[100, 200]]},
        [Segment("你好。"), Segment("再见。")],
        id="FunASR with times that do not fit the text",
    ),
    pytest.param(
        [{"key": "a", "text": "<|zh|><|NEUTRAL|><|Speech|><|woitn|>欢迎大家"}], [Segment("欢迎大家")], id="SenseVoice"
    ),
    pytest.param(
        {
            "jobName": "j",
            "results": {
                "items": [
                    word("0.44", "0.8", "今天", "1.0"),
                    word("0.8", "1.0", "好", "0.5"),
                    {"type": "punctuation", "alternatives": [{"content": "。", "confidence": "0.0"}]},
                    word("1.1", "1.2", "new"),
                    word("1.2", "1.4", "line"),
                    word("9.0", "9.4", "停"),
                ]
            },
        },
        [Segment("今天好。", 0.44, 1.0, confidence=0.75), Segment("new line", 1.1, 1.4), Segment("停", 9.0, 9.4)],
        id="Amazon Transcribe",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("output", "expected"), OUTPUTS)
def test_an_output_becomes_segments_in_seconds(output: Any, expected: list[Segment]) -> None:
    assert segments(json.dumps(output, indent=1), "json") == tuple(expected)


BROKEN = [
    pytest.param(
        {"segments": [{"start": 1.0, "text": 3}]}, "f: segments[0].text: Expected `str`, got `int`", id="type"
    ),
    pytest.param({"segments": []}, "f: segments: no segment has words", id="no segments"),
    pytest.param(
        {"segments": [{"text": "a", "start": -3}]}, "f: segments[0].start: Expected `float` >= 0.0", id="time"
    ),
    pytest.param({"key": "a", "text": ""}, "f: text: there are no words", id="FunASR heard nothing"),
    pytest.param({"results": {"items": []}}, "f: results.items: there are no words", id="Transcribe heard nothing"),
    pytest.param(
        {"results": {"items": [{"type": "x"}]}}, "f: results.items[0].alternatives: is required", id="no words"
    ),
]


@pytest.mark.parametrize(("output", "told"), BROKEN)
def test_what_is_no_output_is_told_with_its_field(output: Any, told: str) -> None:
    items, heard = read(json.dumps(output), "json")
    assert items == []
    assert heard.errors == [told]


def test_several_results_are_several_transcripts() -> None:
    items, heard = read(
        json.dumps([{"key": "a", "text": "好"}, {"key": "b", "text": "再见"}]), "json", name="x/asr.json"
    )
    assert heard.errors == []
    assert [item.envelope.document.id for item in items] == ["asr-1", "asr-2"]
