"""Whatever is done to a database may be killed anywhere: readers go on, and doing it again ends as if it had not been.

Each act is killed at named places, at others that a fixed seed draws from all its moments, and in the middle of writes
that it draws from the length of the log. `test_resume.py` has every checkpoint of a plain load.
"""

import random
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.models import EntityType
from app.stores.sqlite import file_url
from seed.extract.annotator import Annotator
from seed.extract.lexicon.lexicon import Lexicon
from seed.maintenance.backup import backup, restore
from seed.maintenance.compact import compact
from seed.maintenance.database import open_writer
from seed.maintenance.reannotate import reannotate
from seed.maintenance.remove import bring_back, remove
from seed.pipeline.identity import public_id
from seed.publish.publish import Checkpoint, no_checkpoint
from seed.records import Origin, Record, Visit, Visited
from tests.conftest import app_for
from tests.seed.durability.crashing import Act, course, killed_at, killed_beyond
from tests.seed.loading import LEXICON, RESOURCES, SOURCES, digest, load_into, named, natural, report, writing
from tests.seed.maintenance.test_backup import older
from tests.seed.maintenance.test_verify import faults

URL = "https://harbour-gazette.example"
SAID = "Captain Jo Lindqvall left the harbour of Amsel. “We sail,” Lindqvall said. "
LONG = "The ferry between the two harbours of Amsel sailed again on Monday, after nine days in port. " * 3
ONE, TWO, THREE = (
    report("Report 1", id="r1", url=f"{URL}/1", on="2019-03-04", text=SAID),
    report("Report 2", url=f"{URL}/2", text=LONG),
    report("Report 3", id="r3", url=f"{URL}/3", text="Twin Quay waits for the Vellandian Navy."),
)


def visited(name: str, tag: str) -> Visited:
    """Return the end of a document that was fetched."""
    url = f"{URL}/{name}"
    return Visited(Origin(url), Visit(url, tag, None, 1_600_000_000, 200, "00"))


EARLIER: tuple[tuple[Record, ...], ...] = (
    (replace(ONE, text="Admiral Otto Brandthal left."), TWO, visited("feed", '"a"')),
    (ONE, THREE, digest("Report 4")),
)
"""Two loads, the second of which replaces what the first had; then report 1 is removed."""

ONE_ID = public_id("id:r1")
PATHS = (
    "/v1/articles?limit=100&facet=source&facet=actor&facet=place",
    "/v1/articles?q=amsel&fields=id,title",
    "/v1/statements",
    "/v1/changes?since=0",
)
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[\d:]+Z")

Answers = dict[str, tuple[int, str]]
"""Status and body of each thing that was asked."""

MORE: tuple[Record, ...] = (
    report("Report 4", on="2019-03-09", text="Admiral Ada Byrne left Amsel. “We rest,” Byrne said."),
    replace(ONE, url=f"{URL}/one", title="Report 1 again"),
    replace(TWO, url=f"{URL}/two"),
    visited("feed", '"b"'),
    replace(THREE, text="Vellandia waits no more."),
    report("Report 5", source="Cliff Herald", language="fr", entities=(named("Report", EntityType.WEAPON, id="r5"),)),
    visited("other", '"c"'),
    report("Report 0", on="2018-01-01"),
)
"""With a removed article, a text under another URL, visits of addresses, and what each load has."""


def prepare(folder: Path, migrated: Path) -> Path:
    """Make the database that all acts begin with."""
    database = Path(shutil.copy(migrated, folder / "dateline.db"))
    for records in EARLIER:
        load_into(database, records)
    with writing(database) as engine:
        remove(engine, ["r1"], reason="by order")
    return database


def keep(database: Path) -> None:
    """Lay a backup of an earlier moment beside the database."""
    backup(file_url(database), database.with_name("kept.db"))
    load_into(database, [report("Later")])


def keep_and_spoil(database: Path) -> None:
    """The same, and then the database is none any more."""
    keep(database)
    database.write_bytes(b"no database at all " * 1000)


def load_more(database: Path, checkpoint: Checkpoint) -> None:
    """Load all kinds of records."""
    load_into(database, MORE, batch=2, checkpoint=checkpoint)


def remove_another(database: Path, checkpoint: Checkpoint) -> None:
    """Remove an article."""
    with writing(database) as engine:
        remove(engine, ["r3"], checkpoint=checkpoint)


def undo(database: Path, checkpoint: Checkpoint) -> None:
    """Bring the removed one back."""
    with writing(database) as engine:
        bring_back(engine, ["r1"], checkpoint=checkpoint)


def look_again(database: Path, _step: Checkpoint) -> None:
    """Apply a lexicon that merges two entities and drops others."""
    amsel, west = LEXICON.entities["amsel"], LEXICON.entities["amsel-west"]
    merged = replace(amsel, former_ids=("amsel-west",), forms=amsel.forms + west.forms)
    lexicon = Lexicon({"vellandia": LEXICON.entities["vellandia"], "amsel": merged})
    with writing(database) as engine:
        reannotate(engine, replace(RESOURCES, lexicon=lexicon, annotator=Annotator(lexicon), sources=SOURCES))


def drop(database: Path, _step: Checkpoint) -> None:
    """Compact."""
    with writing(database) as engine:
        compact(engine)


def copy_out(database: Path, _step: Checkpoint) -> None:
    """Make a backup, unless it is there."""
    target = database.with_name("copy.db")
    if not target.exists():
        backup(file_url(database), target)


def put_back(database: Path, _step: Checkpoint) -> None:
    """Restore."""
    restore(file_url(database), database.with_name("kept.db"), replace=True)


def migrate(database: Path, _step: Checkpoint) -> None:
    """Open the database for writing."""
    with open_writer(file_url(database)):
        pass


PUBLISH = (
    "checkpoint snapshot built",
    "sql INSERT INTO snapshot_part",
    "checkpoint publish written",
    "checkpoint publish committed",
)


@dataclass(frozen=True, slots=True)
class Kind:
    """An act, what comes before it, and where it is killed: named moments, so many at random, so many in a write."""

    act: Act
    before: Callable[[Path], None] = lambda _database: None
    named: tuple[str, ...] = ()
    random: int = 0
    sizes: int = 0


KINDS = {
    "load": Kind(
        load_more, named=("checkpoint lexicon written", "checkpoint batch written", *PUBLISH), random=8, sizes=5
    ),
    "remove": Kind(remove_another, random=4, sizes=2),
    "undo": Kind(undo, random=3, sizes=2),
    "reannotate": Kind(look_again, named=("sql INSERT INTO revision", "sql INSERT INTO publish"), random=6, sizes=2),
    "compact": Kind(
        drop, named=("sql UPDATE publish SET", "sql INSERT INTO publish", "sql VACUUM"), random=10, sizes=3
    ),
    "backup": Kind(copy_out, named=("os.rename copy.db.part",), random=3, sizes=2),
    "restore": Kind(put_back, keep, named=("sql PRAGMA wal_checkpoint(TRUNCATE)",), random=4, sizes=3),
    "restore after damage": Kind(
        put_back, keep_and_spoil, named=("os.link dateline.db", "os.rename dateline.db.part"), random=3, sizes=1
    ),
    "migrate": Kind(migrate, older, random=3),
}


SPOILT = {"restore after damage", "migrate"}
"""Kinds of which the database cannot be verified before."""

LOG_INDEX = 33_000
"""More than the bytes of the file that indexes the log: it is made first."""


@dataclass(frozen=True, slots=True)
class World:
    """A database before an act and after it, what is answered of both, and the moments between them."""

    name: str
    kind: Kind
    before: Path
    moments: list[str]
    log_bytes: int
    answers: tuple[Answers, Answers]
    after: dict[str, Any]

    def kill(self, place: str, database: Path) -> Answers | None:
        """Kill the act at a place; return what has to be answered then, if only one thing can be."""
        name, _, _number = place.partition(" ")
        if name == "size":
            killed_beyond(self.kind.act, database, self.drawn(place, LOG_INDEX, self.log_bytes))
            return None
        at = self.drawn(place, 0, len(self.moments)) if name == "random" else self.moments.index(place)
        killed_at(self.kind.act, database, at)
        if "checkpoint publish committed" not in self.moments:
            return None
        return self.answers[at >= self.moments.index("checkpoint publish committed")]

    def drawn(self, place: str, first: int, behind: int) -> int:
        """Return a number for a place: the same in every run."""
        return random.Random(f"{self.name} {place}").randrange(first, behind)


def answers(database: Path) -> Answers:
    """Return what a server says of all that it has, without the moments of loading."""
    with TestClient(app_for(database)) as client:
        found = {path: client.get(path) for path in PATHS}
        items = found[PATHS[0]].json().get("items", [])
        found |= {id_: client.get(f"/v1/articles/{id_}") for id_ in (ONE_ID, *(item["id"] for item in items[:3]))}
    return {path: (answer.status_code, INSTANT.sub("", answer.text)) for path, answer in found.items()}


@pytest.fixture(scope="session")
def worlds(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], World]:
    """The world of each kind of act, made when it is first asked for."""

    @cache
    def world(name: str) -> World:
        kind = KINDS[name]
        before = prepare(tmp_path_factory.mktemp("before"), migrated)
        kind.before(before)
        after = laid(before, tmp_path_factory.mktemp("after"))
        went = course(kind.act, after)
        said = answers(before), answers(after)
        return World(name, kind, before, went.moments, went.log_bytes or after.stat().st_size, said, natural(after))

    return world


def laid(database: Path, folder: Path) -> Path:
    """Copy a database with all that lies beside it."""
    shutil.copytree(database.parent, folder, dirs_exist_ok=True)
    return folder / database.name


POINTS = [
    (name, place)
    for name, kind in KINDS.items()
    for place in (
        *kind.named,
        *(f"random {number}" for number in range(kind.random)),
        *(f"size {number}" for number in range(kind.sizes)),
    )
]


@pytest.mark.parametrize(("name", "place"), POINTS, ids=[f"{name}-{place}" for name, place in POINTS])
def test_what_was_killed_is_done_by_doing_it_again(
    worlds: Callable[[str], World], tmp_path: Path, name: str, place: str
) -> None:
    """Meanwhile readers are answered as before it or as after it, and what is stored is sound."""
    world = worlds(name)
    database = laid(world.before, tmp_path)
    wanted = world.kill(place, database)
    seen = answers(database)
    assert seen == wanted if wanted else seen in world.answers
    if name not in SPOILT:
        assert_sound(database)

    world.kind.act(database, no_checkpoint)
    assert natural(database) == world.after
    assert_sound(database)
    assert [path for path in tmp_path.iterdir() if ".part" in path.name] == []


def assert_sound(database: Path) -> None:
    """Check a database, and the backup that was made of it, which is there whole or not at all."""
    copy = database.with_name("copy.db")
    assert faults(database) == []
    if copy.exists():
        assert faults(copy) == []
        assert natural(copy) == natural(database)
