"""Bodies: one document or envelope, or a list of them, each decoded by itself so that a bad one does not fail the rest."""

from __future__ import annotations

import msgspec
from litestar.exceptions import ClientException

from monitor.api.problems import invalid
from monitor.api.shapes import BATCH_LIMIT, Problem
from monitor.documents import Envelope, decode_document, decode_envelope
from monitor.errors import Refused


class Arrived(msgspec.Struct, frozen=True):
    """A document of a request, as the store takes it in."""

    envelope: Envelope
    raw: bytes
    source: str = "api"


class _Probe(msgspec.Struct):
    document: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


def split(body: bytes) -> tuple[list[bytes], bool]:
    """The documents of a body, undecoded, and whether they came as a list.

    Raises:
        ClientException: not JSON (400).
        Refused: an empty list, or more than :data:`BATCH_LIMIT` (422).
    """
    try:
        if not body.lstrip().startswith(b"["):
            msgspec.json.decode(body, type=dict[str, msgspec.Raw])
            return [body], False
        items = [bytes(item) for item in msgspec.json.decode(body, type=list[msgspec.Raw])]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ClientException(f"the body is not a JSON object or list: {error}") from error
    if not 1 <= len(items) <= BATCH_LIMIT:
        raise Refused(f"{len(items)} documents; a call takes 1 to {BATCH_LIMIT}", field="")
    return items, True


def decode(raw: bytes) -> Arrived | Problem:
    """One document or envelope, or what is wrong with it."""
    try:
        probe = msgspec.json.decode(raw, type=_Probe)
        if probe.document is msgspec.UNSET:
            return Arrived(Envelope(document=decode_document(raw)), raw)
        return Arrived(decode_envelope(raw), bytes(probe.document))
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        return invalid(str(error))
    except (UnicodeDecodeError, RecursionError) as error:
        return invalid(f"not JSON: {error}")
