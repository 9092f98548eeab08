"""Several processes read and annotate like one, in the same order, and none of them is left running."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from functools import partial
from multiprocessing import Pipe, active_children
from pathlib import Path
from threading import Event
from typing import cast

import pytest

from app.errors import DatelineError
from seed.extract.annotator import Annotator
from seed.extract.lexicon.lexicon import load_lexicon
from seed.faults import Fault
from seed.pipeline import workers as module
from seed.pipeline.workers import WorkerError, Workers, annotate_text, initialize_worker, read_input, start_workers
from seed.readers import Overrides, read_paths, reader_context
from seed.readers.inputs import ReadTask
from seed.records import Annotation, Origin, RawArticle, ReadItem, Refusal
from tests.conftest import ROOT

TEXTS = [(f"Report {n}", "Captain Jo Lindqvall left. “To Amsel,” Lindqvall said.") for n in range(40)]
PAGE = "<html><head><title>Ferry {n}</title></head><body><h1>Ferry {n}</h1><p>It sails again.</p></body></html>"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small lexicon, so that workers start quickly."""
    folder = tmp_path_factory.mktemp("lexicon")
    (folder / "places.yaml").write_text("- {id: amsel, name: Amsel}\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def pool(folder: Path) -> Iterator[Workers]:
    """Yield two processes, shared by all tests that leave them alive."""
    with start_workers(2, [folder]) as started:
        yield started


@pytest.fixture
def places(tmp_path: Path) -> Path:
    """Return a folder of pages, with a stream of records, a file refused unread, and files refused when read."""
    for number in range(30):
        (tmp_path / f"{number:02}.html").write_text(PAGE.format(n=number), encoding="utf-8")
    (tmp_path / "07.jsonl").write_text('{"title": "Tide", "source": "G", "text": "It turns."}\n{}\n', encoding="utf-8")
    (tmp_path / "11.dat").write_bytes(b"\x89PNG")
    (tmp_path / "13.md").write_bytes(b"no front matter")
    (tmp_path / "17.md").write_bytes(b"\xef\xbb\xbf\xff")
    return tmp_path


READ = partial(read_paths, overrides=Overrides(source="Harbour Gazette"))


def test_a_worker_reads_and_annotates_like_this_process(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_lexicon_folders", [folder])
    annotator = Annotator(load_lexicon(folder))
    assert [annotate_text(text) for text in TEXTS] == [annotator.annotate(title=t, text=x) for t, x in TEXTS]
    page = ReadTask("html", PAGE.format(n=1).encode(), "a.html", reader_context(Overrides(source="G")))
    assert read_input(page) == list(page.read())
    assert read_input(page) != []


def test_a_worker_ends_with_the_process_that_started_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And it ignores Ctrl-C, which reaches all processes of a terminal."""
    monkeypatch.setattr(module, "_lexicon_folders", [])
    before, ended = signal.getsignal(signal.SIGINT), Event()
    alive, own_end = Pipe(duplex=False)
    try:
        initialize_worker([folder], alive, lambda _code: ended.set())
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
        assert not ended.is_set()
    finally:
        signal.signal(signal.SIGINT, before)
        own_end.close()
    assert ended.wait(10)
    alive.close()


def test_annotations_keep_the_order_of_the_texts(folder: Path, pool: Workers) -> None:
    annotator = Annotator(load_lexicon(folder))
    annotations = list(pool.annotate_all(TEXTS))
    assert annotations == [annotator.annotate(title=title, text=text) for title, text in TEXTS]
    assert isinstance(annotations[0], Annotation)
    assert annotations[0].mentions


def test_files_are_read_in_the_order_of_one_process(pool: Workers, places: Path) -> None:
    """Records with their provenance, and refusals."""
    sequential, parallel = list(READ([places])), list(READ([places], run_tasks=pool.read_all))
    assert parallel == sequential
    assert [item.provenance for item in parallel if isinstance(item, RawArticle)] == [
        item.provenance for item in sequential if isinstance(item, RawArticle)
    ]
    assert sum(isinstance(item, RawArticle) for item in parallel) == 31
    assert sum(isinstance(item, Refusal) for item in parallel) == 4


def test_few_inputs_and_few_bytes_are_submitted_ahead(
    pool: Workers, places: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So memory is bounded, however many files there are."""
    submitted: list[ReadItem | ReadTask] = []

    def recorded(items: Iterable[ReadItem | ReadTask]) -> Iterator[ReadItem | ReadTask]:
        for item in items:
            submitted.append(item)
            yield item

    for max_ahead, max_bytes in ((2, module.MAX_BYTES_AHEAD), (100, 0)):
        monkeypatch.setattr(pool, "_max_ahead", max_ahead)
        monkeypatch.setattr(module, "MAX_BYTES_AHEAD", max_bytes)
        submitted.clear()
        records = READ([places], run_tasks=lambda items: pool.read_all(recorded(items)))
        for count, _ in enumerate(records, start=1):
            assert len(submitted) <= count + max_ahead
        assert len(submitted) == 35


def test_a_dead_worker_is_reported(folder: Path, places: Path) -> None:
    """With the inputs it may have been reading, and again on later calls."""
    others = set(active_children())
    with start_workers(1, [folder]) as single:
        assert list(single.annotate_all(TEXTS[:1]))
        (worker,) = set(active_children()) - others
        os.kill(
            worker.pid or 0, signal.SIGSTOP
        )  # So that it has not read a file yet when it is killed, however slow this process is.

        def killing_the_worker(items: Iterable[ReadItem | ReadTask]) -> Iterator[ReadItem | ReadTask]:
            for number, item in enumerate(items):
                if number == 3:
                    os.kill(worker.pid or 0, signal.SIGKILL)
                yield item

        with pytest.raises(WorkerError, match=r"while it read one of .*00\.html, .*01\.html, .*02\.html"):
            list(READ([places], run_tasks=lambda items: single.read_all(killing_the_worker(items))))
        with pytest.raises(WorkerError, match="many files"):
            list(READ([places], run_tasks=single.read_all))
        with pytest.raises(DatelineError, match="it annotated texts"):
            list(single.annotate_all(TEXTS))


ORPHANED = """
import sys, time
from pathlib import Path
from multiprocessing import active_children
from seed.pipeline.workers import start_workers
if __name__ == "__main__":
    with start_workers(1, [Path(sys.argv[1])]) as single:
        list(single.annotate_all([("a", "b")]))
        print(active_children()[0].pid, flush=True)
        time.sleep(60)
"""


@pytest.mark.unmeasured
def test_no_worker_outlives_a_killed_load(folder: Path, tmp_path: Path) -> None:
    """It would hold its memory, and nobody would know why."""
    (tmp_path / "orphaned.py").write_text(ORPHANED, encoding="utf-8")
    command = [sys.executable, str(tmp_path / "orphaned.py"), str(folder)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}
    ) as load:
        assert load.stdout is not None
        worker = Path("/proc") / load.stdout.readline().decode().strip()
        assert _is_running(worker)
        load.kill()
    deadline = time.monotonic() + 10
    while _is_running(worker) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _is_running(worker)


def _is_running(process: Path) -> bool:
    try:
        return process.joinpath("stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_refusals_wait_for_inputs_before_them(pool: Workers) -> None:
    page = ReadTask("html", PAGE.format(n=1).encode(), "a.html", reader_context(Overrides(source="G")))
    refusal = Refusal(Origin("b.png"), "no")
    first, second = pool.read_all([page, refusal])
    assert isinstance(first, RawArticle)
    assert second is refusal


def test_a_text_that_a_worker_cannot_annotate_does_not_lose_the_others(pool: Workers) -> None:
    """The fault has the traceback of the worker."""
    texts = [TEXTS[0], ("Report", cast("str", 5)), TEXTS[1]]
    first, fault, last = pool.annotate_all(texts)
    assert isinstance(fault, Fault)
    assert fault.error.startswith("TypeError: ")
    assert "annotator.py" in fault.trace
    assert [first, last] == list(pool.annotate_all(TEXTS[:2]))
