"""Readers and writers, one file a format.

A reader yields documents as it goes, reports what it cannot read and goes on; memory does not grow with the file.
"""

from monitor.formats.item import Item
from monitor.formats.read import FORMATS, read_path, read_stream

__all__ = ["FORMATS", "Item", "read_path", "read_stream"]
