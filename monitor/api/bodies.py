"""Bodies: one document or envelope, or a list of them, each decoded by itself so that a bad one does not fail the rest."""

from __future__ import annotations

import msgspec
from litestar import Response
from litestar.exceptions import ClientException

from monitor.api.problems import MEDIA_TYPE, pointer, title_of
from monitor.api.shapes import BATCH_LIMIT, Problem, ProblemError
from monitor.documents import Envelope
from monitor.errors import Refused
from monitor.formats import item
from monitor.formats.item import Refusal, told
from monitor.store import Answer


class Arrived(msgspec.Struct, frozen=True):
    """A document of a request, as the store takes it in."""

    envelope: Envelope
    raw: bytes
    source: str = "api"


class _Probe(msgspec.Struct):
    document: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


def split(body: bytes, most: int = BATCH_LIMIT, what: str = "documents") -> tuple[list[bytes], bool]:
    """The documents (or what else) of a body, undecoded, and whether they came as a list.

    Raises:
        ClientException: not JSON (400).
        Refused: an empty list, or more than ``most`` (422).
    """
    try:
        if not body.lstrip().startswith(b"["):
            msgspec.json.decode(body, type=dict[str, msgspec.Raw])
            return [body], False
        items = [bytes(item) for item in msgspec.json.decode(body, type=list[msgspec.Raw])]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ClientException(f"the body is not a JSON object or list: {error}") from error
    if not 1 <= len(items) <= most:
        raise Refused(f"{len(items)} {what}; a call takes 1 to {most:,}", field="")
    return items, True


def decode(raw: bytes) -> Arrived | Problem:
    """One document or envelope, or what is wrong with it: the same that a file with it would be told."""
    try:
        wrapped = told(_PROBE.decode, raw).document is not msgspec.UNSET
        envelope, document = item.decode(raw, wrapped=wrapped)
    except Refusal as refusal:
        return refused(refusal)
    return Arrived(envelope, document)


def refused(refusal: Refusal) -> Problem:
    """What breaks the contract, as a problem."""
    errors = (ProblemError(pointer(refusal.field or ""), refusal.reason),)
    return Problem(title_of(422), 422, detail=refusal.reason, errors=errors)


_PROBE: msgspec.json.Decoder[_Probe] = msgspec.json.Decoder(_Probe)


def given(answer: Answer) -> Response[bytes]:
    """An answer as it was written down, or could be."""
    media_type = MEDIA_TYPE if answer.status >= 400 else "application/json"  # noqa: PLR2004 (errors begin there)
    return Response(answer.body, status_code=answer.status, media_type=media_type)
