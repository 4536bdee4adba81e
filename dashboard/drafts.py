"""What somebody typed to have it checked, as a document."""

from __future__ import annotations

import re
from typing import Final

from monitor.documents import Document, Listing, Segment, Transcript

SCRIPT_LIMIT: Final = 20_000
"""Characters of a script."""

LISTING_LIMIT: Final = {"title": 500, "description": 10_000, "attributes": 4_000}
"""Field → the most characters it takes."""

ATTRIBUTE_LIMIT: Final = 100

CATEGORIES: Final = (
    "food.agri.grain",
    "food.agri.fruit",
    "food.agri.vegetable",
    "food.agri.meat",
    "food.agri.egg",
    "food.agri.aquatic",
    "food.agri.tea",
    "food.agri.honey",
    "food.agri.herb",
    "food.agri",
    "food.prepacked.oil",
    "food.prepacked.snack",
    "food.prepacked.drink",
    "food.prepacked.alcohol",
    "food.prepacked.noodle",
    "food.prepacked.condiment",
    "food.prepacked.dairy",
    "food.prepacked",
    "food.health",
    "food.infant",
    "food.special-medical",
    "drug",
    "device",
    "cosmetic",
    "agri-input.seed",
    "agri-input.pesticide",
    "agri-input.fertilizer",
    "agri-input.feed",
    "agri-input.veterinary",
    "goods",
)
"""Categories of goods that can be chosen."""

NAME: Final = "draft"

_COLON: Final = re.compile("[:：]")


class Wrong(Exception):
    """What was typed cannot be checked: the field, the line where it has lines, and the most it takes."""

    def __init__(self, field: str, *, line: int = 0, most: int = 0) -> None:
        super().__init__(field)
        self.field = field
        self.line = line
        self.most = most


def script_draft(text: str) -> Document:
    """A script: what is to be said, a segment a line.

    Raises:
        Wrong: nothing, or too much, was typed.
    """
    _short("script", text, SCRIPT_LIMIT)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise Wrong("script", most=SCRIPT_LIMIT)
    return Transcript(id=NAME, segments=tuple(Segment(text=line) for line in lines))


def listing_draft(title: str, description: str, category: str | None, attributes: str) -> Document:
    """A listing; ``attributes`` has a name and a value a line, with a colon between.

    Raises:
        Wrong: title and description are both missing, a part is too long, or a line of ``attributes`` has no colon.
    """
    typed = {"title": title, "description": description, "attributes": attributes}
    for name, text in typed.items():
        _short(name, text, LISTING_LIMIT[name])
    if not title.strip() and not description.strip():
        raise Wrong("title", most=LISTING_LIMIT["title"])
    return Listing(
        id=NAME,
        title=title.strip() or None,
        description=description.strip() or None,
        category=category,
        attributes=_attributes(attributes),
    )


def _attributes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        name, *rest = (part.strip() for part in _COLON.split(line, maxsplit=1))
        if not name or not any(rest) or len(name) > ATTRIBUTE_LIMIT:
            raise Wrong("attributes", line=number, most=LISTING_LIMIT["attributes"])
        found[name] = rest[0]
    return found


def _short(field: str, text: str, most: int) -> None:
    if len(text) > most:
        raise Wrong(field, most=most)
