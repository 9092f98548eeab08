"""However a file is damaged, reading it yields articles and refusals, never an error; `make soak` tries many more."""

import hashlib

import pytest

from seed.readers.context import ReaderContext
from seed.records import Link, RawArticle
from tests.conftest import SOAK
from tests.seed.readers.mutations import SAMPLES, check, context, mutated, read_all

pytestmark = pytest.mark.unmeasured

COUNT = 500 * SOAK
SLOW_COUNT = 100 * SOAK
SLOW = {"a.pdf"}  # Whose damaged files are read in a process of their own.


@pytest.fixture(scope="module")
def at_hand() -> ReaderContext:
    """Return the context of the readers."""
    return context()


@pytest.mark.parametrize("name", SAMPLES)
def test_the_samples_are_good(name: str, at_hand: ReaderContext) -> None:
    found = read_all(name, SAMPLES[name], at_hand)
    assert found
    assert all(isinstance(item, RawArticle | Link) for item in found), found


@pytest.mark.parametrize("name", SAMPLES)
def test_a_mutated_file_is_read_or_refused(name: str, at_hand: ReaderContext) -> None:
    for seed in range(SLOW_COUNT if name in SLOW else COUNT):
        check(read_all(name, mutated(name, seed), at_hand))


def test_mutations_are_the_same_everywhere() -> None:
    digest = hashlib.sha256(b"".join(mutated(name, 7) for name in ("a.md", "a.csv", "a.html")))
    assert digest.hexdigest()[:16] == "6a28080f5ae4784e"
