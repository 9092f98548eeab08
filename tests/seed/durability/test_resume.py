"""A load that is killed at any checkpoint and run again ends like one that was never killed; readers see no difference.

Two loads of three batches each have 22 checkpoints. `test_kills.py` has other actions, and points in between.
"""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from app.models import EntityType
from seed.publish.publish import Checkpoint
from tests.seed.durability.crashing import kill_at_checkpoint
from tests.seed.loading import digest, load_into, named, natural, report, snapshot_of

pytestmark = pytest.mark.unmeasured

FIRST = [
    digest("Report 1", on="2019-03-04"),
    report("Report 2", on="2019-03-05", text="Admiral Ada Byrne left Amsel. “We sail,” Byrne said."),
    report("Report 3", on="2019-03-06", entities=(named("Report", EntityType.WEAPON, id="report-3"),)),
    report("Report 4"),
    report("Report 5", source="Cliff Herald", language="fr"),
    report("Report 2", on="2019-03-05", text="Captain Jo Lindqvall left Amsel."),
]
"""With a digest, extracted and given entities, a new source, and one article twice."""

SECOND = [
    report("Report 0", on="2018-01-01"),
    report("Report 1", on="2019-03-04"),
    replace(FIRST[2], text="Report of Vellandia.", language="en"),
    FIRST[1],
    report("Report 4", on="2019-03-09"),
    digest("Report 5", source="Cliff Herald", authors=("Ada Byrne",)),
]
"""With an older article, replaced ones, one back at an earlier content, a newly dated and a completed one."""

BATCH = 2
LOADS = (FIRST, SECOND)
CHECKPOINTS = [
    "lexicon written",
    "lexicon committed",
    *["batch written", "batch committed"] * 3,
    "snapshot built",
    "publish written",
    "publish committed",
]
POINTS = [(load, at) for load in range(len(LOADS)) for at in range(len(CHECKPOINTS))]


def load_number(database: Path, checkpoint: Checkpoint, *, number: int) -> None:
    """Run one of the loads."""
    load_into(database, LOADS[number], batch=BATCH, checkpoint=checkpoint)


@pytest.fixture(scope="session")
def uninterrupted(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return the databases before the loads, after the first, and after both."""
    states = [migrated]
    for records in LOADS:
        database = tmp_path_factory.mktemp("uninterrupted") / "dateline.db"
        database.write_bytes(states[-1].read_bytes())
        load_into(database, records, batch=BATCH)
        states.append(database)
    return states


def test_a_load_has_these_checkpoints(database: Path) -> None:
    """All of them are tested below."""
    for records in LOADS:
        checkpoints: list[str] = []
        load_into(database, records, batch=BATCH, checkpoint=checkpoints.append)
        assert checkpoints == CHECKPOINTS
    assert len(POINTS) == 22


@pytest.mark.parametrize(("load", "at"), POINTS, ids=[f"{load + 1}-{at}-{CHECKPOINTS[at]}" for load, at in POINTS])
def test_a_killed_load_is_completed_by_the_next(uninterrupted: list[Path], tmp_path: Path, load: int, at: int) -> None:
    """Until then, a reader sees the last publish as a whole."""
    database = tmp_path / "dateline.db"
    database.write_bytes(uninterrupted[load].read_bytes())
    before = snapshot_of(database)
    kill_at_checkpoint(partial(load_number, number=load), database, at)

    after = snapshot_of(database)
    if CHECKPOINTS[at] == "publish committed":
        assert natural(database) == natural(uninterrupted[load + 1])
    else:
        assert (after.version, after.token, len(after)) == (before.version, before.token, len(before))

    load_into(database, LOADS[load], batch=BATCH)
    assert natural(database) == natural(uninterrupted[load + 1])
    for records in LOADS[load + 1 :]:
        load_into(database, records, batch=BATCH)
    assert natural(database) == natural(uninterrupted[-1])
