"""Where the weights of an engine come from, by the name that the user gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import file_digest
from pathlib import Path
from typing import Protocol


class Store(Protocol):
    """The part of the model store that engines need."""

    def path(self, artefact_id: str, /) -> Path:
        """Where an artefact lies."""
        ...

    def sha256(self, artefact_id: str, /) -> str:
        """The digest that stands for it."""
        ...


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of an engine, found when they are first needed.

    Attributes:
        model: Name for provenance.
        sha256: Digest, or None where it is known only to a hub.
        locate: Gives the file or folder, or a size that the engine's own library downloads.
        update: The same with what was trained for noisy lines, where the manifest has it.
    """

    model: str
    sha256: str | None
    locate: Callable[[], str]
    update: "Weights | None" = None


def find_weights(
    name: str, *, artefacts: dict[str, str], store: Store, updates: Mapping[str, str] | None = None
) -> Weights:
    """Look a model up: in the manifest, then as a local file or folder, else as a size of the engine's hub.

    Args:
        name: What the user named, e.g. ``base``, ``./my-model`` or ``small``.
        artefacts: Model names of the manifest and their ids, for one engine.
        store: The model store.
        updates: Models of the manifest and the ids of their updates for noisy lines.
    """
    if name in artefacts:
        artefact_id = artefacts[name]
        update = (
            find_weights(name, artefacts={name: updates[name]}, store=store) if updates and name in updates else None
        )
        return Weights(name, store.sha256(artefact_id), lambda: str(store.path(artefact_id)), update)
    path = Path(name).expanduser()
    if path.exists():
        return Weights(path.resolve().name, _digest(path.resolve()), lambda: str(path))
    return Weights(name, None, lambda: name)


@lru_cache(maxsize=8)
def _digest(path: Path) -> str | None:
    main = path / "model.bin" if path.is_dir() else path
    if not main.is_file():
        return None
    with main.open("rb") as handle:
        return file_digest(handle, "sha256").hexdigest()
