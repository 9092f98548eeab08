"""Databases of earlier releases, as `dateline backup` copied them: this release migrates and serves them.

Each has the collection that ships, two articles more, one that was changed after its first publish, and one that was
removed.
"""

import gzip
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.conftest import app_for, seed

RELEASES = sorted((Path(__file__).parent / "releases").glob("*.db.gz"))

pytestmark = pytest.mark.usefixtures("lexicon_folder")


@pytest.fixture(params=RELEASES, ids=lambda path: path.name.removesuffix(".db.gz"))
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a copy of the database of a release."""
    release: Path = request.param
    copy = tmp_path / "dateline.db"
    copy.write_bytes(gzip.decompress(release.read_bytes()))
    return copy


def get(client: TestClient, path: str) -> Any:  # noqa: ANN401 - any JSON
    response = client.get(path)
    assert response.status_code == 200, response.text
    return response.json()


@pytest.mark.unmeasured
def test_an_upgrade_keeps_what_was_served(database: Path) -> None:
    seed(database, "init")
    assert seed(database, "verify") == "0 faults\n"
    with TestClient(app_for(database)) as client:
        articles = get(client, "/v1/articles?limit=100&facet=author&facet=source")
        assert (articles["total"], articles["corpus_version"]) == (7, 4)
        assert {value["id"] for value in articles["facets"]["author"]} >= {"Ann Lee", "Bo Ek", "Cy Orr"}
        ids = {item["title"]: item["id"] for item in articles["items"]}
        ferry = ids["The ferry sails again"]
        assert "twice a day" in get(client, f"/v1/articles/{ferry}")["text"]
        assert "twice a day" not in get(client, f"/v1/articles/{ferry}?as_of=2")["text"]
        assert get(client, "/v1/articles?q=ferry&author=ann+lee")["total"] == 1
        assert get(client, "/v1/statements?about=russia")["total"] > 0
        assert get(client, "/v1/changes?since=3")["items"][0]["kind"] == "removed"


@pytest.mark.unmeasured
def test_an_upgraded_database_goes_on(database: Path) -> None:
    """A load publishes the next version."""
    lines = database.with_suffix(".jsonl")
    lines.write_text('{"title": "A new report", "source": "Bay Courier", "text": "It is new."}\n', encoding="utf-8")
    seed(database, "load", str(lines))
    with TestClient(app_for(database)) as client:
        assert get(client, "/v1/articles")["total"] == 8
        assert get(client, "/v1/corpus")["version"] == 5


def test_every_release_in_the_changelog_has_its_database() -> None:
    """`docs/` says how a release is made."""
    changelog = (Path(__file__).resolve().parents[3] / "CHANGELOG.md").read_text(encoding="utf-8")
    released = [
        line.split()[1] for line in changelog.splitlines() if line.startswith("## ") and "Unreleased" not in line
    ]
    assert [path.name.removesuffix(".db.gz") for path in RELEASES] == sorted(released)
