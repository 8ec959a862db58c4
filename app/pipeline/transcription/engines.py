"""Every engine by its name; adding one is a module and a line here."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache

from app.errors import BadInput
from app.pipeline.transcription import faster_whisper, openai_whisper, windowed
from app.pipeline.transcription.base import Decoding, Engine
from app.pipeline.transcription.weights import Store, find_weights

DEFAULT_ENGINE = windowed.NAME
DEFAULT_MODEL = "base"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How an engine is made.

    Attributes:
        build: The engine for weights and ``decoding``; loads nothing yet.
        artefacts: Model names of the manifest and their ids.
        decoding: How it searches where nobody says otherwise.
        updates: Model names of the manifest and the ids of their updates for noisy lines.
    """

    build: Callable[..., Engine]
    artefacts: dict[str, str]
    decoding: Decoding
    updates: dict[str, str] = field(default_factory=dict)


ENGINES: dict[str, Recipe] = {
    windowed.NAME: Recipe(
        windowed.Windowed, windowed.MODEL_ARTEFACTS, windowed.DEFAULT_DECODING, windowed.UPDATE_ARTEFACTS
    ),
    faster_whisper.NAME: Recipe(
        faster_whisper.FasterWhisper, faster_whisper.MODEL_ARTEFACTS, faster_whisper.DEFAULT_DECODING
    ),
    openai_whisper.NAME: Recipe(
        openai_whisper.OpenaiWhisper, openai_whisper.MODEL_ARTEFACTS, openai_whisper.DEFAULT_DECODING
    ),
}
"""Name of the contract -> recipe."""


class UnknownEngine(BadInput):
    """No engine of that name."""

    code = "unknown-engine"


@lru_cache(maxsize=4)
def load_engine(
    name: str = DEFAULT_ENGINE,
    *,
    model: str = DEFAULT_MODEL,
    store: Store,
    beam_size: int | None = None,
    threads: int = 1,
) -> Engine:
    """The engine of that name; the same object for the same arguments, so weights are loaded once.

    Args:
        name: A key of :data:`ENGINES`.
        model: A model of the manifest, a local folder or file, or a size that the engine's own hub knows.
        store: The model store.
        beam_size: Hypotheses kept; the engine's own number where None.
        threads: CPU threads.

    Raises:
        UnknownEngine: If there is no such engine.
    """
    recipe = ENGINES.get(name)
    if recipe is None:
        raise UnknownEngine(f"there is no engine {name!r}", next_step=f"Name one of {', '.join(sorted(ENGINES))}.")
    decoding = replace(recipe.decoding, beam_size=beam_size or recipe.decoding.beam_size, threads=threads)
    weights = find_weights(model, artefacts=recipe.artefacts, store=store, updates=recipe.updates)
    return recipe.build(weights, decoding=decoding)
