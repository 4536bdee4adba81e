"""Readers and writers, one file a format.

A reader yields documents as it goes, reports what it cannot read and goes on; memory does not grow with the file.
"""

from monitor.formats.item import Item, OnError
from monitor.formats.products import named_listings, resolve
from monitor.formats.read import read_path, read_paths, read_stream
from monitor.formats.walk import FORMATS

__all__ = ["FORMATS", "Item", "OnError", "named_listings", "read_path", "read_paths", "read_stream", "resolve"]
