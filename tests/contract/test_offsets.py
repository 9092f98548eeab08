"""`offsets=utf16` returns every offset of every response in UTF-16 code units."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.conftest import app_for, seed

pytestmark = pytest.mark.unmeasured

TITLE = "😀 Putin in Aleppo"
TEXT = "😀😀 Russia waits. “Aleppo 𝒳 is quiet,” Vladimir Putin said 😀 in Moscow."

Spans = Iterator[tuple[str, int, int, str | None]]


@pytest.fixture(scope="module")
def database(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database of one article with code points of two code units, extracted with the shipped lexicon."""
    database = tmp_path_factory.mktemp("offsets") / "dateline.db"
    database.write_bytes(migrated.read_bytes())
    record = {"title": TITLE, "source": "Gazette", "text": TEXT, "published": "2015-10-01"}
    file = database.with_suffix(".jsonl")
    file.write_text(json.dumps(record) + "\n", encoding="utf-8")
    seed(database, "load", str(file))
    return database


@pytest.fixture(scope="module")
def client(database: Path) -> Iterator[TestClient]:
    """Yield a client of the article."""
    with TestClient(app_for(database)) as client:
        yield client


def spans(part: Any, field: str | None = None) -> Spans:  # noqa: ANN401 - JSON has any type
    """Yield the field, start, end and text, if present, of every span in a response."""
    if isinstance(part, list):
        for one in part:
            yield from spans(one, field)
    elif isinstance(part, dict):
        field = part.get("field", field)
        if "start" in part and field is not None:
            yield field, part["start"], part["end"], part.get("text")
        for one in part.values():
            yield from spans(one, field)


def article(client: TestClient) -> str:
    """Return the path of the article."""
    return f"/v1/articles/{client.get('/v1/articles').json()['items'][0]['id']}"


PATHS = [
    "{article}?",
    "/v1/statements?",
    "/v1/articles?actor=putin&explain=true",
    "/v1/articles?q=aleppo&place=aleppo&highlight=true",
    "/v1/articles?q=quiet&actor=putin&any_actor=russia&highlight=true&explain=true",
]


@pytest.mark.parametrize("path", PATHS)
def test_every_span_has_the_requested_unit(client: TestClient, path: str) -> None:
    """Both units select the same text; nothing else differs but the unit that an article names."""
    url = path.format(article=article(client))
    plain, points = client.get(url).json(), client.get(f"{url}&offsets=codepoints").json()
    units = client.get(f"{url}&offsets=utf16").json()
    assert points == plain
    both = list(zip(spans(plain), spans(units), strict=True))
    assert both
    moved = 0
    for (field, start, end, text), (same_field, unit_start, unit_end, same_text) in both:
        stored = {"title": TITLE, "text": TEXT}[field]
        encoded = stored.encode("utf-16-le")[2 * unit_start : 2 * unit_end].decode("utf-16-le")
        assert (encoded, same_field, same_text) == (stored[start:end], field, text)
        moved += unit_start != start
    assert moved > 0
    assert without_offsets(units) == without_offsets(plain)
    assert (plain.get("offsets"), units.get("offsets")) in {("codepoints", "utf16"), (None, None)}


def without_offsets(part: Any) -> Any:  # noqa: ANN401 - JSON has any type
    """Return a response without its offsets and the name of their unit."""
    if isinstance(part, list):
        return [without_offsets(one) for one in part]
    if isinstance(part, dict):
        return {key: without_offsets(value) for key, value in part.items() if key not in {"start", "end", "offsets"}}
    return part


def test_a_mention_has_the_offsets_of_javascript(client: TestClient) -> None:
    """Compared with its offsets in code points."""
    mentions = {offsets: client.get(f"{article(client)}?offsets={offsets}").json()["mentions"] for offsets in UNITS}
    places = {
        offsets: [(one["start"], one["end"]) for one in found if (one["field"], one["text"]) == ("text", "Russia")]
        for offsets, found in mentions.items()
    }
    assert places == {"codepoints": [(3, 9)], "utf16": [(5, 11)]}


UNITS = ("codepoints", "utf16")


@pytest.mark.parametrize("path", PATHS)
def test_offsets_into_a_withheld_text_are_converted(database: Path, client: TestClient, path: str) -> None:
    """They are computed from the stored text, which the response does not contain."""
    url = path.format(article=article(client)) + "&offsets=utf16"
    with TestClient(app_for(database, serve_text="none")) as withholding_client:
        withheld = withholding_client.get(url)
    assert "is quiet" not in withheld.text
    assert "waits" not in withheld.text
    places = {place[:3] for place in spans(client.get(url).json())}
    assert {place[:3] for place in spans(withheld.json())} <= places


def test_without_spans_the_unit_changes_nothing(client: TestClient) -> None:
    """A plain list has no offsets."""
    assert client.get("/v1/articles?offsets=utf16").json() == client.get("/v1/articles").json()
