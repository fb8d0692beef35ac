"""Health, readiness, and a service that stays responsive while an article is being attributed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import httpx
import pytest
import scripted_engine
from litestar import Litestar

from api.app import create_app
from api.settings import Settings

Serve = Callable[[Litestar], AbstractContextManager[str]]
PATIENCE = 60


def until(condition: Callable[[], bool]) -> None:
    """Wait for something that is certain to come."""
    pause = threading.Event()
    for _ in range(PATIENCE * 50):
        if condition():
            return
        pause.wait(0.02)
    pytest.fail("what had to happen did not happen")


def test_it_is_live_at_once_and_ready_when_the_engine_is_loaded(
    archive_settings: Settings, serve: Serve, tmp_path: Path
) -> None:
    gate = tmp_path / "loaded"
    app = create_app(archive_settings, partial(scripted_engine.load_behind_gate, gate))
    with serve(app) as address, httpx.Client(base_url=address) as client:
        assert client.get("/health/live").json()["status"] == "live"
        before = client.get("/health/ready")
        assert before.status_code == 503
        assert before.json()["engine"] == {"ok": False, "detail": "the engine is being loaded"}
        gate.touch()
        until(lambda: client.get("/health/ready").status_code == 200)
        after = client.get("/health/ready").json()
    assert after == {
        "ready": True,
        "database": {"ok": True, "detail": "reachable"},
        "schema": {"ok": True, "detail": "up to date"},
        "engine": {"ok": True, "detail": "1 of 1 workers ready"},
    }


def test_a_database_without_tables_is_not_ready_and_says_what_to_do(tmp_path: Path, serve: Serve) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/new.sqlite", workers=1)
    app = create_app(settings, scripted_engine.load_scripted)
    with serve(app) as address:
        answer = httpx.get(f"{address}/health/ready")
    assert answer.status_code == 503
    assert answer.json()["database"]["ok"] is True
    assert answer.json()["schema"] == {"ok": False, "detail": "run `quotetrace db upgrade`"}


def test_a_database_that_does_not_answer_leaves_the_process_live(serve: Serve) -> None:
    settings = Settings(database_url="postgresql://someone:secret@127.0.0.1:1/archive", workers=1)
    app = create_app(settings, scripted_engine.load_scripted)
    with serve(app) as address:
        answer = httpx.get(f"{address}/health/ready")
        assert httpx.get(f"{address}/health/live").status_code == 200
        search = httpx.get(f"{address}/api/v1/quotes")
    assert answer.status_code == 503
    assert answer.json()["database"]["ok"] is False
    assert (search.status_code, search.json()["type"]) == (503, "/api/v1/problems#archive-unavailable")
    for told in (answer.text, search.text):
        assert "secret" not in told
        assert "someone" not in told


def test_it_answers_others_while_an_article_is_being_attributed(client: httpx.Client, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    with ThreadPoolExecutor(1) as pool:
        article = pool.submit(client.post, "/api/v1/attribute", json={"text": f"wait:{gate}"})
        until(gate.with_suffix(".begun").exists)
        # The engine is at work on the article, and will be until the gate opens below.
        health = client.get("/health/live")
        search = client.get("/api/v1/quotes", params={"words": "bridge"})
        still_at_work = not article.done()
        gate.touch()
        answer = article.result(PATIENCE)
    assert (health.status_code, search.status_code, still_at_work) == (200, 200, True)
    assert answer.status_code == 200


def test_a_full_queue_says_when_to_come_back(
    archive_settings: Settings, serve: Serve, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    settings = archive_settings.model_copy(update={"max_waiting": 1})
    app = create_app(settings, scripted_engine.load_scripted)
    with (
        serve(app) as address,
        httpx.Client(base_url=address, timeout=PATIENCE) as client,
        ThreadPoolExecutor(4) as pool,
    ):
        running = pool.submit(client.post, "/api/v1/attribute", json={"text": f"wait:{gate}"})
        until(gate.with_suffix(".begun").exists)
        # One of these waits, the others are turned away.
        others = [pool.submit(client.post, "/api/v1/attribute", json={"text": "“Yes.”"}) for _ in range(3)]
        until(lambda: sum(other.done() for other in others) == 2)
        gate.touch()
        answers = [other.result(PATIENCE) for other in others]
        assert running.result(PATIENCE).status_code == 200
    turned_away = [answer for answer in answers if answer.status_code != 200]
    assert len(turned_away) == 2
    for answer in turned_away:
        assert answer.status_code == 503
        assert answer.json()["type"].endswith("#attributor-busy")
        assert int(answer.headers["retry-after"]) >= 1


def test_attribute_answers_with_quotes_of_the_wanted_kinds_and_what_was_rejected(
    client: httpx.Client,
) -> None:
    sent = {"text": "“The bridge opens,” she told «The Courier».", "rejected": True}
    both = client.post("/api/v1/attribute", json=sent).json()
    assert [quote["text"] for quote in both["quotes"]] == ["“The bridge opens,”"]
    assert both["quotes"][0]["speaker"] == {"name": "Mara Quint", "type": "person"}
    assert [(span["text"], span["reason"]) for span in both["rejected"]] == [("«The Courier»", "title")]
    neither = client.post("/api/v1/attribute", json={"text": sent["text"], "kinds": ["indirect"]}).json()
    assert (neither["quotes"], neither["rejected"]) == ([], None)
