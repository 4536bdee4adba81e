"""``monitor picture``: what is read off pictures, before any rule sees it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from monitor.documents import Box
    from monitor.pictures import Reader, Sheet

UNREAD = 2


def picture(
    files: Annotated[list[Path], typer.Argument(help="Pictures: JPEG, PNG, WebP, GIF or BMP.", metavar="FILE…")],
    output_format: Annotated[
        Literal["text", "json"], typer.Option("--format", help="json: one line a picture.")
    ] = "text",
) -> None:
    """Read pictures of certificates and product pages, and print the words, their places, and what they say.

    Numbers come with the verdict on their form, the box they stand in (x, y, width, height in pixels), how sure the reader is, and what
    it saw where a check digit proved it otherwise (an O for a zero). Of a certificate also holder, credit code, products and days.

    Nothing is sent anywhere and nothing is fetched. The reader is the extra `ocr`: pip install 'steelyard[ocr]'

    Exit code 0: all were read. 2: at least one was not; standard error says why.

    \b
    Examples:
      monitor picture certificate.jpg                      as text
      monitor picture scans/*.png --format json            one line a picture, for programs
    """
    from monitor.pictures import load_reader

    reader = load_reader()
    unread = [file for file in files if not _show(file, reader, as_json=output_format == "json")]
    raise typer.Exit(UNREAD if unread else 0)


def _show(file: Path, reader: Reader, *, as_json: bool) -> bool:
    """Read one picture and print it; whether it was read."""
    import msgspec

    from monitor.errors import PictureError
    from monitor.formats.passage import visible
    from monitor.formats.walk import shown
    from monitor.pictures import open_picture, read_words, sheet
    from monitor.pictures.places import read_file

    name = shown(file)
    try:
        found = sheet(read_words(open_picture(read_file(file)), reader))
    except PictureError as error:
        typer.secho(f"{visible(name)}: unread: {visible(str(error))}", err=True)
        if as_json:
            typer.echo(msgspec.json.encode({"file": name, "unread": str(error)}))
        return False
    if as_json:
        typer.echo(msgspec.json.encode({"file": name, **msgspec.to_builtins(found)}))
    else:
        typer.echo("\n".join([visible(name), *map(visible, _lines(found)), ""]))
    return True


def _lines(found: Sheet) -> list[str]:
    lines = [
        f"  {_box(line.box)}  {line.confidence or 0:.2f}  {found.text[line.start : line.end]}" for line in found.lines
    ]
    for number in found.numbers:
        why = f": {number.reason}" if number.reason else ""
        was = f", read as {number.read}" if number.read else ""
        place = _box(number.box) if number.box else ""
        lines.append(f"  number    {number.type} {number.number} ({number.verdict}{why}{was}) at {place}")
    if not found.certificate:
        return [*lines, "  no certificate" if lines else "  no words"]
    days = f"{found.valid_from or ''} – {found.valid_to or ''}" if found.valid_from or found.valid_to else ""
    says = {
        "holder": " ".join(filter(None, (found.holder, found.holder_uscc))),
        "products": "、".join(found.products),
        "valid": days,
        "issuer": found.issuer or "",
    }
    return lines + [f"  {name:<9} {value}" for name, value in says.items() if value]


def _box(box: Box) -> str:
    return ",".join(map(str, box))
