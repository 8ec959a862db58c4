"""Every engine by its name; adding one is a module and a line here."""

from collections.abc import Callable
from functools import lru_cache

from app.errors import BadInput
from app.pipeline.transcription import faster_whisper, openai_whisper
from app.pipeline.transcription.base import Engine
from app.pipeline.transcription.weights import Store, find_weights

DEFAULT_ENGINE = faster_whisper.NAME
DEFAULT_MODEL = "base"

Factory = Callable[[str, Store], Engine]


def _faster_whisper(model: str, store: Store) -> Engine:
    weights = find_weights(model, artefacts=faster_whisper.MODEL_ARTEFACTS, store=store)
    return faster_whisper.FasterWhisper(weights)


def _openai_whisper(model: str, store: Store) -> Engine:
    weights = find_weights(model, artefacts=openai_whisper.MODEL_ARTEFACTS, store=store)
    return openai_whisper.OpenaiWhisper(weights)


ENGINES: dict[str, Factory] = {
    faster_whisper.NAME: _faster_whisper,
    openai_whisper.NAME: _openai_whisper,
}
"""Name of the contract -> factory. Engines load their weights at the first call, not here."""


class UnknownEngine(BadInput):
    """No engine of that name."""

    code = "unknown-engine"


@lru_cache(maxsize=4)
def load_engine(name: str = DEFAULT_ENGINE, *, model: str = DEFAULT_MODEL, store: Store) -> Engine:
    """The engine of that name; the same object for the same name, model and store, so weights are loaded once.

    Args:
        name: A key of :data:`ENGINES`.
        model: A model of the manifest, a local folder or file, or a size that the engine's own hub knows.
        store: The model store.

    Raises:
        UnknownEngine: If there is no such engine.
    """
    factory = ENGINES.get(name)
    if factory is None:
        raise UnknownEngine(f"there is no engine {name!r}", next_step=f"Name one of {', '.join(sorted(ENGINES))}.")
    return factory(model, store)
