"""Extraction on several cores: each worker compiles the lexicon once; answers come in the order of the texts."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

from seed.extract.annotator import Annotator
from seed.extract.lexicon import load_lexicon
from seed.records import Annotation

Titled = tuple[str, str]
"""Title and text of an article."""

CHUNK = 16
"""Texts that go to a worker at once: some hundred kilobytes, and a twentieth of a second of work."""

_own: list[Annotator] = []
"""The annotator of this process, if it is a worker."""


class Workers:
    """Annotates many texts at once. It finds what one annotator finds: that is a pure function of the text."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    def annotate_all(self, texts: Sequence[Titled]) -> Iterator[Annotation]:
        """Return what is found in each text, in their order."""
        return self._pool.map(annotate_one, texts, chunksize=CHUNK)


@contextmanager
def workers(number: int, folders: Sequence[Path]) -> Iterator[Workers]:
    """Start worker processes with the lexicon of these folders; they end with the block, however it ends."""
    # A fork would copy the threads of progress bars in the middle of what they do.
    pool = ProcessPoolExecutor(number, get_context("spawn"), initializer=begin, initargs=(tuple(folders),))
    try:
        yield Workers(pool)
    finally:
        pool.shutdown(cancel_futures=True)


def begin(folders: Sequence[Path]) -> None:
    """Compile the lexicon for this process."""
    _own.append(Annotator(load_lexicon(*folders)))


def annotate_one(titled: Titled) -> Annotation:
    """Return what this process finds in a text."""
    title, text = titled
    return _own[0].annotate(title=title, text=text)
