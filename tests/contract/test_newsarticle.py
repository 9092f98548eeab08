"""One article as a schema.org NewsArticle, selected by suffix and by the Accept header."""

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.settings import ServeText
from tests.conftest import app_for, load_jsonl
from tests.contract.shelf import World
from tests.seed.loading import load_into, report

BASE = "http://dateline.example/v1"
LD = "application/ld+json"

REPORT: dict[str, Any] = {
    "title": "Vellandia & Amsel: “ships”",
    "source": "Bay Gazette",
    "url": "https://bay-gazette.example/1",
    "authors": ["Ann Lee", "Bo Ek"],
    "language": "en",
    "rights": "© Bay Gazette",
    "published": "2015-11-22T19:02-05:00",
    "text": "Amsel. Vera Lindqvall of Vellandia met Lindqvall at the quay. Kestrelle.",
    "entities": [
        {"id": "vera-lindqvall", "name": "Vera Lindqvall", "type": "person", "mentions": [[7, 21], [39, 48]]},
        {"id": "vellandia", "name": "Vellandia", "type": "state", "wikidata": "Q990000003", "mentions": [[25, 34]]},
        {"id": "amsel", "name": "Amsel", "type": "place", "mentions": [[0, 5]]},
        {"id": "kestrelle-9", "name": "Kestrelle 9", "type": "weapon", "mentions": [[62, 71]]},
    ],
}

THINGS = [
    {"@type": "Person", "@id": f"{BASE}/entities/vera-lindqvall", "name": "Vera Lindqvall"},
    {"@type": "Place", "@id": f"{BASE}/entities/amsel", "name": "Amsel"},
    {"@type": "Thing", "@id": f"{BASE}/entities/kestrelle-9", "name": "Kestrelle 9"},
    {
        "@type": "Country",
        "@id": f"{BASE}/entities/vellandia",
        "name": "Vellandia",
        "sameAs": "http://www.wikidata.org/entity/Q990000003",
    },
]


RECORD = {
    "language_basis": "metadata",
    "published": {
        "on": "2015-11-22",
        "at": "2015-11-23T00:02:00Z",
        "precision": "minute",
        "zone": "-05:00",
        "basis": "metadata",
        "evidence": None,
    },
    "text_kind": "full",
    "record_id": None,
    "printed_time": "19:02:00",
    "urls": ["https://bay-gazette.example/1"],
    "given_entities": [{"id": None, "wikidata": None, **entity} for entity in REPORT["entities"]],
    "details": {},
    "offsets": "codepoints",
    "record_keys": ["title:bay-gazette:vellandia amsel ships:2015-11-22", "url:bay-gazette.example/1"],
}
"""What schema.org has no term for."""


def news_article(database: Path, serve: ServeText = "full", **changes: object) -> dict[str, Any]:
    """Return the NewsArticle of the report with some fields changed."""
    load_jsonl(database, [{name: value for name, value in {**REPORT, **changes}.items() if value is not None}])
    client = TestClient(app_for(database, serve_text=serve))
    id_ = client.get("/v1/articles").json()["items"][0]["id"]
    answer = client.get(f"{BASE}/articles/{id_}.jsonld")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == LD
    body: dict[str, Any] = answer.json()
    record = body.pop("urn:dateline:record")
    assert (record["@type"], record["@value"].keys()) == ("@json", RECORD.keys())
    assert (body.pop("@id"), body.pop("identifier")) == (f"{BASE}/articles/{id_}", f"urn:dateline:article:{id_}")
    return body


def test_a_whole_article(database: Path) -> None:
    """It has the official context, and its entities are ordered by number of mentions."""
    assert news_article(database) == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "url": "https://bay-gazette.example/1",
        "headline": "Vellandia & Amsel: “ships”",
        "datePublished": "2015-11-23T00:02:00Z",
        "inLanguage": "en",
        "author": [{"@type": "Person", "name": "Ann Lee"}, {"@type": "Person", "name": "Bo Ek"}],
        "publisher": {"@type": "Organization", "@id": f"{BASE}/sources/bay-gazette", "name": "Bay Gazette"},
        "mentions": THINGS,
        "articleBody": REPORT["text"],
        "copyrightNotice": "© Bay Gazette",
    }


def test_a_load_finds_what_schema_org_has_no_term_for(database: Path) -> None:
    """It is a JSON literal, since its null values have a meaning."""
    load_jsonl(database, [REPORT])
    client = TestClient(app_for(database))
    id_ = client.get("/v1/articles").json()["items"][0]["id"]
    article = client.get(f"/v1/articles/{id_}.jsonld").json()
    assert article["urn:dateline:record"] == {"@type": "@json", "@value": RECORD}


def test_unknown_values_are_left_out(database: Path) -> None:
    """In JSON-LD, null has no meaning."""
    unknown: dict[str, Any] = dict.fromkeys(("url", "authors", "language", "rights", "published"))
    assert news_article(database, entities=[], **unknown).keys() == {
        "@context",
        "@type",
        "headline",
        "publisher",
        "articleBody",
    }


@pytest.mark.unmeasured
@pytest.mark.parametrize("day", ["2015", "2015-11", "2015-11-22"])
def test_a_date_is_as_precise_as_it_is_known(database: Path, day: str) -> None:
    """ISO 8601 allows years and months."""
    assert news_article(database, published=day)["datePublished"] == day


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("rights", "terms"),
    [
        ("https://creativecommons.org/licenses/by/4.0/", "license"),
        ("https://example.org says no", "copyrightNotice"),
        ("CC0-1.0", "copyrightNotice"),
    ],
)
def test_rights_that_are_a_url_are_a_license(database: Path, rights: str, terms: str) -> None:
    """Other rights are a copyright notice."""
    body = news_article(database, rights=rights)
    assert {name: body.get(name) for name in ("license", "copyrightNotice")} == {
        "license": None,
        "copyrightNotice": None,
        terms: rights,
    }


def test_a_digest_is_a_separate_work_about_the_article(database: Path) -> None:
    """Its rights are its own: they do not apply to the article."""
    body = news_article(database, text_kind="digest", rights="https://creativecommons.org/publicdomain/zero/1.0/")
    assert not {"articleBody", "license", "copyrightNotice"} & body.keys()
    assert body["subjectOf"] == {
        "@type": "CreativeWork",
        "genre": "digest",
        "text": REPORT["text"],
        "license": "https://creativecommons.org/publicdomain/zero/1.0/",
    }


def test_an_extract_is_a_part_of_the_article(database: Path) -> None:
    """It is not the body, which nobody has."""
    body = news_article(database, text_kind="extract")
    assert not {"articleBody", "subjectOf", "copyrightNotice"} & body.keys()
    assert body["hasPart"] == {
        "@type": "CreativeWork",
        "genre": "extract",
        "text": REPORT["text"],
        "copyrightNotice": REPORT["rights"],
    }


def test_details_have_terms_where_schema_org_has_some(database: Path) -> None:
    details = {"edition": "Late", "section": "World", "page": "A4", "length": "812 words", "place": "SULA"}
    body = news_article(database, details=details)
    terms = ("printEdition", "articleSection", "pagination", "locationCreated")
    assert {name: body.get(name) for name in terms} == {
        "printEdition": "Late",
        "articleSection": "World",
        "pagination": "A4",
        "locationCreated": {"@type": "Place", "name": "SULA"},
    }


@pytest.mark.unmeasured
@pytest.mark.parametrize("kind", ["full", "extract", "digest"])
def test_a_withheld_text_is_left_out(database: Path, kind: str) -> None:
    """The rights of an article stay; those of a digest are left out with it."""
    body = news_article(database, serve="none", text_kind=kind)
    assert not {"articleBody", "hasPart", "subjectOf"} & body.keys()
    assert body.get("copyrightNotice") == ("© Bay Gazette" if kind == "full" else None)
    assert body["mentions"] == THINGS


def test_an_article_is_about_the_entities_in_its_title(database: Path) -> None:
    """All other entities are mentions."""
    load_into(database, [report("Vellandia waits", text="The VN is in Amsel. Vellandia waits.")])
    client = TestClient(app_for(database), base_url="http://dateline.example")
    id_ = client.get("/v1/articles").json()["items"][0]["id"]
    body = client.get(f"/v1/articles/{id_}.jsonld").json()
    assert [thing["name"] for thing in body["about"]] == ["Vellandia"]
    assert [(thing["@type"], thing["name"]) for thing in body["mentions"]] == [
        ("Place", "Amsel"),
        ("Organization", "Vellandian Navy"),
    ]


@pytest.fixture
def url(world: World) -> str:
    """Return the URL of an article."""
    return f"/v1/articles/{world.records[1]['public_id']}"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        ("text/html", "application/json"),
        (LD, LD),
        (f'{LD};profile="http://www.w3.org/ns/json-ld#compacted", application/json;q=0.9', LD),
        (f"{LD};q=0.8, application/json;q=0.9", "application/json"),
        (f"{LD};q=0, */*;q=0", "application/json"),
    ],
)
def test_the_media_type_is_the_preferred_one(reader: TestClient, url: str, accept: str, media_type: str) -> None:
    """For repeated requests and for HEAD as well."""
    for method in ("GET", "GET", "HEAD"):
        answer = reader.request(method, url, headers={"Accept": accept})
        assert answer.headers["content-type"] == media_type
        assert "accept" in answer.headers["vary"].lower()
    assert reader.get(url, headers={"Accept": LD}).json() == reader.get(f"{url}.jsonld").json()


def test_each_media_type_has_its_own_etag(reader: TestClient, url: str) -> None:
    """A client that has one type gets the other in full."""
    tags = {accept: reader.get(url, headers={"Accept": accept}).headers["etag"] for accept in ("*/*", LD)}
    for accept, tag in tags.items():
        for other in tags.values():
            answer = reader.get(url, headers={"Accept": accept, "If-None-Match": other})
            assert answer.status_code == (304 if other == tag else 200)


def test_each_host_gets_its_own_links(reader: TestClient, url: str) -> None:
    """A cached response is sent only for the same host."""
    for host in ("one.example", "two.example"):
        for path in (f"{url}.jsonld", url):
            body = reader.get(f"http://{host}{path}", headers={"Accept": LD}).json()
            assert body["@id"] == f"http://{host}{url}"


@pytest.mark.parametrize(
    ("path", "status"),
    [("/v1/articles/000000000000.jsonld", 404), ("/v1/articles/x.jsonld", 404), ("/v1/articles/.jsonld", 404)],
)
def test_an_unknown_article_is_a_problem(reader: TestClient, path: str, status: int) -> None:
    """It has the shape of all errors, whatever the Accept header."""
    answer = reader.get(path, headers={"Accept": LD})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_json_ld_takes_no_parameters(reader: TestClient, url: str) -> None:
    """An unknown parameter is refused."""
    answer = reader.get(f"{url}.jsonld?q=x")
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "q")


def test_fields_is_refused_if_json_ld_is_preferred(world: World, reader: TestClient) -> None:
    """JSON-LD has other fields, and ignoring the parameter would hide that."""
    url, wanted = f"/v1/articles/{world.records[0]['public_id']}?fields=id", {"Accept": "application/ld+json"}
    assert reader.get(url).json() == {"id": world.records[0]["public_id"]}
    refused = reader.get(url, headers=wanted)
    assert refused.status_code == 422
    assert refused.json()["errors"] == [
        {
            "parameter": "fields",
            "value": "id",
            "code": "conflict",
            "wanted": "no `fields`, because JSON-LD has its own terms, or `Accept: application/json`",
            "nearest": [],
            "candidates": [],
        }
    ]
