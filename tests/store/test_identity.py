"""What makes two things the same, and what does not."""

from __future__ import annotations

import pytest

from monitor.store.identity import content_identity, document_identity, flag_identity
from store.writing import flag


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        pytest.param(b'{"a":1,"b":[1,2]}', b'{ "b": [1, 2],\n"a": 1 }', True, id="order and spaces"),
        pytest.param(b'{"a":"\\u4e94"}', '{"a":"五"}'.encode(), True, id="escapes"),
        pytest.param(b'{"a":1}', b'{"a":2}', False, id="a value"),
        pytest.param(b'{"b":[1,2]}', b'{"b":[2,1]}', False, id="order of a list"),
        pytest.param(b'{"a":null}', b"{}", False, id="null and absent"),
    ],
)
def test_content(first: bytes, second: bytes, same: bool) -> None:
    assert (content_identity(first) == content_identity(second)) is same


def test_platform_and_id_are_not_run_together() -> None:
    assert document_identity("a", "bc") != document_identity("ab", "c")
    assert document_identity(None, "a") == document_identity("", "a")


@pytest.mark.parametrize(
    ("change", "same"),
    [
        pytest.param({"score": 0.1, "message": "anders", "version": 2, "severity": "low"}, True, id="how it is judged"),
        pytest.param({"rule": "cn.other"}, False, id="rule"),
        pytest.param({"matcher": "pattern"}, False, id="matcher"),
        pytest.param({"start": 8}, False, id="place"),
        pytest.param({"field": "description"}, False, id="field"),
        pytest.param({"words": "最好吃"}, False, id="span"),
    ],
)
def test_flag(change: dict[str, object], same: bool) -> None:
    assert (flag_identity(flag()) == flag_identity(flag(**change))) is same  # type: ignore[arg-type]
