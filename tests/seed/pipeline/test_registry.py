"""Known sources and entities: from the lexicon, extracted from articles, supplied with records."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select
from sqlmodel import col

from app.labels import SourceLabel
from app.models import Entity, EntityType, Source
from app.stores import store_of
from app.stores.sqlite import file_url
from seed.pipeline.registry import KnownEntity, RecordError, Registry, RegistryDraft
from seed.records import GivenEntity, LocalEntity
from tests.seed.loading import dump, named

PERSON, PLACE, STATE = EntityType.PERSON, EntityType.PLACE, EntityType.STATE

LEXICON = (
    KnownEntity("vellandia", STATE, "Vellandia", "Q990000003", ("Republic of Vellandia",), local=False),
    KnownEntity("amsel-east", PLACE, "East Amsel", aliases=("Twin Quay",), local=False),
    KnownEntity("amsel-west", PLACE, "West Amsel", aliases=("Twin Quay",), local=False),
)


@pytest.fixture
def connection(database: Path) -> Iterator[Connection]:
    """Yield a connection that may write, in one transaction."""
    engine = store_of(file_url(database)).writer_engine()
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def registry(connection: Connection) -> Registry:
    """Return the registry of an empty database and a lexicon of three entities."""
    registry = Registry.read(connection)
    registry.sync([SourceLabel("harbour-gazette", "The Harbour Gazette")], LEXICON)
    return registry


def add_given(registry: Registry, *records: list[GivenEntity]) -> None:
    """Add the entities supplied with the records of one batch."""
    draft = RegistryDraft(registry)
    for entities in records:
        draft.add_given_entities(entities)
    registry.apply(draft.changes())


def add_source(registry: Registry, source: SourceLabel) -> None:
    """Add the source of a record."""
    draft = RegistryDraft(registry)
    draft.add_source(source)
    registry.apply(draft.changes())


def stored(connection: Connection, registry: Registry) -> dict[str, Any]:
    """Return the rows of entities by id, once the registry is stored."""
    registry.store(connection)
    return {row.id: row for row in connection.execute(select(Entity))}


def changes(connection: Connection) -> int:
    """Return how many rows this connection has written so far."""
    driver: Any = connection.connection.driver_connection
    return int(driver.total_changes)


GIVEN = {
    "by Wikidata id rather than its own id": (named("V.", STATE, id="v", wikidata="Q990000003"), "vellandia"),
    "by id": (named("Vellandia", STATE, id="vellandia"), "vellandia"),
    "by its own id rather than its name": (named("Vellandia", STATE, id="my-vellandia"), "my-vellandia"),
    "by name": (named("VELLANDIA", STATE), "vellandia"),
    "by alias": (named("Republic of Vellandia", STATE), "vellandia"),
    "by name, with an unknown Wikidata id": (named("Vellandia", STATE, wikidata="Q990000099"), "vellandia"),
    "by an ambiguous name": (named("Twin Quay", PLACE), "twin-quay--place"),
    "by a name of an entity of another type": (named("Vellandia", PLACE), "vellandia--place"),
    "by an unknown name": (named("Ada Byrne"), "ada-byrne--person"),
}


@pytest.mark.parametrize("how", GIVEN)
def test_a_given_entity_is_resolved(registry: Registry, how: str) -> None:
    """Wikidata id, id, name of the lexicon, or an id made of name and type."""
    given, expected = GIVEN[how]
    RegistryDraft(registry).check_given_entities([given])
    assert registry.resolve_given_entity(given) == expected


REFUSED = [
    (
        [named("Vellandia", PLACE, id="vellandia")],
        "entities[0].id is 'vellandia', which is known as state, not as place",
    ),
    (
        [named("Ada Byrne"), named("V.", PLACE, id="v", wikidata="Q990000003")],
        "entities[1].wikidata is 'Q990000003', which is known as state, not as place",
    ),
    (
        [named("Ada", PERSON, id="ada"), named("Ada", PLACE, id="ada")],
        "entities[1].id is 'ada', which is known as person, not as place",
    ),
    *(
        ([named("Ada", id=id_)], f"entities[0].id is {id_!r}: expected 1 to 100 characters without space, / ? # or %")
        for id_ in ("", "a b", "a/b", "a?b", "a#b", "a%b", "a\x00b", "a\u00a0b", "a" * 101)
    ),
]


@pytest.mark.parametrize(("given", "reason"), REFUSED)
def test_a_contradiction_is_refused(registry: Registry, given: list[GivenEntity], reason: str) -> None:
    """The message names the entity, the field, its value and what is known."""
    with pytest.raises(RecordError, match=f"^{re.escape(reason)}$"):
        RegistryDraft(registry).check_given_entities(given)


def test_new_names_become_learned_names(connection: Connection, registry: Registry) -> None:
    """Each once; an id that a record uses is one of them."""
    given = [named("Velland", STATE, id="v", wikidata="Q990000003"), named("Vellandia", STATE, wikidata="Q990000003")]
    add_given(registry, [*given, *given])
    assert registry.resolve_given_entity(given[0]) == "vellandia"
    assert stored(connection, registry)["vellandia"].learned_names == ["Velland", "v"]


def test_a_wikidata_id_is_learned_with_a_later_record(registry: Registry) -> None:
    """A third record is resolved by it."""
    add_given(registry, [named("Ada Byrne", id="ada"), named("Ada Byrne", id="ada", wikidata="Q990000050")])
    assert registry.resolve_given_entity(named("A. Byrne", wikidata="Q990000050")) == "ada"


def test_records_cannot_add_wikidata_ids_to_the_lexicon(connection: Connection, registry: Registry) -> None:
    """Only the lexicon decides on those of its entities."""
    add_given(registry, [named("East Amsel", PLACE, id="amsel-east", wikidata="Q990000060")])
    assert stored(connection, registry)["amsel-east"].wikidata is None


def test_stored_rows_are_read_back(connection: Connection, registry: Registry) -> None:
    """With tuples for lists."""
    registry.add_local_entities([LocalEntity("ada-byrne--vellandia", "Ada Byrne", PERSON, ("Byrne",))])
    add_source(registry, SourceLabel("bay-courier", "Bay Courier", ("Courier",), ("bay-courier.example",)))
    before = stored(connection, registry)
    Registry.read(connection).store(connection)
    assert stored(connection, Registry.read(connection)) == before
    entity = before["ada-byrne--vellandia"]
    assert (entity.name, entity.learned_names, entity.local) == ("Ada Byrne", ["Byrne"], True)
    assert connection.execute(select(Source).where(col(Source.id) == "bay-courier")).one() == (
        "bay-courier",
        "Bay Courier",
        ["Courier"],
        ["bay-courier.example"],
        *(None, None, None, None, [], []),
    )


def test_a_record_does_not_replace_a_known_source(connection: Connection, registry: Registry) -> None:
    """Only the lexicon changes a source."""
    add_source(registry, SourceLabel("harbour-gazette", "harbour gazette"))
    registry.store(connection)
    assert connection.scalars(select(col(Source.name))).all() == ["The Harbour Gazette"]


def test_only_changed_rows_are_written(connection: Connection, registry: Registry, database: Path) -> None:
    """A second sync of the same lexicon writes nothing; a changed entity keeps its learned names."""
    add_given(registry, [named("Velland", STATE, wikidata="Q990000003")])
    registry.store(connection)
    connection.commit()
    before = dump(database)

    again = Registry.read(connection)
    again.sync([SourceLabel("harbour-gazette", "The Harbour Gazette")], LEXICON)
    written = changes(connection)
    again.store(connection)
    assert changes(connection) == written

    plain = KnownEntity("vellandia", STATE, "Vellandia", "Q990000003", local=False)
    again.sync([], [plain, *(entity for entity in LEXICON if entity.id != plain.id)])
    again.store(connection)
    connection.commit()
    now = dump(database)["entity"]
    changed = [row for row, old in zip(now, before["entity"], strict=True) if row != old]
    assert [(row["id"], row["aliases"], row["learned_names"]) for row in changed] == [("vellandia", [], ["Velland"])]
