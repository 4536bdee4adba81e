"""``monitor registry``: what it takes, what it says, what it keeps; and a scan that finds it, or finds nobody there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from formats.workbooks import workbook
from rules.writing import rule_of, write_rulebook
from typer.testing import CliRunner

from monitor.cli import app

NUMBER = "098OP2690001"
HEAD = "证书编号,获证组织名称,认证范围,有效期至,证书状态\n"
ROWS = f"{NUMBER},甲公司,大米,2026-12-31,有效\n098OP2690002,乙公司,茶叶,长期,已撤销\n"
BAD = "办理中,丙公司,茶叶,2026-12-31,有效\n098OP2690003,丁公司,茶叶,2026-13-31,有效\n"
LISTING = {
    "kind": "listing",
    "id": "L-1",
    "title": "有机大米",
    "observed_at": "2026-11-20T10:00:00+08:00",
    "seller": {"name": "甲公司"},
    "certificates": [{"type": "organic", "number": NUMBER}],
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    write_rulebook(tmp_path, rule_of("match: {text: 有机}\nrequires: {certificate: organic}"))
    return tmp_path


def monitor(*arguments: object, **environment: str) -> Result:
    return CliRunner().invoke(app, list(map(str, arguments)), env=environment, catch_exceptions=False)


def table(folder: Path, text: str, name: str = "目录.csv") -> Path:
    path = folder / name
    path.write_text(HEAD + text, "utf-8")
    return path


def listing(folder: Path, **changes: Any) -> Path:
    path = folder / "shop.jsonl"
    path.write_text(json.dumps(LISTING | changes, ensure_ascii=False) + "\n", "utf-8")
    return path


def test_an_import_says_what_it_did_and_doing_it_again_changes_nothing(folder: Path) -> None:
    path = table(folder, ROWS)
    done = monitor("registry", "import", path, "--type", "organic")
    assert done.exit_code == 0, done.stderr
    assert "2 new, 0 changed, 0 unchanged, 0 rejected" in done.stderr
    assert "0 new, 0 changed, 2 unchanged" in monitor("registry", "import", path, "--type", "organic").stderr
    assert "0 new, 1 changed, 1 unchanged" in (
        monitor("registry", "import", table(folder, ROWS.replace("有效", "暂停")), "--type", "organic").stderr
    )


def test_rejected_rows_are_told_kept_and_can_be_corrected(folder: Path) -> None:
    done = monitor("registry", "import", table(folder, BAD + ROWS), "--type", "organic", "--rejects", "bad.jsonl")
    assert done.exit_code == 2
    assert "目录.csv:2: 证书编号: '办理中' is no number" in done.stderr
    assert "2 rows rejected" in done.stderr
    kept = [json.loads(line) for line in (folder / "bad.jsonl").read_text("utf-8").splitlines()]
    assert [(one["row"], one["field"], one["record"]["获证组织名称"]) for one in kept] == [
        (2, "证书编号", "丙公司"),
        (3, "有效期至", "丁公司"),
    ]
    for one in kept:
        one["record"] |= {"证书编号": f"098OP269000{one['row']}8", "有效期至": "2026-12-31"}
    corrected = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in kept)
    (folder / "corrected.jsonl").write_text(corrected, "utf-8")
    again = monitor("registry", "import", "corrected.jsonl", "--type", "organic")
    assert (again.exit_code, "2 new" in again.stderr) == (0, True)


def test_rejects_are_kept_in_the_data_folder_where_no_file_is_named(folder: Path) -> None:
    monitor("registry", "import", table(folder, BAD), "--type", "organic", "-q")
    (kept,) = (folder / "data" / "rejects").glob("*.jsonl")
    assert len(kept.read_text("utf-8").splitlines()) == 2


def test_many_rejected_rows_do_not_flood_the_terminal(folder: Path) -> None:
    done = monitor("registry", "import", table(folder, "办理中,丙,茶叶,,\n" * 100), "--type", "organic")
    assert done.stderr.count("is no number") == 20
    assert "100 rows rejected (证书编号 100)" in done.stderr


def test_a_workbook_with_a_mapping_and_a_formula(folder: Path) -> None:
    rows = [["登记号", "登记人", "备注"], ["AGI02001", "某协会", "=1+1"], ["=A1", "另一协会", ""]]
    path = workbook(folder / "gi.xlsx", ("表", rows))
    done = monitor("registry", "import", path, "--type", "gi", "--map", "登记号=number", "--map", "登记人=holder")
    assert done.exit_code == 2
    assert "1 new" in done.stderr
    assert "gi.xlsx:表:3: 登记号: a formula" in done.stderr
    assert "not read: 备注" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["x.csv"], "x.csv: cannot be read: No such file"),
        (["plain.csv"], "--map COLUMN=number"),
        (["empty.csv"], "no rows under the headings"),
        (["empty.csv", "--type", "magic"], "types are organic"),
        (["empty.csv", "--map", "x"], "write COLUMN=FIELD"),
        (["empty.csv", "--rejects", "empty.csv"], "give --rejects another name"),
    ],
)
def test_what_cannot_be_done_is_told(folder: Path, arguments: list[str], said: str) -> None:
    table(folder, "", "empty.csv")
    (folder / "plain.csv").write_text("a,b\n1,2\n", "utf-8")
    done = monitor("registry", "import", *arguments)
    assert (done.exit_code, said in done.stderr) == (2, True), done.stderr
    assert "no certificates" in monitor("registry", "status").stdout


def test_one_file_that_fails_does_not_keep_the_others_out(folder: Path) -> None:
    done = monitor("registry", "import", "x.csv", table(folder, ROWS), "--type", "organic")
    assert (done.exit_code, "2 new" in done.stderr) == (2, True)


def test_show_tells_record_origin_and_history(folder: Path) -> None:
    monitor(
        "registry", "import", table(folder, ROWS), "--type", "organic", "--name", "有机目录", "--date", "2026-06-01"
    )
    monitor(
        "registry", "import", table(folder, ROWS.replace("有效", "暂停")), "--type", "organic", "--date", "2026-07-01"
    )
    shown = monitor("registry", "show", "098 op 2690001")
    assert shown.exit_code == 0
    assert f"organic {NUMBER}: suspended, … to 2026-12-31" in shown.stdout
    assert "holder 甲公司" in shown.stdout
    assert "import 2: 目录 (目录.csv), data of 2026-07-01" in shown.stdout
    before = shown.stdout.partition("before")[2]
    assert "import 1: 有机目录 (目录.csv), data of 2026-06-01" in before
    assert f"organic {NUMBER}: valid" in before
    assert "098OP2690002: revoked" in monitor("registry", "show", "乙公司").stdout
    nothing = monitor("registry", "show", "098OP2699999")
    assert (nothing.exit_code, "not found" in nothing.stderr) == (1, True)
    assert monitor("registry", "show", NUMBER, "--type", "gi").exit_code == 1


def test_status_counts_by_type_and_names_the_imports(folder: Path) -> None:
    monitor(
        "registry",
        "import",
        table(folder, ROWS + BAD),
        "--type",
        "organic",
        "--name",
        "有机目录",
        "--date",
        "2026-06-01",
    )
    said = monitor("registry", "status").stdout
    assert "organic" in said
    assert "2026-06-01" in said
    assert "import 1: 有机目录 (目录.csv), data of 2026-06-01; finished" in said
    assert "2 new, 0 changed, 0 unchanged, 2 rejected" in said
    assert "auto" in said


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_scan_looks_into_what_was_imported(folder: Path, jobs: int) -> None:
    monitor(
        "registry", "import", table(folder, ROWS), "--type", "organic", "--name", "有机目录", "--date", "2026-06-01"
    )
    path = listing(folder)
    assert monitor("scan", path, "--jobs", jobs).exit_code == 0
    done = monitor("scan", listing(folder, seller={"name": "乙公司"}), "--format", "jsonl", "--jobs", jobs)
    (flag,) = json.loads(done.stdout)["flags"]
    assert f"在登记库 有机目录（数据日期 2026-06-01）按编号查询「{NUMBER}」：查到 1 条" in flag["explanation"]
    listing(folder)
    assert monitor("scan", path, "--registry", "off").exit_code == 0  # its form is right
    (folder / "none.jsonl").write_text("", "utf-8")
    assert monitor("scan", path, "--registry", "none.jsonl").exit_code == 1
    assert monitor("scan", path, "--registry", "none.jsonl,db").exit_code == 0


def test_without_a_database_a_scan_makes_none(folder: Path) -> None:
    assert monitor("scan", listing(folder)).exit_code == 0
    assert not (folder / "data").exists()
    done = monitor("scan", listing(folder), "--registry", "db")
    assert (done.exit_code, "`monitor registry import FILE…` brings them in" in done.stderr) == (2, True)


@pytest.mark.parametrize("quiet", [True, False])
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_scan_whose_registry_is_not_there_says_so_and_fails(folder: Path, jobs: int, quiet: bool) -> None:
    arguments = ["--format", "jsonl", "--jobs", jobs, *(["-q"] if quiet else [])]
    nobody = "postgresql://m:hidden@127.0.0.1:9/m"
    done = monitor("scan", listing(folder), *arguments, STEELYARD_DATABASE=nobody)
    assert done.exit_code == 2
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("DEGRADED: database: the database does not answer")
    assert "1 documents" in last
    assert "hidden" not in done.stderr
    (line,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert line["flags"] == []
    assert line["unknown"][0]["rule"] == "t.rule"
    assert line["degraded"][0].startswith("database: ")


def test_a_live_stream_says_it_too(folder: Path) -> None:
    lines = [
        {"id": "T-1", "seller": {"name": "甲公司"}},
        {"listing": LISTING | {"kind": "listing"}, "from": 0},
        {"text": "这是有机大米", "start": 1},
    ]
    (folder / "live.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    done = monitor("live", "live.jsonl", STEELYARD_DATABASE="postgresql://m@127.0.0.1:9/m")
    assert done.exit_code == 2
    assert "DEGRADED: database: the database does not answer" in done.stderr
