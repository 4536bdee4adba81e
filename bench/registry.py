"""What does a registry of a million certificates cost: to import, to look up in, and when every listing is held against it?

    python bench/registry.py                              1,000,000 records, 100,000 listings
    python bench/registry.py --records 100000 --listings 5000

Records and listings are made from a seed. The import is the command `monitor registry import` of a CSV file; then the same file
again. PostgreSQL is measured too where the server of the tests answers, in a database of its own that goes afterwards. Every listing
of the scan names a certificate and says that it is organic, so each is looked up; one in ten names a number that is not there.
Look-ups and scans are told in seconds of the clock and, in brackets, of this process: other work on the machine lengthens the first.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import islice
from pathlib import Path
from uuid import uuid4

from listings import make_listing

from monitor.documents import Listing, decode_document
from monitor.registry import Source
from monitor.rules import load_rulebook
from monitor.scanner import BATCH, Scanner
from monitor.store import Database, open_engine
from monitor.store.certificates import StoredRegistry

ROOT = Path(__file__).parents[1]
DAY = date(2026, 11, 20)
SERVER = "postgresql://postgres@127.0.0.1:5432"
MOST = 1.5
"""How much dearer a scan may be that looks everything up."""
_PLACES = [
    "五常市",
    "洛川县",
    "禹州市",
    "恩施市",
    "罗平县",
    "阳江市",
    "靖边县",
    "安溪县",
    "赣州市",
    "寿光市",
    "阿克苏市",
    "盘锦市",
    "文山市",
    "信阳市",
    "普洱市",
    "宁夏中宁县",
]
_NAMES = (
    "金银福泉绿源丰禾民康兴旺盛瑞祥和顺达明德仁义信诚宝华龙凤山川江河湖海云雨春秋"
    "天地日月星辰东南西北安宁平乐吉庆裕隆鑫森林木果谷稷麦稻菽蔬茶桑麻棉"
)
_BUSINESS = ["农业科技", "生态农业", "种植", "茶业", "粮油", "果业", "蔬菜", "食品", "农产品"]
_FORMS = ["有限公司", "有限责任公司", "专业合作社", "家庭农场"]
_SCOPES = ["大米、稻谷", "苹果", "茶叶", "蔬菜", "杂粮", "枸杞", "蜂蜜", "食用菌"]
_CODE = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def main() -> int:
    """Measure and print; 1 if a scan with look-ups costs more than it may."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--listings", type=int, default=100_000)
    parser.add_argument("--lookups", type=int, default=5_000)
    parser.add_argument("--databases", nargs="+", default=["SQLite", "PostgreSQL"], choices=["SQLite", "PostgreSQL"])
    parser.add_argument("--once", dest="again", action="store_false", help="import once, not the same again")
    options = parser.parse_args()
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "有机产品认证证书.csv")
        write_table(path, options.records)
        print(f"{options.records:,} records, {path.stat().st_size / 1e6:.0f} MB of CSV", flush=True)
        for name, url in databases(Path(folder), options.databases):
            for which in ("import", "the same again")[: 1 + options.again]:
                seconds = imported(path, url, Path(folder))
                print(f"{name}: {which}: {seconds:.0f} s, {options.records / seconds:,.0f} rows/s", flush=True)
            database = Database(open_engine(url))
            registry = StoredRegistry(lambda database=database: database)
            looked_up(name, registry, options.records, options.lookups)
            worst = max(worst, scanned(name, registry, options.records, options.listings))
            database.close()
    return int(worst > MOST)


@contextmanager
def server() -> Iterator[str | None]:
    """A new database on the server of the tests, dropped at the end; None: nobody answers."""
    import psycopg
    from psycopg import sql

    name = sql.Identifier(f"bench_{uuid4().hex}")
    try:
        connection = psycopg.connect(f"{SERVER}/test?connect_timeout=3", autocommit=True)
    except psycopg.OperationalError:
        yield None
        return
    with connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        try:
            yield f"{SERVER}/{name.as_string()[1:-1]}"
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def databases(folder: Path, wanted: list[str]) -> Iterator[tuple[str, str]]:
    """Name and URL of each database that is wanted and there."""
    if "SQLite" in wanted:
        yield "SQLite", f"sqlite:///{folder / 'bench.sqlite'}"
    if "PostgreSQL" in wanted:
        with server() as url:
            if url:
                yield "PostgreSQL", url
            else:
                print("PostgreSQL: not there, not measured")


def number_of(index: int) -> str:
    """The number of the record ``index``."""
    return f"{index // 100_000 % 1000:03}OP25{index % 100_000:05}"


def holder_of(index: int) -> tuple[str, str]:
    """Name and credit code of who holds the record ``index``: about three records a holder."""
    chance = random.Random(index // 3)  # noqa: S311 (no secret)
    proper = "".join(chance.choices(_NAMES, k=chance.choice((2, 2, 3))))
    name = chance.choice(_PLACES) + proper + chance.choice(_BUSINESS) + chance.choice(_FORMS)
    return name, "91" + "".join(chance.choices(_CODE, k=16))


def write_table(path: Path, count: int) -> None:
    """The table of ``count`` records, as an authority would publish it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(["证书编号", "获证组织名称", "统一社会信用代码", "认证范围", "有效期起", "有效期止", "证书状态"])
        for index in range(count):
            name, code = holder_of(index)
            code = code if index % 3 else ""  # a third of the records names no code
            table.writerow([number_of(index), name, code, _SCOPES[index % 8], "2025-12-01", "2026年11月30日", "有效"])


def imported(path: Path, url: str, folder: Path) -> float:
    """Seconds of the command."""
    command = [
        sys.executable,
        "-c",
        "from monitor.cli import main; main()",
        "registry",
        "import",
        str(path),
        "--type",
        "organic",
        "-q",
    ]
    begun = time.monotonic()
    subprocess.run(command, check=True, env=os.environ | {"STEELYARD_DATABASE": url, "STEELYARD_DATA": str(folder)})
    return time.monotonic() - begun


def looked_up(name: str, registry: Source, records: int, count: int) -> None:
    """Look-ups by number and by holder, one after the other, in milliseconds."""
    chance = random.Random(7)  # noqa: S311 (no secret)
    places = [chance.randrange(records) for _ in range(count)]
    asked = {
        "by number": [lambda place=place: registry.by_number("organic", number_of(place)) for place in places],
        "by number, not there": [
            lambda place=place: registry.by_number("organic", number_of(place).replace("OP25", "OP11"))
            for place in places
        ],
        "by credit code and name": [lambda place=place: registry.by_holder(*holder_of(place)) for place in places],
        "by name": [lambda place=place: registry.by_holder(holder_of(place)[0], None) for place in places],
    }
    for kind, questions in asked.items():
        registry.keeps("organic")
        seconds, cpu = [], time.process_time()
        for question in questions:
            begun = time.perf_counter()
            reply = question()
            seconds.append(time.perf_counter() - begun)
            if (reply.outcome == "found") == ("not there" in kind):
                sys.exit(f"{kind}: {reply.lookups}")
        cpu = 1000 * (time.process_time() - cpu) / len(questions)
        seconds.sort()
        p50, p99 = (1000 * seconds[len(seconds) * part // 100] for part in (50, 99))
        print(f"{name}: {kind}: p50 {p50:.2f} ms, p99 {p99:.2f} ms ({cpu:.2f} ms on average)", flush=True)


def made_listings(records: int, count: int) -> Iterator[Listing]:
    """Listings that say they are organic, and name a certificate of their seller; one in ten a number that is not there."""
    chance = random.Random(2026)  # noqa: S311 (no secret)
    for index in range(count):
        place = chance.randrange(records)
        holder, code = holder_of(place)
        number = number_of(place) if chance.random() > 0.1 else number_of(place).replace("OP25", "OP11")  # noqa: PLR2004 (one in ten)
        row = make_listing(index, chance)
        row["description"] += "有机种植。"
        row["seller"] = {"name": holder, "uscc": code}
        row["certificates"] = [{"type": "organic", "number": number}]
        yield decode_document(json.dumps(row))


def scanned(name: str, registry: Source, records: int, count: int) -> float:
    """A scan of the same listings without a registry and with it; the ratio. Batches take turns, so that both see the same machine."""
    compiled = load_rulebook(ROOT / "rules.yaml")
    without = Scanner(compiled)
    looking = Scanner(without.compiled, registry)
    listings = made_listings(records, count)
    clock, cpu = dict.fromkeys((without, looking), 0.0), dict.fromkeys((without, looking), 0.0)
    without.scan(Listing("warm", title="有机大米"), DAY)
    while some := list(islice(listings, BATCH)):
        for scanner in (without, looking):
            begun = time.perf_counter(), time.process_time()
            batch = scanner.batch(some)
            for number in range(len(some)):
                batch.scan(number, DAY)
            clock[scanner] += time.perf_counter() - begun[0]
            cpu[scanner] += time.process_time() - begun[1]
    rates = (f"{count / clock[scanner]:,.0f} ({count / cpu[scanner]:,.0f}) a second" for scanner in (without, looking))
    ratio, own = clock[looking] / clock[without], cpu[looking] / cpu[without]
    print(f"{name}: {count:,} listings: {', looked up '.join(rates)}: {ratio:.2f} ({own:.2f}) times", flush=True)
    return own


if __name__ == "__main__":
    sys.exit(main())
