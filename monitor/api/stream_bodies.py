"""Live streams in the OpenAPI schema: their bodies are decoded by hand."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from monitor.documents import Product, Segment

_PLACE: Final = "#/components/schemas/{name}"
_SEQ: Final = {
    "type": "object",
    "properties": {"seq": {"type": "integer", "minimum": 1, "description": "counts segments and products from 1"}},
}


def stream_bodies(components: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Path → request body, for a schema whose ``components`` have the transcript; what is missing is added to them."""
    kinds, more = msgspec.json.schema_components([Segment, Product], ref_template=_PLACE)
    whole = components["Transcript"]
    head = {
        **whole,
        "title": "StreamHead",
        "description": "A live stream as a transcript describes it, without what is said.",
        "required": [name for name in whole["required"] if name not in {"kind", "segments"}],
        "properties": {name: shape for name, shape in whole["properties"].items() if name != "segments"},
    }
    components |= {**more, "StreamHead": head, "StreamItem": {"oneOf": [{"allOf": [kind, _SEQ]} for kind in kinds]}}
    item = {"$ref": _PLACE.format(name="StreamItem")}
    return {
        "/v1/streams": _json({"$ref": _PLACE.format(name="StreamHead")}),
        "/v1/streams/{stream}/segments": _json({"oneOf": [item, {"type": "array", "items": item}]}),
    }


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": schema}}}
