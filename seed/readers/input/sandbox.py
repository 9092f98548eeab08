"""Reading what could take too long, or too much memory, in a process of its own, which is ended when it does.

Parsers and extractors of HTML and XML have corners where time grows with the square of the input. What is of a common
size is read at once; what is larger than nearly all pages and feeds, or looks made up, may take so much and no more.
"""

import pickle
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from seed.readers.context import ReaderContext
from seed.records import Origin, RawArticle, Refusal

Read = Callable[[bytes, str, ReaderContext], list[RawArticle | Refusal]]

CPU_SECONDS = 15
WALL_SECONDS = 25
"""An input has to end within 30 seconds, however busy the machine is."""

MEMORY = 200_000_000
"""Bytes of data: with those of the load around it less than 512 MB. Trees take ten times the memory of their pages."""

_BYTES = 1_500_000  # Nine in ten news pages have less than a third of it.
_TAGS = 10_000  # Opening, closing and escaped ones; nine in ten news pages have less than half of it.
_LONGEST_TAG = 20_000  # A tag has some hundred characters, if it holds no image.
_ROOT = Path(__file__).resolve().parents[3]
_CODE = "import sys; from seed.readers.input.sandbox import answer; answer(sys.stdin.buffer, sys.stdout.buffer)"


def guarded(read: Read, content: bytes, path: str, context: ReaderContext) -> list[RawArticle | Refusal]:
    """What `read`, a function of a module, makes of the content; a refusal if that takes too much."""
    return read(content, path, context) if is_common(content) else in_a_process(read, content, path, context)


def is_common(content: bytes) -> bool:
    """Whether an input is so small that no corner of a parser takes long."""
    if len(content) > _BYTES or content.count(b"<") + content.count(b"&") > _TAGS:
        return False
    return all(len(part) < _LONGEST_TAG or part.find(b">") < _LONGEST_TAG for part in content.split(b"<"))


def in_a_process(  # noqa: PLR0913 - the last three are for tests
    read: Read,
    content: bytes,
    path: str,
    context: ReaderContext,
    *,
    cpu: float = CPU_SECONDS,
    wall: float = WALL_SECONDS,
    memory: int = MEMORY,
) -> list[RawArticle | Refusal]:
    """As `guarded`, always in a process of its own; `cpu` and `wall` are seconds, `memory` bytes."""
    question = pickle.dumps((read, content, path, context, cpu, memory))
    try:
        done = subprocess.run(  # noqa: S603 - our own program, and no shell
            [sys.executable, "-c", _CODE], input=question, capture_output=True, timeout=wall, cwd=_ROOT, check=True
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return [Refusal(Origin(path), _too_much(cpu, memory))]
    found: list[RawArticle | Refusal] = pickle.loads(done.stdout)  # noqa: S301 - our own process wrote it
    return found


def _too_much(cpu: float, memory: int) -> str:
    most = f"{cpu:.0f} seconds or {memory // 1_000_000} MB of memory"
    return f"reading takes more than {most}, or fails: wanted a simpler file"


def answer(question: BinaryIO, reply: BinaryIO) -> None:
    """Read what the question says, within its time and memory, and reply with what was found."""
    read, content, path, context, cpu, memory = pickle.load(question)  # noqa: S301 - our own process wrote it
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(
        resource.RLIMIT_CPU, (int(cpu) + int(resource.getrusage(resource.RUSAGE_SELF).ru_utime) + 1, hard)
    )
    # Data, not addresses: libraries set aside far more of these than they ever use.
    resource.setrlimit(resource.RLIMIT_DATA, (memory, resource.getrlimit(resource.RLIMIT_DATA)[1]))
    pickle.dump(read(content, path, context), reply)
