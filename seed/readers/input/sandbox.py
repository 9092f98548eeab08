"""Read risky input in a separate process, which is killed if it takes too much time or memory.

HTML and XML parsers have corner cases with quadratic time. Input of an ordinary size is read in this process; input
larger than nearly all pages and feeds, or of a suspicious shape, gets limited time and memory.
"""

import pickle
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, cast

from seed.readers.context import ReaderContext
from seed.readers.input.decoding import UnreadableError, read_bytes
from seed.records import Origin, ReadItem, Refusal

SandboxedFunction = Callable[[bytes, str, ReaderContext], list[ReadItem]]

ProducingFunction = Callable[..., Iterator[Any]]

MAX_CPU_SECONDS = 15
MAX_WALL_SECONDS = 25
"""Maximum wall time: an input ends within 30 seconds, however busy the machine is."""

MAX_MEMORY_BYTES = 200_000_000
"""Maximum data segment in bytes: with the load itself less than 512 MB. A tree takes ten times the memory of its page.
"""

_ORDINARY_BYTES = 1_500_000  # Nine in ten news pages have less than a third of it.
_ORDINARY_TAGS = 10_000  # Opening, closing and escaped tags; nine in ten news pages have less than half of it.
_ORDINARY_TAG_LENGTH = 20_000  # Without embedded images, a tag has a few hundred characters.
_ROOT = Path(__file__).resolve().parents[3]
_CODE = (
    "import sys; from seed.readers.input.sandbox import serve_request; "
    "serve_request(sys.stdin.buffer, sys.stdout.buffer)"
)
_STREAM_CODE = _CODE.replace("serve_request", "serve_stream")


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
    wall: float = MAX_WALL_SECONDS,
    memory: int = MAX_MEMORY_BYTES,
) -> list[ReadItem]:
    """Read as `read_sandboxed` does, but always in a separate process; `cpu` and `wall` are seconds, `memory` bytes."""
    request = pickle.dumps((read, content, path, context, cpu, memory))
    try:
        process = subprocess.run(  # noqa: S603 - our own program, and no shell
            [sys.executable, "-c", _CODE], input=request, capture_output=True, timeout=wall, cwd=_ROOT, check=True
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return [Refusal(Origin(path), _limits_exceeded(cpu, memory))]
    items: list[ReadItem] = pickle.loads(process.stdout)  # noqa: S301 - our own process wrote it
    return items


def stream_from_subprocess(
    produce: ProducingFunction,
    content: bytes,
    *arguments: object,
    cpu: float = MAX_CPU_SECONDS,
    memory: int = MAX_MEMORY_BYTES,
) -> Iterator[Any]:
    """Yield what `produce` (a module-level function) yields for the content, in a separate process, one by one.

    Raise the ValueError that it raises, and UnreadableError if it takes too much CPU time or memory.
    """
    with subprocess.Popen(  # noqa: S603 - our own program, and no shell
        [sys.executable, "-c", _STREAM_CODE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_ROOT,
    ) as process:
        try:
            with suppress(BrokenPipeError), cast("BinaryIO", process.stdin) as request:
                pickle.dump((produce, arguments, cpu, memory), request)
                request.write(content)
            yield from _streamed(cast("BinaryIO", process.stdout))
            if process.wait() != 0:
                raise UnreadableError(_limits_exceeded(cpu, memory))
        finally:
            process.kill()


def _streamed(response: BinaryIO) -> Iterator[Any]:
    """Yield the items of a stream; raise the error at its end."""
    while True:
        try:
            item, reason = pickle.load(response)  # noqa: S301 - our own process wrote it
        except (EOFError, pickle.UnpicklingError):
            return
        if reason is not None:
            raise ValueError(reason)
        yield item


def serve_stream(request: BinaryIO, response: BinaryIO) -> None:
    """Produce items from the content in a request, and write each to `response`, with the reason if it fails."""
    produce, arguments, cpu, memory = pickle.load(request)  # noqa: S301 - our own process wrote it
    content = request.read()
    _limit(cpu, memory)
    try:
        for item in produce(content, *arguments):
            pickle.dump((item, None), response)
    except ValueError as error:
        pickle.dump((None, str(error)), response)


def _limits_exceeded(cpu: float, memory: int) -> str:
    limits = f"{cpu:.0f} seconds or {memory // 1_000_000} MB of memory"
    return f"reading takes more than {limits}, or fails: expected a simpler file"


def serve_request(request: BinaryIO, response: BinaryIO) -> None:
    """Read the input in a request, limit CPU time and memory as it says, and write the result to `response`."""
    read, content, path, context, cpu, memory = pickle.load(request)  # noqa: S301 - our own process wrote it
    _limit(cpu, memory)
    pickle.dump(read(content, path, context), response)


def _limit(cpu: float, memory: int) -> None:
    """Limit the CPU time from now on in seconds, and the memory in bytes, of this process."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(
        resource.RLIMIT_CPU, (int(cpu) + int(resource.getrusage(resource.RUSAGE_SELF).ru_utime) + 1, hard)
    )
    # Limit data, not address space: libraries reserve far more addresses than they use.
    resource.setrlimit(resource.RLIMIT_DATA, (memory, resource.getrlimit(resource.RLIMIT_DATA)[1]))
