"""Every setting, from the environment (``CANVASS_MONITOR_…``) or a ``.env`` file."""

import json
import os
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "CANVASS_MONITOR_"
DEFAULT_SECOND_MODEL = "tiny.en"
WEBHOOK_PAUSES_S = (5.0, 60.0, 300.0, 1800.0, 7200.0, 18_000.0, 36_000.0)
"""Up to 17.6 hours after the first attempt: the schedule that Standard Webhooks recommends, without its last step."""


class Settings(BaseSettings):
    """What an operator can set.

    Attributes:
        data: Folder of the database, the recordings and what is derived from them.
        database: ``postgresql://USER:PASSWORD@HOST:PORT/DATABASE``; SQLite in the data folder where not given.
        secret: Key of the digests of telephone numbers, 16 characters or more. Where not given, one is made and kept in
            the data folder, or in the PostgreSQL database. Never changed once calls have come in.
        storage: Where recordings lie: ``filesystem``, ``memory`` or ``s3://bucket/prefix``; what stands before ``://``
            is a name of `app.bootstrap.STORAGE_BACKENDS`. Endpoint and credentials are those of ``AWS_…``.
        storage_patience_s: How long a request to S3 is tried again, and how long it may take once more.
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
        wait_for_parts_s: How long after a part of a call the next is waited for; then it is judged without.
        retry_after_s: What a 429 asks the sender to wait.
        analysis_timeout_s: A worker that hears one call for longer is killed, and the call taken up again.
        maximum_attempts: After so many the call ends unreviewable, processing-failed.
        webhook_allow_http: Whether webhooks may go to unencrypted addresses.
        webhook_allowed_networks: Private networks that webhooks may reach, with commas between them.
        webhook_timeout_s: Of one attempt to deliver a webhook.
        webhook_pauses_s: Before each further attempt; after the last one a message is given up.
        webhook_log_days: How long the delivery log keeps a message that was delivered or given up.
        log_level: Least level that is logged.
        analyst: ``module:function`` of another analysis, for tests of faults only.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    data: Path = Path("data")
    database: SecretStr | None = None
    secret: SecretStr | None = Field(default=None, min_length=16)
    storage: str = Field(
        default="filesystem", pattern=r"^(filesystem|memory|s3://[a-z0-9][a-z0-9.-]{2,62}(/[^?#\s]*)?)$"
    )
    storage_patience_s: float = Field(default=20.0, gt=0)
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
    wait_for_parts_s: float = Field(default=24 * 3600.0, gt=0)
    retry_after_s: int = Field(default=60, ge=1)
    analysis_timeout_s: float = Field(default=1800.0, gt=0)
    maximum_attempts: int = Field(default=3, ge=1)
    webhook_allow_http: bool = False
    webhook_allowed_networks: str = ""
    webhook_timeout_s: float = Field(default=10.0, gt=0, le=60)
    webhook_pauses_s: tuple[float, ...] = WEBHOOK_PAUSES_S
    webhook_log_days: int = Field(default=30, ge=1)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    analyst: str | None = None

    @field_validator("webhook_allowed_networks")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        from app.webhooks.addresses import networks_of

        networks_of(value)
        return value

    @field_validator("database", mode="before")
    @classmethod
    def _is_a_place(cls, value: object) -> object:
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if not text:
            return None
        from app.db.place import postgres_url

        postgres_url(str(text))
        return value

    @property
    def database_place(self) -> Path | str:
        """The SQLite file, or the URL of the PostgreSQL database."""
        return self.database.get_secret_value() if self.database else self.database_path

    @property
    def database_path(self) -> Path:
        """The SQLite file, where no other database is set."""
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
        """The same settings as environment variables, for a child process; secrets are among them."""
        values = self.model_dump(mode="json", exclude_none=True)
        values |= {name: value.get_secret_value() for name, value in self if isinstance(value, SecretStr)}
        values["data"] = str(self.data.resolve())
        written = {
            name: str(value) if isinstance(value, str | bool) else json.dumps(value) for name, value in values.items()
        }
        return {PREFIX + name.upper(): text for name, text in written.items()}
