"""Attribute many texts in several processes: in order, with little memory, and never waiting for the dead.

Each worker is started with ``spawn``, so that nothing of the caller is inherited by accident, loads one
engine of its own, and runs the whole chain from tokens to speakers. A program that uses several processes
therefore needs the usual ``if __name__ == "__main__":`` around what it does.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import signal
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from multiprocessing import connection, resource_tracker
from typing import TYPE_CHECKING, Any, Final

from attribution.errors import AttributionError, WorkerDiedError

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

    from attribution.engine import Engine
    from attribution.models import AttributedText

# What one worker is given at a time: enough that handing over costs nothing beside reading it, little
# enough that the last worker to finish does not keep the others waiting long.
CHUNK_TEXTS: Final = 4
CHUNK_CHARACTERS: Final = 40_000
# Chunks that may be under way for each worker, finished ones that wait for their turn included.
CHUNKS_AHEAD: Final = 3
# What a worker gets to leave after SIGTERM before it is killed.
LEAVING_SECONDS: Final = 5.0


def attribute_in_processes(
    make_engine: Callable[[], Engine], texts: Iterable[str], processes: int
) -> Iterator[AttributedText | AttributionError]:
    """Attribute texts in worker processes; yields one result or error a text, in order.

    Texts are read from the iterable only as fast as they can be worked on. The workers are ended when the
    iterator is exhausted, closed or interrupted.

    Args:
        make_engine: called once in each worker; has to be picklable.
        texts: the articles' texts.
        processes: how many workers, at least 1.

    Raises:
        WorkerDiedError: a worker died.
        Exception: what ``make_engine`` or the engine raised in a worker, other than an AttributionError.
    """
    chunks = enumerate(_chunks(texts))
    workers: list[_Worker] = []
    idle: deque[_Worker] = deque()
    finished: dict[int, list[AttributedText | AttributionError]] = {}
    due = 0  # number of the chunk to yield next
    given = 0  # chunks that were handed out
    exhausted = False
    recipe = pickle.dumps(make_engine)
    try:
        while True:
            while not exhausted and given - due < CHUNKS_AHEAD * processes:
                if not idle and len(workers) == processes:
                    break
                number, chunk = next(chunks, (-1, []))
                if number < 0:
                    exhausted = True
                    break
                if not idle:
                    # No more workers than there is work for them.
                    workers.append(_Worker(recipe))
                    idle.append(workers[-1])
                idle.popleft().give(number, chunk)
                given += 1
            if due in finished:
                yield from finished.pop(due)
                due += 1
            elif given == due:
                return
            else:
                busy = [worker for worker in workers if worker.chunk is not None]
                for ready in connection.wait([worker.connection for worker in busy]):
                    worker = next(worker for worker in busy if worker.connection is ready)
                    answer = worker.receive()
                    if answer is not None:
                        finished[answer[0]] = answer[1]
                        idle.append(worker)
    finally:
        for worker in workers:
            worker.end()


def _chunks(texts: Iterable[str]) -> Iterator[list[str]]:
    chunk: list[str] = []
    characters = 0
    for text in texts:
        chunk.append(text)
        characters += len(text)
        if len(chunk) == CHUNK_TEXTS or characters >= CHUNK_CHARACTERS:
            yield chunk
            chunk, characters = [], 0
    if chunk:
        yield chunk


class _Worker:
    """The caller's end of one worker process.

    Attributes:
        connection: readable when the worker has something to say, and when it has died.
        chunk: number of the chunk that it works on, if any.
    """

    def __init__(self, recipe: bytes) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.chunk: int | None = None
        self._texts: list[str] | None = None
        self._process = context.Process(
            target=_work, args=(theirs, recipe), name="quotetrace-engine", daemon=True
        )
        with _interrupts_kept_from_children():
            self._process.start()
        # Only the child may hold its end: then its death is an end of file here, at once.
        theirs.close()
        self._loaded = False

    def give(self, number: int, texts: list[str]) -> None:
        self.chunk = number
        if self._loaded:
            self._send(texts)
        else:
            # A worker that still loads its engine does not read; sending a long text would block.
            self._texts = texts

    def receive(self) -> tuple[int, list[AttributedText | AttributionError]] | None:
        """Take what the worker says: a finished chunk, or ``None`` where it has only come up."""
        try:
            kind, value = self.connection.recv()
        except (EOFError, OSError):
            raise self._lost() from None
        if kind == "failed":
            error, trace = value
            error.add_note(f"in a worker process:\n{trace}")
            raise error
        if kind == "loaded":
            self._loaded = True
            assert self._texts is not None
            self._send(self._texts)
            self._texts = None
            return None
        assert self.chunk is not None
        number, self.chunk = self.chunk, None
        return number, value

    def _send(self, texts: list[str]) -> None:
        try:
            self.connection.send(texts)
        except OSError:
            raise self._lost() from None

    def _lost(self) -> WorkerDiedError:
        self._process.join(LEAVING_SECONDS)
        code = self._process.exitcode
        how = "" if code is None else f" by signal {-code}" if code < 0 else f" with exit code {code}"
        when = "while it attributed texts" if self._loaded else "before its engine was loaded"
        return WorkerDiedError(f"a worker process ended{how} {when}; was there enough memory?")

    def end(self) -> None:
        self.connection.close()
        end_process(self._process)


def end_process(process: BaseProcess) -> None:
    """End a worker process and let go of it: SIGTERM first, and if it does not leave, SIGKILL."""
    process.terminate()
    process.join(LEAVING_SECONDS)
    if process.is_alive():
        process.kill()
        process.join()
    process.close()


@contextlib.contextmanager
def _interrupts_kept_from_children() -> Iterator[None]:
    """Start a process that Ctrl-C, which a terminal sends to all of them, does not reach.

    The caller alone decides when a worker ends; otherwise each prints a traceback of its own. Signals that
    are blocked stay so in a child from its first moment on.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # It clears the mask when it is started, so that comes first.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(theirs: connection.Connection, recipe: bytes) -> None:
    """The worker process: load the engine, then one chunk of texts at a time until the caller goes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    keep_to_one_core()
    try:
        try:
            engine: Engine = pickle.loads(recipe)()  # noqa: S301 (our own bytes)
        except Exception as error:  # whatever it is, the caller must hear of it
            theirs.send(("failed", (portable(error), traceback.format_exc())))
            return
        theirs.send(("loaded", None))
        while True:
            texts = theirs.recv()
            try:
                answer: tuple[str, object] = ("answers", [portable(found) for found in engine.pipe(texts)])
            except Exception as error:
                answer = ("failed", (portable(error), traceback.format_exc()))
            theirs.send(answer)
    except (EOFError, OSError):
        return  # the caller has gone


def keep_to_one_core() -> None:
    """Start no threads for linear algebra in this process; to be called before numpy is imported.

    Parallel texts come from parallel workers: threads on top only fight over cores.
    """
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")


def portable(value: Any) -> Any:
    """Return an exception in a form that survives the way to another process; anything else as it is."""
    if not isinstance(value, Exception):
        return value
    try:
        pickle.loads(pickle.dumps(value))  # noqa: S301 (our own bytes)
    except Exception:  # an exception class may refuse in any way it likes
        if isinstance(value, AttributionError):
            return AttributionError(str(value))
        return RuntimeError(f"{type(value).__name__}: {value}")
    return value
