"""What archives say of an article besides: served as its details, and exported with them."""

import csv
import json
from io import StringIO
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.conftest import app_for, load_jsonl

FERRY = {"title": "Ferry", "source": "The Quay", "text": "It sails.", "published": "2019-03-04"}
DETAILS = {"edition": "Late “City”", "section": "World; Sea", "page": "A4"}
TIDE = {"title": "Tide", "source": "The Quay", "text": "It falls.", "published": "2019-03-05"}


def test_an_article_and_its_exports_have_its_details(database: Path) -> None:
    """Only the names that it has; a list shows none, and a cell without any is empty."""
    load_jsonl(database, [{**FERRY, "details": {"page": "A4", **DETAILS}}, TIDE])
    with TestClient(app_for(database)) as client:
        tide, ferry = client.get("/v1/articles").json()["items"]
        assert "details" not in ferry
        served = [client.get(f"/v1/articles/{item['id']}").json()["details"] for item in (ferry, tide)]
        assert [list(details.items()) for details in served] == [list(DETAILS.items()), []]
        assert client.get(f"/v1/articles/{ferry['id']}?fields=details").json() == {"details": DETAILS}
        lines = client.get("/v1/articles.ndjson?fields=details").text.splitlines()
        assert list(map(json.loads, lines)) == [{"details": {}}, {"details": DETAILS}]
        table = client.get("/v1/articles.csv?fields=id,details").text
        cells = [row["details"] for row in csv.DictReader(StringIO(table))]
        assert (cells[0], json.loads(cells[1])) == ("", DETAILS)
        record = client.get(f"/v1/articles/{ferry['id']}.jsonld").json()["urn:dateline:record"]["@value"]
        assert record["details"] == DETAILS


@pytest.mark.unmeasured
def test_details_alone_make_a_new_version(database: Path) -> None:
    """A record without any takes none away, and the same ones again change nothing."""
    for record in (FERRY, {**FERRY, "details": {"page": "A4"}}, FERRY, {**FERRY, "details": {"page": "A4"}}):
        load_jsonl(database, [record])
    with TestClient(app_for(database)) as client:
        (item,) = client.get("/v1/articles").json()["items"]
        versions = client.get(f"/v1/articles/{item['id']}/versions").json()["items"]
        assert [version["changed"] for version in versions] == [["details"], None]
        assert client.get(f"/v1/articles/{item['id']}?as_of=1").json()["details"] == {}
        assert client.get(f"/v1/articles/{item['id']}").json()["details"] == {"page": "A4"}
