"""What is set from outside, and how a wrong setting is said."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from api.settings import Settings, SettingsError, async_database_url, load_settings


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("sqlite:///archive.sqlite", "sqlite+aiosqlite:///archive.sqlite"),
        ("sqlite+aiosqlite:////data/archive.sqlite", "sqlite+aiosqlite:////data/archive.sqlite"),
        ("postgres://ann:s3cret@db/quotes", "postgresql+asyncpg://ann:s3cret@db/quotes"),
        ("postgresql://ann:s3cret@db:5433/quotes", "postgresql+asyncpg://ann:s3cret@db:5433/quotes"),
        ("postgresql+psycopg://ann@db/quotes", "postgresql+asyncpg://ann@db/quotes"),
        ("postgresql://ann:p%40ss@db/quotes", "postgresql+asyncpg://ann:p%40ss@db/quotes"),
        ("postgresql://db/quotes?sslmode=require", "postgresql+asyncpg://db/quotes?ssl=require"),
        (
            "postgresql:///quotes?host=/run/postgresql",
            "postgresql+asyncpg:///quotes?host=%2Frun%2Fpostgresql",
        ),
        ("  sqlite:///archive.sqlite\n", "sqlite+aiosqlite:///archive.sqlite"),
    ],
)
def test_the_usual_database_urls_get_their_async_driver(given: str, used: str) -> None:
    assert async_database_url(given) == used
    assert async_database_url(used) == used


@pytest.mark.parametrize(
    "wrong", ["", "archive.sqlite", "mysql://ann:s3cret@db/quotes", "postgresql://db:port/x"]
)
def test_another_database_is_refused_without_repeating_the_password(
    wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", wrong)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert str(caught.value).startswith("DATABASE_URL: ")
    assert "s3cret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://ann:s3cret@db/quotes")
    monkeypatch.setenv("QUOTETRACE_PIPELINE", " en_core_web_lg ")
    monkeypatch.setenv("QUOTETRACE_MAX_BATCH", "7")
    settings = load_settings()
    assert settings.database_url == "postgresql+asyncpg://ann:s3cret@db/quotes"
    assert (settings.pipeline, settings.max_batch) == ("en_core_web_lg", 7)
    assert "s3cret" not in repr(settings)


def test_a_wrong_limit_is_named_by_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUOTETRACE_WORKERS", "many")
    with pytest.raises(SettingsError, match=r"^QUOTETRACE_WORKERS: .*integer"):
        load_settings()
    monkeypatch.setenv("QUOTETRACE_WORKERS", "0")
    with pytest.raises(SettingsError, match=r"^QUOTETRACE_WORKERS: .*greater than or equal to 1"):
        load_settings()


def test_every_setting_is_described_by_its_variable() -> None:
    for name, field in Settings.model_fields.items():
        variable = "DATABASE_URL" if name == "database_url" else f"QUOTETRACE_{name.upper()}"
        assert (field.description or "").startswith(f"{variable}: ")


def test_settings_can_be_given_by_name() -> None:
    assert Settings(database_url="sqlite:///x.sqlite").database_url == "sqlite+aiosqlite:///x.sqlite"
    with pytest.raises(ValidationError):
        Settings(max_characters=0)
