"""What the trials of damaged and replaced files ask, and how they compare the answers."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import anyio
import httpx2
from fastapi import FastAPI

from tests.conftest import app_for, load_jsonl

SURNAMES = ("Lee", "Orr", "Byrne", "Quill", "Marsh", "Holt", "Vane", "Sparrow", "Finch", "Dunn", "Tarn", "Wade")

ENTITIES = [
    {"id": f"person-{number}", "name": f"Ann {surname}", "type": "person"} for number, surname in enumerate(SURNAMES)
]

Answer = tuple[int, bytes]
"""Status and body; a body that broke off is status 0."""


def records(name: str, count: int) -> list[dict[str, Any]]:
    """Return records with entities and statements whose texts contain a name, so that two sets share no article."""
    return [_record(name, number) for number in range(count)]


def _record(name: str, number: int) -> dict[str, Any]:
    people = [ENTITIES[(number + step) % len(ENTITIES)] for step in range(number % 3 + 1)]
    text, entities = f"The {name} {number} sails at noon. ", []
    for person in people:
        start = len(text) + len("“The harbour is closed,” ")
        text += f"“The harbour is closed,” {person['name']} said. "
        entities.append({**person, "mentions": [[start, start + len(person["name"])]]})
    return {
        "id": f"{name}-{number}",
        "title": f"{name.title()} number {number}",
        "source": ("Gazette", "Courier", "Herald")[number % 3],
        "url": f"https://{name}.example/{number}",
        "published": f"2015-{number % 12 + 1:02}-{number % 28 + 1:02}",
        "language": ("en", "fr", None)[number % 3],
        "authors": [f"Bo Ek{number % 5}"],
        "text": text + f"Nobody {name} waits for number {number}. " * (3 + number % 40),
        "entities": entities,
    }


def urls(ids: Iterable[str]) -> list[str]:
    """Return 48 URLs of all views, of which some are about these articles; there must be five."""
    one, two, three, four, five = list(ids)[:5]
    searches = ("", "actor=person-1", "source=gazette", "q=harbour", "q=%22sails+at+noon%22+-seven", "from=2015-06")
    views = ("articles?limit=50", "articles.csv?", "articles.ndjson?", "statements?limit=50")
    return [
        *(f"/v1/{view}&{search}" for view in views for search in searches),
        "/v1/articles?q=harbour&sort=relevance&limit=30",
        "/v1/articles?q=harbour&highlight=true&explain=true&limit=20",
        "/v1/articles?facet=actor&facet=source&facet=author&facet=language&limit=1",
        *(f"/v1/articles/{id_}" for id_ in (one, two, three, four, five)),
        *(f"/v1/articles/{id_}/similar" for id_ in (one, two)),
        f"/v1/articles/{one}/annotations",
        f"/v1/articles/{two}.jsonld",
        f"/v1/articles/{three}/versions",
        f"/v1/articles/{four}?as_of=1",
        "/v1/articles.atom?limit=100",
        "/v1/entities?limit=50",
        "/v1/entities/person-3",
        "/v1/sources",
        "/v1/timeline",
        "/v1/network",
        "/v1/changes?since=0&limit=100",
        "/v1/corpus/versions",
        "/v1/suggest?prefix=ann",
        "/v1/compare",
    ]


async def ask(app: FastAPI, wanted: Iterable[str]) -> dict[str, Answer]:
    """Return the answers of an application to GET requests."""
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=True)
    async with httpx2.AsyncClient(
        transport=transport, base_url="http://dateline.example", headers={"Accept-Encoding": "identity"}
    ) as client:
        return {url: await _get(client, url) for url in wanted}


async def _get(client: httpx2.AsyncClient, url: str) -> Answer:
    try:
        response = await client.get(url)
    except Exception:
        return 0, b""
    return response.status_code, response.content


def answers_of(database: Path, wanted: Iterable[str]) -> dict[str, Answer]:
    """Return the answers of a new application to GET requests."""
    app = app_for(database)
    try:
        return anyio.run(ask, app, list(wanted))
    finally:
        app.state.corpus.close()


def judge(answer: Answer, sound: Iterable[Answer]) -> str:
    """Return `equal`, `refused` (503), `broken off`, `wrong` or `failed`: what an answer is next to the sound ones."""
    if answer in sound:
        return "equal"
    return {503: "refused", 0: "broken off", 500: "failed"}.get(answer[0], "wrong")


def make_database(database: Path, name: str, count: int) -> list[str]:
    """Load two versions of a corpus into a migrated database; return the ids of five articles."""
    load_jsonl(database, records(name, count))
    load_jsonl(database, [{**record, "title": record["title"] + " again"} for record in records(name, 3)])
    ((_, body),) = answers_of(database, ["/v1/articles?limit=5&fields=id"]).values()
    return [item["id"] for item in httpx2.Response(200, content=body).json()["items"]]


def summary(counts: Mapping[str, int]) -> str:
    """Return counts as a line."""
    return ", ".join(f"{counts[name]} {name}" for name in ("equal", "refused", "broken off", "wrong", "failed"))
