"""What every part of a rule file is made of: words, names, and mappings whose keys are known."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints

Text = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:[-.][a-z0-9]+)*$", max_length=100)]


def listed(value: Any) -> Any:
    """One thing where a list is meant is a list of one."""
    return value if isinstance(value, list | tuple) or value is None else [value]


class Model(BaseModel):
    """Frozen, strict about keys; numbers given for words are words."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True, populate_by_name=True)
