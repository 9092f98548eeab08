"""Exports of every view as tables: all rows and all values of the JSON, in its order, in every format."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session
from starlette.testclient import TestClient

from app.search.index.storage import open_snapshot
from app.search.sql import rows
from app.settings import ServeText
from app.stores import store_of
from app.wire.articles import article_items
from tests import oracle
from tests.conftest import SOAK, app_for, load_jsonl, seed
from tests.contract.shelf import Reader, World, parse_ndjson, read, serve_records, without_leads
from tests.contract.strategies import Corpus, bounded, corpora, searches
from tests.databases import url_of
from tests.oracle import Pairs
from tests.proxy import MOUNT
from tests.workbooks import Cell, read_workbook

Item = dict[str, Any]

FORMULA = re.compile(r"[=+@\t\r\n-]")

SAID = (" “Vellandia is calm,” Vera Lindqvall said.", " “=Port Amsel is not,” Otto Brandthal said.", "")
"""What the articles of a corpus add to their texts."""


def day(value: str | None) -> Cell:
    """Return a day as a spreadsheet has it: what is no whole day is a text."""
    return date.fromisoformat(value) if value and len(value) == 10 else value


def texts(values: list[Any]) -> str | None:
    """Return values as one cell."""
    return "; ".join(map(str, values)) or None


def published(item: Item) -> dict[str, Cell]:
    """Return the columns of a date."""
    values = item["published"]
    names = {"published_at": "at", "precision": "precision", "zone": "zone", "basis": "basis"}
    return {"published_on": day(values["on"]), **{name: values[key] for name, key in names.items()}}


def article_cells(item: Item) -> dict[str, Cell]:
    """Return the default columns of an article."""
    same = ("id", "url", "title", "language", "text_kind", "rights", "language_basis")
    return {
        **{name: item[name] for name in same},
        **published(item),
        "source": item["source"]["id"],
        "source_name": item["source"]["name"],
        "authors": texts(item["authors"]),
        "entities": texts([entity["id"] for entity in item["entities"]]),
        "entity_counts": texts([entity["count"] for entity in item["entities"]]),
    }


def statement_cells(item: Item) -> dict[str, Cell]:
    """Return the default columns of a statement."""
    article, speaker = item["article"], item["speaker"] or {"id": None, "name": None, "type": None}
    return {
        **{name: item[name] for name in ("field", "start", "end", "text", "kind", "speaker_name", "cue")},
        **published(article),
        "article": article["id"],
        "url": article["url"],
        "title": article["title"],
        "source": article["source"]["id"],
        "source_name": article["source"]["name"],
        "speaker": speaker["id"],
        "speaker_label": speaker["name"],
        "speaker_type": speaker["type"],
        "entities": texts([entity["id"] for entity in item["entities"]]),
    }


def entity_cells(item: Item) -> dict[str, Cell]:
    """Return the columns of an entity."""
    known = {name: item[name] for name in ("id", "name", "type", "wikidata", "articles", "lift")}
    return {**known, "lat": None, "lon": None}


def source_cells(item: Item) -> dict[str, Cell]:
    """Return the columns of a source."""
    lists = {name: texts(item[name]) for name in ("names", "domains", "languages")}
    same = ("id", "name", "country", "owner", "kind", "founded", "articles")
    return {
        **{name: item[name] for name in same},
        **lists,
        "groups": texts([group["id"] for group in item["groups"]]),
        "first_day": day(item["first_day"]),
        "last_day": day(item["last_day"]),
    }


CELLS = {
    "articles": article_cells,
    "statements": statement_cells,
    "entities": entity_cells,
    "sources": source_cells,
}
"""Functions that return the columns of an item of each view, written independently of the tables."""


def csv_dicts(document: str) -> list[dict[str, str]]:
    """Return the rows of a CSV by column."""
    return list(csv.DictReader(io.StringIO(document, newline="")))


def as_csv(cell: Cell) -> str:
    """Return a cell as a CSV has it: a text that looks like a formula is guarded."""
    if cell is None:
        return ""
    return f"'{cell}" if isinstance(cell, str) and FORMULA.match(cell) else str(cell)


def sheet_dicts(document: bytes, sheet: str) -> list[dict[str, Cell]]:
    """Return the rows of a sheet by column, with all columns of its header."""
    header, *rows = read_workbook(document)[sheet]
    return [{str(name): row.get(letters) for letters, name in header.items()} for row in rows]


async def assert_view(reader: Reader, view: str, pairs: Pairs, items: list[Item]) -> None:
    """Check that every format of a view has these items."""
    expected = [CELLS[view](item) for item in items]
    assert parse_ndjson((await reader.ask(f"/v1/{view}.ndjson", pairs)).content) == items
    lines = csv_dicts((await reader.ask(f"/v1/{view}.csv", pairs)).text)
    assert lines == [{name: as_csv(cell) for name, cell in cells.items()} for cells in expected]
    document = (await reader.ask(f"/v1/{view}.xlsx", pairs)).content
    assert sheet_dicts(document, view) == expected
    assert list(read_workbook(document)) == [view]


async def listed(reader: Reader, view: str, pairs: Pairs) -> list[Item]:
    """Return all items of a list, page by page."""
    return [item for page in await reader.walk(f"/v1/{view}", pairs, limit=7) for item in page]


@st.composite
def talking_corpora(draw: st.DrawFn) -> tuple[Corpus, list[Pairs]]:
    """Draw a corpus, in whose articles two people speak, and a few searches."""
    corpus = draw(corpora())
    for number, record in enumerate(corpus):
        record["text"] += SAID[number % 3]
    return corpus, [draw(searches(corpus)) for _ in range(2)]


@settings(bounded, max_examples=3 * SOAK)
@given(drawn=talking_corpora(), sort=st.sampled_from(["-published", "published"]))
def test_every_export_agrees_with_the_oracle_field_by_field(
    migrated: Path, drawn: tuple[Corpus, list[Pairs]], sort: str
) -> None:
    """The lists of articles and sources are those of the oracle, and every export has what its list has."""
    corpus, drawn_searches = drawn
    with serve_records(migrated, corpus) as world:
        records = {record["public_id"]: record for record in world.records}

        async def check(reader: Reader) -> None:
            for pairs in drawn_searches:
                ordered = [*pairs, ("sort", sort)]
                articles = await listed(reader, "articles", ordered)
                wanted = oracle.in_order(oracle.search(world.records, pairs), sort)
                assert [item["id"] for item in articles] == [record["public_id"] for record in wanted]
                assert [item["entities"] for item in articles] == [
                    oracle.named_most(records[item["id"]]) for item in articles
                ]
                await assert_view(reader, "articles", ordered, without_leads(articles))
                await assert_view(reader, "statements", ordered, await listed(reader, "statements", ordered))
                entities = await listed(reader, "entities", pairs)
                assert [(item["id"], item["articles"]) for item in entities] == oracle.entities(world.records, pairs)
                await assert_view(reader, "entities", pairs, entities)
            sources = await listed(reader, "sources", [])
            assert [item["id"] for item in sources] == [item["id"] for item in oracle.sources(world.records)]
            await assert_view(reader, "sources", [], sources)

        read(world.app, check)


NAMES = 45


def named_often() -> Item:
    """Return an article that names 45 people, some of them more often than others."""
    text, entities = "", []
    for number in range(NAMES):
        mentions = []
        for _ in range(number % 3 + 1):
            mentions.append([len(text), len(text) + 9])
            text += f"Person {number:02d}, "
        entities.append(
            {"id": f"p{number:02d}", "name": f"Person {number:02d}", "type": "person", "mentions": mentions}
        )
    return {"title": "=A list", "source": "Gazette", "text": text, "published": "2015-11-01", "entities": entities}


def quotes() -> Item:
    """Return an article of two statements, whose letters need two UTF-16 code units."""
    text = "😀 “Homs is quiet,” Vladimir Putin said. “Hama is not,” Sergei Shoigu said."
    return {"title": "Two 😀", "source": "Herald", "text": text, "published": "2015-11"}


@pytest.fixture(scope="module")
def shelf(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database of an article with many names and an article with statements."""
    folder = tmp_path_factory.mktemp("exports")
    database = folder / "dateline.db"
    database.write_bytes(migrated.read_bytes())
    load_jsonl(database, [named_often()])
    file = folder / "quotes.jsonl"
    file.write_text(json.dumps(quotes()) + "\n", encoding="utf-8")
    seed(database, "load", str(file))
    return database


@pytest.fixture(scope="module")
def client(shelf: Path) -> Iterator[TestClient]:
    """Yield a client of these two articles."""
    with TestClient(app_for(shelf)) as client:
        yield client


@pytest.mark.unmeasured
def test_an_export_has_every_entity_of_an_article(client: TestClient) -> None:
    """The most named come first, ties by id, and each has its count; a page shows the first ten."""
    ranked = sorted(range(NAMES), key=lambda number: (-(number % 3), number))
    expected = [
        {"id": f"p{number:02d}", "name": f"Person {number:02d}", "type": "person", "count": number % 3 + 1}
        for number in ranked
    ]
    query = "source=gazette"
    (item,) = parse_ndjson(client.get(f"/v1/articles.ndjson?{query}").content)
    assert item["entities"] == expected
    assert client.get(f"/v1/articles?{query}").json()["items"][0]["entities"] == expected[:10]
    names = "entities,entity_counts,entity_names,entity_types"
    columns = {name: "; ".join(str(one[key]) for one in expected) for name, key in zip(
        names.split(","), ("id", "count", "name", "type"), strict=True
    )}  # fmt: skip
    assert csv_dicts(client.get(f"/v1/articles.csv?{query}&fields={names}").text) == [columns]
    document = client.get(f"/v1/articles.xlsx?{query}&fields={names}").content
    assert sheet_dicts(document, "articles") == [columns]


def test_mentions_under_a_former_id_count_for_the_current_entity(shelf: Path) -> None:
    engine = store_of(url_of(shelf)).reader_engine()
    with Session(engine) as session:
        snapshot = open_snapshot(session)
        (row, *_) = rows.revisions(session, snapshot, snapshot.ids.revisions([0]))
        merged = [replace(one, former_ids=("old-p01",)) if one.id == "p01" else one for one in snapshot.labels.entity]
        snapshot = replace(snapshot, labels=replace(snapshot.labels, entity=tuple(merged)))
        (item,) = article_items(snapshot, [row._replace(named={"p02": 3, "old-p01": 1, "p03": 3, "p01": 2})])
    engine.dispose()
    assert [(entity["id"], entity["count"]) for entity in item["entities"]] == [("p01", 3), ("p02", 3), ("p03", 3)]


CONTENTS = ("urls", "text", "text_withheld", "mentions", "statements")


@pytest.mark.parametrize("offsets", ["codepoints", "utf16"])
@pytest.mark.parametrize("serve", ["full", "digest", "none"])
@pytest.mark.unmeasured
def test_contents_are_those_of_the_article_itself(shelf: Path, serve: ServeText, offsets: str) -> None:
    """Where a text is withheld, the export withholds it, too; offsets are of the text all the same, and have a unit."""
    fields = ",".join(("id", *CONTENTS))
    with TestClient(app_for(shelf, serve_text=serve)) as client:
        query = f"fields={fields}&offsets={offsets}"
        ids = [item["id"] for item in client.get("/v1/articles").json()["items"]]
        details = [client.get(f"/v1/articles/{id_}?{query}").json() for id_ in ids]
        assert sum(detail["text"] is None for detail in details) == (0 if serve == "full" else 2)
        assert sum(len(detail["statements"]) for detail in details) == 2
        assert parse_ndjson(client.get(f"/v1/articles.ndjson?{query}").content) == [
            {**{name: detail[name] for name in ("id", *CONTENTS)}, "offsets": offsets} for detail in details
        ]
        rows = csv_dicts(client.get(f"/v1/articles.csv?{query}").text)
        for row, detail in zip(rows, details, strict=True):
            assert list(row) == ["id", *CONTENTS, "offsets"]
            assert row["offsets"] == offsets
            assert row["text"] == (detail["text"] or "")
            assert row["text_withheld"] == str(detail["text_withheld"]).lower()
            assert [json.loads(row[name]) for name in ("mentions", "statements")] == [
                detail["mentions"], detail["statements"]
            ]  # fmt: skip


@pytest.mark.parametrize("serve", ["full", "none"])
def test_statements_are_withheld_as_their_list_withholds_them(shelf: Path, serve: ServeText) -> None:
    with TestClient(app_for(shelf, serve_text=serve)) as client:
        items = client.get("/v1/statements?offsets=utf16").json()["items"]
        assert [item["text"] is None for item in items] == [serve == "none"] * 2
        assert parse_ndjson(client.get("/v1/statements.ndjson?offsets=utf16").content) == items
        rows = csv_dicts(client.get("/v1/statements.csv?offsets=utf16&fields=start,end,text,entity_names").text)
        assert rows == [
            {
                "start": str(item["start"]),
                "end": str(item["end"]),
                "text": item["text"] or "",
                "entity_names": "; ".join(entity["name"] for entity in item["entities"]),
            }
            for item in items
        ]


def test_fields_choose_columns_in_the_order_of_the_table(client: TestClient) -> None:
    assert client.get("/v1/articles.csv?fields=title,%20id").text.splitlines()[0] == "id,title"
    header, *_ = read_workbook(client.get("/v1/articles.xlsx?fields=title,id").content)["articles"]
    assert list(header.values()) == ["id", "title"]
    lines = parse_ndjson(client.get("/v1/articles.ndjson?fields=title,id").content)
    assert [list(line) for line in lines] == [["id", "title"]] * 2


def test_an_unknown_column_is_refused_with_the_nearest(client: TestClient) -> None:
    answer = client.get("/v1/entities.csv?fields=id,articels")
    assert answer.status_code == 422
    assert "content-disposition" not in answer.headers
    assert answer.json()["errors"] == [
        {
            "parameter": "fields",
            "value": "articels",
            "code": "invalid-choice",
            "wanted": "fields of this response: id, name, type, wikidata, articles, lift, lat, lon",
            "nearest": ["articles"],
            "candidates": [],
        }
    ]


@pytest.mark.unmeasured
@pytest.mark.parametrize("view", CELLS)
def test_an_export_without_rows_is_its_header(migrated: Path, view: str) -> None:
    with serve_records(migrated, []) as world, TestClient(world.app) as client:
        assert client.get(f"/v1/{view}.ndjson").content == b""
        lines = client.get(f"/v1/{view}.csv").content.splitlines(keepends=True)
        (header,) = read_workbook(client.get(f"/v1/{view}.xlsx").content)[view]
        assert lines == [",".join(map(str, header.values())).encode() + b"\r\n"]


def test_bom_puts_a_byte_order_mark_before_a_csv(client: TestClient) -> None:
    plain, marked = (client.get(f"/v1/articles.csv{query}") for query in ("", "?bom=true"))
    assert marked.content == b"\xef\xbb\xbf" + plain.content
    assert client.get("/v1/articles.csv?bom=false").content == plain.content
    assert marked.headers["etag"] != plain.headers["etag"]
    assert marked.headers["content-disposition"] == plain.headers["content-disposition"]


def file_names(client: TestClient, path: str, pairs: Pairs) -> tuple[str, str]:
    """Return the name of a file in ASCII and in UTF-8."""
    answer = client.get(f"{path}?{urlencode(pairs)}")
    assert answer.status_code == 200, answer.text
    header = answer.headers["content-disposition"]
    match = re.fullmatch(r"attachment; filename=\"([A-Za-z0-9.-]+)\"; filename\*=UTF-8''([A-Za-z0-9.%-]+)", header)
    assert match, header
    plain, name = match[1], unquote(match[2], errors="strict")
    assert len(plain) <= 100
    assert len(name) <= 100
    assert len(name.encode()) <= 255
    return plain, name


@pytest.mark.parametrize(
    ("path", "pairs", "plain", "name"),
    [
        ("/v1/articles.csv", [], "dateline-articles-v2.csv", "dateline-articles-v2.csv"),
        ("/v1/sources.xlsx", [("name", "ga")], "dateline-sources-v2-name-ga.xlsx", "dateline-sources-v2-name-ga.xlsx"),
        (
            "/v1/articles.ndjson",
            [("actor", "Putin"), ("from", "2015-10"), ("q", '"red line" -x')],
            "dateline-articles-v2-q-red-line-x-from-2015-10-actor-Putin.ndjson",
            "dateline-articles-v2-q-red-line-x-from-2015-10-actor-Putin.ndjson",
        ),
        ("/v1/articles.csv", [("q", "война é")], "dateline-articles-v2-q-e.csv", "dateline-articles-v2-q-война-é.csv"),
        ("/v1/articles.csv", [("q", "войска")], "dateline-articles-v2-q.csv", "dateline-articles-v2-q-войска.csv"),
        (
            "/v1/articles.csv",
            [("q", 'a"\r\nSet-Cookie: x=1\r\n\r\n;../%2e\\<>|*?')],
            "dateline-articles-v2-q-a-Set-Cookie-x-1-2e.csv",
            "dateline-articles-v2-q-a-Set-Cookie-x-1-2e.csv",
        ),
        ("/v1/articles.csv", [("q", "a\u202egpj.exe")], "dateline-articles-v2-q-a-gpj-exe.csv",
         "dateline-articles-v2-q-a-gpj-exe.csv"),
        ("/v1/articles.csv", [("fields", "id"), ("bom", "true"), ("tz", "Europe/Berlin")],
         "dateline-articles-v2.csv", "dateline-articles-v2.csv"),
    ],
)  # fmt: skip
def test_the_name_of_a_file_tells_view_version_and_search(
    client: TestClient, path: str, pairs: Pairs, plain: str, name: str
) -> None:
    assert file_names(client, path, pairs) == (plain, name)


@pytest.mark.parametrize(
    ("word", "times"),
    [("x", 490), ("ж", 490), ("权", 50), ("😀", 490), ("e\u0301", 245), ('"', 490), ("-", 490), (" a", 30)],
)
def test_the_name_of_a_file_is_bounded(client: TestClient, word: str, times: int) -> None:
    file_names(client, "/v1/articles.xlsx", [("q", word * times + " abc")])


def test_the_name_of_a_long_posted_search_is_bounded(client: TestClient) -> None:
    body = {"any_actor": ["Vladimir Putin", *["p01"] * 4_999], "q": "NOT x"}
    answer = client.post("/v1/articles/search.csv", json=body)
    assert answer.status_code == 200
    header = answer.headers["content-disposition"]
    assert header.startswith('attachment; filename="dateline-articles-v2-q-NOT-x-any-actor-Vladimir-Putin-p01-p01-')
    assert len(header) < 300


@pytest.mark.parametrize("format_", ["csv", "ndjson", "xlsx"])
@pytest.mark.parametrize("view", ["articles", "statements", "entities"])
def test_a_posted_search_is_the_same_document(client: TestClient, view: str, format_: str) -> None:
    got = client.get(f"/v1/{view}.{format_}?any_actor=vladimir-putin&fields=title,id" if view == "articles" else
                     f"/v1/{view}.{format_}?any_actor=vladimir-putin")  # fmt: skip
    fields = {"fields": ["title", "id"]} if view == "articles" else {}
    posted = client.post(f"/v1/{view}/search.{format_}", json={"any_actor": ["vladimir-putin"], **fields})
    assert (posted.status_code, posted.content) == (200, got.content)
    assert posted.headers["content-disposition"] == got.headers["content-disposition"]
    assert posted.headers["content-type"] == got.headers["content-type"]


@pytest.mark.parametrize("format_", ["csv", "ndjson", "xlsx"])
@pytest.mark.parametrize("view", CELLS)
def test_head_has_the_headers_of_get(client: TestClient, view: str, format_: str) -> None:
    got, head = client.get(f"/v1/{view}.{format_}"), client.head(f"/v1/{view}.{format_}")
    own = {"x-request-id", "content-length"}
    assert {name: head.headers[name] for name in head.headers if name not in own} == {
        name: got.headers[name] for name in got.headers if name not in own
    }
    assert head.content == b""


@pytest.mark.skipif(bool(MOUNT.root_path), reason="the proxy of the tests asks for nothing compressed")
def test_a_workbook_is_not_compressed_twice(client: TestClient) -> None:
    encodings = {
        format_: client.get(f"/v1/articles.{format_}", headers={"Accept-Encoding": "gzip"}).headers.get(
            "content-encoding"
        )
        for format_ in ("csv", "ndjson", "xlsx")
    }
    assert encodings == {"csv": "gzip", "ndjson": "gzip", "xlsx": None}


@pytest.mark.unmeasured
def test_a_text_that_exceeds_a_cell_is_cut_and_named_in_the_workbook_only(database: Path) -> None:
    text = "Long. " * 10_000
    load_jsonl(database, [{"title": "Long", "source": "Gazette", "text": text}])
    with TestClient(app_for(database)) as client:
        sheets = read_workbook(client.get("/v1/articles.xlsx?fields=title,text").content)
        (row,) = csv_dicts(client.get("/v1/articles.csv?fields=title,text").text)
    assert sheets["articles"][1] == {"A": "Long", "B": row["text"][:32_767]}
    assert len(row["text"]) > 50_000
    assert sheets["Notes"][2:] == [{"A": "articles", "B": "B2", "C": "text", "D": len(row["text"])}]


@pytest.mark.unmeasured
def test_many_rows_are_one_document(own_world: World, own_reader: TestClient) -> None:
    """The rows of several batches, each once, as one corpus version has them."""
    load_jsonl(own_world.database, [{"title": f"Port {n}", "source": "Gazette", "text": "x"} for n in range(1200)])
    total = own_reader.get("/v1/articles").json()["total"]
    lines = parse_ndjson(own_reader.get("/v1/articles.ndjson").content)
    assert len({line["id"] for line in lines}) == len(lines) == total == 1212
    rows = sheet_dicts(own_reader.get("/v1/articles.xlsx?fields=id,text").content, "articles")
    assert [row["id"] for row in rows] == [line["id"] for line in lines]


def test_many_statements_are_one_document(database: Path, tmp_path: Path) -> None:
    """A batch ends with an article, however many statements that has."""
    saying = "“Raqqa is quiet {n},” Sergei Shoigu said."
    records = [
        {"title": f"Said {size}", "source": "Gazette", "text": " ".join(saying.format(n=n) for n in range(size))}
        for size in (3, 60, 49, 1)
    ]
    file = tmp_path / "said.jsonl"
    file.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    seed(database, "load", str(file))
    with TestClient(app_for(database)) as client:
        pages, url = [client.get("/v1/statements?limit=100").json()], "/v1/statements?limit=100&cursor="
        pages.append(client.get(url + pages[0]["next"]).json())
        lines = parse_ndjson(client.get("/v1/statements.ndjson").content)
    assert lines == [item for page in pages for item in page["items"]]
    assert len(lines) == 113
