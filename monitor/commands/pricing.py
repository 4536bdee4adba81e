"""Price histories for commands that scan: read whole from a file, or every reason why not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.registry import PriceHistory

_MOST_TOLD = 20


def load_history(path: Path) -> PriceHistory:
    """The price history of a file.

    Raises:
        InputError: it cannot be read, or some of it is no price: a history with holes would say what is not so.
    """
    from monitor.errors import InputError
    from monitor.formats.prices import read_prices
    from monitor.registry import PriceHistory

    problems: list[InputError] = []
    history = PriceHistory(read_prices(path, problems.append))
    errors = [str(problem) for problem in problems if not problem.note]
    if errors:
        more = [f"and {len(errors) - _MOST_TOLD} more errors"] if len(errors) > _MOST_TOLD else []
        raise InputError("\n".join([*errors[:_MOST_TOLD], *more]))
    return history
