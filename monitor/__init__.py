"""Steelyard 公平秤: a consumer-protection monitor for live commerce.

``import monitor`` starts nothing, reads nothing and loads no model. The whole engine is one call,
:meth:`monitor.scanner.Scanner.scan`; real objects are built in :mod:`monitor.bootstrap`.
"""

__version__ = "0.1.0"
