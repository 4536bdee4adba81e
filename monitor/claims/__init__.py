"""The claim model: how much a passage sounds like those that break the law in a known way, for claims that no rule foresees.

It reads words, characters and the place they stand at; it knows no rule, no store and no goods. Rules ask it by ``model:``.
"""

from monitor.claims.model import ClaimModel, shipped_labels, shipped_model
from monitor.claims.passages import Passage, passages

__all__ = ["ClaimModel", "Passage", "passages", "shipped_labels", "shipped_model"]
