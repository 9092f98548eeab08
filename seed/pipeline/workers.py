"""Reading and extraction on several cores: what is read in one go, and texts, go to other processes and come in order.

Each process has the lexicon of its own, ends with the one that started it, and leaves Ctrl-C to it.
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
from seed.extract.annotator import Annotator
from seed.extract.lexicon.lexicon import load_lexicon
from seed.readers import data
from seed.readers.inputs import Input, Item
from seed.readers.outlets import Sources
from seed.records import Annotation, RawArticle

Titled = tuple[str, str]
"""Title and text of an article."""

CHUNK = 16
"""Texts that go to a worker at once: some hundred kilobytes, and a twentieth of a second of work."""

AHEAD = 8
"""Inputs a worker that are begun before the first of them is done: enough that none waits while one takes long."""

AHEAD_BYTES = 32_000_000
"""Bytes of inputs that are begun at once, however many the workers: so memory is bounded."""

_folders: list[Path] = []
"""The lexicon's folders, if this process is a worker."""


class WorkerError(DatelineError):
    """A worker process ended by itself, and what it was at."""


class Workers:
    """Reads and annotates many at once. What they find is what one process finds: a pure function of bytes or text."""

    def __init__(self, pool: ProcessPoolExecutor, number: int) -> None:
        self._pool = pool
        self._most = AHEAD * number

    def annotate_all(self, texts: Sequence[Titled]) -> Iterator[Annotation]:
        """Return what is found in each text, in their order."""
        try:
            yield from self._pool.map(annotate_one, texts, chunksize=CHUNK)
        except BrokenProcessPool:
            raise _ended("it looked for entities") from None

    def read_all(self, items: Iterable[Item | Input]) -> Iterator[Item]:
        """Return the items in their order, with the records of each input in its place."""
        ahead: deque[_Begun] = deque()
        try:
            for item in items:
                if ahead or isinstance(item, Input):
                    ahead.append(self._begun(item))
                    yield from self._ready(ahead)
                else:
                    yield item
            while ahead:
                yield from _first(ahead)
        except BrokenProcessPool:
            failed = [begun.path for begun in ahead if not begun.records.done() or begun.records.exception()]
            raise _ended(f"it read one of {', '.join(failed[:5]) or 'many files'}") from None

    def _begun(self, item: Item | Input) -> "_Begun":
        if isinstance(item, Input):
            # The outlets and facts are the same for all, and the worker has them.
            light = replace(item, context=replace(item.context, sources=Sources({}), facts=()))
            return _Begun(item.path, len(item.content), self._pool.submit(read_one, light))
        known: Future[list[Item]] = Future()
        known.set_result([item])
        return _Begun(item.origin.path, len(item.text) if isinstance(item, RawArticle) else 0, known)

    def _ready(self, ahead: "deque[_Begun]") -> Iterator[Item]:
        """Return the records of those that are done, and wait for the first where there are too many."""
        while ahead and (
            ahead[0].records.done() or len(ahead) > self._most or sum(begun.size for begun in ahead) > AHEAD_BYTES
        ):
            yield from _first(ahead)


@dataclass(frozen=True, slots=True)
class _Begun:
    """Something whose records are there or will be; `size` in bytes or code points."""

    path: str
    size: int
    records: Future[list[Item]]


def _first(ahead: deque[_Begun]) -> Iterator[Item]:
    """Return the records of the first, once they are there; then it is ahead no more."""
    yield from ahead[0].records.result()
    ahead.popleft()


def _ended(what: str) -> WorkerError:
    return WorkerError(
        f"A worker process was ended while {what}. What was stored is not lost, and loading again goes on from there; "
        "if the memory ran out, with fewer --workers."
    )


@contextmanager
def workers(number: int, folders: Sequence[Path]) -> Iterator[Workers]:
    """Start worker processes with the lexicon of these folders; they end with the block, however it ends."""
    alive, mine = Pipe(duplex=False)
    # A fork would copy the threads of progress bars in the middle of what they do.
    pool = ProcessPoolExecutor(number, get_context("spawn"), initializer=begin, initargs=(tuple(folders), alive))
    try:
        yield Workers(pool, number)
    finally:
        pool.shutdown(cancel_futures=True)
        mine.close()
        alive.close()


def begin(folders: Sequence[Path], alive: Connection, end: Callable[[int], object] = os._exit) -> None:
    """Make this process a worker; `alive` is at its end when the process that started it is."""
    _folders[:] = folders
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with, args=(alive, end), daemon=True).start()


def _end_with(alive: Connection, end: Callable[[int], object]) -> None:
    alive.poll(None)
    end(1)


def annotate_one(titled: Titled) -> Annotation:
    """Return what this process finds in a text."""
    title, text = titled
    return _annotator(*_folders).annotate(title=title, text=text)


@cache
def _annotator(*folders: Path) -> Annotator:
    """Compile the lexicon once a process, and only where texts are annotated."""
    return Annotator(load_lexicon(*folders))


def read_one(light: Input) -> list[Item]:
    """Return the records of an input whose context has no data, read with those of this process."""
    sources, facts = data(*_folders)
    return list(replace(light, context=replace(light.context, sources=sources, facts=facts)).read())
