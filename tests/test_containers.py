"""Dockerfile and compose file fit the project; no Docker engine is needed to see that."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml

from api.cli import COMMANDS
from api.settings import Settings, async_database_url

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))


def instructions(name: str) -> list[str]:
    joined = DOCKERFILE.replace("\\\n", " ")
    return [line.removeprefix(name).strip() for line in joined.splitlines() if line.startswith(f"{name} ")]


def test_everything_that_the_package_needs_is_copied_and_let_through():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    needed = {
        "pyproject.toml",
        project["project"]["readme"],
        *project["project"]["license-files"],
        *project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"],
    }
    copied = set()
    for copy in instructions("COPY"):
        if not copy.startswith("--from="):
            copied |= set(copy.split()[:-1])
    assert copied == needed
    let_through = {
        line.removeprefix("!")
        for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines()
        if line[:1] == "!"
    }
    assert let_through == needed


def test_runs_a_command_that_there_is_as_a_user_without_rights():
    assert json.loads(instructions("ENTRYPOINT")[0]) == ["quotetrace"]
    assert json.loads(instructions("CMD")[0])[0] in COMMANDS
    assert instructions("USER") not in ([], ["root"], ["0"])
    assert instructions("VOLUME") == ["/data"]
    assert all(":" in image and not image.endswith(":latest") for image in instructions("FROM"))


def test_the_archive_is_in_the_volume():
    url = re.search(r"DATABASE_URL=(\S+)", DOCKERFILE)[1]
    assert async_database_url(url) == "sqlite+aiosqlite:////data/quotetrace.sqlite"


def test_the_health_check_asks_a_route_that_there_is():
    described = json.loads((ROOT / "openapi" / "openapi.json").read_text(encoding="utf-8"))
    port = instructions("EXPOSE")[0]
    asked = re.search(rf"http://127\.0\.0\.1:{port}(/[a-z/]+)'", instructions("HEALTHCHECK")[0])[1]
    assert "get" in described["paths"][asked]
    assert f'"{port}"' in instructions("CMD")[0]


def test_compose_waits_for_a_healthy_postgresql_16():
    database, service = COMPOSE["services"]["database"], COMPOSE["services"]["quotetrace"]
    assert database["image"].startswith("postgres:16")
    assert database["healthcheck"]["test"]
    assert service["depends_on"] == {"database": {"condition": "service_healthy"}}
    for published in service["ports"]:
        assert published.startswith("127.0.0.1:"), "there is no login"
    assert "ports" not in database
    mounted = {volume.partition(":")[0] for part in (database, service) for volume in part["volumes"]}
    assert mounted == set(COMPOSE["volumes"])


def test_compose_gives_the_service_the_database_that_it_starts(monkeypatch: pytest.MonkeyPatch):
    database, service = COMPOSE["services"]["database"], COMPOSE["services"]["quotetrace"]
    set_up = database["environment"]
    password = re.fullmatch(r"\$\{QUOTETRACE_DB_PASSWORD:-(\w+)\}", set_up["POSTGRES_PASSWORD"])[1]
    url = service["environment"]["DATABASE_URL"].replace(set_up["POSTGRES_PASSWORD"], password)
    monkeypatch.setenv("DATABASE_URL", url)
    expected = (
        f"postgresql+asyncpg://{set_up['POSTGRES_USER']}:{password}@database:5432/{set_up['POSTGRES_DB']}"
    )
    assert Settings().database_url == expected
