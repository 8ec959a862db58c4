"""The deployment examples name only commands, options, settings and files that there are."""

import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest
import typer
import yaml

from app.cli.main import program
from app.model_store import read_manifest
from app.settings import PREFIX, Settings
from tests.architecture.sources import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
EXAMPLES = sorted(DEPLOY.glob("*.example"))
OF_OTHERS = {
    "AWS_ACCESS_KEY_ID",
    "AWS_ALLOW_HTTP",
    "AWS_ENDPOINT_URL",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "POSTGRES_DB",
    "POSTGRES_PASSWORD",
    "POSTGRES_USER",
    "S3_SECRET",
}
SETTINGS = {PREFIX + name.upper() for name in Settings.model_fields} | {"CANVASS_MONITOR_MODEL_CACHE"}
MUST_BE_HARDENED = {
    "CapabilityBoundingSet": "",
    "NoNewPrivileges": "yes",
    "PrivateTmp": "yes",
    "ProtectHome": "yes",
    "ProtectSystem": "strict",
    "StateDirectoryMode": "0700",
    "SystemCallFilter": "@system-service",
    "UMask": "0077",
}


def check_command(arguments: list[str]) -> None:
    """Fails unless the command line takes these arguments; runs nothing."""
    command: Any = typer.main.get_command(program)
    context = click.Context(command)
    while hasattr(command, "get_command"):
        name, *arguments = arguments
        found = command.get_command(context, name)
        assert found is not None, f"there is no command {name}"
        command = found
    command.make_context("example", list(arguments))


def settings_of_unit(unit: Path) -> list[tuple[str, str]]:
    lines = [line for line in unit.read_text(encoding="utf-8").splitlines() if line and line[0] not in "#["]
    pairs = [line.partition("=") for line in lines]
    assert all(equals for _, equals, _ in pairs), unit.name
    return [(name, value) for name, _, value in pairs]


def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))


def test_there_is_a_unit_for_the_service_and_one_for_workers() -> None:
    assert [unit.name for unit in UNITS] == ["canvass-monitor-worker@.service", "canvass-monitor.service"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_starts_a_command_that_there_is_and_is_hardened(unit: Path) -> None:
    pairs = settings_of_unit(unit)
    found = dict(pairs)
    path, *arguments = shlex.split(found["ExecStart"])
    assert path == "/opt/canvass-monitor/bin/canvass-monitor"
    check_command(arguments)
    assert {name: found.get(name) for name in MUST_BE_HARDENED} == MUST_BE_HARDENED
    set_here = {value.partition("=")[0] for name, value in pairs if name == "Environment"}
    assert set_here <= SETTINGS
    assert found["EnvironmentFile"] == "-/etc/canvass-monitor/environment"
    assert found["User"] != "root"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_example_of_an_environment_names_settings_that_there_are(example: Path) -> None:
    named = set(re.findall(r"^#?([A-Z0-9_]+)=", example.read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert named
    assert named <= SETTINGS | OF_OTHERS


def test_the_composition_names_commands_settings_and_volumes_that_there_are() -> None:
    described = compose()
    services = described["services"]
    ours = {name: service for name, service in services.items() if service["image"] == "canvass-monitor"}
    assert set(ours) == {"service", "worker"}
    for service in ours.values():
        check_command(service["command"])
        assert (ROOT / service["build"] / "Dockerfile").is_file()
        assert service["read_only"] and service["cap_drop"] == ["ALL"]
        assert set(service["depends_on"]) <= set(services)
    for service in services.values():
        assert set(service["environment"]) <= SETTINGS | OF_OTHERS
        named = {volume.partition(":")[0] for volume in service["volumes"] if not volume.startswith("/")}
        assert named <= set(described["volumes"])


def test_the_composition_holds_no_secret_and_asks_for_those_of_the_example() -> None:
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    asked = set(re.findall(r"\$\{(\w+):\?", text))
    assert set(re.findall(r"\$\{(\w+)", text)) == asked, "an empty secret is refused"
    example = (DEPLOY / "compose.env.example").read_text(encoding="utf-8")
    assert set(re.findall(r"^(\w+)=$", example, flags=re.MULTILINE)) == asked
    for line in text.splitlines():
        if "SECRET" in line or "PASSWORD" in line:
            assert "${" in line


def test_settings_of_the_composition_are_taken_as_they_stand() -> None:
    for name in ("service", "worker"):
        given = compose()["services"][name]["environment"]
        filled = {key: re.sub(r"\$\{\w+:\?[^}]*\}", "0123456789abcdef", value) for key, value in given.items()}
        ours = {key.removeprefix(PREFIX).lower(): value for key, value in filled.items() if key.startswith(PREFIX)}
        assert Settings(_env_file=None, **ours).storage == "s3://recordings"


def test_images_are_named_without_a_host_and_files_are_there() -> None:
    for service in compose()["services"].values():
        assert "." not in service["image"].partition("/")[0] or "/" not in service["image"]
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    (base,) = re.findall(r"^FROM (\S+)", dockerfile, flags=re.MULTILINE)
    assert "/" not in base
    for line in re.findall(r"^COPY (.+)$", dockerfile, flags=re.MULTILINE):
        *sources, _ = line.split()
        assert [name for name in sources if not (ROOT / name).exists()] == []
    (command,) = re.findall(r"^CMD (.+)$", dockerfile, flags=re.MULTILINE)
    check_command(yaml.safe_load(command))


def test_the_examples_are_described_and_said_to_be_untried() -> None:
    text = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8").partition("## Deployment examples")[2]
    section = text.partition("\n## ")[0]
    for path in (*UNITS, *EXAMPLES, ROOT / "compose.yaml", ROOT / "Dockerfile"):
        assert path.name in section, path.name
    assert "untried" in section


def test_what_was_trained_is_in_the_package() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    packed = build["targets"]["wheel"]["force-include"]
    trained = {f"models/{artefact.adapter}" for artefact in read_manifest().values() if artefact.adapter}
    assert trained <= set(packed)
    assert all(place == name and (ROOT / name).exists() for name, place in packed.items())
