"""Timeline, comparison and network as tables and as GraphML: whole by default, with the numbers of their JSON."""

import csv
import io
import json
import re
from collections import Counter
from datetime import date
from itertools import combinations, product
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from tests import oracle, oracle_compare, oracle_network, oracle_timeline
from tests.conftest import app_for, load_jsonl
from tests.contract.shelf import Reader, json_lines, parse_ndjson, read, serve_records
from tests.contract.strategies import ENTITIES, Corpus, bounded, compose, corpora, searches
from tests.contract.test_refusals import assert_problem
from tests.oracle import Pairs
from tests.workbooks import Cell, read_workbook

Row = dict[str, Any]

TIMELINE = ["from", "to", "series", "series_name", "count", "corpus", "share", "kind"]
COMPARISON = [
    *("id", "name", "articles", "coverage", "share", "first_day", "last_day"),
    *("exclusive_entities", "exclusive_entity_counts", "speakers", "speaker_counts"),
]
NETWORK = [
    *("source", "source_name", "source_type", "source_articles"),
    *("target", "target_name", "target_type", "target_articles", "articles", "npmi"),
]
"""The columns of each table."""

LIMITS: list[tuple[int | None, int | None]] = [(None, None), (3, None), (None, 4), (3, 2), (1, None), (None, 0)]
"""Requested numbers of nodes and edges; there are eight entities."""

GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"

READ = {"string": str, "int": int, "double": float}
"""How the types of GraphML are read."""


@st.composite
def corpora_with_searches(draw: st.DrawFn) -> tuple[Corpus, list[Pairs]]:
    """Draw a corpus and two searches."""
    corpus = draw(corpora())
    return corpus, [draw(searches(corpus)) for _ in range(2)]


LISTS = {
    "exclusive_entities": ("exclusive_entities", "id"),
    "exclusive_entity_counts": ("exclusive_entities", "articles"),
    "speakers": ("speakers", "id"),
    "speaker_counts": ("speakers", "statements"),
}
"""The columns of lists, with the field that each of them shows."""

DAYS = frozenset(("from", "to", "first_day", "last_day"))
"""The columns of days."""


def cell(column: str, line: Row) -> Cell:
    """Return a cell of a workbook, written independently of the tables."""
    if column in LISTS:
        field, key = LISTS[column]
        return "; ".join(str(one[key]) for one in line[field]) or None
    value: Cell = line[column]
    return date.fromisoformat(str(value)) if column in DAYS and value is not None else value


async def assert_rows(reader: Reader, view: str, pairs: Pairs, columns: list[str], expected: list[Row]) -> None:
    """Check the lines of NDJSON, and every cell of the CSV and of the workbook."""
    lines = parse_ndjson((await reader.ask(f"/v1/{view}.ndjson", pairs)).content)
    assert lines == expected, (view, pairs)
    wanted = [[cell(column, line) for column in columns] for line in lines]
    header, *rows = csv.reader(io.StringIO((await reader.ask(f"/v1/{view}.csv", pairs)).text, newline=""))
    assert header == columns
    assert rows == [["" if value is None else str(value) for value in row] for row in wanted]
    letters, *sheet = read_workbook((await reader.ask(f"/v1/{view}.xlsx", pairs)).content)[view]
    assert list(letters.values()) == columns
    assert [[row.get(letter) for letter in letters] for row in sheet] == wanted


@settings(bounded, max_examples=8)
@given(
    drawn=corpora_with_searches(),
    interval=st.sampled_from(("day", "week", "month", "year")),
    by=st.sampled_from([None, "source", "actor", "place", "precision", "author"]),
    top=st.sampled_from([None, None, 1, 3]),
)
def test_a_timeline_agrees_with_the_oracle(
    migrated: Path, drawn: tuple[Corpus, list[Pairs]], interval: str, by: str | None, top: int | None
) -> None:
    """The counts of a series add up, whatever is known of the days of its articles."""
    corpus, drawn_searches = drawn
    with serve_records(migrated, corpus) as world:

        async def check(reader: Reader) -> None:
            options = {"interval": interval, "by": by, "top": top, "base": "source" if by == "source" else None}
            chosen = [(name, str(value)) for name, value in options.items() if value is not None]
            for pairs in [[], *drawn_searches]:
                expected = oracle_timeline.table(world.records, pairs, interval, by, top, base=by == "source")
                if expected is None:
                    response = await reader.client.get("/v1/timeline.csv", params=(*pairs, *chosen))
                    assert [error["parameter"] for error in assert_problem(response, 422)["errors"]] == ["interval"]
                    continue
                await assert_rows(reader, "timeline", [*pairs, *chosen], TIMELINE, expected)
                results = oracle.search(world.records, pairs)
                assert sum(row["count"] for row in expected if row["series"] is None) == len(results)

        read(world.app, check)


@settings(bounded, max_examples=6)
@given(drawn=corpora_with_searches())
def test_a_comparison_agrees_with_the_oracle(migrated: Path, drawn: tuple[Corpus, list[Pairs]]) -> None:
    """Every source comes once, with all entities that only it names."""
    corpus, drawn_searches = drawn
    with serve_records(migrated, corpus) as world:

        async def check(reader: Reader) -> None:
            for pairs in [[], *drawn_searches]:
                expected = oracle_compare.comparison(world.records, pairs, listed=None)
                await assert_rows(reader, "compare", pairs, COMPARISON, expected)

        read(world.app, check)


def edge_rows(network: Row) -> list[Row]:
    """Return the edges of a network with what is known of their nodes."""
    nodes = {node["id"]: node for node in network["nodes"]}
    return [
        {f"{end}{key}": nodes[edge[end]][field] for end in ("source", "target") for key, field in NODE_FIELDS.items()}
        | {"articles": edge["articles"], "npmi": edge["npmi"]}
        for edge in network["edges"]
    ]


NODE_FIELDS = {"": "id", "_name": "name", "_type": "type", "_articles": "articles"}


def in_order(network: Row, edges: int | None) -> Row:
    """Return a network with its edges by id if their number is not limited."""
    ordered = sorted(network["edges"], key=lambda edge: (edge["source"], edge["target"]))
    return network if edges is not None else {**network, "edges": ordered}


@settings(bounded, max_examples=8)
@given(
    drawn=corpora_with_searches(),
    types=st.lists(st.sampled_from(sorted({entity["type"] for entity in ENTITIES})), max_size=3, unique=True),
)
def test_a_network_agrees_with_the_oracle(migrated: Path, drawn: tuple[Corpus, list[Pairs]], types: list[str]) -> None:
    """It is whole, or has the nodes and edges with the most articles; GraphML has the same as CSV and NDJSON."""
    corpus, drawn_searches = drawn
    with serve_records(migrated, corpus) as world:

        async def check(reader: Reader) -> None:
            for pairs, (nodes, edges) in product([[], *drawn_searches], LIMITS):
                limits = {"nodes": nodes, "edges": edges}
                parameters = [
                    *pairs,
                    *(("type", type_) for type_ in types),
                    *((name, str(limit)) for name, limit in limits.items() if limit is not None),
                ]
                expected = in_order(oracle_network.network(world.records, pairs, types, nodes, edges), edges)
                await assert_rows(reader, "network", parameters, NETWORK, edge_rows(expected))
                graph = parse((await reader.ask("/v1/network.graphml", parameters)).content)
                assert (graph["nodes"], graph["edges"]) == (expected["nodes"], expected["edges"])
                everything = oracle_network.network(world.records, pairs, types, None, None)
                assert graph["articles"] == everything["total"]
                assert graph["entities"] == len(everything["nodes"])
                assert (graph.get("max_nodes"), graph.get("max_edges")) == (nodes, edges)

        read(world.app, check)


def parse(document: bytes) -> Row:
    """Return a network from GraphML, with the data of the graph; every key is declared for its element."""
    root = ET.fromstring(document)  # noqa: S314 - our own document
    assert root.tag == f"{GRAPHML}graphml"
    keys = {key.attrib["id"]: key.attrib for key in root.findall(f"{GRAPHML}key")}
    (graph,) = root.findall(f"{GRAPHML}graph")
    assert graph.attrib["edgedefault"] == "undirected"

    def data(element: ET.Element, owner: str) -> Row:
        values = {}
        for datum in element.findall(f"{GRAPHML}data"):
            key = keys[datum.attrib["key"]]
            assert key["for"] == owner
            values[key["attr.name"]] = READ[key["attr.type"]](datum.text or "")
        return values

    nodes = [{"id": node.attrib["id"], **data(node, "node")} for node in graph.findall(f"{GRAPHML}node")]
    edges = [{**edge.attrib, **data(edge, "edge")} for edge in graph.findall(f"{GRAPHML}edge")]
    ids = {node["id"] for node in nodes}
    assert all(re.fullmatch(r"[\w.:-]+", id_) for id_ in ids), "ids are name tokens of XML"
    assert all({edge["source"], edge["target"]} <= ids for edge in edges)
    assert all(node.pop("label") == node["name"] for node in nodes)
    assert all(edge.pop("weight") == edge["articles"] for edge in edges)
    return {**data(graph, "graph"), "description": graph.findtext(f"{GRAPHML}desc"), "nodes": nodes, "edges": edges}


VERA, OTTO, PORT = ENTITIES[0], ENTITIES[1], ENTITIES[6]


@pytest.fixture
def small(database: Path) -> TestClient:
    """Return a client of five articles: three name a person, two of these a place, two have no exact day."""
    texts: list[tuple[str | None, list[Any]]] = [
        ("2015-11-01", [VERA, PORT]),
        ("2015-11-02", [VERA, PORT]),
        ("2015", [VERA, OTTO]),
        (None, ["ships"]),
        ("2015-11-30", ["=2+3"]),
    ]
    records = [compose(n, "Alpha Courier", "Port", day, None, text) for n, (day, text) in enumerate(texts)]
    load_jsonl(database, json_lines(records))
    return TestClient(app_for(database))


def test_articles_in_no_bucket_have_rows_without_days(small: TestClient) -> None:
    response = small.get("/v1/timeline.csv?by=actor")
    assert response.text.splitlines() == [
        "from,to,series,series_name,count,corpus,share,kind",
        "2015-01-01,2015-01-31,,,0,0,,bucket",
        *(f"2015-{first},2015-{last},,,0,0,,bucket" for first, last in MONTHS),
        "2015-11-01,2015-11-30,,,3,3,1.0,bucket",
        "2015-12-01,2015-12-31,,,0,0,,bucket",
        ",,,,1,,,imprecise",
        ",,,,1,,,undated",
        "2015-01-01,2015-01-31,vera-lindqvall,Vera Lindqvall,0,,,bucket",
        *(f"2015-{first},2015-{last},vera-lindqvall,Vera Lindqvall,0,,,bucket" for first, last in MONTHS),
        "2015-11-01,2015-11-30,vera-lindqvall,Vera Lindqvall,2,,,bucket",
        "2015-12-01,2015-12-31,vera-lindqvall,Vera Lindqvall,0,,,bucket",
        ",,vera-lindqvall,Vera Lindqvall,1,,,imprecise",
        "2015-01-01,2015-01-31,otto-brandthal,Otto Brandthal,0,,,bucket",
        *(f"2015-{first},2015-{last},otto-brandthal,Otto Brandthal,0,,,bucket" for first, last in MONTHS),
        "2015-11-01,2015-11-30,otto-brandthal,Otto Brandthal,0,,,bucket",
        "2015-12-01,2015-12-31,otto-brandthal,Otto Brandthal,0,,,bucket",
        ",,otto-brandthal,Otto Brandthal,1,,,imprecise",
    ]


MONTHS = [
    *(("02-01", "02-28"), ("03-01", "03-31"), ("04-01", "04-30"), ("05-01", "05-31"), ("06-01", "06-30")),
    *(("07-01", "07-31"), ("08-01", "08-31"), ("09-01", "09-30"), ("10-01", "10-31")),
]


def test_a_comparison_joins_its_lists(small: TestClient) -> None:
    fields = "id,exclusive_entities,exclusive_entity_names,exclusive_entity_types,exclusive_entity_counts"
    assert small.get(f"/v1/compare.csv?fields={fields}").text.splitlines() == [
        "id,exclusive_entities,exclusive_entity_counts,exclusive_entity_names,exclusive_entity_types",
        'alpha-courier,"vera-lindqvall; port-amsel; otto-brandthal","3; 2; 1",'
        '"Vera Lindqvall; Port Amsel; Otto Brandthal","person; place; person"',
    ]


def test_the_network_in_every_format(small: TestClient) -> None:
    assert small.get("/v1/network.csv").text.splitlines() == [
        ",".join(NETWORK),
        "otto-brandthal,Otto Brandthal,person,1,vera-lindqvall,Vera Lindqvall,person,3,1,0.317394",
        "port-amsel,Port Amsel,place,2,vera-lindqvall,Vera Lindqvall,person,3,2,0.557493",
    ]


@pytest.mark.parametrize("view", ["timeline?by=source&base=source", "network"])
def test_a_workbook_has_the_values_of_the_json(reader: TestClient, view: str) -> None:
    """Days are dates, and numbers are numbers."""
    name, _, query = view.partition("?")
    lines = parse_ndjson(reader.get(f"/v1/{name}.ndjson?{query}").content)
    header, *rows = read_workbook(reader.get(f"/v1/{name}.xlsx?{query}").content)[name]
    days = {"from", "to"}
    assert [{str(header[column]): value for column, value in row.items()} for row in rows] == [
        {key: date.fromisoformat(value) if key in days else value for key, value in line.items() if value is not None}
        for line in lines
    ]


def test_pairs_counted_from_the_articles_are_the_network(reader: TestClient) -> None:
    """An analyst who counts them in an export of all articles gets the same numbers."""
    counts: Counter[tuple[str, str]] = Counter()
    for article in parse_ndjson(reader.get("/v1/articles.ndjson").content):
        counts.update(combinations(sorted(entity["id"] for entity in article["entities"]), 2))
    edges = parse_ndjson(reader.get("/v1/network.ndjson").content)
    assert [(edge["source"], edge["target"], edge["articles"]) for edge in edges] == [
        (*pair, count) for pair, count in sorted(counts.items())
    ]


def test_a_field_selection_keeps_the_order_of_the_columns(small: TestClient) -> None:
    assert small.get("/v1/timeline.ndjson?fields=count,from&interval=year").text.splitlines() == [
        '{"from":"2015-01-01","count":4}',
        '{"from":null,"count":1}',
    ]


def test_a_graph_says_what_it_shows(small: TestClient) -> None:
    response = small.get("/v1/network.graphml?q=amsel OR vera")
    assert response.headers["content-type"] == "application/graphml+xml"
    assert response.headers["content-disposition"].startswith(
        'attachment; filename="dateline-network-v1-q-amsel-OR-ver'
    )
    graph = parse(response.content)
    assert (graph["search"], graph["corpus_version"]) == ("q amsel OR vera", 1)
    assert graph["description"] == (
        "Nodes are all entities that the articles of the search “q amsel OR vera” name; edges are all pairs of them "
        "that an article names together. Dateline, corpus version 1."
    )


def test_a_limited_graph_says_so(small: TestClient) -> None:
    graph = parse(small.get("/v1/network.graphml?nodes=2&edges=7").content)
    assert "search" not in graph
    assert graph["description"] == (
        "Nodes are the 2 with the most articles of the 3 entities that the articles of the whole corpus name; edges are"
        " the pairs of them with the most articles in common, at most 7. Dateline, corpus version 1."
    )


@pytest.mark.parametrize(
    ("query", "header"),
    [
        ("timeline.csv?q=nowhere", TIMELINE),
        ("compare.csv?fields=articles,id", ["id", "articles"]),
        ("network.csv?q=nowhere", NETWORK),
    ],
)
def test_a_table_without_rows_has_a_header(database: Path, query: str, header: list[str]) -> None:
    client = TestClient(app_for(database))
    assert client.get(f"/v1/{query}").text == ",".join(header) + "\r\n"
    assert client.get(f"/v1/{query.replace('.csv', '.ndjson')}").text == ""


def test_a_graph_of_nothing_is_valid(small: TestClient) -> None:
    graph = parse(small.get("/v1/network.graphml?q=nowhere").content)
    assert (graph["articles"], graph["entities"], graph["nodes"], graph["edges"]) == (0, 0, [], [])


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/v1/network.csv?nodes=0", "nodes"),
        ("/v1/network.csv?edges=2001", "edges"),
        ("/v1/network.graphml?fields=source", "fields"),
        ("/v1/network.graphml?bom=true", "bom"),
        ("/v1/network.ndjson?fields=sorce", "fields"),
        ("/v1/timeline.csv?top=0", "top"),
        ("/v1/timeline.csv?base=source", "base"),
        ("/v1/timeline.csv?limit=3", "limit"),
        ("/v1/compare.csv?limit=3", "limit"),
        ("/v1/compare.ndjson?actor=nobody-of-this-name", "actor"),
        ("/v1/network.graphml?actor=nobody-of-this-name", "actor"),
    ],
)
def test_a_table_refuses_what_its_view_refuses(small: TestClient, path: str, parameter: str) -> None:
    assert [error["parameter"] for error in assert_problem(small.get(path), 422)["errors"]] == [parameter]


@pytest.mark.parametrize(
    "path",
    [
        *(
            f"/v1/{view}.{suffix}"
            for view in ("timeline", "compare", "network")
            for suffix in ("csv", "ndjson", "xlsx")
        ),
        "/v1/network.graphml",
    ],
)
@pytest.mark.unmeasured
def test_a_table_answers_head_conditions_and_posts(small: TestClient, path: str) -> None:
    response = small.get(path)
    assert response.status_code == 200
    head = small.head(path)
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", response.headers["etag"])
    assert small.get(path, headers={"If-None-Match": response.headers["etag"]}).status_code == 304
    view, dot, suffix = path.partition(".")
    posted = small.post(f"{view}/search{dot}{suffix}", content=json.dumps({"q": "vera"}))
    assert posted.status_code == 200
    assert posted.content == small.get(f"{path}?q=vera").content
