"""The snapshot that is served + the articles that arrive -> the next snapshot. Pure: arrays and bitmaps only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from app.search.labels import EntityLabel, SourceLabel
from app.search.snapshot import FAMILIES, Columns, Days, Ids, Labels, Postings, Snapshot

Places = NDArray[np.int64]
"""Positions in the next snapshot; -1 is nowhere."""

Slots = NDArray[np.int32]
"""Indexes of labels in the next snapshot."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Articles on their way into a snapshot: a value each a row, and the pairs of row and entity."""

    columns: Columns
    source: Sequence[str]
    language: Sequence[str | None]
    precision: Sequence[str]
    entity_rows: Places
    entity: Sequence[str]


@dataclass(frozen=True, slots=True)
class Landed:
    """The values of one family that arrive: at each place the slot of one value."""

    places: Places
    slots: Slots


@dataclass(frozen=True, slots=True)
class Publication:
    """What the next snapshot is called: its version, its token and its instant in UTC seconds."""

    version: int
    token: str
    at: int


def renumber(before: Snapshot, labels: Labels, arrivals: Arrivals, publication: Publication) -> Snapshot:
    """Return `before` with the arrivals in place of what it had of these articles.

    `labels` name the sources and entities of both. Every position moves to where its article now stands: one
    permutation over all postings.
    """
    keep = np.flatnonzero(~np.isin(before.columns.article_ids, arrivals.columns.article_ids))
    joined = _joined(before.columns, keep, arrivals.columns)
    order = np.lexsort((joined.article_ids, joined.local_time, joined.first_day))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    moved = np.full(len(before), -1, np.int64)
    moved[keep] = place[: len(keep)]

    labels = replace(
        labels,
        language=_values(before, "language", keep, arrivals.language),
        precision=_values(before, "precision", keep, arrivals.precision),
    )
    slots = {family: {_id(label): slot for slot, label in enumerate(getattr(labels, family))} for family in FAMILIES}
    landed = _landed(arrivals, place[len(keep) :], slots)
    renamed = {family: _renamed(getattr(before.labels, family), slots[family]) for family in FAMILIES}
    starts, lists = _entity_lists(before, moved, renamed["entity"], landed["entity"], len(order))
    return Snapshot(
        version=publication.version,
        token=publication.token,
        published_at=publication.at,
        columns=Columns(**{name: column[order] for name, column in vars(joined).items()}),
        labels=labels,
        postings={
            family: _postings(_shifted(before.postings[family], moved, renamed[family], len(labelled)), landed[family])
            for family, labelled in slots.items()
        },
        entity_starts=starts,
        entity_lists=lists,
    )


def _joined(old: Columns, keep: Places, new: Columns) -> Columns:
    return Columns(**{name: np.concatenate([column[keep], getattr(new, name)]) for name, column in vars(old).items()})


def _values(before: Snapshot, family: str, keep: Places, new: Iterable[str | None]) -> tuple[str, ...]:
    """Return the values that the kept articles or the new ones have."""
    kept = BitMap(keep.astype(np.uint32))
    had = zip(getattr(before.labels, family), before.postings[family], strict=True)
    old = (value for value, posting in had if posting.intersect(kept))
    return tuple(sorted({*old, *(value for value in new if value is not None)}))


def _id(label: str | SourceLabel | EntityLabel) -> str:
    return label if isinstance(label, str) else label.id


def _slots(slots: Mapping[str, int], values: Iterable[str]) -> Slots:
    return np.array([slots[value] for value in values], np.int32)


def _renamed(old: Iterable[str | SourceLabel | EntityLabel], slots: Mapping[str, int]) -> Slots:
    """Return the slot that each old label has now, -1 for one that is gone: only labels without articles go."""
    return np.array([slots.get(_id(label), -1) for label in old], np.int32)


def _landed(arrivals: Arrivals, places: Places, slots: Mapping[str, Mapping[str, int]]) -> dict[str, Landed]:
    spoken = [row for row, language in enumerate(arrivals.language) if language is not None]
    languages = [language for language in arrivals.language if language is not None]
    return {
        "source": Landed(places, _slots(slots["source"], arrivals.source)),
        "entity": Landed(places[arrivals.entity_rows], _slots(slots["entity"], arrivals.entity)),
        "language": Landed(places[spoken], _slots(slots["language"], languages)),
        "precision": Landed(places, _slots(slots["precision"], arrivals.precision)),
    }


def _shifted(old: Postings, moved: Places, renamed: Slots, size: int) -> list[BitMap]:
    """Return a posting for each of `size` slots: the old ones with their positions moved."""
    postings = [BitMap() for _ in range(size)]
    still = np.array_equal(moved, np.arange(len(moved)))
    for slot, posting in zip(renamed.tolist(), old, strict=True):
        if slot >= 0:
            postings[slot] = posting if still else _moved(posting, moved)
    return postings


def _moved(posting: BitMap, moved: Places) -> BitMap:
    places = moved[np.frombuffer(posting.to_array(), np.uint32)] if posting else moved[:0]
    return BitMap(np.sort(places[places >= 0]).astype(np.uint32))


def _postings(shifted: list[BitMap], landed: Landed) -> Postings:
    """Return the shifted postings with what has landed."""
    by_slot = np.argsort(landed.slots, kind="stable")
    found, starts = np.unique(landed.slots[by_slot], return_index=True)
    for slot, part in zip(found.tolist(), np.split(landed.places[by_slot], starts[1:]), strict=len(found) > 0):
        shifted[slot] = shifted[slot] | BitMap(np.sort(part).astype(np.uint32))
    for posting in shifted:
        posting.run_optimize()
    return tuple(shifted)


def _entity_lists(before: Snapshot, moved: Places, renamed: Slots, landed: Landed, size: int) -> tuple[Ids, Days]:
    """Return where each position's entities begin, and all of them in order of position and slot."""
    places = np.repeat(moved, np.diff(before.entity_starts))
    kept = places >= 0
    at = np.concatenate([places[kept], landed.places])
    lists = np.concatenate([renamed[before.entity_lists[kept]], landed.slots]).astype(np.int32)
    starts = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(at, minlength=size), out=starts[1:])
    return starts, lists[np.lexsort((lists, at))]
