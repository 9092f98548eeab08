"""Several processes read and find what one does, in the same order, and none of them is left behind."""

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

import pytest

from app.errors import DatelineError
from seed.extract.annotator import Annotator
from seed.extract.lexicon.lexicon import load_lexicon
from seed.pipeline import workers as module
from seed.pipeline.workers import WorkerError, Workers, annotate_one, begin, read_one, workers
from seed.readers import Overrides, read, reader_context
from seed.readers.inputs import Input, Item
from seed.records import Origin, RawArticle, Refusal
from tests.conftest import ROOT

TEXTS = [(f"Report {n}", "Captain Jo Lindqvall left. “To Amsel,” Lindqvall said.") for n in range(40)]
PAGE = "<html><head><title>Ferry {n}</title></head><body><h1>Ferry {n}</h1><p>It sails again.</p></body></html>"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small lexicon, so that a worker is ready at once."""
    folder = tmp_path_factory.mktemp("lexicon")
    (folder / "places.yaml").write_text("- {id: amsel, name: Amsel}\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def several(folder: Path) -> Iterator[Workers]:
    """Two processes, for all tests that leave them alive."""
    with workers(2, [folder]) as started:
        yield started


@pytest.fixture
def places(tmp_path: Path) -> Path:
    """Pages, and between them a stream of records, what is refused at once, and what is refused when it is read."""
    for number in range(30):
        (tmp_path / f"{number:02}.html").write_text(PAGE.format(n=number), encoding="utf-8")
    (tmp_path / "07.jsonl").write_text('{"title": "Tide", "source": "G", "text": "It turns."}\n{}\n', encoding="utf-8")
    (tmp_path / "11.png").write_bytes(b"\x89PNG")
    (tmp_path / "13.md").write_bytes(b"no front matter")
    (tmp_path / "17.md").write_bytes(b"\xef\xbb\xbf\xff")
    return tmp_path


READ = partial(read, overrides=Overrides(source="Harbour Gazette"))


def test_a_worker_finds_and_reads_what_this_process_does(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_folders", [folder])
    annotator = Annotator(load_lexicon(folder))
    assert [annotate_one(text) for text in TEXTS] == [annotator.annotate(title=t, text=x) for t, x in TEXTS]
    page = Input("html", PAGE.format(n=1).encode(), "a.html", reader_context(Overrides(source="G")))
    assert read_one(page) == list(page.read())
    assert read_one(page) != []


def test_a_worker_ends_with_who_started_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And takes no notice of Ctrl-C, which all processes of a terminal get."""
    monkeypatch.setattr(module, "_folders", [])
    before, ended = signal.getsignal(signal.SIGINT), Event()
    alive, mine = Pipe(duplex=False)
    try:
        begin([folder], alive, lambda _code: ended.set())
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
        assert not ended.is_set()
    finally:
        signal.signal(signal.SIGINT, before)
        mine.close()
    assert ended.wait(10)
    alive.close()


def test_the_order_of_the_texts_is_kept(folder: Path, several: Workers) -> None:
    annotator = Annotator(load_lexicon(folder))
    found = list(several.annotate_all(TEXTS))
    assert found == [annotator.annotate(title=title, text=text) for title, text in TEXTS]
    assert found[0].mentions


def test_files_are_read_in_the_order_of_one_process(several: Workers, places: Path) -> None:
    """Records, refusals and what was found where."""
    alone, spread = list(READ([places])), list(READ([places], through=several.read_all))
    assert spread == alone
    assert [item.found for item in spread if isinstance(item, RawArticle)] == [
        item.found for item in alone if isinstance(item, RawArticle)
    ]
    assert sum(isinstance(item, RawArticle) for item in spread) == 31
    assert sum(isinstance(item, Refusal) for item in spread) == 4


def test_few_inputs_and_few_bytes_are_begun_at_once(
    several: Workers, places: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So memory is bounded, however many files there are."""
    taken: list[Item | Input] = []

    def watched(items: Iterable[Item | Input]) -> Iterator[Item | Input]:
        for item in items:
            taken.append(item)
            yield item

    for most, bytes_ in ((2, module.AHEAD_BYTES), (100, 0)):
        monkeypatch.setattr(several, "_most", most)
        monkeypatch.setattr(module, "AHEAD_BYTES", bytes_)
        taken.clear()
        records = READ([places], through=lambda items: several.read_all(watched(items)))
        for count, _ in enumerate(records, start=1):
            assert len(taken) <= count + most
        assert len(taken) == 35


def test_a_worker_that_dies_is_named(folder: Path, places: Path) -> None:
    """With what it may have been at; whoever asks again is told so, too."""
    others = set(active_children())
    with workers(1, [folder]) as one:
        assert list(one.annotate_all(TEXTS[:1]))
        (worker,) = set(active_children()) - others
        os.kill(worker.pid or 0, signal.SIGSTOP)  # So it has not read a file when it is killed, however slow we are.

        def deadly(items: Iterable[Item | Input]) -> Iterator[Item | Input]:
            for number, item in enumerate(items):
                if number == 3:
                    os.kill(worker.pid or 0, signal.SIGKILL)
                yield item

        with pytest.raises(WorkerError, match=r"while it read one of .*00\.html, .*01\.html, .*02\.html"):
            list(READ([places], through=lambda items: one.read_all(deadly(items))))
        with pytest.raises(WorkerError, match="many files"):
            list(READ([places], through=one.read_all))
        with pytest.raises(DatelineError, match="it looked for entities"):
            list(one.annotate_all(TEXTS))


LEFT_ALONE = """
import sys, time
from pathlib import Path
from multiprocessing import active_children
from seed.workers import workers
if __name__ == "__main__":
    with workers(1, [Path(sys.argv[1])]) as one:
        list(one.annotate_all([("a", "b")]))
        print(active_children()[0].pid, flush=True)
        time.sleep(60)
"""


def test_no_worker_outlives_a_killed_load(folder: Path, tmp_path: Path) -> None:
    """It would keep its memory, and nobody would know why."""
    (tmp_path / "alone.py").write_text(LEFT_ALONE, encoding="utf-8")
    command = [sys.executable, str(tmp_path / "alone.py"), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}) as it:
        assert it.stdout is not None
        worker = Path("/proc") / it.stdout.readline().decode().strip()
        assert _is_running(worker)
        it.kill()
    deadline = time.monotonic() + 10
    while _is_running(worker) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _is_running(worker)


def _is_running(process: Path) -> bool:
    try:
        return process.joinpath("stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_what_is_known_already_waits_for_what_is_read(several: Workers) -> None:
    page = Input("html", PAGE.format(n=1).encode(), "a.html", reader_context(Overrides(source="G")))
    refusal = Refusal(Origin("b.png"), "no")
    first, second = several.read_all([page, refusal])
    assert isinstance(first, RawArticle)
    assert second is refusal
