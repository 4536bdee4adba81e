"""The place of a flag in the queue: how grave it is, times how sure the rule is."""

from __future__ import annotations

from typing import Final

from monitor.flags import Severity

WEIGHTS: Final[dict[Severity, float]] = {"info": 1.0, "low": 2.0, "medium": 4.0, "high": 8.0, "critical": 16.0}
"""Each severity weighs twice the one below: a sure finding comes before a doubtful one that is one step graver."""


def priority(severity: Severity, score: float) -> float:
    """Weight of the severity × score (0 to 1): from 0 to 16."""
    return WEIGHTS[severity] * score
