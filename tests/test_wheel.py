"""What is installed is whole: every module, every pack, migration and template is in the wheel, and it works from elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree, built and unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


@pytest.mark.parametrize("package", ["monitor", "dashboard"])
def test_every_file_is_in_the_wheel(unpacked: Path, package: str) -> None:
    files = {path.relative_to(ROOT) for path in (ROOT / package).rglob("*") if path.is_file() and path.suffix != ".pyc"}
    assert files
    assert not {file for file in files if not (unpacked / file).is_file()}


@pytest.mark.parametrize(
    "pattern",
    [
        "monitor/rules/packs/*.yaml",
        "monitor/rules/problems/*.md",
        "monitor/rules/templates/new/*.yaml",
        "monitor/nlp/*.yaml",
        "monitor/registry/*.yaml",
        "monitor/formats/templates/*.html",
        "monitor/store/migrations/versions/*.py",
    ],
)
def test_data_files_are_in_the_wheel(unpacked: Path, pattern: str) -> None:
    assert list(unpacked.glob(pattern))


def test_nothing_but_the_two_packages_is_installed(unpacked: Path) -> None:
    assert {path.name for path in unpacked.iterdir() if not path.name.endswith(".dist-info")} == {
        "monitor",
        "dashboard",
    }


def test_what_is_installed_works_from_another_folder(unpacked: Path, tmp_path: Path) -> None:
    def monitor(*words: str) -> subprocess.CompletedProcess[str]:
        probe = "import monitor, sys; from monitor.cli import main; print(monitor.__file__, file=sys.stderr); main()"
        environment = os.environ | {"PYTHONPATH": str(unpacked)}
        command = [sys.executable, "-c", probe, *words]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    made = monitor("init")
    assert str(unpacked) in made.stderr
    header, _, rest = (tmp_path / "rules.yaml").read_bytes().partition(b"\n")
    assert (made.returncode, rest) == (0, (ROOT / "rules.yaml").read_bytes().partition(b"\n")[2])
    assert (tmp_path / header.decode().partition("$schema=")[2]).is_file()
    assert monitor("rules", "problem", "unproven").stdout.startswith("# `unproven`")
    assert monitor("rules", "new", "local.rule", "--stdout").returncode == 0
    listed = monitor("rules", "list")
    assert (listed.returncode, "cn." in listed.stdout) == (0, True), listed.stderr
