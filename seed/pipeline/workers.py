"""Read inputs and annotate texts in several processes; results keep the order of their inputs.

Each process loads the lexicon itself, ends with the process that started it, and leaves Ctrl-C to that process.
"""

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread

from app.errors import DatelineError
from app.server.process import exempt_startup_objects
from seed.extract.annotator import Annotator
from seed.extract.lexicon.lexicon import load_lexicon
from seed.faults import Fault, fault_of
from seed.readers import load_lexicon_data
from seed.readers.inputs import ReadTask
from seed.readers.outlets import Sources
from seed.records import Annotation, RawArticle, ReadItem

TitleAndText = tuple[str, str]
"""Title and text of an article."""

# Some hundred kilobytes, and a twentieth of a second of work.
TEXTS_PER_TASK = 16
"""Texts that are sent to a worker together."""

# Enough that no worker is idle while one input takes long.
MAX_INPUTS_AHEAD_PER_WORKER = 8
"""Inputs per worker that are submitted before the first of them is done."""

# Bounds memory, however many workers there are.
MAX_BYTES_AHEAD = 32_000_000
"""Total bytes of the inputs that are submitted before the first of them is done."""

_lexicon_folders: list[Path] = []
"""The lexicon folders, if this process is a worker."""


class WorkerError(DatelineError):
    """A worker process died; the message says what it was doing."""


class Workers:
    """A pool of worker processes. Their results equal those of one process: a pure function of bytes or text."""

    def __init__(self, pool: ProcessPoolExecutor, count: int) -> None:
        self._pool = pool
        self._max_ahead = MAX_INPUTS_AHEAD_PER_WORKER * count

    def annotate_all(self, texts: Sequence[TitleAndText]) -> Iterator[Annotation | Fault]:
        """Yield the annotation of each text, in order, or why there is none."""
        try:
            yield from self._pool.map(annotate_text, texts, chunksize=TEXTS_PER_TASK)
        except BrokenProcessPool:
            raise _worker_error("it annotated texts") from None

    def read_all(self, items: Iterable[ReadItem | ReadTask]) -> Iterator[ReadItem]:
        """Yield the items in order, each input replaced by its records."""
        queue: deque[_Submitted] = deque()
        try:
            for item in items:
                if queue or isinstance(item, ReadTask):
                    queue.append(self._submit(item))
                    yield from self._drain(queue)
                else:
                    yield item
            while queue:
                yield from _pop_first(queue)
        except BrokenProcessPool:
            failed = [entry.path for entry in queue if not entry.records.done() or entry.records.exception()]
            raise _worker_error(f"it read one of {', '.join(failed[:5]) or 'many files'}") from None

    def _submit(self, item: ReadItem | ReadTask) -> "_Submitted":
        if isinstance(item, ReadTask):
            # Sources and facts are the same for all inputs, and every worker has loaded them.
            slim = replace(item, context=replace(item.context, sources=Sources({}), facts=()))
            return _Submitted(item.path, len(item.content), self._pool.submit(read_input, slim))
        done: Future[list[ReadItem]] = Future()
        done.set_result([item])
        return _Submitted(item.origin.path, len(item.text) if isinstance(item, RawArticle) else 0, done)

    def _drain(self, queue: "deque[_Submitted]") -> Iterator[ReadItem]:
        """Yield the records of the inputs that are done; wait for the first one where too many are submitted."""
        while queue and (
            queue[0].records.done()
            or len(queue) > self._max_ahead
            or sum(entry.size for entry in queue) > MAX_BYTES_AHEAD
        ):
            yield from _pop_first(queue)


@dataclass(frozen=True, slots=True)
class _Submitted:
    """An input whose records are available or will be; `size` is in bytes or code points."""

    path: str
    size: int
    records: Future[list[ReadItem]]


def _pop_first(queue: deque[_Submitted]) -> Iterator[ReadItem]:
    """Wait for the first input, yield its records, and remove it from the queue afterwards."""
    yield from queue[0].records.result()
    queue.popleft()


def _worker_error(activity: str) -> WorkerError:
    return WorkerError(
        f"A worker process died while {activity}. Nothing that was stored is lost; load again to continue, and use "
        "fewer --workers if memory ran out."
    )


@contextmanager
def start_workers(count: int, lexicon_folders: Sequence[Path]) -> Iterator[Workers]:
    """Start worker processes with the lexicon of these folders; they end with the block, even if it raises."""
    alive, own_end = Pipe(duplex=False)
    # A fork would copy the threads of progress bars in an arbitrary state.
    context, arguments = get_context("spawn"), (tuple(lexicon_folders), alive)
    pool = ProcessPoolExecutor(count, context, initializer=initialize_worker, initargs=arguments)
    try:
        yield Workers(pool, count)
    finally:
        pool.shutdown(cancel_futures=True)
        own_end.close()
        alive.close()


def initialize_worker(
    lexicon_folders: Sequence[Path], alive: Connection, end: Callable[[int], object] = os._exit
) -> None:
    """Make this process a worker; `alive` reaches its end when the process that started it does."""
    _lexicon_folders[:] = lexicon_folders
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, args=(alive, end), daemon=True).start()


def _end_with_parent(alive: Connection, end: Callable[[int], object]) -> None:
    alive.poll(None)
    end(1)


def annotate_text(title_and_text: TitleAndText) -> Annotation | Fault:
    """Return this process's annotation of a text, or why there is none."""
    return annotate_or_fault(_annotator(*_lexicon_folders), title_and_text)


def annotate_or_fault(annotator: Annotator, title_and_text: TitleAndText) -> Annotation | Fault:
    """Return the annotation of a text, or why there is none: an error must not lose the annotations of other texts."""
    title, text = title_and_text
    try:
        return annotator.annotate(title=title, text=text)
    except Exception as error:
        return fault_of(error)


@cache
def _annotator(*lexicon_folders: Path) -> Annotator:
    """Load the lexicon once per process, and only where texts are annotated."""
    return Annotator(load_lexicon(*lexicon_folders), on_compiled=exempt_startup_objects)


def read_input(slim: ReadTask) -> list[ReadItem]:
    """Return the records of an input whose context lacks sources and facts, which this process adds."""
    sources, facts = load_lexicon_data(*_lexicon_folders)
    return list(replace(slim, context=replace(slim.context, sources=sources, facts=facts)).read())
