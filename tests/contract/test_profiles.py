"""One entity: its wordings, and the sources and years of the articles that name it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from pyroaring import BitMap
from sqlmodel import Session
from starlette.testclient import TestClient

from app.errors import UnavailableError
from app.labels import EntityLabel
from app.models import EntityType
from app.search.aggregations.entity_profile import SurfaceCount, Surfaces, top_surfaces
from app.search.fulltext.hits import SearchContext
from app.search.index.storage import open_snapshot
from app.search.query.entities_by_id import FoundEntity, find_entity
from app.search.sql import rows
from app.stores import store_of
from app.wire.entities import entity_detail
from tests import oracle_entities, oracle_network
from tests.conftest import SOAK, app_for, load_jsonl
from tests.contract.shelf import Reader, read, serve_records
from tests.contract.strategies import Corpus, bounded, corpora
from tests.databases import url_of


@settings(bounded, max_examples=3 * SOAK)
@given(corpus=corpora())
def test_the_detail_of_an_entity_agrees_with_the_oracle(migrated: Path, corpus: Corpus) -> None:
    """For each entity of a corpus: wordings, sources and years."""
    with serve_records(migrated, corpus) as world:

        async def check(reader: Reader) -> None:
            for id_ in oracle_network.named_entities(world.records):
                answer = await reader.json(f"/v1/entities/{id_}")
                expected = oracle_entities.profile(world.records, id_)
                assert {key: answer[key] for key in expected} == expected

        read(world.app, check)


VERA = {"id": "vera-lindqvall", "name": "Vera Lindqvall", "type": "person", "wikidata": "Q990000001"}


def vera_record(
    number: int, published: str | None, text: str, *surfaces: str, source: str = "Gazette"
) -> dict[str, Any]:
    """Return a record whose text names Vera with each of these surfaces, in their order."""
    spans: list[list[int]] = []
    for surface in surfaces:
        start = text.index(surface, spans[-1][1] if spans else 0)
        spans.append([start, start + len(surface)])
    entities = [{**VERA, "mentions": spans}] if spans else []
    dated = {"published": published} if published else {}
    return {"title": f"Report {number}", "source": source, "text": text, "entities": entities, **dated}


RECORDS = [
    vera_record(
        1, "2013-05", "Lindqvall met Vera Lindqvall; Lindqvall left.", "Lindqvall", "Vera Lindqvall", "Lindqvall"
    ),
    vera_record(2, "2015-11-02", "LINDQVALL spoke.", "LINDQVALL", source="Herald"),
    vera_record(3, "2015", "Vera Lindqvall spoke.", "Vera Lindqvall"),
    vera_record(4, None, "Lindqvall again.", "Lindqvall"),
    vera_record(5, "2020-01-01", "Nobody."),
]


@pytest.fixture
def articles(database: Path) -> Path:
    """Return a database of four articles that name Vera, one of them undated, and one that does not."""
    load_jsonl(database, RECORDS)
    return database


def test_a_whole_response(articles: Path) -> None:
    with TestClient(app_for(articles)) as client:
        assert client.get("/v1/entities/vera-lindqvall").json() == {
            **VERA,
            "articles": 4,
            "aliases": [],
            "former_ids": [],
            "split_into": [],
            "member_of": [],
            "at": None,
            "first_day": "2013-05-01",
            "last_day": "2015-12-31",
            "surfaces": {
                "articles_examined": 4,
                "items": [
                    {"text": "Lindqvall", "mentions": 3, "articles": 2},
                    {"text": "Vera Lindqvall", "mentions": 2, "articles": 2},
                    {"text": "LINDQVALL", "mentions": 1, "articles": 1},
                ],
            },
            "sources": [
                {"id": "gazette", "name": "Gazette", "count": 3},
                {"id": "herald", "name": "Herald", "count": 1},
            ],
            "members": [],
            "timeline": [
                {"from": "2013-01-01", "to": "2013-12-31", "count": 1},
                {"from": "2014-01-01", "to": "2014-12-31", "count": 0},
                {"from": "2015-01-01", "to": "2015-12-31", "count": 2},
            ],
            "corpus_version": 1,
        }


@pytest.mark.parametrize(
    ("of", "shown"),
    [
        ("guild", {"id": "guild", "name": "The Guild", "type": "organization"}),
        ("old-guild", {"id": "guild", "name": "The Guild", "type": "organization"}),
        ("nobody", {"id": "nobody", "name": None, "type": None}),
    ],
)
def test_a_membership_names_the_other_entity(articles: Path, of: str, shown: dict[str, str | None]) -> None:
    """It has its current id, even if the lexicon has a former one, and no name if no entity has the id."""
    engine = store_of(url_of(articles)).reader_engine()
    with Session(engine) as session:
        snapshot = open_snapshot(session)
        (vera,) = snapshot.labels.entity
        guild = EntityLabel("guild", EntityType.ORGANIZATION, "The Guild", former_ids=("old-guild",))
        member = replace(vera, member_of=({"of": of, "role": "speaker", "from": "2014"},))
        postings = {**snapshot.postings, "entity": (BitMap(), *snapshot.postings["entity"])}
        labels = replace(snapshot.labels, entity=(guild, member))
        changed = replace(snapshot, labels=labels, postings=postings)
        detail = entity_detail(changed, FoundEntity(member, postings["entity"][1], (member.id,), 1), Surfaces(0, []))
    engine.dispose()
    (membership,) = detail.model_dump(by_alias=True)["member_of"]
    assert membership == {**shown, "role": "speaker", "from": "2014", "to": None}


def test_only_the_newest_articles_are_examined_for_wordings(articles: Path) -> None:
    engine = store_of(url_of(articles)).reader_engine()
    with Session(engine) as session:
        snapshot = open_snapshot(session)
        entity = find_entity(SearchContext(session, snapshot), "vera-lindqvall")
        # An article dated 2015 sorts before one of November 2015.
        assert top_surfaces(session, snapshot, entity, most=1) == Surfaces(1, [SurfaceCount("LINDQVALL", 1, 1)])
        assert top_surfaces(session, snapshot, entity, most=3).articles == 3
    engine.dispose()


def test_a_missing_revision_is_an_error(articles: Path) -> None:
    engine = store_of(url_of(articles)).reader_engine()
    with Session(engine) as session, pytest.raises(UnavailableError, match="send the request again"):
        rows.count_surfaces(session, [1, 1_000_000], ["vera-lindqvall"])
    engine.dispose()
