"""Drawn articles about people without context, compared with counts in plain Python."""

import random
import shutil
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.conftest import app_for, seed, write_jsonl

pytestmark = pytest.mark.unmeasured

NAMES = ["John Smithson", "Mary Ablett", "Karen Holdvik", "Peter Quillon"]
STATES = {"russia": "Russia", "chad": "Chad", "mali": "Mali"}

Drawn = tuple[list[str], list[str], str | None]
"""The people of an article, its states, and who speaks in it."""


def draw(rng: random.Random, number: int) -> tuple[dict[str, Any], Drawn]:
    """Return a record, and what is in it."""
    people = rng.sample(NAMES, rng.randrange(4))
    states = rng.sample(sorted(STATES), rng.randrange(3))
    speaker = rng.choice(people) if people and rng.random() < 0.7 else None
    sentences = [f"{person} left." for person in people] + [f"Nothing new in {STATES[state]}." for state in states]
    said = [f"“We will all go home today,” {speaker} said."] if speaker else []
    record = {
        "title": f"Report {number}",
        "source": f"Courier {number % 3}",
        "published": f"2015-11-{1 + number % 28:02}",
        "text": " ".join([*rng.sample(sentences, len(sentences)), *said, "The end."]),
    }
    return record, (people, states, speaker)


def expected(articles: dict[str, Drawn], people: list[str], states: list[str], excluded: str | None) -> list[str]:
    return sorted(
        title
        for title, (own, own_states, _) in articles.items()
        if set(people) <= set(own) and set(states) <= set(own_states) and excluded not in own
    )


@pytest.mark.parametrize("number", range(2))
def test_drawn_articles_are_found_by_their_people(migrated: Path, tmp_path: Path, number: int) -> None:
    """By name, with and without others; by id, each in one article; and as speakers. A later load changes some."""
    rng = random.Random(number)
    database = Path(shutil.copy(migrated, tmp_path / "dateline.db"))
    articles: dict[str, Drawn] = {}
    for first in (0, 20):
        drawn = [draw(rng, at) for at in range(first, first + 30)]
        articles |= {record["title"]: content for record, content in drawn}
        seed(database, "load", str(write_jsonl(database, [record for record, _ in drawn])))
    with TestClient(app_for(database)) as client:
        items = client.get("/v1/articles", params={"limit": 100}).json()["items"]
        assert {item["title"] for item in items} == articles.keys()
        for item in items:
            people, states, _ = articles[item["title"]]
            ids = {entity["id"] for entity in item["entities"]}
            assert {entity["name"] for entity in item["entities"] if entity["id"] not in STATES} == set(people)
            assert ids & STATES.keys() == set(states)
            assert all(id_.endswith(f"--{item['id']}") for id_ in ids - STATES.keys())
        for _ in range(30):
            people, states = rng.sample(NAMES, rng.randrange(1, 3)), rng.sample(sorted(STATES), rng.randrange(2))
            excluded = rng.choice([None, *(name for name in NAMES if name not in people)])
            parameters: dict[str, Any] = {"actor": [*people, *states], "limit": 100}
            if excluded:
                parameters["exclude_actor"] = excluded
            answer = client.get("/v1/articles", params=parameters).json()
            titles = expected(articles, people, states, excluded)
            assert sorted(item["title"] for item in answer["items"]) == titles
            assert answer["total"] == len(titles)
        for name in NAMES:
            answer = client.get("/v1/statements", params={"speaker": name, "limit": 100}).json()
            speaking = sorted(title for title, (_, _, speaker) in articles.items() if speaker == name)
            assert sorted(item["article"]["title"] for item in answer["items"]) == speaking
