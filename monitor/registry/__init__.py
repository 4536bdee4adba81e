"""The facts behind the words: certificate numbers, the registry, names of parties, and what goods are."""

from monitor.registry.identifier import NUMERALS
from monitor.registry.numbers import Found, find, may_stand_in, normalise
from monitor.registry.prices import PriceHistory, Prices
from monitor.registry.products import infer_category
from monitor.registry.registry import Assessment, Registry, assess

__all__ = [
    "NUMERALS",
    "Assessment",
    "Found",
    "PriceHistory",
    "Prices",
    "Registry",
    "assess",
    "find",
    "infer_category",
    "may_stand_in",
    "normalise",
]
