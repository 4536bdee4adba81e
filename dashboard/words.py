"""Every word the dashboard shows, in Chinese and in English: one catalogue, ``words.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final, Literal, get_args

import yaml

Language = Literal["zh", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
NAMES: Final[Mapping[Language, str]] = {"zh": "中文", "en": "English"}
"""What each language calls itself."""


class Words:
    """The catalogue in one language: ``say("review.left", count=3)``."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._column = LANGUAGES.index(language)

    def __call__(self, key: str, **values: object) -> str:
        """The wording of ``key``, with ``values`` in its places.

        Raises:
            KeyError: the catalogue has no such key, or the wording a place that was not filled.
        """
        said = catalogue()[key][self._column]
        return said.format(**values) if values else said

    def one_of(self, section: str, name: str) -> str:
        """The wording of ``section.name``, and ``name`` itself where the catalogue has none."""
        entry = catalogue().get(f"{section}.{name}")
        return name if entry is None else entry[self._column]


@cache
def catalogue() -> Mapping[str, tuple[str, ...]]:
    """Key (``section.name``) → its wordings, in the order of ``LANGUAGES``."""
    source = resources.files("dashboard").joinpath("words.yaml").read_text("utf-8")
    sections: dict[str, dict[str, list[Any]]] = yaml.load(source, Loader=yaml.CSafeLoader)
    return {
        f"{section}.{name}": tuple(str(said) for said in entry)
        for section, entries in sections.items()
        for name, entry in entries.items()
    }
