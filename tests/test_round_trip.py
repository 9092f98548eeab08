"""What a Dateline exports loads into another one as the same articles."""

import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from app.models import DetailName
from app.stores import store_of
from app.stores.sqlite import file_url
from app.wire.exports.columns import ARTICLES
from seed.extract.annotator import Annotator
from seed.pipeline.context import LoadSummary, Resources
from seed.pipeline.language import detect_missing_languages
from seed.pipeline.load import load
from seed.readers import Overrides, read_paths
from seed.readers.outlets import load_sources
from tests.conftest import ROOT, SOAK, app_for
from tests.seed.loading import LEXICON

RESOURCES = Resources(LEXICON, Annotator(LEXICON), load_sources())

FIELDS = ",".join((*ARTICLES.fields, *ARTICLES.extra_fields))
COLUMNS = ",".join(column.name for column in ARTICLES.columns)

Files = Mapping[str, bytes]


def run_load(database: Path, files: Files) -> LoadSummary:
    """Load files as `dateline load` does; return what became of their records."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            Path(folder, name).write_bytes(content)
        engine = store_of(file_url(database)).writer_engine()
        try:
            records = read_paths([Path(folder)], overrides=Overrides())
            return load(engine, detect_missing_languages(records), RESOURCES)
        finally:
            engine.dispose()


def counts(summary: LoadSummary) -> tuple[int, int, int, list[str]]:
    """Return the numbers of loaded, updated and unchanged records, and why others were refused or renamed."""
    reasons = [refusal.reason for refusal in (*summary.refused, *summary.removed, *summary.renamed)]
    return summary.loaded, summary.updated, summary.unchanged, reasons


def fetch(client: TestClient, path: str) -> bytes:
    """Return the body of a response."""
    response = client.get(f"/v1/{path}")
    assert response.status_code == 200, response.text
    return response.content


def as_ndjson(client: TestClient) -> Files:
    """Return all articles as lines of JSON."""
    return {"export.ndjson": fetch(client, f"articles.ndjson?fields={FIELDS}")}


def as_csv(client: TestClient) -> Files:
    """Return all articles as a table, as spreadsheets want it."""
    return {"export.csv": fetch(client, f"articles.csv?bom=true&fields={COLUMNS}")}


def as_details(client: TestClient) -> Files:
    """Return each article on its own."""
    ids = [json.loads(line)["id"] for line in fetch(client, "articles.ndjson").splitlines()]
    return {f"{id_}.json": fetch(client, f"articles/{id_}") for id_ in ids}


def as_json_ld(client: TestClient) -> Files:
    """Return each article on its own as a NewsArticle."""
    ids = [json.loads(line)["id"] for line in fetch(client, "articles.ndjson").splitlines()]
    return {f"{id_}.jsonld": fetch(client, f"articles/{id_}.jsonld") for id_ in ids}


EXPORTS = {"ndjson": as_ndjson, "csv": as_csv, "details": as_details, "json-ld": as_json_ld}

Export = Callable[[TestClient], Files]


def contents(database: Path) -> dict[str, Files]:
    """Return all exports of a database."""
    with TestClient(app_for(database)) as client:
        return {name: export(client) for name, export in EXPORTS.items()}


@contextmanager
def databases(migrated: Path) -> Iterator[Callable[[], Path]]:
    """Yield a function that makes empty databases."""
    with tempfile.TemporaryDirectory() as folder:
        numbers = iter(range(100))
        yield lambda: Path(shutil.copy(migrated, Path(folder, f"{next(numbers)}.db")))


WORDS = st.sampled_from(
    [
        "Vellandia",
        "the Vellandian Navy",
        "VN",
        "Amsel",
        "ferry",
        "=SUM(A1)",
        "'=x",
        "'quoted'",
        "said",
        "\U0001f6a2",
        '"We sail," said Ada Byrne.',
        "Sergei Orlov",
        "a; b",
        "tab\tbed",
        "Mr. Orlov said that",
        "l'été",
        "\u00a0",
        "@home",
    ]
)
TITLES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join).filter(str.strip)
TEXTS = (
    st.lists(st.one_of(WORDS, st.sampled_from(["\r\n", "\r", "\n\n", "\u2028", "-"])), min_size=1, max_size=60)
    .map(" ".join)
    .filter(str.strip)
)
NAMES = st.sampled_from(["Ada Byrne", "Jo; Li", "Byrne, Ada", "Back\\slash\\", "=Bo Ek", "By Jo Li", "李小龍"])
DATES = st.sampled_from(
    [
        "2019",
        "2019-03",
        "2019-03-04",
        "2019-03-04T18:30-05:00",
        "2019-03-04T18:30:07Z",
        "2019-03-04 18:30:00",
        "0999-01-01T00:00:00+14:00",
        "9999-12-31",
        "March 4, 2019 6:30pm EST",
        "March 4, 2019 6:30pm ET",
        None,
    ]
)
ENTITIES = st.sampled_from([
    None, None, [],
    [{"name": "Ada", "type": "person", "mentions": [[0, 1]]},
     {"name": "Vellandia", "type": "state", "id": "v", "wikidata": "Q990000003", "mentions": [[1, 2]]}],
])  # fmt: skip


DETAILS = st.sampled_from(
    [None, {}, {"page": "A4", "place": "=SULA; “x”"}, dict.fromkeys(DetailName, "Заря"), {"length": "1\u00a0245"}]
)


@st.composite
def record_lists(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Draw records with the values that are hard to keep; no two are of one article."""
    records = []
    for number in range(draw(st.integers(1, 5))):
        record = {
            "title": f"{number} {draw(TITLES)}" if draw(st.booleans()) else f"{draw(TITLES)} {number}",
            "text": f"{draw(TEXTS)} {number}.",
            "source": draw(st.sampled_from(["rferl", "rferl.org", "The Quay", "https://new.example/x", "Заря"])),
            "published": draw(DATES),
            "authors": draw(st.lists(NAMES, max_size=3, unique=True)),
            "language": draw(st.sampled_from([None, "en", "pt-BR"])),
            "rights": draw(st.sampled_from([None, "CC0-1.0", "=cmd"])),
            "text_kind": draw(st.sampled_from(["full", "extract", "digest"])),
            "entities": draw(ENTITIES),
            "id": draw(st.sampled_from([None, f"urn:x:{number}", f"id {number}"])),
            "details": draw(DETAILS),
            "url": draw(st.sampled_from([None, f"https://a.example/{number};a=1?b=2"])),
        }
        records.append({name: value for name, value in record.items() if value is not None})
    return records


def as_lines(records: list[dict[str, Any]]) -> Files:
    """Return records as a file."""
    return {"records.jsonl": "".join(json.dumps(record) + "\n" for record in records).encode()}


@pytest.mark.parametrize("export", EXPORTS.values(), ids=EXPORTS.keys())
@settings(max_examples=6 * SOAK, suppress_health_check=[HealthCheck.function_scoped_fixture], phases=[Phase.generate])
@given(records=record_lists())
def test_an_export_loads_as_the_same_articles(export: Export, migrated: Path, records: list[dict[str, Any]]) -> None:
    originals, total = as_lines(records), len(records)
    with databases(migrated) as empty_database:
        first, second = empty_database(), empty_database()
        assert counts(run_load(first, originals)) == (total, 0, 0, [])
        before = contents(first)
        with TestClient(app_for(first)) as client:
            exported = export(client)
        assert counts(run_load(second, exported)) == (total, 0, 0, [])
        assert contents(second) == before
        assert counts(run_load(second, originals)) == (0, 0, total, [])
        assert counts(run_load(first, exported)) == (0, 0, total, [])


LONG = 'Ada Byrne \U0001f6a2 sails at noon, "at six," said Sergei Orlov of Vellandia. ' * 4

COLLIDING = [
    {"id": "1", "title": "Daily brief", "text": "\U0001f6a2 Short.", "published": "2019-03-04"},
    {"id": "2", "title": "Daily brief", "text": LONG, "published": "2019-03-04", "url": "https://a.example/1"},
    {"id": "3", "title": "Daily brief", "text": LONG, "published": "2019-03-04", "url": "https://a.example/1"},
    {"title": "\U0001f6a2", "text": f"Short.\r\n\ufeff{LONG}", "url": "https://a.example/2"},
    {"title": "Renamed", "text": f"Short.\r\n\ufeff{LONG}", "url": "https://a.example/3", "published": "2019"},
    {"id": "1", "title": "Tide", "text": "Low.", "source": "A Quay", "url": "https://a.example/4"},
    {"title": "Tide", "text": "High.", "source": "The Quay", "url": "https://a.example/4"},
]
"""Records of articles that have nearly everything in common; the last two are of one article of two sources."""


def as_utf16(client: TestClient) -> Files:
    """Return all articles as lines of JSON, with offsets as JavaScript counts."""
    return {"export.ndjson": fetch(client, f"articles.ndjson?offsets=utf16&fields={FIELDS}")}


def turned(files: Files) -> list[Files]:
    """Return each line of JSON, or each document, as a load of its own, the last one first."""
    if len(files) > 1:
        return [{name: content} for name, content in list(files.items())[::-1]]
    ((name, content),) = files.items()
    return [{name: line} for line in reversed(content.splitlines())] if name.endswith("json") else [files]


@pytest.mark.unmeasured
@pytest.mark.parametrize("export", [*EXPORTS.values(), as_utf16], ids=[*EXPORTS, "utf16"])
def test_articles_that_collide_stay_apart(export: Export, migrated: Path) -> None:
    """Loaded one by one, in another order; the original files then find them all."""
    originals = as_lines([{"source": "The Quay", **record} for record in COLLIDING])
    with databases(migrated) as empty_database:
        first, second = empty_database(), empty_database()
        assert run_load(first, originals).loaded == 6
        before = contents(first)
        with TestClient(app_for(first)) as client:
            loads = [run_load(second, files) for files in turned(export(client))]
        assert sum(summary.loaded for summary in loads) == 6
        assert contents(second) == before
        summaries = [run_load(database, originals) for database in (first, second)]
        assert counts(summaries[0]) == counts(summaries[1])
        assert contents(second) == contents(first)


def as_atom(client: TestClient) -> Files:
    """Return the newest articles as a feed."""
    return {"feed.atom": fetch(client, "articles.atom?limit=100")}


def as_rss(client: TestClient) -> Files:
    """Return the newest articles as a feed."""
    return {"feed.rss": fetch(client, "articles.rss?limit=100")}


def as_json_feed(client: TestClient) -> Files:
    """Return the newest articles as a feed."""
    return {"feed.json": fetch(client, "articles.jsonfeed?limit=100")}


FEEDS = {"atom": as_atom, "rss": as_rss, "json-feed": as_json_feed}

FEED_FIELDS = "fields=id,url,title,source,authors,published,language,language_basis,rights"


def listed(client: TestClient) -> list[bytes]:
    """Return what a feed has of each article; it does not have printed times, and so not their order within a day."""
    return sorted(fetch(client, f"articles.ndjson?{FEED_FIELDS}").splitlines())


@pytest.mark.parametrize("feed", FEEDS.values(), ids=FEEDS.keys())
@settings(max_examples=4 * SOAK, suppress_health_check=[HealthCheck.function_scoped_fixture], phases=[Phase.generate])
@given(records=record_lists())
def test_a_feed_loads_with_the_outlets_and_days_of_its_entries(
    feed: Export, migrated: Path, records: list[dict[str, Any]]
) -> None:
    """The lead never takes the place of a text, and the whole article takes the place of its lead."""
    originals, total = as_lines(records), len(records)
    with databases(migrated) as empty_database:
        first, second = empty_database(), empty_database()
        run_load(first, originals)
        before = contents(first)
        with TestClient(app_for(first)) as client:
            exported = feed(client)
            known = listed(client)
        assert counts(run_load(second, exported)) == (total, 0, 0, [])
        with TestClient(app_for(second)) as client:
            assert listed(client) == known
        assert counts(run_load(first, exported)) == (0, 0, total, [])
        assert counts(run_load(second, before["ndjson"])) == (0, total, 0, [])
        assert contents(second) == before


@pytest.mark.unmeasured
@pytest.mark.parametrize("feed", FEEDS.values(), ids=FEEDS.keys())
def test_a_feed_of_texts_without_words_loads_back(feed: Export, migrated: Path) -> None:
    records = [
        {"title": "Ferry", "source": "The Quay", "text": "* * *\n\nIt sails."},
        {"title": "Gull", "source": "The Quay", "text": "* * *"},
    ]
    with databases(migrated) as empty_database:
        first, second = empty_database(), empty_database()
        run_load(first, as_lines(records))
        with TestClient(app_for(first)) as client:
            exported = feed(client)
        assert counts(run_load(second, exported)) == (2, 0, 0, [])
        assert counts(run_load(first, exported)) == (0, 0, 2, [])
        with TestClient(app_for(second)) as client:
            items = client.get("/v1/articles").json()["items"]
            assert {item["title"]: item["lead"] for item in items} == {"Ferry": "It sails.", "Gull": "Gull"}
        assert counts(run_load(second, as_lines(records))) == (0, 2, 0, [])


GUIDE = (ROOT / "docs" / "how-to" / "load-your-own-articles.md").read_text(encoding="utf-8")
(MOVE,) = re.findall(r"^    curl -o articles\.ndjson 'http://127\.0\.0\.1:8000/v1/([^']*)'$", GUIDE, re.MULTILINE)
"""The request of the guide."""


def test_the_guide_moves_everything(migrated: Path, shipped_database: Path) -> None:
    """Titles, dates with their evidence, and what the articles name and say, even without the lexicon."""
    before = contents(shipped_database)
    with TestClient(app_for(shipped_database)) as client:
        exported = {"articles.ndjson": fetch(client, MOVE)}
    with databases(migrated) as empty_database:
        moved = empty_database()
        assert counts(run_load(moved, exported)) == (5, 0, 0, [])
        after = contents(moved)
        assert after["ndjson"] == before["ndjson"]
        assert counts(run_load(shipped_database, exported)) == (0, 0, 5, [])
        files = {path.name: path.read_bytes() for path in (ROOT / "seed" / "corpus").glob("*.md")}
        assert counts(run_load(moved, files)) == (0, 0, 5, [])


@pytest.mark.unmeasured
def test_two_collections_with_the_same_articles_are_united(migrated: Path) -> None:
    """What both have is one article, wherever it was first seen."""
    ferry = {"title": "Ferry", "source": "The Quay", "text": "It sails.", "published": "2019", "id": "1"}
    tide = {"title": "Tide", "source": "The Quay", "text": "It falls.", "published": "2019"}
    gull = {"title": "Gull", "source": "The Quay", "text": "It flies.", "url": "https://a.example/1"}
    with databases(migrated) as empty_database:
        first, second = empty_database(), empty_database()
        run_load(first, as_lines([ferry, tide]))
        run_load(second, as_lines([{**tide, "authors": ["Ada Byrne"]}, gull]))
        for export in (as_ndjson, as_csv, as_details):
            with TestClient(app_for(first)) as client:
                exported = export(client)
            with databases(migrated) as copies:
                united = copies()
                shutil.copy(second, united)
                assert counts(run_load(united, exported)) == (1, 0, 1, [])
                with TestClient(app_for(united)) as client:
                    items = client.get("/v1/articles").json()["items"]
                    assert {item["title"]: item["authors"] for item in items} == {
                        "Ferry": [],
                        "Tide": ["Ada Byrne"],
                        "Gull": [],
                    }


@pytest.mark.unmeasured
@pytest.mark.parametrize("export", [as_ndjson, as_csv])
def test_a_united_collection_moves_on(export: Export, migrated: Path) -> None:
    """An article whose keys all belong to another one stays without keys, whichever of the two comes first."""
    named = {"title": "Quay", "source": "The Quay", "text": "It sails.", "published": "2019-03-05", "id": "1"}
    other = {"title": "Quay", "source": "The Quay", "text": "It does not sail.", "published": "2019-03-05"}
    with databases(migrated) as empty_database:
        origins = empty_database(), empty_database()
        united, moved = empty_database(), empty_database()
        for origin, record in zip(origins, (named, other), strict=True):
            run_load(origin, as_lines([record]))
            with TestClient(app_for(origin)) as client:
                assert run_load(united, export(client)).loaded == 1
        before = contents(united)
        items = map(json.loads, before["ndjson"]["export.ndjson"].splitlines())
        assert sorted(len(item["record_keys"]) for item in items) == [0, 2]
        with TestClient(app_for(united)) as client:
            exported = export(client)
        assert counts(run_load(moved, exported)) == (2, 0, 0, [])
        assert contents(moved) == before
        assert counts(run_load(moved, exported)) == (0, 0, 2, [])


def test_a_withheld_text_cannot_be_moved(database: Path) -> None:
    run_load(database, as_lines([{"title": "Ferry", "source": "The Quay", "text": "It sails."}]))
    with TestClient(app_for(database, serve_text="none")) as client:
        exports = [as_ndjson(client), as_details(client), as_json_ld(client)]
    for export in exports:
        (reason,) = counts(run_load(database, export))[3]
        assert reason.startswith("text is None: expected the text")
