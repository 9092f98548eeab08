"""`POST /v1/articles/lookup` finds articles by ids and URLs."""

from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from app.http.strict_params import MAX_BODY_BYTES, MAX_SHOWN_LENGTH
from app.stores import store_of
from tests.conftest import app_for, load_jsonl
from tests.contract.conftest import twelve
from tests.contract.shelf import World, json_lines
from tests.contract.test_refusals import assert_problem
from tests.databases import url_of

URL = "/v1/articles/lookup"
LONG_URL = f"https://a.example/{'x' * 2100}"


def look_up(client: TestClient, **body: list[str]) -> list[tuple[str, str, str | None]]:
    """Return for each item the requested id or URL, which of the two it is, and the id of the article."""
    answer = client.post(URL, json=body)
    assert answer.status_code == 200, answer.text
    return [
        (item["requested"], item["by"], item["article"] and item["article"]["id"]) for item in answer.json()["items"]
    ]


def test_ids_and_urls_find_articles_as_lists_show_them(reader: TestClient, world: World) -> None:
    """The whole body: ids first, then URLs, each in the requested order; null for an article that is not served."""
    items = {item["id"]: item for item in reader.get("/v1/articles?limit=100").json()["items"]}
    first, second = (record["public_id"] for record in world.records[:2])
    dressed = world.records[1]["url"].replace("https://", "http://www.") + "/?utm_source=feed#top"
    answer = reader.post(URL, json={"ids": [second, "nothing", first], "urls": [dressed, "https://nowhere.example/1"]})
    assert answer.json() == {
        "items": [
            {"requested": second, "by": "id", "article": items[second]},
            {"requested": "nothing", "by": "id", "article": None},
            {"requested": first, "by": "id", "article": items[first]},
            {"requested": dressed, "by": "url", "article": items[second]},
            {"requested": "https://nowhere.example/1", "by": "url", "article": None},
        ],
        "corpus_version": 1,
    }
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


def test_every_article_is_found_by_its_id_and_url(reader: TestClient, world: World) -> None:
    ids = [record["public_id"] for record in world.records]
    urls = [record["url"] for record in world.records]
    assert look_up(reader, ids=ids) == [(id_, "id", id_) for id_ in ids]
    assert look_up(reader, urls=urls) == [(url, "url", id_) for url, id_ in zip(urls, ids, strict=True)]


def test_a_repeated_id_is_answered_twice(reader: TestClient, world: World) -> None:
    one = world.records[0]["public_id"]
    assert look_up(reader, ids=[one, one]) == [(one, "id", one)] * 2


def test_at_most_a_hundred_are_looked_up(reader: TestClient) -> None:
    assert len(look_up(reader, ids=["x"] * 40, urls=["https://x.example"] * 60)) == 100
    body = {"ids": ["x"] * 41, "urls": ["https://x.example"] * 60}
    assert causes(reader.post(URL, json=body)) == [("ids+urls", "101 values", "1 to 100 ids and URLs in total")]


def test_an_unpublished_article_is_not_found(own_world: World, own_reader: TestClient) -> None:
    """Although its key is in the database."""
    engine = store_of(url_of(own_world.database)).writer_engine()
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO article(id, revision_id) VALUES ('000000000001', 1000)"))
        connection.execute(text("INSERT INTO article_key VALUES ('url:early.example/1', '000000000001')"))
    engine.dispose()
    assert look_up(own_reader, ids=["000000000001"], urls=["https://early.example/1"]) == [
        ("000000000001", "id", None),
        ("https://early.example/1", "url", None),
    ]


def test_a_publish_is_seen_immediately(own_world: World, own_reader: TestClient) -> None:
    """Although a POST has no ETag that would check for a new snapshot."""
    new = twelve(first=100)[:1]
    assert look_up(own_reader, urls=[new[0]["url"]])[0][2] is None
    load_jsonl(own_world.database, json_lines(new))
    assert look_up(own_reader, urls=[new[0]["url"]])[0][2] is not None


def causes(answer: httpx2.Response) -> list[tuple[str, str, str]]:
    """Return the parameter, the value and what was expected for each error of a problem."""
    return [(error["parameter"], error["value"], error["wanted"]) for error in assert_problem(answer, 422)["errors"]]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("{}", [("ids+urls", "0 values", "1 to 100 ids and URLs in total")]),
        ('{"ids": [], "urls": []}', [("ids+urls", "0 values", "1 to 100 ids and URLs in total")]),
        ('{"idss": ["a"]}', [("idss", "a", "a field of this body: ids, urls")]),
        ('{"ids": "a"}', [("ids", "a", "a list")]),
        ('{"ids": [1, null]}', [("ids", "1", "a string"), ("ids", "None", "a string")]),
        ('{"ids": [""]}', [("ids", "", "at least 1 characters")]),
        ('{"urls": ["ftp://a.example"]}', [("urls", "ftp://a.example", "an http or https URL with a host")]),
        ('{"urls": ["https://a.example", "x", " "]}', [
            ("urls", "x", "an http or https URL with a host"), ("urls", " ", "an http or https URL with a host")]),
        (f'{{"urls": ["{LONG_URL}"]}}', [("urls", LONG_URL[:MAX_SHOWN_LENGTH], "at most 2048 characters")]),
        ("[1]", [("body", "[1]", "a JSON object")]),
        ("ids=a", [("body", "ids=a", "valid JSON (expected value at line 1 column 1)")]),
        ("", [("body", "", "valid JSON (EOF while parsing a value at line 1 column 0)")]),
        (b"\xff", [("body", "\ufffd", "valid JSON (expected value at line 1 column 1)")]),
        ('{"ids": [', [("body", '{"ids": [', "valid JSON (EOF while parsing a list at line 1 column 9)")]),
    ],
)  # fmt: skip
def test_an_invalid_body_is_refused_by_name(
    reader: TestClient, body: str | bytes, expected: list[tuple[str, str, str]]
) -> None:
    """Each cause has one entry: field, value and what was expected."""
    assert causes(reader.post(URL, content=body)) == expected


def test_a_mistyped_field_has_its_nearest(reader: TestClient) -> None:
    (error,) = assert_problem(reader.post(URL, content='{"urlss": []}'), 422)["errors"]
    assert error["nearest"] == ["urls"]


@pytest.mark.parametrize("body", [{"ids": [1] * 50}, {"urls": ["x"] * 50}])
def test_only_the_first_of_many_causes_are_named(reader: TestClient, body: dict[str, Any]) -> None:
    assert len(causes(reader.post(URL, json=body))) == 10


def test_a_body_that_is_too_large_is_not_read(reader: TestClient) -> None:
    """Whether or not its length is declared."""
    large = b'{"ids": ["x"]}' + b" " * MAX_BODY_BYTES
    assert_problem(reader.post(URL, content=large), 413)
    assert_problem(reader.post(URL, content=iter([large[:1000], large[1000:]])), 413)
    assert reader.post(URL, content=large[:MAX_BODY_BYTES]).status_code == 200


@pytest.mark.parametrize("type_", ["application/json", "text/plain", "application/x-www-form-urlencoded"])
def test_the_type_of_the_body_does_not_matter(reader: TestClient, type_: str) -> None:
    """A page of another origin may post plain text without a preflight request."""
    answer = reader.post(URL, content='{"ids": ["x"]}', headers={"Content-Type": type_, "Origin": "https://a.example"})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*")


def test_a_parameter_of_the_url_is_refused(reader: TestClient) -> None:
    assert causes(reader.post(f"{URL}?limit=1", json={"ids": ["x"]}))[0][:2] == ("limit", "1")


def test_other_methods_are_refused_and_the_allowed_one_is_named(reader: TestClient) -> None:
    for method in ("PUT", "DELETE"):
        answer = reader.request(method, URL)
        assert_problem(answer, 405)
        assert answer.headers["allow"] == "OPTIONS, POST"
    assert reader.options(URL).headers["allow"] == "OPTIONS, POST"


def test_a_database_that_cannot_be_served_is_503(tmp_path: Path) -> None:
    with TestClient(app_for(tmp_path / "nothing.db"), raise_server_exceptions=False) as client:
        assert "`dateline " in assert_problem(client.post(URL, json={"ids": ["x"]}), 503)["detail"]
