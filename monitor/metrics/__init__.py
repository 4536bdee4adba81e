"""Metrics for Prometheus: what is counted, where the counts of several processes meet, and the page they are read from.

:mod:`monitor.metrics.figures` counts, in every process; :mod:`monitor.metrics.sharing` puts the counts of a process into a folder, and is
to be asked before; :mod:`monitor.metrics.serving` reads that folder and answers ``/metrics``; :mod:`monitor.metrics.stored` asks
the database what waits, when the page is asked for.
"""
