"""What loading and publishing take: a large file through the real command, a small publish step by step.

`python -m tests.bench.loading DATABASE ARTICLES SEED NAME DAY` publishes articles of one day and prints
its times as JSON.
"""

import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from app.stores.sqlite import file_url
from seed.cli.runtime import load_resources
from seed.maintenance.database import open_writer
from seed.pipeline.load import load
from tests.bench.corpus import Corpus

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class LoadTimes:
    """What `dateline load` took, with the publish: seconds of wall time and of processor time, peak memory in MB."""

    articles: int
    wall: float
    cpu: float
    memory: float

    @property
    def rate(self) -> float:
        """Articles per second of processor time."""
        return self.articles / self.cpu


def database_url(name: str | Path) -> str:
    """Return the URL of a database on a server, or of one in a file."""
    return name if isinstance(name, str) and "://" in name else file_url(Path(name))


def load_file(database: str | Path, file: Path, articles: int) -> LoadTimes:
    """Load a file into a database with the real command; raise RuntimeError if it did not load everything."""
    command = [sys.executable, "-m", "seed", "load", "--json", "--quiet", str(file)]
    environment = {**os.environ, "DATELINE_DATABASE_URL": database_url(database)}
    started = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout
        printed = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode or json.loads(printed)["loaded"] != articles:
        raise RuntimeError(f"not everything was loaded: {printed[:500]!r}")
    wall = time.perf_counter() - started
    return LoadTimes(articles, wall, usage.ru_utime + usage.ru_stime, megabytes(usage.ru_maxrss))


@dataclass(frozen=True, slots=True)
class PublishTimes:
    """What a publish took, without the load before it.

    Seconds of wall time and processor time, MB that the process had written to files, and the instant of its commit.
    """

    wall: float
    cpu: float
    written: float
    published_at: float


def publish_day(database: Path, corpus: Corpus, name: str, day: int) -> PublishTimes:
    """Load a small corpus of one day and publish it."""
    articles = corpus.articles(first_day=day, last_day=day, name=name)
    marks: dict[str, tuple[float, float, float]] = {}

    def mark(checkpoint: str) -> None:
        marks[checkpoint] = time.perf_counter(), time.process_time(), _written()

    with open_writer(file_url(database)) as engine:
        summary = load(engine, articles, load_resources(), checkpoint=mark)
    if summary.refused or summary.version is None:
        raise RuntimeError(f"not everything was loaded: {summary}")
    begun, ended = marks["batch committed"], marks["publish committed"]
    wall, cpu, written = (after - before for before, after in zip(begun, ended, strict=True))
    return PublishTimes(wall, cpu, written, time.time() - (time.perf_counter() - ended[0]))


def publish_in_process(database: Path, articles: int, seed: int, name: str, day: int) -> PublishTimes:
    """Publish articles of one day in a separate process."""
    arguments = map(str, (database, articles, seed, name, day))
    command = [sys.executable, "-m", "tests.bench.loading", *arguments]
    process = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return PublishTimes(**json.loads(process.stdout))


def megabytes(peak: int) -> float:
    """Return the peak memory that the system reports in MB; Linux reports it in KiB, macOS in bytes."""
    return peak / 1024 / (1024 if sys.platform == "darwin" else 1)


def _written() -> float:
    """Return the MB that this process has given to files; pages written twice count twice."""
    try:
        lines = Path("/proc/self/io").read_text(encoding="ascii").splitlines()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_oublock * 512 / 1e6
    return int(dict(line.split(": ") for line in lines)["wchar"]) / 1e6


def main(database: str, articles: str, seed: str, name: str, day: str) -> None:
    """Publish a corpus of one day and print the times."""
    print(json.dumps(asdict(publish_day(Path(database), Corpus(int(articles), int(seed)), name, int(day)))))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
