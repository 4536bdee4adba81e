"""A registry in memory: the certificates of one file, or those that a document brings, by number and by holder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Final

import msgspec

from monitor.documents import Certificate, CertificateType
from monitor.errors import InputError, RegistryError
from monitor.registry.holder import key_of_code, same_party
from monitor.registry.holder_index import HolderIndex
from monitor.registry.numbers import normalise
from monitor.registry.source import Reply, holder_sought, replied


class Registry:
    """Certificates of one load, looked up by (type, number) and by holder: a source that always answers, for every type.

    ``name`` is how traces call it; ``dated`` the day its data are of.
    """

    def __init__(
        self, certificates: Iterable[Certificate], *, name: str = "registry", dated: date | None = None
    ) -> None:
        self.name = name
        self.dated = dated
        self._by_number: dict[tuple[CertificateType, str], list[Certificate]] = {}
        self._by_code: dict[str, list[Certificate]] = {}
        self._by_name: dict[str, list[Certificate]] = {}
        for certificate in certificates:
            number = normalise(certificate.type, certificate.number)
            self._by_number.setdefault((certificate.type, number), []).append(certificate)
            if code := key_of_code(certificate.holder_uscc):
                self._by_code.setdefault(code, []).append(certificate)
            if certificate.holder:
                self._by_name.setdefault(certificate.holder, []).append(certificate)

    @classmethod
    def load(cls, path: Path, *, dated: date | None = None) -> Registry:
        """A registry from JSON Lines, called as the file is.

        Raises:
            RegistryError: the file cannot be read, or lines of it break the contract: the first of them, one a line, with file and line.
        """
        certificates, problems = [], []
        try:
            with path.open("rb") as file:
                for number, line in enumerate(file, start=1):
                    try:
                        certificates += _read(line, str(path), number)
                    except InputError as error:
                        problems.append(error)
        except OSError as error:
            raise RegistryError(f"{path}: cannot be read: {error.strerror or error}") from error
        if problems:
            raise RegistryError("\n".join(_told(problems, path, any_read=bool(certificates))))
        return cls(certificates, name=path.name, dated=dated)

    @cached_property
    def _holders(self) -> HolderIndex:
        return HolderIndex(self._by_name)

    def keeps(self, kind: CertificateType) -> bool:
        """Every type: what is not in the file is not there."""
        del kind
        return True

    def by_number(self, kind: CertificateType, number: str) -> Reply:
        """The records of a number."""
        return replied(self, "number", number, self._by_number.get((kind, normalise(kind, number)), ()))

    def by_holder(self, name: str | None, uscc: str | None) -> Reply:
        """The records of a holder, by code and by name; two different codes are two holders."""
        found = list(self._by_code.get(key_of_code(uscc) or "", []))
        found += [record for like in self._holders.find(name) for record in self._by_name[like]] if name else []
        theirs = (
            record
            for record in dict.fromkeys(found)
            if same_party(name, uscc, record.holder, record.holder_uscc) is not False
        )
        return replied(self, "holder", holder_sought(name, uscc), theirs)


def _told(problems: list[InputError], path: Path, *, any_read: bool) -> Iterator[str]:
    """The first problems of a file, and what to do about one that is no registry at all."""
    yield from map(str, problems[:_TOLD])
    if len(problems) > _TOLD:
        yield f"{path}: {len(problems) - _TOLD:,} more lines break the contract"
    if not any_read:
        yield f"{path}: no line is a certificate; `monitor registry import` reads tables (CSV, Excel), --registry a file of JSON Lines"


_TOLD: Final = 20


def _read(line: bytes, source: str, number: int) -> list[Certificate]:
    """The record of a line, none of an empty one."""
    text = line.removeprefix(b"\xef\xbb\xbf").strip()
    if not text:
        return []
    try:
        return [_DECODER.decode(text)]
    except msgspec.ValidationError as error:
        reason, _, path = str(error).partition(" - at `$")
        raise InputError(reason, source=source, line=number, field=path.rstrip("`").lstrip(".") or None) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(f"not JSON in UTF-8: {error}", source=source, line=number) from error


_DECODER: Final[msgspec.json.Decoder[Certificate]] = msgspec.json.Decoder(Certificate)
