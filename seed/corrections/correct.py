"""Add corrections: check them, write them to the file, apply them to what is stored, and publish."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection, Engine, select
from sqlmodel import col

from app.labels import split_bearer_id
from app.models import BEARER_MARK, IS_INDEXED, Entity
from seed.corrections.check import Problem, find_problems, new_problems
from seed.corrections.decisions import CorrectionError, Decision, united
from seed.corrections.file import append_decisions, require_path
from seed.corrections.stored import stored_decisions
from seed.corrections.sync import sync_corrections
from seed.pipeline.bulk import chunked
from seed.pipeline.context import LoadContext, LoadSummary, Resources, sync_registry
from seed.publish.publish import publish

MAX_REPORTED_PROBLEMS = 10
"""Maximum number of problems in one error message."""


@dataclass(frozen=True, slots=True)
class CorrectionSummary:
    """The ids of the corrections that were added, those that were there already, the articles that they changed.

    `version` is the corpus version, if one was published. `unknown` are entities that no article names yet.
    """

    added: tuple[str, ...]
    known: int
    articles: int
    version: int | None
    unknown: tuple[Problem, ...] = ()


class StoredNames:
    """The entities of a database with their names, before any correction."""

    def __init__(self, connection: Connection, decisions: Iterable[Decision]) -> None:
        """Read all entities, and the names without context, of which there may be millions, that decisions name."""
        query = select(Entity)
        rows = [*connection.execute(query.where(IS_INDEXED))]
        ids = {id_ for decision in decisions for id_ in decision.entities}
        bearers = {bearer[0] for id_ in ids if (bearer := split_bearer_id(id_)) is not None}
        for chunk in chunked(bearers | {id_ for id_ in ids if id_.endswith(BEARER_MARK)}):
            rows += connection.execute(query.where(col(Entity.id).in_(chunk)))
        self._names = {row.id: (row.name, *row.aliases, *row.learned_names) for row in rows if not row.made}
        self._former_ids: dict[str, str] = {former: row.id for row in rows for former in row.former_ids}

    def current_id(self, id_: str) -> str:
        """Return the id of the entity into which the lexicon merged another one, else the id itself."""
        return self._former_ids.get(id_, id_)

    def names_of(self, id_: str) -> Sequence[str] | None:
        """Return the name and the other names of an entity; None if it is unknown."""
        return self._names.get(id_)

    def ids(self) -> Iterable[str]:
        """Return the ids of all entities."""
        return self._names


def add_decisions(
    engine: Engine, resources: Resources, path: Path | None, added: Sequence[Decision], *, allow_unknown: bool = False
) -> CorrectionSummary:
    """Add decisions to the file, whose decisions the resources have, and apply them; those that it has are skipped.

    Raise CorrectionError before anything is changed if they contradict others, or if an entity is unknown.
    """
    file = require_path(path)
    context = LoadContext(resources, sync_registry(engine, resources), LoadSummary())
    with engine.connect() as connection:
        before = united(resources.decisions, stored_decisions(connection))
        after = united(before, added)
        names = StoredNames(connection, after)
    problems = new_problems(before, after, names)
    refused = [problem for problem in problems if problem.is_conflict or not allow_unknown]
    if refused:
        more = [f"and {len(refused) - MAX_REPORTED_PROBLEMS} more"] if len(refused) > MAX_REPORTED_PROBLEMS else []
        own = {decision.id for decision in added}
        messages = [one.message if one.correction in own else str(one) for one in refused[:MAX_REPORTED_PROBLEMS]]
        raise CorrectionError("; ".join([*messages, *more]))
    in_file = {decision.id for decision in resources.decisions}
    append_decisions(file, [decision for decision in after if decision.id not in in_file])
    context.resources = replace(resources, decisions=after)
    articles = sync_corrections(engine, context)
    new = tuple(decision.id for decision in after[len(before) :])
    unknown = tuple(problem for problem in problems if not problem.is_conflict)
    return CorrectionSummary(new, len(added) - len(new), articles, publish(engine), unknown)


def read_all(engine: Engine, decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """Return the decisions of a file, and then those that only the database has."""
    with engine.connect() as connection:
        return united(decisions, stored_decisions(connection))


def find_by_wikidata(engine: Engine) -> Callable[[str], str | None]:
    """Return a function that returns the id of the entity with a Wikidata id, None if there is none."""
    with engine.connect() as connection:
        rows = connection.execute(select(col(Entity.wikidata), col(Entity.id)).where(col(Entity.wikidata).is_not(None)))
        return {row.wikidata: row.id for row in rows}.get


def check_decisions(engine: Engine, decisions: Sequence[Decision]) -> list[Problem]:
    """Return the problems of the decisions of a file together with those of the database."""
    with engine.connect() as connection:
        all_decisions = united(decisions, stored_decisions(connection))
        return find_problems(all_decisions, StoredNames(connection, all_decisions))
