"""The snapshot that is served + the articles that arrive -> the next snapshot. Pure: arrays and bitmaps only."""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from app.search.labels import EntityLabel, SourceLabel, slots_of
from app.search.snapshot import FAMILIES, Columns, Ids, Labels, Postings, Snapshot, Statements

Places = NDArray[np.int64]
"""Positions in the next snapshot; -1 is nowhere."""

Slots = NDArray[np.int32]
"""Indexes of labels in the next snapshot."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """The statements of the arrivals, in the order of rows and places, and the pairs of statement and entity."""

    rows: Places
    places: Slots
    speaker: Sequence[str | None]
    about_statements: Places
    about: Sequence[str]

    @classmethod
    def nothing(cls) -> "Spoken":
        """No statements."""
        return cls(np.empty(0, np.int64), np.empty(0, np.int32), (), np.empty(0, np.int64), ())


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Articles on their way into a snapshot: a value each a row, the pairs of row and entity, the statements."""

    columns: Columns
    source: Sequence[str]
    language: Sequence[str | None]
    precision: Sequence[str]
    entity_rows: Places
    entity: Sequence[str]
    spoken: Spoken = field(default_factory=Spoken.nothing)


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
    slots["entity"] = slots_of(labels.entity)
    landed = _landed(arrivals, place[len(keep) :], slots)
    renamed = {family: _renamed(getattr(before.labels, family), slots[family]) for family in FAMILIES}
    named = Lists(before.entity_starts, renamed["entity"][before.entity_lists])
    starts, lists = _lists(named, moved, landed["entity"], len(order))
    starts, lists = _distinct(starts, lists)
    return Snapshot(
        version=publication.version,
        token=publication.token,
        published_at=publication.at,
        columns=Columns(**{name: column[order] for name, column in vars(joined).items()}),
        labels=labels,
        postings={
            family: _postings(
                _shifted(before.postings[family], moved, renamed[family], len(getattr(labels, family))), landed[family]
            )
            for family in FAMILIES
        },
        entity_starts=starts,
        entity_lists=lists,
        statements=_statements(
            before,
            moved,
            renamed["entity"],
            Said(arrivals.spoken, place[len(keep) :], slots["entity"], len(labels.entity)),
        ),
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
    return np.fromiter((slots[value] for value in values), np.int32)


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
            now = posting if still else _moved(posting, moved)
            # Two labels become one where an entity was merged into another.
            postings[slot] = postings[slot] | now if postings[slot] else now
    return postings


def _moved(posting: BitMap, moved: Places) -> BitMap:
    places = moved[np.frombuffer(posting.to_array(), np.uint32)] if posting else moved[:0]
    return _bitmap(places[places >= 0])


def _bitmap(places: Places) -> BitMap:
    """Return the set of these; through an array of the standard library, which is read eight times as fast."""
    return BitMap(array("I", places.astype(np.uint32).tobytes()))


def _postings(shifted: list[BitMap], landed: Landed) -> Postings:
    """Return the shifted postings with what has landed."""
    by_slot = np.argsort(landed.slots, kind="stable")
    found, starts = np.unique(landed.slots[by_slot], return_index=True)
    for slot, part in zip(found.tolist(), np.split(landed.places[by_slot], starts[1:]), strict=len(found) > 0):
        shifted[slot] = shifted[slot] | _bitmap(np.sort(part))
    for posting in shifted:
        posting.run_optimize()
    return tuple(shifted)


@dataclass(frozen=True, slots=True)
class Lists:
    """A list of values for each position: those of `p` lie from `starts[p]` to `starts[p + 1]`."""

    starts: Ids
    values: Slots


def _lists(before: Lists, moved: Places, landed: Landed, size: int) -> tuple[Ids, Slots]:
    """Return the lists of the next snapshot: where each begins, and the values, in the order they had in each."""
    places = np.repeat(moved, np.diff(before.starts))
    kept = places >= 0
    at = np.concatenate([places[kept], landed.places])
    values = np.concatenate([before.values[kept], landed.slots]).astype(np.int32)
    starts = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(at, minlength=size), out=starts[1:])
    return starts, values[np.argsort(at, kind="stable")]


def _distinct(starts: Ids, values: Slots) -> tuple[Ids, Slots]:
    """Return the lists with each list in order and no value in it twice."""
    at = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    # Position and value in one number: millions of them are sorted in a tenth of a second.
    pairs = np.sort(at << 32 | values)
    first = np.ones(len(pairs), bool)
    first[1:] = pairs[1:] != pairs[:-1]
    pairs = pairs[first]
    return np.searchsorted(pairs >> 32, np.arange(len(starts))), (pairs & 0xFFFFFFFF).astype(np.int32)


@dataclass(frozen=True, slots=True)
class Said:
    """The statements that arrive, where their articles land, the slots of the entities and how many there are."""

    spoken: Spoken
    landed: Places
    slots: Mapping[str, int]
    size: int


def _statements(before: Snapshot, moved: Places, renamed: Slots, said: Said) -> Statements:
    """Return the statements of the next snapshot: they go where their articles go."""
    old, spoken = before.statements, said.spoken
    size = int(np.count_nonzero(moved >= 0)) + len(said.landed)
    at = said.landed[spoken.rows]
    starts, places = _lists(Lists(old.starts, old.places), moved, Landed(at, spoken.places), size)
    shifted = _followed(old.starts, moved, starts)
    # In its article a statement keeps its place among the others: how many of them came before it.
    first = np.searchsorted(spoken.rows, spoken.rows)
    landed = starts[at] + np.arange(len(at)) - first
    speaking = [number for number, speaker in enumerate(spoken.speaker) if speaker is not None]
    speakers = [speaker for speaker in spoken.speaker if speaker is not None]
    return Statements(
        starts,
        places,
        speaker=_postings(
            _shifted(old.speaker, shifted, renamed, said.size),
            Landed(landed[speaking], _slots(said.slots, speakers)),
        ),
        about=_postings(
            _shifted(old.about, shifted, renamed, said.size),
            Landed(landed[spoken.about_statements], _slots(said.slots, spoken.about)),
        ),
    )


def _followed(old: Ids, moved: Places, new: Ids) -> Places:
    """Return where the members of the old lists are in the new ones, -1 for those of lists that are gone."""
    lengths = np.diff(old)
    target = np.repeat(np.where(moved >= 0, new[moved], -1), lengths)
    inside = np.arange(len(target)) - np.repeat(old[:-1], lengths)
    return np.where(target >= 0, target + inside, -1)
