"""The rule language: what a market-supervision lawyer can read aloud, and a machine can run on a million documents."""

from monitor.rules.load import load_rulebook
from monitor.rules.rulebook import Rulebook

__all__ = ["Rulebook", "load_rulebook"]
