"""One typed settings object, read from the environment: `DATABASE_URL` and `QUOTETRACE_*`."""

from __future__ import annotations

import os
from typing import Final

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

# The forms people paste, and the async driver that serves each of them here.
ASYNC_DRIVERS: Final[dict[str, str]] = {
    "sqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
}


class SettingsError(ValueError):
    """A setting is wrong; ``str(error)`` names its environment variable and says why, in one line."""


def async_database_url(url: str) -> str:
    """Return ``url`` with the async driver of its database.

    ``sqlite:///file``, ``postgres://…`` and ``postgresql://…`` are accepted, with or without a driver
    (``postgresql+psycopg://…``), and libpq's ``sslmode`` is given to asyncpg under the name it knows.

    Raises:
        ValueError: the text is no database URL, or the database is neither SQLite nor PostgreSQL. The
            message never repeats the URL, which may hold a password.
    """
    try:
        parsed: URL = make_url(url.strip())
    except ArgumentError:
        raise ValueError(
            "DATABASE_URL is not a database URL, such as sqlite:///quotetrace.sqlite or "
            "postgresql://user:password@host/name"
        ) from None
    dialect = parsed.drivername.partition("+")[0]
    if dialect not in ASYNC_DRIVERS:
        raise ValueError(f"DATABASE_URL names {dialect!r}; Quotetrace runs on sqlite and postgresql")
    parsed = parsed.set(drivername=ASYNC_DRIVERS[dialect])
    if "sslmode" in parsed.query:
        mode = parsed.query["sslmode"]
        parsed = parsed.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})
    return parsed.render_as_string(hide_password=False)


def _default_workers() -> int:
    # One core is left to the event loop; more than four pipelines cost memory before they save time.
    return max(1, min(4, (os.cpu_count() or 2) - 1))


class Settings(BaseSettings):
    """What can be set from outside; each field's environment variable is named in its description."""

    model_config = SettingsConfigDict(env_prefix="QUOTETRACE_", extra="ignore", populate_by_name=True)

    database_url: str = Field(
        default="sqlite+aiosqlite:///quotetrace.sqlite",
        validation_alias="DATABASE_URL",
        description="DATABASE_URL: where the archive is kept; sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME.",
        repr=False,
    )
    pipeline: str | None = Field(
        default=None,
        description="QUOTETRACE_PIPELINE: spaCy pipeline to read with, such as en_core_web_trf; "
        "empty means the packaged one.",
    )
    max_characters: int = Field(
        default=200_000,
        ge=1,
        description="QUOTETRACE_MAX_CHARACTERS: longest text of one article, in characters.",
    )
    max_batch: int = Field(
        default=1_000,
        ge=1,
        description="QUOTETRACE_MAX_BATCH: most articles or claims in one request.",
    )
    max_checked_quotes: int = Field(
        default=500,
        ge=1,
        description="QUOTETRACE_MAX_CHECKED_QUOTES: most quotes of one draft that are checked.",
    )
    max_body_bytes: int = Field(
        default=32_000_000,
        ge=1,
        description="QUOTETRACE_MAX_BODY_BYTES: largest body of one request, in bytes.",
    )
    attribution_seconds: float = Field(
        default=60.0,
        gt=0,
        description="QUOTETRACE_ATTRIBUTION_SECONDS: longest time to read one article, in seconds.",
    )
    max_waiting: int = Field(
        default=32,
        ge=1,
        description="QUOTETRACE_MAX_WAITING: texts that may wait for a free process; one more is told to "
        "come back later.",
    )
    workers: int = Field(
        default_factory=_default_workers,
        ge=1,
        description="QUOTETRACE_WORKERS: processes that read articles at once; each holds one pipeline.",
    )

    @field_validator("database_url")
    @classmethod
    def _use_async_driver(cls, value: str) -> str:
        return async_database_url(value)

    @field_validator("pipeline")
    @classmethod
    def _empty_means_packaged(cls, value: str | None) -> str | None:
        return value.strip() or None if value else None


def load_settings() -> Settings:
    """Read the settings from the environment.

    Raises:
        SettingsError: one of them is wrong. The value is not repeated: it may hold a password.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = str(first["loc"][0])
        variable = "DATABASE_URL" if field.upper() == "DATABASE_URL" else f"QUOTETRACE_{field.upper()}"
        reason = first["msg"].removeprefix("Value error, ").removeprefix(f"{variable} ")
        raise SettingsError(f"{variable}: {reason}") from None
