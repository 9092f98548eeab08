"""A corpus of twelve articles that contract tests share and never change; tests that publish load their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.contract.shelf import World, serve_records
from tests.contract.strategies import AUTHORS, ENTITIES, LANGUAGES, SOURCES, TITLES, Corpus, compose

DATES = (None, "2015", "2015-11", "2015-11-01", "2015-11-01T00:30+11:00", "2015-11-01T23:59-05:00", "2015-12-31")


def twelve(first: int = 0) -> Corpus:
    """Return twelve records, numbered from `first`, of all sources, entities, languages and precisions; days tie."""
    return [_record(number) for number in range(first, first + 12)]


def _record(number: int) -> dict[str, object]:
    entities = [ENTITIES[(number + step) % len(ENTITIES)] for step in range(number % 4 + 1)]
    return compose(
        number,
        list(SOURCES)[number % len(SOURCES)],
        TITLES[number % len(TITLES)],
        DATES[number % len(DATES)],
        [None, *LANGUAGES][number % 4],
        ["Ships", *entities, "in the café", *entities[:1], "of the port"],
        AUTHORS[: number % 3],
    )


@pytest.fixture(scope="session")
def world(migrated: Path) -> Iterator[World]:
    """Yield twelve articles and the application that serves them."""
    with serve_records(migrated, twelve()) as world:
        yield world


@pytest.fixture(scope="session")
def reader(world: World) -> Iterator[TestClient]:
    """Yield a client of the twelve articles."""
    with TestClient(world.app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def own_world(migrated: Path) -> Iterator[World]:
    """Yield twelve articles of which the test may change its own copy."""
    with serve_records(migrated, twelve()) as world:
        yield world


@pytest.fixture
def own_reader(own_world: World) -> Iterator[TestClient]:
    """Yield a client of the test's own corpus."""
    with TestClient(own_world.app, raise_server_exceptions=False) as client:
        yield client
