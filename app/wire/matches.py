"""Why each article of a page is in the result: by which entities, and on request where it names them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from app.models import Mention, MentionKind
from app.search.index.memberships import Part
from app.search.index.snapshot import Snapshot
from app.search.query.clauses import Clause
from app.search.query.search import Result
from app.search.sql import rows
from app.wire.schemas import EntityRef, Match, Surface

Named = Mapping[tuple[int, str], Sequence[Mention]]
"""The mentions of each pair of revision and entity."""


def matched(result: Result, positions: Sequence[int], *, explain: bool) -> list[list[Match]]:
    """Return for each position the entities by which the clauses found it, in the order of the clauses."""
    snapshot = result.snapshot
    found = [list(found_by(result.clauses, position)) for position in positions]
    named = named_at(result, positions, {part.slot for pairs in found for _, part in pairs}) if explain else None
    return [
        [_match(snapshot, clause, part, int(snapshot.columns.order[position]), named) for clause, part in pairs]
        for position, pairs in zip(positions, found, strict=True)
    ]


def found_by(clauses: Sequence[Clause], position: int) -> Iterator[tuple[Clause, Part]]:
    """Yield the values and the entities that count for them by which an article was found."""
    for clause in clauses:
        for part in clause.parts if clause.role != "none" else ():
            if position in part.positions:
                yield clause, part


def named_at(result: Result, positions: Sequence[int], slots: set[int]) -> Named:
    """Return where the articles at these positions name these entities."""
    snapshot = result.snapshot
    ids = [int(snapshot.columns.order[position]) for position in positions]
    named: defaultdict[tuple[int, str], list[Mention]] = defaultdict(list)
    labels = [snapshot.labels.entity[slot] for slot in slots]
    asked = {id_: label.id for label in labels for id_ in (label.id, *label.former_ids)}
    for mention in rows.mentions_of(result.text.session, ids, asked):
        named[mention.revision_id, asked[mention.entity_id or ""]].append(mention)
    return named


def _match(snapshot: Snapshot, clause: Clause, part: Part, revision: int, named: Named | None) -> Match:
    label = snapshot.labels.entity[part.slot]
    return Match(
        parameter=clause.parameter,
        value=clause.value,
        entity=EntityRef(id=label.id, name=label.name, type=label.type),
        surfaces=None if named is None else [_surface(mention) for mention in named[revision, label.id]],
    )


def _surface(mention: Mention) -> Surface:
    fields = mention.model_dump(include={"field", "start", "end", "text"})
    return Surface(**fields, kind=MentionKind(mention.kind))
