"""What a caller of the attributor meets: answers, refusals, overruns, crashes, a full queue, an end."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
import scripted_engine

from api.attributor import (
    AttributionFailedError,
    AttributionTimeoutError,
    Attributor,
    AttributorBusyError,
    AttributorClosedError,
    WorkerLostError,
)
from attribution.errors import AttributionError, EmptyTextError, PipelineError, TextTooLongError

QUOTED = "“The bridge opens in May,” said Mara Quint."
PATIENCE = 60  # seconds after which a test that hangs is a failure


def until(condition: Callable[[], bool]) -> None:
    """Wait for something that is certain to come."""
    pause = threading.Event()
    for _ in range(PATIENCE * 50):
        if condition():
            return
        pause.wait(0.02)
    pytest.fail("what had to happen did not happen")


@pytest.fixture
def attributor() -> Iterator[Attributor]:
    with Attributor(scripted_engine.load_scripted, waiting=2) as started:
        yield started


def process_of(attributor: Attributor) -> int:
    return int(attributor.submit(QUOTED).result(PATIENCE).engine_version.removeprefix("process "))


def test_a_text_is_read_in_another_process(attributor: Attributor) -> None:
    found = attributor.submit(QUOTED).result(PATIENCE)
    assert [quote.text for quote in found.quotes] == ["“The bridge opens in May,”"]
    assert found.engine_version != f"process {os.getpid()}"


async def test_an_event_loop_gets_the_same_answer() -> None:
    async with Attributor(scripted_engine.load_scripted) as attributor:
        found = await attributor.attribute(QUOTED)
    assert found.quotes[0].speaker is not None


def test_the_engines_refusal_reaches_the_caller_with_its_class(attributor: Attributor) -> None:
    with pytest.raises(EmptyTextError, match="the text is empty"):
        attributor.submit("  ").result(PATIENCE)


def test_a_refusal_that_cannot_travel_arrives_as_its_message(attributor: Attributor) -> None:
    with pytest.raises(AttributionError, match="two arguments"):
        attributor.submit("awkward").result(PATIENCE)
    assert attributor.submit(QUOTED).result(PATIENCE).quotes


def test_a_defect_of_the_engine_is_named_as_one_and_the_worker_stays(attributor: Attributor) -> None:
    before = process_of(attributor)
    with pytest.raises(AttributionFailedError):
        attributor.submit("defect").result(PATIENCE)
    assert process_of(attributor) == before


def test_a_worker_that_dies_is_replaced(attributor: Attributor) -> None:
    before = process_of(attributor)
    with pytest.raises(WorkerLostError):
        attributor.submit("die").result(PATIENCE)
    assert process_of(attributor) != before


def test_a_worker_killed_while_idle_is_replaced_and_no_text_is_lost(attributor: Attributor) -> None:
    before = process_of(attributor)
    os.kill(before, signal.SIGKILL)
    until(lambda: not attributor.is_ready)
    assert process_of(attributor) != before


def test_a_text_that_overruns_is_given_up_and_its_worker_replaced() -> None:
    with Attributor(scripted_engine.load_scripted, seconds=0.3) as attributor:
        until(lambda: attributor.is_ready)
        before = process_of(attributor)
        with pytest.raises(AttributionTimeoutError, match=r"within 0\.3 seconds"):
            attributor.submit("forever").result(PATIENCE)
        assert process_of(attributor) != before


def test_a_full_queue_turns_the_next_text_away_and_says_when_to_return(
    attributor: Attributor, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    running = attributor.submit(f"wait:{gate}")
    until((tmp_path / "gate.begun").exists)
    waiting = [attributor.submit(QUOTED) for _ in range(2)]
    with pytest.raises(AttributorBusyError) as caught:
        attributor.submit(QUOTED)
    assert caught.value.retry_after >= 1
    gate.touch()
    assert running.result(PATIENCE).text == f"wait:{gate}"
    assert all(future.result(PATIENCE).quotes for future in waiting)


async def test_bulk_work_waits_for_a_place_instead(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    async with Attributor(scripted_engine.load_scripted, waiting=1) as attributor:
        running = attributor.submit(f"wait:{gate}")
        await asyncio.to_thread(until, (tmp_path / "gate.begun").exists)
        attributor.submit(QUOTED)
        bulk = [asyncio.create_task(attributor.attribute(QUOTED, wait=True)) for _ in range(3)]
        await asyncio.sleep(0)
        gate.touch()
        found = await asyncio.gather(*bulk)
    assert all(answer.quotes for answer in found)
    assert running.done()


async def test_a_caller_who_leaves_gives_his_place_back(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    async with Attributor(scripted_engine.load_scripted, waiting=2) as attributor:
        attributor.submit(f"wait:{gate}")
        await asyncio.to_thread(until, (tmp_path / "gate.begun").exists)
        left = asyncio.create_task(attributor.attribute("die"))
        await asyncio.sleep(0)
        left.cancel()
        stays = asyncio.create_task(attributor.attribute(QUOTED))
        await asyncio.sleep(0)
        gate.touch()
        # Had the cancelled text been read, the worker would have died over it.
        before = await stays
    assert left.cancelled()
    assert before.quotes


def test_a_text_over_the_limit_is_refused_without_a_worker() -> None:
    attributor = Attributor(scripted_engine.load_scripted, longest_text=10)
    with pytest.raises(TextTooLongError, match="11 characters; at most 10"):
        attributor.submit("x" * 11)


def test_several_workers_read_at_the_same_time(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    with Attributor(scripted_engine.load_scripted, workers=2) as attributor:
        futures = [attributor.submit(f"wait:{first}"), attributor.submit(f"wait:{second}")]
        # Both have begun though neither has ended.
        until(lambda: all(gate.with_suffix(".begun").exists() for gate in (first, second)))
        first.touch()
        second.touch()
        found = [future.result(PATIENCE) for future in futures]
    assert found[0].engine_version != found[1].engine_version


@pytest.mark.parametrize(
    ("load", "reason"),
    [
        (scripted_engine.load_missing, "the pipeline en_missing is not installed"),
        (scripted_engine.load_broken, "vocab"),
        (scripted_engine.load_dying, "died while it loaded"),
    ],
)
def test_an_engine_that_cannot_be_loaded_is_told_to_every_caller(
    load: Callable[[], scripted_engine.ScriptedEngine], reason: str
) -> None:
    with Attributor(load) as attributor:
        for _ in range(2):
            with pytest.raises(PipelineError, match=reason):
                attributor.submit(QUOTED).result(PATIENCE)
        assert not attributor.is_ready
        assert reason in attributor.state


def test_an_engine_that_has_been_repaired_is_loaded_without_a_restart(tmp_path: Path) -> None:
    repaired = tmp_path / "repaired"
    with Attributor(partial(scripted_engine.load_when_repaired, repaired)) as attributor:
        with pytest.raises(PipelineError, match="not yet repaired"):
            attributor.submit(QUOTED).result(PATIENCE)
        repaired.touch()
        assert attributor.submit(QUOTED).result(PATIENCE).quotes
        assert attributor.is_ready


def test_closing_finishes_the_running_text_and_refuses_the_waiting_ones(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    attributor = Attributor(scripted_engine.load_scripted)
    attributor.start()
    running = attributor.submit(f"wait:{gate}")
    until((tmp_path / "gate.begun").exists)
    waiting = attributor.submit(QUOTED)
    closing = threading.Thread(target=attributor.close, args=(PATIENCE,))
    closing.start()
    with pytest.raises(AttributorClosedError):
        waiting.result(PATIENCE)
    gate.touch()
    assert running.result(PATIENCE).text == f"wait:{gate}"
    closing.join(PATIENCE)
    with pytest.raises(AttributorClosedError):
        attributor.submit(QUOTED)
    assert attributor.state == "closed"


def test_closing_does_not_wait_for_a_text_that_never_ends() -> None:
    attributor = Attributor(scripted_engine.load_scripted, seconds=3600)
    attributor.start()
    process = process_of(attributor)
    running = attributor.submit("forever")
    until(running.running)
    attributor.close(grace_seconds=0.1)
    with pytest.raises(AttributorClosedError):
        running.result(PATIENCE)
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_nonsense_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one worker"):
        Attributor(scripted_engine.load_scripted, workers=0)
