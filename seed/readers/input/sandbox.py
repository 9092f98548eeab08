"""Read risky input in a separate process, which is killed if it takes too much time or memory.

HTML and XML parsers have corner cases with quadratic time. Input of an ordinary size is read in this process; input
larger than nearly all pages and feeds, or of a suspicious shape, gets limited time and memory.

A process takes most of a second to start, much longer than it reads nearly all of these inputs. One that is done and
has given its memory back therefore waits for the next input, which gets as much time and memory as in a new process.
"""

import atexit
import gc
import pickle
import resource
import subprocess
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from math import inf
from pathlib import Path
from threading import TIMEOUT_MAX, Event, Timer
from typing import Any, BinaryIO, NamedTuple, cast

from app.server.process import exempt_startup_objects
from seed.readers.context import ReaderContext
from seed.readers.input.decoding import UnreadableError, read_bytes
from seed.records import Origin, ReadItem, Refusal

SandboxedFunction = Callable[[bytes, str, ReaderContext], list[ReadItem]]

ProducingFunction = Callable[..., Iterable[Any]]


class _End(NamedTuple):
    """The end of the items of an input: why there are no more, None after all of them; can the process be reused."""

    reason: str | None
    is_reusable: bool


MAX_CPU_SECONDS = 15
MAX_WALL_SECONDS = 25
"""Maximum wall time: an input ends within 30 seconds, however busy the machine is."""

MAX_MEMORY_BYTES = 200_000_000
"""Maximum data segment in bytes: with the load itself less than 512 MB. A tree takes ten times the memory of its page.
"""

MAX_GROWTH_BYTES = 20_000_000
"""Maximum number of bytes by which the data segment of a process may have grown when it waits for the next input."""

_ORDINARY_BYTES = 1_500_000  # Nine in ten news pages have less than a third of it.
_ORDINARY_TAGS = 10_000  # Opening, closing and escaped tags; nine in ten news pages have less than half of it.
_ORDINARY_TAG_LENGTH = 20_000  # Without embedded images, a tag has a few hundred characters.
_ROOT = Path(__file__).resolve().parents[3]
_CODE = "import sys; from seed.readers.input.sandbox import serve; serve(sys.stdin.buffer, sys.stdout.buffer)"
_STATM = Path("/proc/self/statm")
_idle: list[subprocess.Popen[bytes]] = []
"""Processes that wait for an input."""


def read_sandboxed(read: SandboxedFunction, content: bytes, path: str, context: ReaderContext) -> list[ReadItem]:
    """Return what `read` (a module-level function) makes of the content, or a refusal if that takes too much."""
    return read(content, path, context) if is_ordinary(content) else read_in_subprocess(read, content, path, context)


def read_file_sandboxed(
    read: SandboxedFunction, stream: BinaryIO, path: str, context: ReaderContext
) -> Iterator[ReadItem]:
    """Yield what `read_sandboxed` returns for a whole file, or a refusal if the file is too long."""
    try:
        yield from read_sandboxed(read, read_bytes(stream), path, context)
    except ValueError as error:
        yield Refusal(Origin(path), str(error))


def is_ordinary(content: bytes) -> bool:
    """Return whether an input is too small to trigger slow corner cases of a parser."""
    if len(content) > _ORDINARY_BYTES or content.count(b"<") + content.count(b"&") > _ORDINARY_TAGS:
        return False
    return all(
        len(piece) < _ORDINARY_TAG_LENGTH or piece.find(b">") < _ORDINARY_TAG_LENGTH for piece in content.split(b"<")
    )


def read_in_subprocess(  # noqa: PLR0913 - the last three are for tests
    read: SandboxedFunction,
    content: bytes,
    path: str,
    context: ReaderContext,
    *,
    cpu: float = MAX_CPU_SECONDS,
    wall: float | None = None,
    memory: int = MAX_MEMORY_BYTES,
) -> list[ReadItem]:
    """Read as `read_sandboxed` does, but always in a separate process; `cpu` and `wall` are seconds, `memory` bytes."""
    wall = MAX_WALL_SECONDS if wall is None else wall
    try:
        return [*stream_from_subprocess(read, content, path, context, cpu=cpu, wall=wall, memory=memory)]
    except ValueError as error:
        return [Refusal(Origin(path), str(error))]


def stream_from_subprocess(
    produce: ProducingFunction,
    content: bytes,
    *arguments: object,
    cpu: float = MAX_CPU_SECONDS,
    wall: float = TIMEOUT_MAX,
    memory: int = MAX_MEMORY_BYTES,
) -> Iterator[Any]:
    """Yield what `produce` (a module-level function) yields for the content, in a separate process, one by one.

    Raise the ValueError that it raises, and UnreadableError if it takes too much time or memory. `wall` includes the
    time that the caller takes between two items; by default there is no such limit.
    """
    process, is_late = _idle_or_new(), Event()

    def end_late() -> None:
        is_late.set()
        process.kill()

    guard = Timer(wall, end_late)
    guard.daemon = True
    guard.start()
    end = _End(None, is_reusable=False)
    try:
        with suppress(BrokenPipeError):
            request = cast("BinaryIO", process.stdin)
            pickle.dump((produce, content, arguments, cpu, memory), request)
            request.flush()
        end = yield from _items(cast("BinaryIO", process.stdout))
    except (EOFError, pickle.UnpicklingError):
        raise UnreadableError(_limits_exceeded(cpu, memory)) from None
    finally:
        guard.cancel()
        guard.join()
        if end.is_reusable and not is_late.is_set():
            _idle.append(process)
        else:
            _stop(process)
    if end.reason is not None:
        raise ValueError(end.reason)


def _idle_or_new() -> "subprocess.Popen[bytes]":
    while _idle:
        process = _idle.pop()
        if process.poll() is None:
            return process
        _stop(process)
    gc.collect()  # The errors of large files may keep their lines in memory, which the process needs, too.
    return subprocess.Popen(  # noqa: S603 - our own program, and no shell
        [sys.executable, "-c", _CODE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_ROOT,
    )


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    with suppress(BrokenPipeError), process:  # A request that it has not read is written in vain.
        pass


@atexit.register
def stop_idle() -> None:
    """End the processes that wait for an input."""
    while _idle:
        _stop(_idle.pop())


def _items(response: BinaryIO) -> Generator[Any, None, _End]:
    """Yield the items of an input; return what is said at their end."""
    while True:
        item, end = pickle.load(response)  # noqa: S301 - our own process wrote it
        if end is not None:
            return _End(*end)
        yield item


def _limits_exceeded(cpu: float, memory: int) -> str:
    limits = f"{cpu:.0f} seconds or {memory // 1_000_000} MB of memory"
    return f"reading takes more than {limits}, or fails: expected a simpler file"


def serve(requests: BinaryIO, responses: BinaryIO) -> None:
    """Read inputs and write their items to `responses`, until there are no more, or this process has grown too much.

    What it has grown by adds to the limit of each input, which thus has as much memory as in a new process.
    """
    exempt_startup_objects()
    start, growth = _data_bytes(), 0.0
    while growth <= MAX_GROWTH_BYTES:
        try:
            produce, content, arguments, cpu, memory = pickle.load(requests)  # noqa: S301 - our own process wrote it
        except EOFError:
            return
        _limit(cpu, memory + int(growth))
        reason = _write_items(produce(content, *arguments), responses)
        del content, arguments
        gc.collect()
        growth = _data_bytes() - start  # Not a number where the system does not say it.
        pickle.dump((None, (reason, growth <= MAX_GROWTH_BYTES)), responses)
        responses.flush()


def _write_items(items: Iterable[Any], responses: BinaryIO) -> str | None:
    """Write each item to `responses`; return the reason if reading fails."""
    try:
        for item in items:
            pickle.dump((item, None), responses)
    except ValueError as error:
        return str(error)
    return None


def _data_bytes() -> float:
    """Return the size of the data segment of this process in bytes; infinity where the system does not say it."""
    try:
        return int(_STATM.read_text(encoding="ascii").split()[5]) * resource.getpagesize()
    except OSError:
        return inf


def _limit(cpu: float, memory: int) -> None:
    """Limit the CPU time from now on in seconds, and the memory in bytes, of this process."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(cpu + usage.ru_utime + usage.ru_stime) + 1, hard))
    # Limit data, not address space: libraries reserve far more addresses than they use.
    resource.setrlimit(resource.RLIMIT_DATA, (memory, resource.getrlimit(resource.RLIMIT_DATA)[1]))
