"""Two rulebooks held against each other, rule by rule: which may find something, and which may only lose what they found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from monitor.store.rescan_tables import KnownRule

OF_ALL: Final = "("
"""What begins so stands in place of a rule and concerns all of them."""

_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Difference:
    """``rules`` may have lost or changed what they found; ``new`` ones (or edited) may find something in documents of ``kinds``.

    ``everything``: nothing more can be told. ``words`` for people.
    """

    rules: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    everything: bool = False
    words: str = ""

    @property
    def nothing(self) -> bool:
        """Whether no verdict can be another."""
        return not (self.everything or self.rules or self.kinds)


def compared(old: Mapping[str, KnownRule] | None, new: Mapping[str, KnownRule]) -> Difference:
    """What is different in ``new``; ``old`` None: its rules are not remembered."""
    if old is None:
        return Difference(everything=True, words="the rules of the rulebook before are not remembered")
    removed = sorted(old.keys() - new.keys())
    added = sorted(new.keys() - old.keys())
    both = sorted(old.keys() & new.keys())
    edited = [name for name in both if (old[name].digest, old[name].kinds) != (new[name].digest, new[name].kinds)]
    turned = [
        name
        for name in both
        if name not in edited and (old[name].status, old[name].waivers) != (new[name].status, new[name].waivers)
    ]
    told = {"added": added, "edited": edited, "removed": removed, "in force, in shadow or waived otherwise": turned}
    words = "; ".join(f"{_some(names)} {what}" for what, names in told.items() if names)
    kinds = {
        kind for name in (*added, *edited) for kind in (*new[name].kinds, *(old[name].kinds if name in old else ()))
    }
    everything = any(name.startswith(OF_ALL) for name in (*removed, *added, *edited))
    return Difference((*removed, *edited, *turned), (*added, *edited), tuple(sorted(kinds)), everything, words)


def _some(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
