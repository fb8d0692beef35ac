"""Run the engine beside the caller: worker processes, a bounded queue, a time limit for each text.

Attributing an article takes seconds of pure computing. Done in the process that answers requests it
would stop every other answer, and a text that sends the parser astray could not be stopped at all;
a thread helps with neither. So each worker is a process of its own (``spawn``: nothing of the
parent is inherited by accident) that loads one engine, warms it up, and then reads one text at a
time. A worker that overruns its time or dies is replaced; the texts behind it wait, nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import multiprocessing
import queue
import signal
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import Future
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Final, Protocol, Self

from attribution.errors import AttributionError, PipelineError, TextTooLongError
from attribution.models import AttributedText
from attribution.processes import LEAVING_SECONDS, end_process, keep_to_one_core, portable

logger = logging.getLogger(__name__)

# Long enough to load a transformer pipeline from a cold disk.
LOADING_SECONDS: Final = 300.0
# How often a bulk caller asks again for a place in a full queue.
ASK_AGAIN_SECONDS: Final = 0.05
# The first text costs more than any other (lazily loaded tables); a worker pays for it before it
# reports that it is ready.
WARM_UP_TEXT: Final = "“We are ready,” said Ann Miller, the head of the office. “We begin today,” she added."


class AttributorError(RuntimeError):
    """The text was not attributed, and not for a fault of its own; ``str(error)`` says why."""


class AttributorBusyError(AttributorError):
    """Every worker is busy and the queue is full.

    Attributes:
        retry_after: whole seconds after which a place is likely to be free.
    """

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class AttributionTimeoutError(AttributorError):
    """The text took longer than the time limit and was given up."""


class WorkerLostError(AttributorError):
    """The worker process died while it read the text (out of memory, killed)."""


class AttributionFailedError(AttributorError):
    """The engine raised something that it does not document: a defect, logged with its traceback."""


class AttributorClosedError(AttributorError):
    """The attributor has been closed."""


class EngineLike(Protocol):
    """What a worker needs of an engine."""

    def attribute(self, text: str) -> AttributedText:
        """Return the quotes of a text, or raise :class:`attribution.AttributionError`."""
        ...


def load_engine(pipeline: str | None = None, longest_text: int | None = None) -> EngineLike:
    """Load the real engine; ``longest_text`` in characters, ``None`` for the engine's own limit."""
    from attribution.engine import Engine
    from attribution.limits import Limits

    limits = Limits() if longest_text is None else Limits(max_characters=longest_text)
    return Engine(pipeline, limits)


class Attributor:
    """A pool of processes that each hold one engine.

    Usable from a thread (``submit(text).result()``) and from an event loop
    (``await attributor.attribute(text)``); as a context manager it starts and closes itself.

    Args:
        load: makes the engine inside a worker; importable by name, since it crosses to the process.
        workers: processes, each with its own engine in memory (about 200 MB with the packaged pipeline).
        seconds: time limit for one text once a worker has begun it.
        waiting: texts that may wait for a worker; one more is turned away with
            :class:`AttributorBusyError`.
        longest_text: characters; a longer text is refused before it takes a place.
    """

    def __init__(
        self,
        load: Callable[[], EngineLike] = load_engine,
        *,
        workers: int = 1,
        seconds: float = 60.0,
        waiting: int = 32,
        longest_text: int | None = None,
    ) -> None:
        if workers < 1 or waiting < 1 or seconds <= 0:
            msg = "an attributor needs at least one worker, one waiting place and a positive time limit"
            raise ValueError(msg)
        self._load = load
        self._seconds = seconds
        self._longest_text = longest_text
        self._queue: queue.Queue[_Job] = queue.Queue(maxsize=waiting)
        self._lock = threading.Lock()
        self._closing = False
        self._mean_seconds = 1.0
        self._slots = [_Slot(self, number) for number in range(workers)]

    @property
    def workers(self) -> int:
        """The number of worker processes."""
        return len(self._slots)

    @property
    def is_ready(self) -> bool:
        """Whether at least one worker holds a warm engine."""
        return any(slot.is_ready for slot in self._slots)

    @property
    def state(self) -> str:
        """One line for a person: ready, still loading, or why the engine could not be loaded."""
        if self._closing:
            return "closed"
        ready = sum(slot.is_ready for slot in self._slots)
        if ready:
            return f"{ready} of {len(self._slots)} workers ready"
        failures = [slot.failure for slot in self._slots if slot.failure]
        return failures[0] if failures else "the engine is being loaded"

    def start(self) -> None:
        """Start the workers and return at once; they load their engines meanwhile."""
        for slot in self._slots:
            slot.start()

    def close(self, grace_seconds: float = LEAVING_SECONDS) -> None:
        """Stop: waiting texts are cancelled, running ones get ``grace_seconds`` to finish.

        Blocks until every process has gone; calling it again does nothing.
        """
        with self._lock:
            if self._closing:
                return
            self._closing = True
        with contextlib.suppress(queue.Empty):
            while True:
                _fail(self._queue.get_nowait().future, AttributorClosedError("the service is shutting down"))
        deadline = time.monotonic() + grace_seconds
        for slot in self._slots:
            slot.close(deadline)

    def submit(self, text: str) -> Future[AttributedText]:
        """Queue a text and return a future of its quotes.

        Raises:
            TextTooLongError: the text is longer than ``longest_text``.
            AttributorBusyError: the queue is full.
            AttributorClosedError: after :meth:`close`.
        The future raises AttributionError (the text cannot be taken), PipelineError (no engine can
        be loaded), AttributionTimeoutError, WorkerLostError or AttributionFailedError.
        """
        if self._longest_text is not None and len(text) > self._longest_text:
            msg = f"the text has {len(text):,} characters; at most {self._longest_text:,} are taken"
            raise TextTooLongError(msg)
        job = _Job(text, Future())
        # Under the lock, so that no text is put into the queue after close() has emptied it.
        with self._lock:
            if self._closing:
                msg = "the service is shutting down"
                raise AttributorClosedError(msg)
            try:
                self._queue.put_nowait(job)
            except queue.Full:
                texts = self._queue.maxsize
                msg = f"{texts} texts are already waiting to be attributed; try again shortly"
                raise AttributorBusyError(msg, self._retry_after()) from None
        return job.future

    async def attribute(self, text: str, *, wait: bool = False) -> AttributedText:
        """Attribute a text without holding up the event loop.

        ``wait``: in place of :class:`AttributorBusyError`, wait for a place in the queue (for bulk
        work, which has nobody sitting before it). A cancelled caller gives its place back.
        Raises what :meth:`submit` and its future raise.
        """
        while True:
            try:
                future = self.submit(text)
            except AttributorBusyError:
                if not wait:
                    raise
                await asyncio.sleep(ASK_AGAIN_SECONDS)
            else:
                return await asyncio.wrap_future(future)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.close)

    def _retry_after(self) -> int:
        """Seconds until a place is likely to be free: one round of the queue's mean, at least 1."""
        return max(1, math.ceil(self._mean_seconds / len(self._slots)))

    def _note_duration(self, seconds: float) -> None:
        # An exponential mean over about the last ten texts follows a change of load soon enough.
        self._mean_seconds += (seconds - self._mean_seconds) / 10


class _Job:
    """A text and the future of its quotes."""

    __slots__ = ("future", "text")

    def __init__(self, text: str, future: Future[AttributedText]) -> None:
        self.text = text
        self.future = future


class _Slot:
    """One worker process after another, and the thread that hands it texts and watches it."""

    def __init__(self, pool: Attributor, number: int) -> None:
        self._pool = pool
        self._worker: _Worker | None = None
        self._ready = threading.Event()
        self._stopping = threading.Event()
        self._serving = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"attributor-{number}", daemon=True)
        self.failure: str | None = None

    @property
    def is_ready(self) -> bool:
        return self._ready.is_set()

    def start(self) -> None:
        self._thread.start()

    def close(self, deadline: float) -> None:
        self._stopping.set()
        if not self._thread.is_alive():
            return
        if self._serving.is_set():
            self._thread.join(max(0.0, deadline - time.monotonic()))
        # The queue is empty by now; a worker that still loads its engine or overstays is not waited for.
        worker = self._worker
        if worker is not None:
            worker.kill()
        self._thread.join(LEAVING_SECONDS)

    def _run(self) -> None:
        if hasattr(signal, "pthread_sigmask"):
            # Ctrl-C in a terminal reaches every process of the group. Workers inherit this from their
            # first moment on, before they can say themselves that it is not for them. The tracker of
            # multiprocessing undoes it when it is started, so that comes first.
            resource_tracker.ensure_running()
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self._ensure_worker()
            while not self._stopping.is_set():
                try:
                    job = self._pool._queue.get(timeout=0.1)
                except queue.Empty:
                    # A worker that died in its sleep is replaced before the next text needs it.
                    if self._worker is not None and not self._stopping.is_set():
                        self._ensure_worker()
                    continue
                if job.future.set_running_or_notify_cancel():
                    self._serving.set()
                    self._serve(job)
                    self._serving.clear()
        finally:
            self._drop_worker()

    def _serve(self, job: _Job) -> None:
        # Loading is tried again for each text after a failure, so that a repaired installation
        # needs no restart.
        if not self._ensure_worker() or self._worker is None:
            if self._stopping.is_set():
                _fail(job.future, AttributorClosedError("the service is shutting down"))
            else:
                _fail(job.future, PipelineError(self.failure or "the engine could not be loaded"))
            return
        begun = time.monotonic()
        try:
            result = self._worker.ask(job.text, self._pool._seconds)
        except TimeoutError:
            limit = f"{self._pool._seconds:g} seconds"
            logger.warning(
                "a text of %d characters took over %s; its worker is replaced", len(job.text), limit
            )
            _fail(job.future, AttributionTimeoutError(f"the text was not attributed within {limit}"))
            self._drop_worker()
        except (EOFError, OSError):
            if self._stopping.is_set():
                _fail(job.future, AttributorClosedError("the service is shutting down"))
            else:
                logger.warning("an attribution worker died over a text of %d characters", len(job.text))
                _fail(job.future, WorkerLostError("the worker process died while it read this text"))
            self._drop_worker()
        except Exception:  # an answer that cannot be read must not end this thread
            logger.exception("an attribution worker's answer could not be read")
            _fail(job.future, AttributionFailedError("the engine's answer could not be read"))
            self._drop_worker()
        else:
            if isinstance(result, AttributedText):
                job.future.set_result(result)
            else:
                _fail(job.future, result)
            self._pool._note_duration(time.monotonic() - begun)
        if not self._stopping.is_set():
            self._ensure_worker()

    def _ensure_worker(self) -> bool:
        if self._worker is not None:
            if self._worker.is_alive():
                return True
            logger.warning("an idle attribution worker died and is being replaced")
            self._drop_worker()
        if self._stopping.is_set():
            return False
        try:
            # Known to close() from here on: a shutdown need not wait for the loading.
            self._worker = _Worker(self._pool._load)
            self._worker.wait_until_ready(LOADING_SECONDS)
        except (PipelineError, TimeoutError, EOFError, OSError) as error:
            self.failure = str(error) or "the worker process died while it loaded the engine"
            if not self._stopping.is_set():
                logger.error("the attribution engine could not be loaded: %s", self.failure)
            self._drop_worker()
            return False
        self.failure = None
        self._ready.set()
        return True

    def _drop_worker(self) -> None:
        self._ready.clear()
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.leave()


class _Worker:
    """The parent's end of one worker process."""

    def __init__(self, load: Callable[[], EngineLike]) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection: Connection
        self._connection, theirs = context.Pipe()
        self._process: BaseProcess = context.Process(
            target=_work, args=(theirs, load), name="quotetrace-attribution", daemon=True
        )
        self._process.start()
        # Only the child may hold its end: then its death is an end of file here, at once.
        theirs.close()

    def is_alive(self) -> bool:
        return self._process.is_alive()

    def wait_until_ready(self, seconds: float) -> None:
        """Raise PipelineError, TimeoutError or EOFError where the engine does not come up."""
        if not self._connection.poll(seconds):
            msg = f"the engine was not loaded within {seconds:g} seconds"
            raise TimeoutError(msg)
        failure = self._connection.recv()
        if failure is not None:
            raise PipelineError(failure)

    def ask(self, text: str, seconds: float) -> AttributedText | Exception:
        """Return the quotes, or what the engine raised; TimeoutError, EOFError, OSError otherwise."""
        self._connection.send(text)
        if not self._connection.poll(seconds):
            raise TimeoutError
        kind, value = self._connection.recv()
        if kind == "defect":
            logger.error("the attribution engine failed:\n%s", value)
            return AttributionFailedError("the engine failed on this text; the service's log says how")
        answer: AttributedText | Exception = value
        return answer

    def kill(self) -> None:
        """End the process now, from any thread; whoever waits for its answer sees an end of file."""
        with contextlib.suppress(ValueError):  # the other thread has just closed it
            self._process.kill()

    def leave(self) -> None:
        """End the process: closing the connection lets an idle one go by itself; a busy one is stopped."""
        self._connection.close()
        end_process(self._process)


def _work(connection: Connection, load: Callable[[], EngineLike]) -> None:
    """The worker process: load, warm up, report, then one text at a time until the parent goes."""
    # The parent decides when a worker ends, not a Ctrl-C.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    keep_to_one_core()
    try:
        engine = load()
        engine.attribute(WARM_UP_TEXT)
    except Exception as error:  # whatever it is, the parent must hear of it
        if not isinstance(error, PipelineError | AttributionError):
            traceback.print_exc()
        connection.send(f"{error}" if str(error) else f"{type(error).__name__} while loading the engine")
        return
    try:
        connection.send(None)
        while True:
            text = connection.recv()
            try:
                answer: tuple[str, object] = ("quotes", engine.attribute(text))
            except AttributionError as error:
                answer = ("refused", portable(error))
            except Exception:  # a defect in the engine must not end the worker
                answer = ("defect", traceback.format_exc())
            connection.send(answer)
    except (EOFError, OSError):
        return  # the parent has gone, or closed this worker


def _fail(future: Future[AttributedText], error: Exception) -> None:
    """Give a waiting caller the error, unless it has left."""
    if future.running() or future.set_running_or_notify_cancel():
        future.set_exception(error)
