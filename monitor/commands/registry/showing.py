"""``monitor registry show`` and ``status``: what is known of a certificate, and what was imported."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from monitor.commands.telling import errors_told, say

if TYPE_CHECKING:
    from monitor.documents import Certificate
    from monitor.store.registered import Imported, Registered

_MANY = 50
"""Certificates of a holder that are shown."""
_IMPORTS = 20


def show(
    sought: Annotated[str, typer.Argument(metavar="NUMBER", help="A number, or the name or credit code of a holder.")],
    kind: Annotated[str | None, typer.Option("--type", help="Only certificates of this type.")] = None,
) -> None:
    """Show what the registry says of a number, since when and by which import, and what it said before.

    Numbers are read in any spelling. What is no number of the registry is looked for as a holder.
    Exit code 0: found. 1: not found. 2: the registry cannot be asked.

    \b
    Examples:
      monitor registry show 098OP2690001
      monitor registry show "SC 114 1406 2390 081" --type food-production
      monitor registry show 五常市金福泉水稻种植专业合作社
    """
    from monitor.bootstrap import open_database
    from monitor.config import read_settings
    from monitor.documents import CertificateType
    from monitor.errors import InputError
    from monitor.registry.holder import key_of_code
    from monitor.store.certificates import StoredRegistry
    from monitor.store.registered import registered

    kinds = {one: one for one in get_args(CertificateType)}
    with errors_told():
        if kind is not None and kind not in kinds:
            raise InputError(f"{kind!r} is no type; types are {', '.join(kinds)}", source="--type")
        database = open_database(read_settings())
        with database.read() as session:
            found = registered(session, sought, kinds[kind] if kind else None)
        theirs: tuple[Certificate, ...] = ()
        if not found:
            code = key_of_code(sought)
            theirs = StoredRegistry(lambda: database).by_holder(None if code else sought, code).records
            theirs = tuple(one for one in theirs if kind in {None, one.type})
        database.close()
    for line in _lines(found, theirs):
        typer.echo(line)
    if not found and not theirs:
        say(f"not found: {sought}")
        raise typer.Exit(1)


def status() -> None:
    """Show what the registry holds: certificates by type, the day of the data, and the imports they came from.

    \b
    Example:
      monitor registry status
    """
    from rich.console import Console
    from rich.table import Table

    from monitor.bootstrap import open_database
    from monitor.config import read_settings
    from monitor.store.certificates import StoredRegistry
    from monitor.store.registered import counts_by_type, imports

    with errors_told():
        settings = read_settings()
        database = open_database(settings)
        with database.read() as session:
            counts, origins = counts_by_type(session), imports(session)
        held = StoredRegistry(lambda: database).holdings()
        database.close()
    console = Console(soft_wrap=True)
    kinds = Table("type", "certificates", "data of", "registry", box=None)
    for kind, count in counts.items():
        holding = held.get(kind)
        kinds.add_row(
            kind,
            f"{count:,}",
            str(holding.dated) if holding else "import not finished",
            holding.name if holding else "",
        )
    console.print(kinds if counts else "no certificates; `monitor registry import FILE…` brings them in")
    for one in origins[:_IMPORTS]:
        finished = (
            f"finished {one.finished_at:%Y-%m-%d %H:%M}" if one.finished_at else "not finished: broken off, or at work"
        )
        figures = f"{one.new:,} new, {one.changed:,} changed, {one.unchanged + one.repeated:,} unchanged, {one.rejected:,} rejected"
        console.print(f"{_origin(one)}; {finished}; {figures}", markup=False)
    auto = " (the database, once certificates are imported)" if settings.registry == "auto" else ""
    console.print(f"\nasked in this order (STEELYARD_REGISTRY): {settings.registry}{auto}", markup=False)


def _lines(found: tuple[Registered, ...], theirs: tuple[Certificate, ...]) -> Iterator[str]:
    for one in found:
        yield from _told(one.record)
        yield f"  since {one.recorded_at:%Y-%m-%d %H:%M}, {_origin(one.origin)}"
        for past in one.history:
            yield f"  before, {past.recorded_at:%Y-%m-%d %H:%M} to {past.replaced_at:%Y-%m-%d %H:%M}, {_origin(past.origin)}"
            yield from (f"  {line}" for line in _told(past.record))
    for record in theirs[:_MANY]:
        yield from _told(record)
    if len(theirs) > _MANY:
        yield f"{len(theirs) - _MANY:,} more"


def _origin(origin: Imported) -> str:
    return f"import {origin.id}: {origin.name} ({origin.source}), data of {origin.dated}"


def _told(record: Certificate) -> Iterator[str]:
    yield f"{record.type} {record.number}: {record.status}, {record.valid_from or '…'} to {record.valid_to or '…'}"
    holder = " ".join(part for part in (record.holder, record.holder_uscc) if part)
    facts = {
        "holder": holder,
        "scope": "、".join(record.scope),
        "brand": record.brand,
        "region": record.region,
        "issuer": record.issuer,
    }
    yield from (f"  {name} {fact}" for name, fact in facts.items() if fact)
