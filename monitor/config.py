"""Settings, read from the environment (``STEELYARD_…``) or a ``.env`` file.

Every setting has a default that works on a fresh machine: SQLite, a broker on the file system, no server.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

import platformdirs
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from monitor.errors import ConfigurationError

THREE_YEARS: Final = 1096
"""Days, one leap day among them."""


class Settings(BaseSettings):
    """What a deployment may set. Paths are relative to the working directory."""

    model_config = SettingsConfigDict(env_prefix="STEELYARD_", env_file=".env", extra="ignore", frozen=True)

    data: Path = Field(Path("data"), description="folder of the database, the broker's files and the secret key")
    database: str = Field("", description="SQLAlchemy URL; empty: SQLite in the data folder")
    broker: str = Field("", description="Celery broker URL (redis://, amqp://); empty: files in the data folder")
    rules: Path = Field(Path("rules.yaml"), description="the rulebook")
    registry: str = Field(
        "auto",
        description="registries of certificates, by commas, asked one after the other: db (the database), a file of JSON Lines, "
        "the name of a service; auto: the database, once certificates are imported; off: none",
    )
    registry_keep: float = Field(
        24.0, ge=0, le=8760, allow_inf_nan=False, description="hours for which answers of a registry service are kept"
    )
    pictures: Path | None = Field(
        None, description="folder of the pictures that documents name; none: `monitor ingest` reads no pictures"
    )
    fetch_pictures: bool = Field(False, description="fetch pictures that are not in the folder from public servers")
    as_of: date | None = Field(None, description="day whose law applies to documents without a date; none: today")
    batch: int = Field(64, ge=1, le=1000, description="documents a worker takes at once")
    lease: float = Field(
        120.0,
        gt=0,
        le=86_400,
        allow_inf_nan=False,
        description="seconds a worker has for a batch before it is given to another",
    )
    stream_silence: float = Field(
        600.0,
        ge=1,
        le=86_400,
        allow_inf_nan=False,
        description="seconds without a word after which a live stream is over",
    )
    stream_gap: float = Field(
        3.0, ge=0, le=3600, allow_inf_nan=False, description="seconds a missing number of a live stream is waited for"
    )
    stream_lease: float = Field(
        15.0,
        ge=0.5,
        le=3600,
        allow_inf_nan=False,
        description="seconds after which the live streams of a process that died are taken by another",
    )
    on_sale: int = Field(
        90,
        ge=1,
        le=3660,
        description="days after it came for which a listing counts as still on sale, and is scanned again",
    )
    expiring: int = Field(30, ge=1, le=366, description="days ahead for which certificates that end are told")
    complaint_days: int = Field(7, ge=1, le=366, description="calendar days in which a complaint is to be answered")
    keep_streams: int = Field(1096, ge=0, description="days a live stream is kept, three years at least; 0: for ever")
    keep_listings: int = Field(1096, ge=0, description="days a revision of a listing is kept; 0: for ever")
    keep_complaints: int = Field(1096, ge=0, description="days a complaint is kept once it is closed; 0: for ever")
    keep_prices: int = Field(0, ge=0, description="days an observed price is kept; 0: for ever")
    keep_answers: int = Field(30, ge=0, description="days the answer to an idempotency key is kept; 0: for ever")
    retention: bool = Field(False, description="remove each day what is past its term; without it that is only counted")
    secret: str = Field("", description="key that encrypts complainants' data; empty: made once in the data folder")
    api_host: str = Field("127.0.0.1", description="address the API listens on")
    api_port: int = Field(8400, ge=0, le=65535, description="port of the API")
    dashboard_host: str = Field("127.0.0.1", description="address the dashboard listens on")
    dashboard_port: int = Field(8401, ge=0, le=65535, description="port of the dashboard")
    metrics_host: str = Field("127.0.0.1", description="address the metrics are served on; empty: they are not")
    metrics_port: int = Field(
        8410, ge=0, le=65535, description="port of the metrics; where it is taken, or 0, a free one is told in the log"
    )
    log: str = Field("console", pattern="^(console|json)$", description="form of the log: console or json")
    cache: str = Field(
        "auto",
        description="folder of compiled rulebooks; auto: the user's cache folder; off: none, rules are compiled each time",
    )
    language: str = Field("zh", pattern="^(zh|en)$", description="language of the dashboard at the start")

    @field_validator("keep_streams")
    @classmethod
    def _three_years(cls, value: int) -> int:
        if 0 < value < THREE_YEARS:
            raise ValueError(f"a live stream is to be kept for three years: {THREE_YEARS} days or more, or 0 for ever")
        return value

    @property
    def database_url(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database or f"sqlite:///{(self.data / 'steelyard.sqlite').as_posix()}"

    @property
    def keep(self) -> dict[str, int]:
        """Kind → days it is kept; what is kept for ever is not there."""
        kinds = ("streams", "listings", "complaints", "prices", "answers")
        return {kind: days for kind in kinds if (days := getattr(self, f"keep_{kind}"))}

    @property
    def cache_folder(self) -> Path | None:
        """The folder of compiled rulebooks in force; None: none."""
        if self.cache == "off":
            return None
        return platformdirs.user_cache_path("steelyard") if self.cache == "auto" else Path(self.cache)

    @property
    def broker_url(self) -> str:
        """The Celery broker URL in force."""
        return self.broker or "filesystem://"


def read_settings() -> Settings:
    """The settings of this process.

    Raises:
        ConfigurationError: one line for each setting that is wrong, with its name in the environment.
    """
    try:
        return Settings()
    except UnicodeDecodeError as error:
        raise ConfigurationError(".env: not UTF-8; save the file as UTF-8") from error
    except ValidationError as error:
        lines = [f"STEELYARD_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()]
        raise ConfigurationError("\n".join(lines)) from error
