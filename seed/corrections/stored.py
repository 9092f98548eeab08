"""The corrections that a database has: its table, and what a publish shows of them."""

from collections.abc import Sequence

from sqlalchemy import Connection, select
from sqlmodel import col

from app.labels import CorrectionLabel
from app.models import Action, Correction
from seed.corrections.decisions import Decision, parse_line, undone_by


def stored_decisions(connection: Connection) -> tuple[Decision, ...]:
    """Return the corrections that the database has, in order."""
    lines = connection.scalars(select(col(Correction.line)).order_by(col(Correction.number)))
    return tuple(map(parse_line, lines))


def published_corrections(decisions: Sequence[Decision]) -> list[CorrectionLabel]:
    """Return the decisions as a corpus version shows them."""
    undos, entities = undone_by(decisions), dict[str, tuple[str, ...]]()
    published = []
    for one in decisions:
        entities[one.id] = entities.get(str(one.of), ()) if one.do is Action.UNDO else one.entities
        published.append(
            CorrectionLabel(
                one.id, one.do.value, one.at, one.by, one.why, one.fields(), entities[one.id], undos.get(one.id)
            )
        )
    return published
