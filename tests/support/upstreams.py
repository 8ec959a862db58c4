"""What workers hear and judge with, made up."""

from app.domain.transcript import EngineInfo
from app.pipeline.upstream import Upstream

NOW = Upstream(
    engine=EngineInfo("windowed", "base", "e" * 64),
    second=EngineInfo("faster-whisper", "tiny.en", "f" * 64),
    voices="v",
    ruleset="2",
    models=(("minilm", "sha256:m"),),
    profile="balanced",
)
