"""Every setting, from the environment (``CANVASS_MONITOR_…``) or a ``.env`` file."""

import os
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "CANVASS_MONITOR_"
DEFAULT_SECOND_MODEL = "tiny.en"


class Settings(BaseSettings):
    """What an operator can set.

    Attributes:
        data: Folder of the database, the recordings and what is derived from them.
        storage: Backend of the recordings; a name of `app.bootstrap.STORAGE_BACKENDS`.
        engine: Recogniser of the workers.
        model: Its model: a name, or a folder.
        second_model: Another model that hears critical findings again: likewise; empty for none.
        beam_size: Hypotheses that the recogniser keeps; the engine's own number where not given.
        threads: CPU threads of one worker; many workers of one thread are faster than one of many.
        profile: Threshold profile of the workers.
        slots: Worker processes of `serve`; each hears one call at a time.
        maximum_upload_bytes: A larger recording is refused with 413.
        minimum_free_bytes: Below that much free disk uploads are answered 429.
        maximum_queued_calls: Above that many waiting calls uploads are answered 429.
        retry_after_s: What a 429 asks the sender to wait.
        analysis_timeout_s: A worker that hears one call for longer is killed, and the call taken up again.
        maximum_attempts: After so many the call ends unreviewable, processing-failed.
        log_level: Least level that is logged.
        analyst: ``module:function`` of another analysis, for tests of faults only.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True)

    data: Path = Path("data")
    storage: Literal["filesystem", "memory"] = "filesystem"
    engine: str = "windowed"
    model: str = "base"
    second_model: str = DEFAULT_SECOND_MODEL
    beam_size: int | None = Field(default=None, ge=1, le=20)
    threads: int = Field(default=1, ge=1, le=64)
    profile: Literal["strict", "balanced", "sensitive"] = "balanced"
    slots: int = Field(default_factory=lambda: max(1, min(4, os.cpu_count() or 1)), ge=0, le=64)
    maximum_upload_bytes: int = Field(default=200 * 1024 * 1024, gt=0)
    minimum_free_bytes: int = Field(default=1024 * 1024 * 1024, ge=0)
    maximum_queued_calls: int = Field(default=20_000, ge=1)
    retry_after_s: int = Field(default=60, ge=1)
    analysis_timeout_s: float = Field(default=1800.0, gt=0)
    maximum_attempts: int = Field(default=3, ge=1)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    analyst: str | None = None

    @property
    def database_path(self) -> Path:
        """The SQLite file."""
        return self.data / "canvass-monitor.sqlite"

    @property
    def recordings_folder(self) -> Path:
        """Where recordings lie, by digest."""
        return self.data / "recordings"

    @property
    def incoming_folder(self) -> Path:
        """Where an upload lies until it is whole; on the same file system as the recordings."""
        return self.data / "recordings" / "incoming"

    @property
    def leases_folder(self) -> Path:
        """One locked file for each living worker."""
        return self.data / "leases"

    def as_environment(self) -> dict[str, str]:
        """The same settings as environment variables, for a child process."""
        values = self.model_dump(mode="json", exclude_none=True)
        values["data"] = str(self.data.resolve())
        return {PREFIX + name.upper(): str(value) for name, value in values.items()}
