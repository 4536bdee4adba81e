"""The facts behind the words: certificate numbers, registries, names of parties, and what goods are."""

from monitor.registry.assess import Assessment, assess
from monitor.registry.identifier import NUMERALS
from monitor.registry.numbers import Found, find, may_stand_in, normalise
from monitor.registry.prices import PriceHistory, Prices
from monitor.registry.products import infer_category
from monitor.registry.registry import Registry
from monitor.registry.source import Chain, Lookup, Noted, Reply, Source

__all__ = [
    "NUMERALS",
    "Assessment",
    "Chain",
    "Found",
    "Lookup",
    "Noted",
    "PriceHistory",
    "Prices",
    "Registry",
    "Reply",
    "Source",
    "assess",
    "find",
    "infer_category",
    "may_stand_in",
    "normalise",
]
