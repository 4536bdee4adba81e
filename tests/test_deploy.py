"""compose.yaml, the Dockerfile and the Helm chart name what there is: settings, commands, files, versions."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import typer
import yaml

from monitor import __version__
from monitor.cli import app
from monitor.config import Settings

ROOT = Path(__file__).parent.parent
CHART = ROOT / "deploy" / "helm" / "steelyard"
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
SETTINGS = {f"STEELYARD_{name.upper()}" for name in Settings.model_fields}
COMMANDS = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
LASTING = {"worker", "schedule", "api", "dashboard"}
"""The commands of which a deployment consists; ``worker`` starts dispatcher and streams too."""

OURS = [name for name, service in COMPOSE["services"].items() if "build" in service]
VALUES = [
    "secret.database=postgresql://a:b@db/steelyard",
    "secret.broker=redis://queue:6379/0",
    "secret.key=0123456789012345678901234567890123456789",
]
MORE = ["ingress.enabled=true", "ingress.api=api.example", "metrics.serviceMonitor.enabled=true", "rules=rulebook: x"]


@pytest.mark.parametrize("name", OURS)
def test_a_service_runs_a_command_there_is_with_settings_there_are(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["command"][0] in COMMANDS
    assert set(service["environment"]) <= SETTINGS
    assert "healthcheck" in service or service["command"] == ["init"]
    assert service["image"] == f"steelyard:{__version__}"


def test_compose_runs_every_part() -> None:
    assert {COMPOSE["services"][name]["command"][0] for name in OURS} == {"init", *LASTING}


def test_compose_waits_for_what_it_needs() -> None:
    services = COMPOSE["services"]
    for name, service in services.items():
        for other, how in service.get("depends_on", {}).items():
            assert other in services, name
            assert how["condition"] != "service_healthy" or "healthcheck" in services[other]
    named = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "compose.yaml").read_text("utf-8")))
    assert {name for name in named if name.startswith("STEELYARD_")} <= SETTINGS


def test_the_image_sets_settings_there_are_and_copies_files_there_are() -> None:
    assert set(re.findall(r"(STEELYARD_[A-Z_]+)=", DOCKERFILE)) <= SETTINGS
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    let_in = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    assert all((ROOT / path).exists() for path in let_in)
    for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists()
            assert source in let_in


def test_nothing_names_a_registry_and_no_part_is_root() -> None:
    images = [service["image"] for service in COMPOSE["services"].values()]
    images += re.findall(r"^ARG BASE=(.+)$", DOCKERFILE, re.MULTILINE)
    assert not [image for image in images if "/" in image]
    assert "index-url" not in DOCKERFILE
    assert re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE) == ["10001:10001"]


def test_the_chart_is_of_this_version_and_its_values_keep_its_schema() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text("utf-8"))
    assert (chart["version"], chart["appVersion"]) == (__version__, __version__)
    values = yaml.safe_load((CHART / "values.yaml").read_text("utf-8"))
    schema = json.loads((CHART / "values.schema.json").read_text("utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    jsonschema.validate(values, schema)
    assert set(schema["properties"]) - set(values) == {"global"}  # Helm's own
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(values | {"worker": {"replica": 3}}, schema)


def test_templates_use_values_there_are_and_settings_there_are() -> None:
    values = yaml.safe_load((CHART / "values.yaml").read_text("utf-8"))
    text = "\n".join(path.read_text("utf-8") for path in (CHART / "templates").iterdir())
    for path in set(re.findall(r"\.Values\.([A-Za-z.]+)", text)):
        there: Any = values
        for key in path.split("."):
            assert key in there, path
            there = there[key]
    assert set(re.findall(r"STEELYARD_[A-Z_]*[A-Z]", text)) <= SETTINGS
    commands = set(re.findall(r'"args" \(list "(\w+)"', text))
    assert commands <= COMMANDS
    assert commands == {"init", *LASTING}


def helm(*arguments: str) -> str:
    """What Helm says; skipped where it is not installed."""
    if shutil.which("helm") is None:
        pytest.skip("no helm on PATH")
    return subprocess.run(
        ["helm", *arguments], cwd=CHART, check=True, capture_output=True, text=True, timeout=60
    ).stdout


def given(values: list[str]) -> Iterator[str]:
    for value in values:
        yield from ("--set", value)


@pytest.mark.parametrize("values", [VALUES, [*VALUES, *MORE]], ids=["least", "everything"])
def test_helm_finds_nothing_wrong(values: list[str]) -> None:
    assert "0 chart(s) failed" in helm("lint", "--strict", ".", *given(values))


def test_what_helm_renders_runs_commands_there_are() -> None:
    rendered = list(yaml.safe_load_all(helm("template", "steelyard", ".", *given([*VALUES, *MORE]))))
    pods = {
        item["metadata"]["name"]: item["spec"]["template"]["spec"]
        for item in rendered
        if item["kind"] in {"Deployment", "Job"}
    }
    assert {name.removeprefix("steelyard-") for name in pods} == {"init-1", *LASTING}
    for pod in pods.values():
        (container,) = pod["containers"]
        assert container["args"][0] in COMMANDS
        assert {item["name"] for item in container["env"]} <= SETTINGS
        assert (pod["securityContext"]["runAsNonRoot"], pod["enableServiceLinks"]) == (True, False)
