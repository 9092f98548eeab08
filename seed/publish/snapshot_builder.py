"""The snapshot that is served + the articles that arrive -> the next snapshot. Pure: arrays and bitmaps only."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from app.labels import Labels, ordinals_of
from app.search.index.bitmaps import FAMILIES, Ids, set_of
from app.search.index.columns import Columns, Statements
from app.search.index.snapshot import Snapshot
from seed.publish.delta import Arrivals, Coded, Numbers, Spoken
from seed.publish.postings import Landed, Ordinals, lists_of, postings_of, transposed


@dataclass(frozen=True, slots=True)
class Publication:
    """What the next snapshot is called: its version, its token and its instant in UTC seconds."""

    version: int
    token: str
    at: int


@dataclass(frozen=True, slots=True)
class Moves:
    """Where articles stand in the next snapshot: those before, -1 for one replaced or removed, and the arrivals."""

    old: Numbers
    new: Numbers


def renumber(before: Snapshot, labels: Labels, arrivals: Arrivals, publication: Publication) -> Snapshot:
    """Return `before` with the arrivals in place of what it had of these articles, and without those removed.

    `labels` name the sources and entities of both. Every position moves to where its article now stands: one
    permutation over all postings.
    """
    columns, moves = _merged(before.columns, arrivals.columns, arrivals.removed)
    gone = set_of(np.flatnonzero(moves.old < 0))
    labels = replace(
        labels,
        language=_values(before, "language", gone, arrivals.language),
        precision=_values(before, "precision", gone, arrivals.precision),
    )
    ordinals = {family: _ordinals(family, before.labels, labels) for family in FAMILIES}
    postings = {
        family: postings_of(before.postings[family], moves.old, ordinals[family], _landed(family, arrivals, moves.new))
        for family in FAMILIES
    }
    starts, lists = transposed(postings["entity"], size=len(columns.order))
    return Snapshot(
        version=publication.version,
        token=publication.token,
        published_at=publication.at,
        columns=columns,
        labels=labels,
        postings=postings,
        entity_starts=starts,
        entity_lists=lists,
        statements=_statements(before.statements, moves, ordinals["entity"], arrivals.spoken),
    )


def _landed(family: str, arrivals: Arrivals, places: Numbers) -> Landed:
    """Return the values of a family with the places of their articles: of entities an article has several."""
    each = np.repeat(places, arrivals.entity_lengths) if family == "entity" else places
    return Landed(each, getattr(arrivals, family))


def found_in(values: Ids, among: Ids) -> NDArray[np.bool_]:
    """Return which of the values are among the others: numpy has this too, but slow where either are few."""
    known = np.sort(among)
    return np.searchsorted(known, values, side="right") > np.searchsorted(known, values)


def _merged(old: Columns, new: Columns, removed: Ids) -> tuple[Columns, Moves]:
    """Return the articles of both in their order; a new one takes the place of the old one with its id."""
    keep = np.flatnonzero(~found_in(old.article_ids, np.concatenate([new.article_ids, removed])))
    both = {name: np.concatenate([column[keep], getattr(new, name)]) for name, column in vars(old).items()}
    order = np.lexsort((both["article_ids"], both["local_time"], both["first_day"]))
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    moved = np.full(len(old.order), -1, np.int32)
    moved[keep] = place[: len(keep)]
    return Columns(**{name: column[order] for name, column in both.items()}), Moves(moved, place[len(keep) :])


def _values(before: Snapshot, family: str, gone: BitMap, arrived: Coded) -> tuple[str, ...]:
    """Return the values that the kept articles or the new ones have."""
    had = zip(getattr(before.labels, family), before.postings[family], strict=True)
    kept = (value for value, posting in had if not posting.issubset(gone))
    return tuple(sorted({*kept, *arrived.names}))


def _ordinals(family: str, old: Labels, new: Labels) -> Ordinals:
    """Return where the labels of a family are now: only labels without articles go."""
    names = _names(family, new)
    by_name = ordinals_of(new.entity) if family == "entity" else {name: ordinal for ordinal, name in enumerate(names)}
    return Ordinals(by_name, np.array([by_name.get(name, -1) for name in _names(family, old)], np.int32), len(names))


def _names(family: str, labels: Labels) -> list[str]:
    return [label if isinstance(label, str) else label.id for label in getattr(labels, family)]


def _statements(old: Statements, moves: Moves, entities: Ordinals, spoken: Spoken) -> Statements:
    """Return the statements of the next snapshot: they go where their articles go."""
    at = np.repeat(moves.old, np.diff(old.starts))
    kept = at >= 0
    landed = moves.new[spoken.rows]
    starts, places = lists_of(
        np.concatenate([at[kept], landed]),
        np.concatenate([old.places[kept], spoken.places]),
        size=int(np.count_nonzero(moves.old >= 0)) + len(moves.new),
    )
    moved = _followed(old.starts, moves.old, starts)
    # In its article a statement keeps its place among the others: how many of them came before it.
    number = np.arange(len(landed)) - np.searchsorted(spoken.rows, spoken.rows)
    numbers = (starts[landed] + number).astype(np.int32)
    return Statements(
        starts,
        places,
        speaker=postings_of(old.speaker, moved, entities, Landed(numbers, spoken.speaker)),
        about=postings_of(old.about, moved, entities, Landed(np.repeat(numbers, spoken.about_lengths), spoken.about)),
    )


def _followed(old: Ids, moved: Numbers, new: Ids) -> Numbers:
    """Return where the members of the old lists are in the new ones, -1 for those of lists that are gone."""
    lengths = np.diff(old)
    target = np.repeat(np.where(moved >= 0, new[moved], -1), lengths)
    inside = np.arange(len(target)) - np.repeat(old[:-1], lengths)
    return np.where(target >= 0, target + inside, -1).astype(np.int32)
