"""The HTTP API: Litestar over the structs of :mod:`monitor.documents` and :mod:`monitor.flags`."""
