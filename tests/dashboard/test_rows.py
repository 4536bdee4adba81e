"""Which row follows when one is done."""

from __future__ import annotations

import pytest

from dashboard.rows import after


@pytest.mark.parametrize(
    ("chosen", "before", "now", "following"),
    [
        pytest.param(2, [1, 2, 3], [1, 3], 3, id="the next"),
        pytest.param(3, [1, 2, 3], [1, 2], 1, id="the first, after the last"),
        pytest.param(2, [1, 2, 3, 4], [1, 4], 4, id="the next went too"),
        pytest.param(2, [1, 2, 3], [1, 2, 3], 3, id="it stays in the list"),
        pytest.param(3, [1, 2, 3], [1, 2, 3], 1, id="it stays and is the last"),
        pytest.param(2, [1, 2, 3], [9, 1, 3], 3, id="a graver one came in at the top"),
        pytest.param(7, [1, 2, 3], [1, 2, 3], 1, id="it was not in the list: a link"),
        pytest.param(1, [1], [], None, id="nothing is left"),
        pytest.param(1, [1], [1], None, id="nothing but itself"),
        pytest.param(1, [], [], None, id="there was no list"),
    ],
)
def test_after_one_comes_the_next_that_is_still_there(
    chosen: int, before: list[int], now: list[int], following: int | None
) -> None:
    assert after(chosen, before, now) == following
