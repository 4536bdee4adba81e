"""Pictures of certificates and product pages: found, opened within limits, read without a network, and put into their documents.

Reading is input and output, and happens before the engine: what was read is text of the document like any other.
"""

from monitor.pictures.certificate import Sheet, sheet
from monitor.pictures.filling import Filler, Told
from monitor.pictures.opening import Picture, open_picture
from monitor.pictures.places import Places
from monitor.pictures.rapid import load_reader
from monitor.pictures.reader import NoReader, Reader, ReadLine
from monitor.pictures.words import Words, read_words

__all__ = [
    "Filler",
    "NoReader",
    "Picture",
    "Places",
    "ReadLine",
    "Reader",
    "Sheet",
    "Told",
    "Words",
    "load_reader",
    "open_picture",
    "read_words",
    "sheet",
]
