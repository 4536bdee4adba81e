"""Vocabularies that are made from the registry's data: ``uses: [indications]`` in a pack gives it the protected names.

``$gi`` are the names a finding may rest on, ``$gi-certain`` those of them that are no everyday words and whose area is certain,
``$gi-generic`` those that goods from anywhere bear as well, ``$gi-known`` all. Each entry has the facts ``place`` (codes of GB/T 2260),
``product`` and ``sure``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from monitor.registry.indications import Indication, indications
from monitor.rules.schema import Entry

INDICATIONS: Final = "indications"
"""What a pack writes under ``uses``."""
FILE: Final = "monitor/registry/indications.yaml"
_AREA_KNOWN: Final = 2
_CERTAIN: Final = 3


@cache
def known_words() -> Mapping[str, tuple[Entry, ...]]:
    """The vocabularies by name."""
    names = indications()
    rests = [one for one in names if one.use != "generic" and one.sure >= _AREA_KNOWN]
    groups = {
        "gi": rests,
        "gi-certain": [one for one in rests if one.use == "protected" and one.sure >= _CERTAIN],
        "gi-generic": [one for one in names if one.use == "generic"],
        "gi-known": names,
    }
    entries = {one.name: _entry(one) for one in names}
    return {name: tuple(entries[one.name] for one in group) for name, group in groups.items()}


def _entry(indication: Indication) -> Entry:
    facts = {"place": list(indication.region), "product": indication.product, "sure": indication.sure}
    return Entry.model_validate({"text": "{" + "|".join((indication.name, *indication.also)) + "}", **facts})
