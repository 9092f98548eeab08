"""A real `dateline load` in the middle of its work: what other commands may do, and what a signal leaves."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.stores.sqlite import file_url
from seed.cli import runtime
from tests.conftest import ROOT, app_for, seed, write_jsonl
from tests.seed.durability.test_full_disk import run
from tests.seed.loading import natural
from tests.seed.maintenance.test_verify import faults

pytestmark = pytest.mark.unmeasured

PATIENCE = 60.0
"""Seconds after which a test fails instead of waiting longer."""

SENTENCES = (
    "Vladimir Putin met Sergei Lavrov in Moscow on report {n}.",
    "“We sail from Latakia,” Lavrov said of the Su-24 over Idlib.",
    "The Russian Defense Ministry and the Pentagon denied it to Reuters.",
)
RECORDS: list[dict[str, Any]] = [
    {
        "title": f"Report {n} from Damascus",
        "source": "harbour-gazette.example",
        "published": f"2015-11-{n % 28 + 1:02}",
        "text": " ".join(sentence.format(n=n) for sentence in SENTENCES * 12),
    }
    for n in range(60)
]
"""Enough that annotating them takes a while."""


@pytest.fixture(scope="module")
def uninterrupted(migrated: Path, small_lexicon: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database after the same load without interruption."""
    database = tmp_path_factory.mktemp("uninterrupted") / "dateline.db"
    database.write_bytes(migrated.read_bytes())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runtime, "LEXICON_FOLDER", small_lexicon)
        seed(database, "load", str(write_jsonl(database, RECORDS)))
    return database


@contextmanager
def loading(process_command: Sequence[str], database: Path, *options: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Yield a loading process that is stopped in the middle: it has written the lexicon and is annotating."""
    command = [*process_command, "load", *options, str(write_jsonl(database, RECORDS))]
    environment = {**os.environ, "DATELINE_DATABASE_URL": file_url(database)}
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _stop_in_the_middle(database, process)
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)


def _stop_in_the_middle(database: Path, process: "subprocess.Popen[bytes]") -> None:
    log = database.with_name(database.name + "-wal")
    deadline = time.monotonic() + PATIENCE
    while not (log.exists() and log.stat().st_size) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGSTOP)
    assert process.poll() is None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_loses_nothing(
    database: Path, uninterrupted: Path, process_command: tuple[str, ...], number: signal.Signals
) -> None:
    """Whether Ctrl-C or the end of a session: the same command continues."""
    with loading(process_command, database) as process:
        process.send_signal(number)
        process.send_signal(signal.SIGCONT)
        assert process.wait(PATIENCE) != 0
    assert_completable(database, uninterrupted)


def test_other_commands_during_a_load_that_is_then_killed_with_its_workers(
    database: Path, uninterrupted: Path, process_command: tuple[str, ...]
) -> None:
    """Readers and backups work; other writers are told which process is writing, and can start once it is dead."""
    copy = database.with_name("copy.db")
    lines = database.with_suffix(".jsonl")
    with loading(process_command, database, "--workers", "2") as process:
        busy = f"error: Process {process.pid} is writing to this database ({database}.lock); wait until it ends.\n"
        restore = ("restore", "--replace", copy)
        assert run(database, "backup", copy) == (0, "")
        for command in (("load", lines), ("remove", "r1"), ("compact",), ("reannotate",), restore, ("init",)):
            assert run(database, *command) == (1, busy)
        assert run(database, "verify") == run(database, "status") == (0, "")
        with TestClient(app_for(database)) as client:
            assert client.get("/v1/articles").json()["total"] == 0
        os.killpg(process.pid, signal.SIGKILL)
        assert process.wait(PATIENCE) == -signal.SIGKILL
        assert_completable(database, uninterrupted)
    assert faults(copy) == []


def assert_completable(database: Path, uninterrupted: Path) -> None:
    """Check that nothing is published or damaged, and that running the load again completes it."""
    assert faults(database) == []
    assert natural(database)["publish"] == []
    seed(database, "load", str(database.with_suffix(".jsonl")))
    assert natural(database) == natural(uninterrupted)
    assert faults(database) == []
