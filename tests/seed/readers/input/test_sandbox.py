"""Risky input is read in a separate process, which is killed where it takes too much, and reused where it does not."""

import io
import os
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest

from seed.readers.context import ReaderContext
from seed.readers.input import sandbox
from seed.readers.input.decoding import UnreadableError
from seed.readers.input.sandbox import (
    read_in_subprocess,
    read_sandboxed,
    serve,
    stop_idle,
    stream_from_subprocess,
)
from seed.readers.outlets import Sources
from seed.records import Origin, ReadItem, Refusal

CONTEXT = ReaderContext({}, Sources({}), (), recipes=())
TOO_MUCH = "reading takes more than 15 seconds or 200 MB of memory, or fails: expected a simpler file"
NO_LIMIT = (10_000, 2**50)


@pytest.fixture
def fresh() -> None:
    """Start without a process of another test."""
    stop_idle()


def endless(content: bytes, path: str, context: ReaderContext) -> list[ReadItem]:
    """Loop until killed."""
    while content:
        pass
    return [Refusal(Origin(path), str(len(context.overrides)))]


def filling(content: bytes, path: str, _context: ReaderContext) -> list[ReadItem]:
    """Take a hundred times the memory of the content."""
    return [Refusal(Origin(path), str(len(bytearray(content * 100))))]


def counted(content: bytes, last: int) -> Iterator[int]:
    """Yield numbers, and raise at 7."""
    for number in range(last):
        if number == 7:
            raise ValueError(content.decode())
        yield number


def failing(_content: bytes) -> Iterator[int]:
    """Yield a number and end the process."""
    yield 1
    raise SystemExit(3)


def process_id(_content: bytes) -> list[int]:
    """Return the id of the process."""
    return [os.getpid()]


KEPT: list[bytes] = []


def keeping(content: bytes) -> list[int]:
    """Return the id of the process, and keep a hundred times the memory of the content."""
    KEPT.append(content * 100)
    return [os.getpid()]


def test_what_takes_too_long_is_ended() -> None:
    assert read_in_subprocess(endless, b"x", "a.html", CONTEXT, wall=0.5) == [Refusal(Origin("a.html"), TOO_MUCH)]
    assert read_sandboxed(endless, b"", "a.html", CONTEXT) == [Refusal(Origin("a.html"), "0")]


@pytest.mark.unmeasured
def test_what_takes_too_much_memory_is_ended() -> None:
    found = [read_in_subprocess(filling, bytes(size), "a.html", CONTEXT) for size in (10_000, 3_000_000)]
    assert [item.reason for (item,) in found if isinstance(item, Refusal)] == ["1000000", TOO_MUCH]


@pytest.mark.unmeasured
def test_what_takes_too_much_processor_time_is_ended() -> None:
    """Counted from the beginning of each input, in a process that read others."""
    stream = stream_from_subprocess(counted, b"", 2)
    assert [*stream] == [0, 1]
    (process,) = sandbox._idle
    with pytest.raises(UnreadableError, match="reading takes more than 0 seconds"):
        [*stream_from_subprocess(endless, b"x", "a.html", CONTEXT, cpu=0)]
    assert process.returncode < 0


@pytest.mark.usefixtures("fresh")
def test_inputs_are_read_in_the_same_process_while_it_stays_small() -> None:
    stream = stream_from_subprocess(counted, b"seven is too many", 9)
    assert [next(stream) for _ in range(7)] == [*range(7)]
    with pytest.raises(ValueError, match="seven is too many"):
        next(stream)
    (process,) = sandbox._idle
    assert [*stream_from_subprocess(process_id, b"")] == [process.pid]
    assert [*stream_from_subprocess(keeping, bytes(300_000))] == [process.pid]
    assert sandbox._idle == []
    assert process.poll() is not None


def test_a_process_that_ended_while_it_waited_is_replaced() -> None:
    (first,) = stream_from_subprocess(process_id, b"")
    (process,) = sandbox._idle
    assert first == process.pid
    process.kill()
    process.wait()
    (second,) = stream_from_subprocess(process_id, b"")
    assert second not in {first, os.getpid()}


@pytest.mark.unmeasured
def test_a_stream_ends_with_its_process() -> None:
    stream = stream_from_subprocess(failing, b"")
    assert next(stream) == 1
    with pytest.raises(UnreadableError, match="reading takes more than 15 seconds or 200 MB of memory, or fails"):
        next(stream)


@pytest.mark.usefixtures("fresh")
def test_a_request_that_nobody_reads_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that cannot start breaks the pipe of its input."""
    monkeypatch.setattr(sandbox, "_CODE", "import sys; sys.exit(3)")
    assert read_in_subprocess(endless, bytes(1_000_000), "a.html", CONTEXT) == [Refusal(Origin("a.html"), TOO_MUCH)]


def _served(*requests: tuple[object, ...]) -> list[tuple[object, object]]:
    """Return what a process writes that gets these requests."""
    responses = io.BytesIO()
    serve(io.BytesIO(b"".join(map(pickle.dumps, requests))), responses)
    responses.seek(0)
    items = []
    while responses.tell() < len(responses.getvalue()):
        items.append(pickle.load(responses))  # noqa: S301 - written above
    return items


def test_a_process_writes_the_items_of_each_input_and_their_end() -> None:
    requests = ((counted, b"x", (last,), *NO_LIMIT) for last in (2, 9))
    items = _served(*requests)
    assert items[:3] == [(0, None), (1, None), (None, (None, True))]
    assert items[-2:] == [(6, None), (None, ("x", True))]


def test_a_process_ends_where_the_system_does_not_say_its_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on macOS."""
    monkeypatch.setattr(sandbox, "_STATM", tmp_path / "statm")
    requests = ((counted, b"x", (1,), *NO_LIMIT) for _ in range(2))
    assert _served(*requests) == [(0, None), (None, (None, False))]
