"""Load with the real command in a separate process, and measure it and all processes that it starts."""

import os
import re
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from app.stores.sqlite import file_url
from tests.conftest import ROOT

SECONDS = 300
"""A longer load is killed; the bounds are in CPU seconds, because the machine may be busy."""

# The limit of wall time depends on how busy the machine is.
_PROGRAM = """
from seed.cli.program import app
from seed.readers.input import sandbox
sandbox.MAX_WALL_SECONDS = 300
app()
"""

_BETWEEN = 0.02  # Seconds between two samples of the memory.


@dataclass(frozen=True, slots=True)
class Measured:
    """CPU seconds, the peak memory of all processes together in MB, and the output."""

    cpu: float
    megabytes: float
    output: str
    code: int

    @property
    def crashed(self) -> bool:
        """Return whether the load ended abnormally."""
        return self.code not in {0, 1} or "Traceback" in self.output

    @property
    def said(self) -> str:
        """Return the first line about a record, else the first line."""
        lines = self.output.splitlines()
        return next((line for line in lines if line.startswith(("refused ", "note "))), next(iter(lines), ""))


def loaded(place: Path, *, database: Path) -> Measured:
    """Load a path into a database, as `dateline load` does."""
    command = [sys.executable, "-c", _PROGRAM, "load", str(place), "--source", "gazette.example"]
    environment = {**os.environ, "DATELINE_DATABASE_URL": file_url(database)}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        guard = threading.Timer(SECONDS, process.kill)
        guard.start()
        watch = _Watch(process)
        watch.start()
        assert process.stdout is not None
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        guard.cancel()
        watch.join()
    # The kernel's own peak includes the parent process, which generated the input.
    most = watch.most or usage.ru_maxrss
    return Measured(usage.ru_utime + usage.ru_stime, most / 1e6, output, process.returncode)


class _Watch(threading.Thread):
    """Samples the memory of a process and its children, where the system has /proc."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        super().__init__(daemon=True)
        self._process = process
        self._ended = threading.Event()
        self.most = 0

    def run(self) -> None:
        while self._process.returncode is None and not self._ended.wait(_BETWEEN):
            self.most = max(self.most, sum(map(_memory, _tree(self._process.pid))))


def _tree(process: int) -> list[int]:
    processes = [process]
    for parent in processes:
        processes += [child for child in _children(parent) if _command(child) != _command(parent)]
    return processes


def _children(process: int) -> list[int]:
    """Return the child processes of a process; none if it has just ended."""
    with suppress(OSError):
        lists = list(Path(f"/proc/{process}/task").glob("*/children"))
        return [child for listed in lists for child in map(int, _read(listed).split())]
    return []


def _command(process: int) -> str:
    """Return the command line of a process; a new process briefly has that of its parent, whose memory it shares."""
    return _read(Path(f"/proc/{process}/cmdline"))


def _memory(process: int) -> int:
    """Return the peak memory of a process since the last sample in bytes; 0 if it has ended."""
    match = re.search(r"VmHWM:\s+([0-9]+) kB", _read(Path(f"/proc/{process}/status")))
    # Peaks of different times must not be added up: 5 resets the peak. Where that is refused, all peaks count.
    with suppress(OSError):
        Path(f"/proc/{process}/clear_refs").write_text("5", encoding="ascii")
    return int(match[1]) * 1024 if match else 0


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except OSError:
        return ""
