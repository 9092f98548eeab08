"""A text on several pages of a source is one article; articles of several sources with one text name each other."""

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.labels import text_key
from app.wire.articles import MAX_SAME_TEXT
from seed.pipeline.identity import public_id
from tests.conftest import load_jsonl, seed
from tests.seed.maintenance.test_verify import change

Record = dict[str, Any]

TEXT = "The ferry sails again from the old quay, as it has done for many years and will do. " * 3
PAGES = [f"https://harbour-gazette.example/{number}" for number in range(3)]

QUAY: Record = {"title": "Quay", "source": "Harbour Gazette", "url": PAGES[0], "text": TEXT, "entities": []}


def reprint(source: str, **fields: object) -> Record:
    """Return a record with the same text in another source."""
    return {**QUAY, "source": source, "url": f"https://{source.lower()}.example/quay", **fields}


def id_of(source: str) -> str:
    """Return the id of that article."""
    return public_id(f"url:{source.lower()}.example/quay")


QUAY_ID = public_id("url:harbour-gazette.example/0")
SOURCE = {"id": "harbour-gazette", "name": "Harbour Gazette"}


def detail(client: TestClient, article: str = QUAY_ID) -> Record:
    """Return one article."""
    found: Record = client.get(f"/v1/articles/{article}").json()
    return found


def test_a_text_on_several_pages_is_one_article(database: Path, client: TestClient) -> None:
    """It has all its URLs, its own first; an earlier version keeps the URLs that it had."""
    load_jsonl(database, [QUAY])
    load_jsonl(database, [{**QUAY, "url": url} for url in PAGES])
    assert client.get("/v1/articles").json()["total"] == 1
    found = detail(client)
    assert found["url"] == PAGES[2]
    assert found["urls"] == [PAGES[2], PAGES[0], PAGES[1]]
    assert found["same_text"] == []
    assert client.get(f"/v1/articles/{QUAY_ID}?as_of=1").json()["urls"] == [PAGES[0]]
    assert client.get(f"/v1/articles/{QUAY_ID}/versions").json()["items"][0]["changed"] == ["url"]


def test_pages_that_come_again_publish_nothing(database: Path, client: TestClient) -> None:
    """In any order."""
    pages = [{**QUAY, "url": url} for url in PAGES]
    for records in (pages, pages, pages[::-1], pages[1:2]):
        load_jsonl(database, records)
    assert client.get("/v1/corpus").json()["version"] == 1


def test_an_article_without_a_url_has_no_urls(database: Path, client: TestClient) -> None:
    """No URL is made up."""
    load_jsonl(database, [{**QUAY, "url": None, "id": "r1"}])
    assert detail(client, public_id("id:harbour-gazette:r1"))["urls"] == []


def test_articles_of_the_same_text_name_each_other(database: Path, client: TestClient) -> None:
    """They are named by id and source, whatever their titles and days."""
    load_jsonl(database, [QUAY, reprint("Cove", title="Ferry", published="2019-03-04"), reprint("Dune")])
    cove = {"id": id_of("Cove"), "source": {"id": "cove", "name": "Cove"}}
    dune = {"id": id_of("Dune"), "source": {"id": "dune", "name": "Dune"}}
    quay = {"id": QUAY_ID, "source": SOURCE}
    for own in (cove, dune, quay):
        others = sorted((one for one in (cove, dune, quay) if one is not own), key=lambda one: str(one["id"]))
        assert detail(client, str(own["id"]))["same_text"] == others


def test_two_articles_of_one_source_name_each_other_too(database: Path, client: TestClient) -> None:
    """They are two, because their own ids differ."""
    load_jsonl(database, [{**QUAY, "id": f"r{number}", "url": None} for number in range(3)])
    ids = [public_id(f"id:harbour-gazette:r{number}") for number in range(3)]
    for own in ids:
        assert [one["id"] for one in detail(client, own)["same_text"]] == sorted(set(ids) - {own})


@pytest.mark.unmeasured
@pytest.mark.parametrize("fields", [{"text": f"{TEXT}!"}, {"text": TEXT[:-1]}, {"text": TEXT.upper()}])
def test_another_text_is_not_named(database: Path, client: TestClient, fields: Record) -> None:
    """Every character must agree."""
    load_jsonl(database, [QUAY, reprint("Cove", **fields)])
    assert detail(client)["same_text"] == []


def test_a_short_text_is_not_named(database: Path, client: TestClient) -> None:
    """Captions and notices are often repeated."""
    load_jsonl(database, [{**QUAY, "text": TEXT[:199]}, reprint("Cove", text=TEXT[:199])])
    assert text_key(TEXT[:199]) is None
    assert detail(client)["same_text"] == []


@pytest.mark.unmeasured
def test_only_articles_that_have_the_text_now_are_named(database: Path, client: TestClient) -> None:
    """An article whose text changed or that was removed is not named, in earlier versions as well."""
    load_jsonl(database, [QUAY, reprint("Cove"), reprint("Dune")])
    load_jsonl(database, [reprint("Cove", text="It rests.")])
    assert [one["id"] for one in detail(client)["same_text"]] == [id_of("Dune")]
    seed(database, "remove", id_of("Dune"))
    assert detail(client)["same_text"] == []
    load_jsonl(database, [reprint("Cove")])
    assert [one["id"] for one in detail(client)["same_text"]] == [id_of("Cove")]
    load_jsonl(database, [{**QUAY, "text": "It rests."}])
    assert detail(client)["same_text"] == []
    assert [one["id"] for one in detail(client, f"{QUAY_ID}?as_of=1")["same_text"]] == [id_of("Cove")]


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM article_key WHERE key LIKE 'text:%'",
        "UPDATE revision SET text = 'x', source_id = 'harbour-gazette' WHERE id = 2",
    ],
)
def test_a_damaged_row_of_another_article_hides_nothing(database: Path, client: TestClient, statement: str) -> None:
    load_jsonl(database, [QUAY, reprint("Cove")])
    change(database, statement)
    assert [(one["id"], one["source"]["id"]) for one in detail(client)["same_text"]] == [(id_of("Cove"), "cove")]


def test_a_removed_article_stays_removed_on_another_page(database: Path, client: TestClient) -> None:
    """It is recognized by its text."""
    load_jsonl(database, [QUAY])
    seed(database, "remove", QUAY_ID)
    load_jsonl(database, [{**QUAY, "url": PAGES[1], "title": "Ferry"}])
    assert client.get("/v1/articles").json()["total"] == 0


def test_at_most_a_hundred_articles_of_one_text_are_named(database: Path, client: TestClient) -> None:
    """All are counted."""
    pages = [{**reprint("Cove"), "id": f"c{number}", "url": None} for number in range(MAX_SAME_TEXT + 2)]
    load_jsonl(database, [QUAY, *pages])
    found = detail(client)
    assert found["same_text_total"] == MAX_SAME_TEXT + 2
    others = sorted(public_id(f"id:cove:c{number}") for number in range(MAX_SAME_TEXT + 2))
    assert [one["id"] for one in found["same_text"]] == others[:MAX_SAME_TEXT]
