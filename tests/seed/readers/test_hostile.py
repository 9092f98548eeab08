"""Hostile input is refused or neutralised, with a line that says so.

Small versions of all files are loaded together with the real command; `make hostile` loads each separately in full
size.
"""

import pytest

from tests.seed.readers.hostile import ALL, HostileFolder, made
from tests.seed.readers.hostile_content import Hostile
from tests.seed.readers.measured import Measured, loaded

pytestmark = pytest.mark.unmeasured

MEGABYTES = 512


@pytest.fixture(scope="module")
def load(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    """Return what loading all of it took and printed."""
    folder = tmp_path_factory.mktemp("hostile")
    made(folder)
    return loaded(folder, database=tmp_path_factory.mktemp("database") / "dateline.db")


def test_a_hostile_load_ends_normally_within_its_memory(load: Measured) -> None:
    assert not load.crashed, load.output
    assert load.megabytes < MEGABYTES
    assert "published corpus version 1" in load.output
    assert all(line.isprintable() for line in load.output.splitlines())


@pytest.mark.parametrize("item", ALL, ids=lambda item: item.name)
def test_each_hostile_file_is_reported(load: Measured, item: Hostile | HostileFolder) -> None:
    """Either a line reports it, or it is loaded because it does no harm."""
    lines = [line for line in load.output.splitlines() if f"/{item.name}/" in line]
    if item.said is None:
        assert not [line for line in lines if not line.startswith("note ")]
    else:
        assert any(item.said in line for line in lines) or not item.said, lines
