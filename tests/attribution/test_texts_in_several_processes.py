"""Many texts through several worker processes: what comes back, and what happens when one dies."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from attribution import Engine, PipelineError, WorkerDiedError
from attribution.processes import CHUNK_TEXTS, CHUNKS_AHEAD, attribute_in_processes

# Workers are started with our sys.path.
sys.path.insert(0, str(Path(__file__).parent))
from worker_engines import OrderTakingEngine, dies_while_loading, without_pipeline

PATIENCE = 60  # seconds after which a program that hangs is a failure


def test_the_same_answers_come_back_in_order_with_errors_in_their_places() -> None:
    texts = [
        "“It will open,” said Laura Mendes. “And soon,” she added.",
        "",
        "Robert Hale met Ada Obi. “It will not,” he said.",
        "word " * 50_000,
        "\x00",
        *[f"“We have {n} boats,” said Laura Mendes." for n in range(2 * CHUNK_TEXTS)],
    ]
    engine = Engine()
    alone = [repr(found) for found in engine.pipe(texts)]
    together = [repr(found) for found in engine.pipe(texts, n_process=2)]
    assert together == alone
    assert "EmptyTextError" in alone[1]
    assert "TextTooLongError" in alone[3]


def test_every_worker_gets_a_share_and_none_is_this_process() -> None:
    texts = [f"text {n}" for n in range(CHUNK_TEXTS * 12)]
    found = list(attribute_in_processes(OrderTakingEngine, texts, 2))
    assert [one.text for one in found] == texts
    workers = {one.engine_version for one in found}
    assert len(workers) == 2
    assert str(os.getpid()) not in workers


def test_few_texts_start_no_more_workers_than_they_need() -> None:
    found = attribute_in_processes(OrderTakingEngine, ["one", "two"], 4)
    next(found)
    assert sum(child.name == "quotetrace-engine" for child in multiprocessing.active_children()) == 1
    assert len(list(found)) == 1


def test_texts_are_read_only_a_little_ahead() -> None:
    read = 0

    def endless() -> Iterator[str]:
        nonlocal read
        while True:
            read += 1
            yield f"text {read}"

    found = attribute_in_processes(OrderTakingEngine, endless(), 2)
    for _ in range(3 * CHUNK_TEXTS):
        next(found)
    assert read <= (3 + 2 * CHUNKS_AHEAD) * CHUNK_TEXTS
    found.close()


def test_leaving_early_leaves_no_process_behind() -> None:
    found = attribute_in_processes(OrderTakingEngine, ["text"] * 100, 2)
    next(found)
    found.close()
    assert not [child for child in multiprocessing.active_children() if child.name == "quotetrace-engine"]


@pytest.mark.parametrize(("order", "how"), [("die", "exit code 3"), ("be killed", "signal 9")])
def test_a_worker_that_dies_is_an_error_not_a_hang(order: str, how: str) -> None:
    texts = ["text"] * CHUNK_TEXTS + [order] + ["text"] * CHUNK_TEXTS
    found = attribute_in_processes(OrderTakingEngine, texts, 2)
    with pytest.raises(WorkerDiedError, match=how):
        list(found)


def test_a_worker_that_dies_before_it_is_ready_is_an_error_too() -> None:
    with pytest.raises(WorkerDiedError, match=r"exit code 4 before its engine was loaded"):
        list(attribute_in_processes(dies_while_loading, ["text"], 2))


def test_what_goes_wrong_in_a_worker_is_raised_here_with_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError) as raised:
        list(attribute_in_processes(OrderTakingEngine, ["text", "fail"], 2))
    assert "worker_engines.py" in raised.value.__notes__[0]
    with pytest.raises(RuntimeError, match="AwkwardError: two arguments"):
        list(attribute_in_processes(OrderTakingEngine, ["awkward"], 2))
    with pytest.raises(PipelineError, match="no such pipeline"):
        list(attribute_in_processes(without_pipeline, ["text"], 2))


def test_what_the_texts_themselves_raise_comes_through() -> None:
    def broken() -> Iterator[str]:
        yield from ["text"] * CHUNK_TEXTS
        raise OSError("the disk has gone")

    with pytest.raises(OSError, match="the disk has gone"):
        list(attribute_in_processes(OrderTakingEngine, broken(), 2))


@pytest.mark.parametrize("processes", [0, -2])
def test_a_number_of_processes_that_is_none_is_refused(processes: int) -> None:
    with pytest.raises(ValueError, match="n_process"):
        Engine().pipe(["text"], n_process=processes)


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is a signal to a process group on POSIX only")
def test_ctrl_c_ends_all_processes_and_only_the_program_speaks(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        """
import multiprocessing, signal, sys
from worker_engines import OrderTakingEngine
from attribution.processes import attribute_in_processes

def endless():
    while True:
        yield "text"

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        for number, found in enumerate(attribute_in_processes(OrderTakingEngine, endless(), 2)):
            if number == 100:
                print("begun", flush=True)
    except KeyboardInterrupt:
        print("children left:", len(multiprocessing.active_children()), flush=True)
""",
        encoding="utf-8",
    )
    folders = [str(Path(__file__).parents[2]), str(Path(__file__).parent)]
    running = subprocess.Popen(
        [sys.executable, str(program)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(folders)},
        start_new_session=True,
    )
    try:
        assert running.stdout is not None
        assert running.stdout.readline() == "begun\n"
        os.killpg(running.pid, signal.SIGINT)
        printed, complaints = running.communicate(timeout=PATIENCE)
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
    assert printed == "children left: 0\n"
    assert complaints == ""
