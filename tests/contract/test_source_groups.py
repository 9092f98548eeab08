"""Sources by country, kind and group: filters, facets, the directory and the groups of the operator."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from seed.readers.outlets import load_sources
from tests.conftest import app_for, load_jsonl, resources, seed, write_jsonl
from tests.contract.test_refusals import assert_problem

SOURCES = """
sources:
  - id: reef-post
    name: Reef Post
    domains: [reef.example]
    country: qa
    kind: newspaper
    founded: 1950
    languages: [en, ar]
  - {id: quay-wire, name: Quay Wire, names: [Radio Quay], country: ae, kind: agency, owner: qatar, language: en}
  - {id: tide-tv, name: Tide TV, country: us, kind: broadcaster}
"""

GROUPS = """
- {id: gulf-press, name: Gulf press, sources: [reef-post, quay-wire]}
- {id: small, name: Small ones, sources: [reef-post]}
- {id: empty, name: Empty, sources: [sana]}
"""

RECORDS: list[dict[str, Any]] = [
    {"title": f"Notice {number}", "source": source, "text": f"Notice {number}."}
    for number, source in enumerate(
        ["reef-post", "https://reef.example/a", "Quay Wire", "Tide TV", "Tide TV", "Tide TV", "Post"]
    )
]


@pytest.fixture(scope="module")
def client(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Yield a client of articles of three sources that the operator described, and of one that is unknown."""
    folder = tmp_path_factory.mktemp("groups")
    (folder / "lexicon").mkdir()
    (folder / "lexicon" / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    (folder / "lexicon" / "groups.yaml").write_text(GROUPS, encoding="utf-8")
    database = folder / "dateline.db"
    database.write_bytes(migrated.read_bytes())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATELINE_LEXICON", str(folder / "lexicon"))
        seed(database, "load", str(write_jsonl(database, RECORDS)))
    with TestClient(app_for(database)) as client:
        yield client


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ("country=qa", 2),
        ("country=QA", 2),
        ("country=Qatar", 2),
        ("country=qa&country=us", 5),
        ("country=none", 1),
        ("country=ru", 0),
        ("source_kind=agency", 1),
        ("source_kind=none", 1),
        ("source_kind=party", 0),
        ("source_group=gulf-press", 3),
        ("source_group=gulf+press", 3),
        ("source_group=gulf-press&country=us", 0),
        ("source_group=empty", 0),
        ("source_group=none", 4),
        ("exclude_source_group=gulf-press", 4),
        ("exclude_source_group=small&exclude_source_group=none", 1),
    ],
)
@pytest.mark.unmeasured
def test_a_source_is_found_by_what_it_is(client: TestClient, query: str, total: int) -> None:
    body = client.get(f"/v1/articles?{query}").json()
    assert body["total"] == total
    assert client.get(f"/v1/articles.csv?{query}").text.count("\r\n") == total + 1


@pytest.mark.parametrize(
    ("query", "parameter", "near"),
    [
        ("country=Qatr", "country", "qa"),
        ("country=xx", "country", None),
        ("source_kind=agencies", "source_kind", "agency"),
        ("source_group=golf-press", "source_group", "gulf-press"),
        ("exclude_source_group=gulf-pres", "exclude_source_group", "gulf-press"),
    ],
)
def test_an_unknown_value_is_refused_with_the_nearest(
    client: TestClient, query: str, parameter: str, near: str | None
) -> None:
    (error,) = assert_problem(client.get(f"/v1/articles?{query}"), 422)["errors"]
    assert error["parameter"] == parameter
    assert near is None or near in error["nearest"]


def test_facets_count_what_their_filters_find(client: TestClient) -> None:
    query = "facet=country&facet=source_kind&facet=source_group&source_kind=agency"
    body = client.get(f"/v1/articles?{query}").json()
    assert body["facets"]["source_kind"] == [
        {"id": "broadcaster", "name": "broadcaster", "count": 3, "chosen": False},
        {"id": "newspaper", "name": "newspaper", "count": 2, "chosen": False},
        {"id": "agency", "name": "agency", "count": 1, "chosen": True},
        {"id": "none", "name": "none", "count": 1, "chosen": False},
    ]
    assert body["facets"]["country"] == [{"id": "ae", "name": "United Arab Emirates", "count": 1, "chosen": False}]
    assert body["facets"]["source_group"] == [{"id": "gulf-press", "name": "Gulf press", "count": 1, "chosen": False}]
    assert body["distinct"] == {"country": 1, "source_kind": 3, "source_group": 1}
    assert body["overlapping"] == ["source_group"]
    timeline = client.get("/v1/timeline?by=country").json()
    assert [(series["id"], series["count"]) for series in timeline["series"]][:2] == [("us", 3), ("qa", 2)]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", ["tide-tv", "reef-post", "post", "quay-wire"]),
        ("name=POST", ["reef-post", "post"]),
        ("name=radio", ["quay-wire"]),
        ("name=reef.ex", ["reef-post"]),
        ("country=qa&country=ae", ["reef-post", "quay-wire"]),
        ("kind=agency&group=gulf-press", ["quay-wire"]),
        ("group=none", ["tide-tv", "post"]),
        ("kind=party", []),
        ("name=nothing", []),
    ],
)
def test_the_directory_of_sources(client: TestClient, query: str, ids: list[str]) -> None:
    body = client.get(f"/v1/sources?{query}").json()
    assert ([item["id"] for item in body["items"]], body["total"]) == (ids, len(ids))


def test_a_bad_directory_request_is_refused_by_name(client: TestClient) -> None:
    errors = assert_problem(client.get("/v1/sources?country=xx&kind=y&group=z"), 422)["errors"]
    assert [error["parameter"] for error in errors] == ["country", "kind", "group"]


def test_a_source_says_what_it_is(client: TestClient) -> None:
    body = client.get("/v1/sources/reef-post").json()
    described = {name: body[name] for name in ("country", "owner", "kind", "languages", "founded", "groups")}
    assert described == {
        "country": "qa",
        "owner": None,
        "kind": "newspaper",
        "languages": ["en", "ar"],
        "founded": 1950,
        "groups": [{"id": "gulf-press", "name": "Gulf press"}, {"id": "small", "name": "Small ones"}],
    }
    wire = client.get("/v1/sources/quay-wire").json()
    assert (wire["owner"], wire["languages"]) == ("qatar", ["en"])
    unknown = client.get("/v1/sources/post").json()
    assert (unknown["country"], unknown["kind"], unknown["languages"], unknown["groups"]) == (None, None, [], [])


def test_the_groups_are_listed(client: TestClient) -> None:
    assert client.get("/v1/source-groups").json() == {
        "items": [
            {"id": "empty", "name": "Empty", "sources": ["sana"], "articles": 0},
            {"id": "gulf-press", "name": "Gulf press", "sources": ["quay-wire", "reef-post"], "articles": 3},
            {"id": "small", "name": "Small ones", "sources": ["reef-post"], "articles": 2},
        ],
        "corpus_version": 1,
    }


def test_without_groups_the_list_is_empty(database: Path) -> None:
    load_jsonl(database, RECORDS[:1])
    with TestClient(app_for(database)) as client:
        assert client.get("/v1/source-groups").json()["items"] == []
    assert resources().sources.entries["tass"].country == "ru"


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("sources.yaml", "sources: [{id: a, name: A, country: xx}]", "country is 'xx'"),
        ("sources.yaml", "sources: [{id: a, name: A, kind: paper}]", "kind is 'paper'"),
        ("sources.yaml", "sources: [{id: a, name: A, founded: '19'}]", "founded is '19'"),
        ("sources.yaml", "sources: [{id: a, name: A, languages: [x!y]}]", "languages is 'x!y'"),
        ("groups.yaml", "id: a", "a list of groups"),
        ("groups.yaml", "[a]", "a group with id, name, sources"),
        ("groups.yaml", "[{id: A b, name: A}]", "id is 'A b'"),
        ("groups.yaml", "[{id: a, name: A, source: [b]}]", "source"),
        ("groups.yaml", "[{id: a, name: A, sources: [b]}]", "the id of an outlet"),
    ],
)
def test_a_bad_file_is_refused(tmp_path: Path, file: str, content: str, message: str) -> None:
    (tmp_path / file).write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        load_sources(tmp_path)


def test_facets_of_the_directory_count_sources(client: TestClient) -> None:
    """A filter does not change its own facet, and what it chose is listed however small the facet is."""
    body = client.get("/v1/sources?facet=kind&facet=group&kind=agency&group=small&facet_size=1").json()
    everything = client.get("/v1/sources?facet=kind&facet=group&facet=country&facet_size=100").json()
    for parameter, values in everything["facets"].items():
        for value in values:
            assert value["count"] == client.get(f"/v1/sources?{parameter}={value['id']}").json()["total"]
            assert not value["chosen"]
        assert [(-value["count"], value["id"]) for value in values] == sorted(
            (-value["count"], value["id"]) for value in values
        )
    assert body["facets"]["country"] is None
    for parameter, chosen in (("kind", "agency"), ("group", "small")):
        other = {"kind": "group=small", "group": "kind=agency"}[parameter]
        counts = {value["id"]: value["count"] for value in body["facets"][parameter]}
        assert chosen in [value["id"] for value in body["facets"][parameter] if value["chosen"]]
        for id_, count in counts.items():
            assert count == client.get(f"/v1/sources?{other}&{parameter}={id_}").json()["total"]


def test_without_a_facet_the_directory_counts_none(client: TestClient) -> None:
    assert client.get("/v1/sources").json()["facets"] is None


def test_an_unknown_facet_of_the_directory_is_refused(client: TestClient) -> None:
    assert_problem(client.get("/v1/sources?facet=owner"), 422)
