"""The stored visits of fetched URLs."""

from pathlib import Path

from seed.pipeline.links import last_visit, store_visits
from seed.records import Visit
from tests.seed.loading import dump, writing

VISIT = Visit("http://harbour.example/a", '"1"', None, 1_774_000_000, 200, "ab" * 32)


def test_a_visit_replaces_the_last_one_of_its_url(database: Path) -> None:
    later = Visit(VISIT.url, None, "Mon, 02 Mar 2026 10:00:00 GMT", 1_774_000_100, 304, "cd" * 32)
    other = Visit("http://harbour.example/b", None, None, 1_774_000_000, 200, "ef" * 32)
    with writing(database) as engine:
        assert last_visit(engine, VISIT.url) is None
        for visits in ([VISIT, other], [VISIT, later]):
            with engine.begin() as connection:
                store_visits(connection, visits)
        assert last_visit(engine, VISIT.url) == later
        assert last_visit(engine, other.url) == other
    assert len(dump(database)["fetched"]) == 2
