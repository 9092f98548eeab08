"""A copy that is killed anywhere, again and again, cannot be used until the same command has completed it."""

import os
import random
import signal
from collections import Counter
from pathlib import Path

import pytest

from app.errors import DatelineError
from app.stores import store_of
from app.stores.schema import require_schema
from app.stores.sqlite import file_url
from seed.maintenance import table_rows
from seed.maintenance.database import open_writer
from seed.maintenance.database_copy import copy_database
from seed.publish.publish import Checkpoint, no_checkpoint
from tests.conftest import SOAK
from tests.seed.durability.crashing import exit_of, kill_at_event, kill_beyond_size, trace
from tests.seed.loading import load_into, report, words
from tests.seed.maintenance.copied import rows_of
from tests.seed.maintenance.test_verify import faults

pytestmark = [pytest.mark.unmeasured, pytest.mark.sqlite]

LAST_STEPS = ("rows copied", "copy verified", "copy completed")
"""The checkpoints after the last batch."""

POINTS = [*(f"event {number}" for number in range(3 * SOAK)), *(f"size {number}" for number in range(2 * SOAK))]


def copy_and_die(from_url: str, to_url: str, step: str, number: int) -> None:
    """Copy two or three rows at once, and die at a checkpoint when it is reached for this time, or after all rows."""
    table_rows.FIRST_BATCH_ROWS, table_rows.MAX_BATCH_ROWS = 2, 3
    reached = Counter[str]()

    def die(name: str) -> None:
        reached[name] += 1
        if (name, reached[name]) == (step, number):
            os.kill(os.getpid(), signal.SIGKILL)
        if name == LAST_STEPS[0] and step not in LAST_STEPS:
            os.kill(os.getpid(), signal.SIGTERM)

    copy_database(from_url, to_url, checkpoint=die)


def copy_to_target(database: Path, checkpoint: Checkpoint) -> None:
    """Copy a database to a file next to it."""
    copy_database(file_url(database), file_url(database.with_name("target.db")), checkpoint=checkpoint)


@pytest.fixture
def loaded(database: Path) -> Path:
    """Return a database with two versions of three articles."""
    load_two_versions(database)
    return database


def load_two_versions(database: Path) -> None:
    """Load three articles with statements, and other versions of them."""
    for version in ("first", "second"):
        texts = (f"Amsel waits, {version}, {number}. “We sail,” Admiral Ada Byrne said." for number in range(3))
        load_into(database, [report(f"Report {number}", text=text) for number, text in enumerate(texts)])


def assert_unusable(url: str) -> None:
    """Check that no server can serve a database, and no command write to it."""
    reader = store_of(url).reader_engine()
    with pytest.raises(DatelineError, match="is a copy that is not complete"):
        require_schema(reader)
    reader.dispose()
    with pytest.raises(DatelineError, match="is a copy that is not complete"), open_writer(url):
        pass


def kill_at_each_step(from_url: str, to_url: str) -> Counter[str]:
    """Kill a copy at each of its steps, each time in the run that goes on after the last kill; return how often.

    Batches are killed in turns before and after their commit, and some batches later each time.
    """
    draw, kills = random.Random(20151124), Counter[str]()
    steps = ["tables created"]
    while steps:
        step = steps.pop(0)
        number = draw.randint(1, 4) if step.startswith("batch") else 1
        code = exit_of(copy_and_die, from_url, to_url, step, number)
        if step not in LAST_STEPS:
            assert code in {-signal.SIGKILL, -signal.SIGTERM}
            next_batch = "batch committed" if step == "batch written" else "batch written"
            steps = [next_batch] if code == -signal.SIGKILL else list(LAST_STEPS)
        kills[step] += code == -signal.SIGKILL
        if step != LAST_STEPS[-1]:
            assert_unusable(to_url)
    return kills


def test_a_copy_goes_on_however_often_it_is_killed(loaded: Path) -> None:
    target = loaded.with_name("target.db")
    kills = kill_at_each_step(file_url(loaded), file_url(target))
    assert set(kills) == {"tables created", "batch written", "batch committed", *LAST_STEPS}
    assert kills["batch written"] >= 3
    assert rows_of(file_url(target)) == rows_of(file_url(loaded))
    assert words(target) == words(loaded)
    assert faults(target) == []
    copy_to_target(loaded, no_checkpoint)


@pytest.fixture(scope="module")
def traced(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, int]:
    """Return the number of events of a copy, and the maximum size of its log."""
    database = tmp_path_factory.mktemp("traced") / "dateline.db"
    database.write_bytes(migrated.read_bytes())
    load_into(database, [report()])
    events = trace(copy_to_target, database).events
    return len(events), database.with_name("target.db").stat().st_size


@pytest.mark.parametrize("point", POINTS)
def test_a_copy_goes_on_after_a_kill_anywhere(traced: tuple[int, int], database: Path, point: str) -> None:
    """At any statement or instruction, and in the middle of a write."""
    load_into(database, [report()])
    draw = random.Random(point)
    if point.startswith("event"):
        kill_at_event(copy_to_target, database, draw.randrange(traced[0] - 200))
    else:
        kill_beyond_size(copy_to_target, database, draw.randrange(33_000, traced[1]))
    copy_to_target(database, no_checkpoint)
    target = database.with_name("target.db")
    assert rows_of(file_url(target)) == rows_of(file_url(database))
    assert faults(target) == []
