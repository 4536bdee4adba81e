"""``monitor prices``: what goods were sold at, asked and compared with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from monitor.commands.telling import errors_told, say

if TYPE_CHECKING:
    from monitor.documents import PriceObservation

Kind = Literal["deal", "displayed", "reference"]

app = typer.Typer(no_args_is_help=True, help="Import and show the price history that rules hold prices against.")


@app.command("import")
def import_prices(
    paths: Annotated[list[Path], typer.Argument(help="Price histories: JSON Lines, CSV or .xlsx.", metavar="FILE…")],
    kind: Annotated[Kind, typer.Option(help="What the prices are that do not say it.")] = "displayed",
    platform: Annotated[
        str | None, typer.Option(help="Platform of the listings, where the file names none.", show_default="none: any")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress, notes and summary; errors stay.")] = False,
) -> None:
    """Keep observed prices in the database; from then on workers judge with them.

    An observation is a listing's id, a time and a price. `kind` says what it is: deal (somebody bought at it), displayed (it was
    asked), reference (it was shown for comparison, 原价 or 划线价). Only deals prove what goods were sold at. Also: platform,
    currency (CNY) and stock. A column may have a Chinese name: 商品编号、时间、价格、类型、平台、币种、库存; 成交价 holds deals.
    A time without a zone is China Standard Time, a day its midnight.

    The same price of the same kind at the same moment is kept once, so a file may be imported again, and in any order. Listings
    that are ingested with a price need no import: each revision is an observation.
    Exit code 0: all was kept. 2: some of it is no price and is told with its line; the rest was kept.

    \b
    Examples:
      monitor prices import samples/prices.csv
      monitor prices import orders.xlsx --kind deal --platform taobao
      monitor prices import history.jsonl        {"listing": "L-1", "at": "2026-11-01T20:00:00+08:00", "price": "39.90", "kind": "deal"}
    """
    from monitor.bootstrap import open_database
    from monitor.commands.progress import Run
    from monitor.config import read_settings
    from monitor.formats.prices import Assumed, read_prices
    from monitor.store import KeptPrices, keep_all_prices

    with errors_told():
        run = Run(quiet=quiet)
        database = open_database(read_settings())
        total = KeptPrices()
        for path in paths:
            found = _counted(read_prices(path, run.error, Assumed(platform, kind)), quiet=quiet)
            for kept in keep_all_prices(database, found, str(path), datetime.now(UTC)):
                total += kept
        database.close()
    if not quiet:
        say(f"{total.new} new, {total.known} known already, {run.errors} error{'s' * (run.errors != 1)}")
    raise typer.Exit(2 if run.errors else 0)


@app.command()
def show(
    listing: Annotated[str, typer.Argument(help="The listing's id on its platform.")],
    platform: Annotated[str, typer.Option(help="Its platform; without it only prices that name none are shown.")] = "",
    days: Annotated[int, typer.Option(min=1, max=3660, help="So many days back.")] = 90,
    before: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"], help="Before this moment, in China.", show_default="now"
        ),
    ] = None,
    output_format: Annotated[Literal["table", "jsonl"], typer.Option("--format", help="How to print it.")] = "table",
) -> None:
    """Show the price history of one listing, as a rule would see it before a moment.

    With --format jsonl the lines are those that `monitor prices import` and `monitor scan --prices` read.
    Exit code 0: there is some. 1: none is known.

    \b
    Examples:
      monitor prices show L-055 --platform taobao
      monitor prices show L-055 --days 7 --before 2026-11-11 --format jsonl
    """
    import msgspec

    from monitor.bootstrap import open_database
    from monitor.config import read_settings
    from monitor.documents import CHINA
    from monitor.store import prices_of

    moment = before.replace(tzinfo=CHINA) if before else datetime.now(UTC)
    with errors_told(), open_database(read_settings()).read() as session:
        found = prices_of(session, listing, platform, moment, days)
    if output_format == "jsonl":
        for item in found:
            typer.echo(msgspec.json.encode(item).decode())
    elif found:
        _print(found)
    if not found:
        say(f"no price of {listing} is known{f' on {platform}' if platform else ''}; is its --platform another?")
        raise typer.Exit(1)


def _print(found: tuple[PriceObservation, ...]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from monitor.documents import CHINA
    from monitor.formats.passage import visible

    table = Table("time (+08:00)", "kind", "price", "stock", "platform", box=None)
    table.columns[2].justify = table.columns[3].justify = "right"
    for item in found:
        price = f"{item.price.normalize():f} {item.currency}"
        stock = "" if item.stock is None else str(item.stock)
        at = f"{item.at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"
        table.add_row(at, item.kind, price, stock, Text(visible(item.platform or "any")))
    Console().print(table)


def _counted(found: Iterator[PriceObservation], *, quiet: bool) -> Iterator[PriceObservation]:
    """The observations as they are read, counted on standard error where there is a terminal."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.completed:.0f} prices read"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as progress:
        yield from progress.track(found, total=None)
