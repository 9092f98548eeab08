"""Corrections for tests: a collection with people of several kinds, what it serves, and random decisions about it."""

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from app.labels import EntityLabel
from app.models import Action, Article, EntityType, Mention, Revision, Statement
from app.stores import store_of
from seed.corrections.correct import CorrectionSummary
from seed.corrections.correct import add_decisions as add
from seed.corrections.decisions import Decision
from seed.corrections.file import read_decisions
from seed.corrections.labels import NO_LONGER_MADE
from tests.databases import url_of
from tests.seed.loading import RESOURCES, named, report, snapshot_of, writing

TEXTS = {
    "Harbour talks": "Vellandia sent Admiral Ida Rask of the Vellandian Navy. “The quay is closed,” Rask said.",
    "Quay shut": "Ida Rask visited Amsel. “We leave,” Ida Rask said. John Varro of Vellandia stayed at the Twin Quay.",
    "Ferry row": "John Varro spoke to Vellandian reporters. “The ferry sails,” John Varro said on Monday in Amsel.",
    "Storm": "The Vellandian Navy (VN) left Amsel. Jon Warro said the VN would return. Twin Quay was flooded.",
    "Names": "Mr. J. Varro and Ida Rask met. May Queen was their ship. Reporters came from Amsel in May.",
}
"""Texts with names of the lexicon, ambiguous ones, people with and without context, and statements."""

RECORDS = [
    *(report(title, text=text, on=f"2015-11-{day:02}") for day, (title, text) in enumerate(TEXTS.items(), start=1)),
    report("Given", text="Rask sails.", entities=(named("Rask", id="rask-given"),)),
]


def corrected(database: Path, path: Path, *decisions: Decision, allow_unknown: bool = True) -> CorrectionSummary:
    """Add decisions to a file, and apply it to a database."""
    resources = replace(RESOURCES, decisions=read_decisions(path))
    with writing(database) as engine:
        return add(engine, resources, path, decisions, allow_unknown=allow_unknown)


def decision(id_: str, do: Action, **values: str | None) -> Decision:
    """Return a decision of a fixed time."""
    return Decision(id_, do, "2026-01-31T12:00:00Z", **values)


def served(database: Path) -> dict[str, Any]:
    """Return what a database serves: the labels that can be found, and the rows of each article."""
    snapshot = snapshot_of(database)
    engine = store_of(url_of(database)).reader_engine()
    with engine.connect() as connection:
        articles = {row.id: row.revision_id for row in connection.execute(select(Article))}
        rows: dict[int, list[Any]] = {id_: [] for id_ in articles.values()}
        named_by = select(col(Revision.id), col(Revision.named))
        for query in (named_by, select(Mention), select(Statement)):
            for row in connection.execute(query):
                if row[0] in rows:
                    rows[row[0]].append(tuple(row)[1:])
    engine.dispose()
    labels = [label for label in snapshot.labels.entity if label.hidden != NO_LONGER_MADE]
    counts = {
        label.id: len(posting)
        for label, posting in zip(snapshot.labels.entity, snapshot.postings["entity"], strict=True)
        if posting
    }
    return {
        "articles": {article: sorted(rows[revision], key=repr) for article, revision in articles.items()},
        "labels": {label.id: label for label in labels},
        "counts": counts,
        "in_effect": [one.id for one in snapshot.corrections if one.is_in_effect],
    }


def labels_of(database: Path) -> dict[str, EntityLabel]:
    """Return the labels of the entities that a database serves, by id."""
    labels: dict[str, EntityLabel] = served(database)["labels"]
    return labels


def draw(generator: random.Random, number: int, ids: Sequence[str], articles: Sequence[str]) -> Decision:
    """Return a random decision about these entities."""
    do = generator.choice([action for action in Action if action is not Action.UNDO])
    entity, into = generator.sample(list(ids), 2)
    surface = generator.choice(["Ida Rask", "Rask", "John Varro", "VN", "May", "Twin Quay", "Amsel", "quay"])
    context = generator.choice(["Amsel", "in May", "Vellandian reporters", None])
    article = generator.choice([*articles, None])
    type_ = generator.choice(list(EntityType)).value
    new = {"into": f"new-{number % 3}", "name": f"New {number}", "type": type_} if number % 4 == 0 else {"into": into}
    values: dict[Action, dict[str, str | None]] = {
        Action.MERGE: {"entity": entity, **new},
        Action.SPLIT: {"entity": entity, **new, "context": context, "article": article or articles[0]},
        Action.RENAME: {"entity": entity, "name": f"Name {number}"},
        Action.ALIAS_ADD: {"entity": entity, "surface": surface},
        Action.ALIAS_REMOVE: {"entity": entity, "surface": surface},
        Action.RETYPE: {"entity": entity, "type": type_},
        Action.HIDE: {"entity": entity},
        Action.NOT_A_NAME: {"surface": surface, "context": context},
        Action.IS: {"surface": surface, **new, "context": context or "Amsel", "article": article},
        Action.WIKIDATA: {"entity": entity, "wikidata": generator.choice(["Q1", "Q990000003", None])},
    }
    return decision(f"c{number}", do, **values[do])
