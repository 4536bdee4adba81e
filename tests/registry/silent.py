"""A registry that does not answer, for tests."""

from __future__ import annotations

from datetime import date

from monitor.documents import CertificateType
from monitor.errors import RegistryError
from monitor.registry import Reply
from monitor.registry.source import unanswered


class Silent:
    """Answers nothing; ``raises`` its error, or says ``unknown``."""

    name = "far"
    dated: date | None = None

    def __init__(self, *, raises: bool = True) -> None:
        self.raises = raises

    def keeps(self, kind: CertificateType) -> bool:  # noqa: ARG002 (the protocol)
        return True

    def by_number(self, kind: CertificateType, number: str) -> Reply:  # noqa: ARG002 (the protocol)
        return self._silence("number", number)

    def by_holder(self, name: str | None, uscc: str | None) -> Reply:
        return self._silence("holder", name or uscc or "")

    def _silence(self, by: str, sought: str) -> Reply:
        if self.raises:
            raise RegistryError("timed out")
        return unanswered(self.name, by, sought, "timed out")  # type: ignore[arg-type]  # one of two
