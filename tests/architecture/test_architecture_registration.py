"""Adding a detector, an engine, a backend, a format or a table is one file and one line; here either is missed."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import get_args

import pytest
from pydantic import ValidationError

import app.pipeline.detection
import app.pipeline.transcription
import app.storage
from app.bootstrap import (
    DEVIATION_MODEL,
    GRAMMAR_MODEL,
    LINE_MODEL,
    SENTENCE_MODEL,
    STORAGE_BACKENDS,
    TABLES,
    VOICE_MODEL,
    build_storage,
)
from app.cli.listening import EXPORTS
from app.domain.audio import UnreviewableReason
from app.domain.deviation import Code
from app.model_store import Artefact, converter_of, read_manifest
from app.pipeline.assessment.policy import SEVERITIES, THRESHOLDS, Profile
from app.pipeline.detection.registry import DETECTORS
from app.pipeline.transcription import export
from app.pipeline.transcription.engines import ENGINES
from app.settings import Settings
from tests.architecture.sources import ROOT

ENGINE_METHODS = {"info", "transcribe", "detect_language", "unload"}
STORAGE_METHODS = {"put_new", "open_range", "size_bytes", "exists", "delete", "keys"}


def _own_classes(package: ModuleType, *, having: set[str]) -> Iterator[type]:
    """Classes with those members that are defined in the package's modules; contracts themselves are none."""
    for item in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        module = importlib.import_module(item.name)
        for _, kind in inspect.getmembers(module, inspect.isclass):
            is_contract = getattr(kind, "_is_protocol", False)
            if kind.__module__ == module.__name__ and not is_contract and having <= set(dir(kind)):
                yield kind


def test_every_detector_is_registered_once() -> None:
    written = set(_own_classes(app.pipeline.detection, having={"code", "__call__"}))
    registered = [type(detector) for detector in DETECTORS]
    assert set(registered) == written
    assert len(registered) == len(set(registered))


def test_every_detector_stands_in_the_module_of_its_code() -> None:
    for detector in DETECTORS:
        module = type(detector).__module__.rpartition(".")[2]
        assert module == str(detector.code).replace("-", "_")


def test_every_detector_has_golden_cases_of_its_code() -> None:
    cases = {path.stem for path in (ROOT / "tests" / "golden" / "cases").glob("*.yaml")}
    assert {str(detector.code) for detector in DETECTORS} <= cases


def test_every_engine_is_registered_under_its_name() -> None:
    written = set(_own_classes(app.pipeline.transcription, having=ENGINE_METHODS))
    names = {importlib.import_module(kind.__module__).NAME for kind in written}
    assert names == set(ENGINES)
    assert len(names) == len(written)


def test_every_storage_backend_is_registered(tmp_path: Path) -> None:
    written = set(_own_classes(app.storage, having=STORAGE_METHODS))
    chosen = {name: "s3://some-bucket/below" if name == "s3" else name for name in STORAGE_BACKENDS}
    built = {type(build_storage(Settings(data=tmp_path, storage=value))) for value in chosen.values()}
    assert built == written


@pytest.mark.parametrize(
    "storage", ["s4://bucket", "s3://", "s3://no/bucket", "s3://bucket/?x", "folder", "memory2", ""]
)
def test_the_setting_refuses_a_storage_that_is_not_registered(storage: str) -> None:
    with pytest.raises(ValidationError):
        Settings(storage=storage, _env_file=None)


def test_every_transcript_format_is_offered() -> None:
    written = {name for name, _ in inspect.getmembers(export, inspect.isfunction) if name.startswith("to_")}
    own = {name for name in written if getattr(export, name).__module__ == export.__name__}
    assert {function.__name__ for function in EXPORTS.values()} == own


def test_every_module_of_tables_is_known_to_each_process() -> None:
    slices = {f"app.{path.parent.name}.tables" for path in (ROOT / "app").glob("*/tables.py")} - {"app.db.tables"}
    assert {module.__name__ for module in TABLES} == slices


def test_every_code_has_a_severity_and_every_profile_a_threshold() -> None:
    assert set(SEVERITIES) == set(Code)
    assert set(THRESHOLDS) == set(Profile)
    assert set(get_args(Settings.model_fields["profile"].annotation)) == {str(profile) for profile in Profile}


def test_every_code_and_every_reason_is_documented() -> None:
    text = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    missing = [str(word) for word in (*Code, *UnreviewableReason) if f"`{word}`" not in text]
    assert not missing


def test_every_setting_is_documented() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = set(Settings.model_fields) - {"analyst"}
    assert not [name for name in shown if f"`CANVASS_MONITOR_{name.upper()}`" not in text]


def test_the_manifest_holds_what_the_program_asks_for_and_nothing_else() -> None:
    manifest = read_manifest()
    asked = {GRAMMAR_MODEL, SENTENCE_MODEL, VOICE_MODEL, DEVIATION_MODEL, LINE_MODEL}
    asked |= {artefact for recipe in ENGINES.values() for artefact in (recipe.artefacts | recipe.updates).values()}
    sources_of_conversions = {item.derived_from for item in manifest.values() if item.derived_from}
    assert asked | sources_of_conversions == set(manifest)


@pytest.mark.parametrize("artefact", read_manifest().values(), ids=lambda artefact: artefact.id)
def test_every_conversion_of_the_manifest_is_written(artefact: Artefact) -> None:
    assert artefact.conversion is None or callable(converter_of(artefact))
