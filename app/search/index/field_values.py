"""The values of a field of which an article has one or none, each with the articles that a filter by it finds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyroaring import BitMap

from app.search.index.bitmaps import Postings, RankedPostings

NONE = "none"
"""The value by which filters find the articles without any value of a field."""

ANY_TAG = "*"
"""The language range that matches every tag (RFC 4647, 2.1)."""


@dataclass(frozen=True, slots=True)
class FieldValues:
    """The values of a field by ordinal, in order of id; NONE is one of them if there are articles without a value.

    `ranked` has the articles that a filter by each value finds; those of several values may be the same. `matches` has
    them by everything that a filter may be, in lower case.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    ranked: RankedPostings
    ordinals: Mapping[str, int]
    """The ordinal of each value, in lower case."""
    matches: Mapping[str, BitMap]

    @classmethod
    def of(
        cls, values: Iterable[tuple[str, str, BitMap]], matches: Mapping[str, BitMap], everything: BitMap
    ) -> "FieldValues":
        """Return these values, as (id, name, articles), and NONE for the articles that have none of them."""
        rows = [row for row in values if row[2]]
        absent = everything - BitMap.union(BitMap(), *(posting for _, _, posting in rows))
        rows = sorted([*rows, (NONE, NONE, absent)] if absent else rows, key=lambda row: row[0])
        ids, names, postings = zip(*rows, strict=True) if rows else ((), (), ())
        ordinals = {id_.lower(): ordinal for ordinal, id_ in reversed([*enumerate(ids)])}
        own = {id_.lower(): posting for id_, _, posting in rows}
        return cls(ids, names, RankedPostings.of(postings, range(len(rows))), ordinals, {**matches, **own})

    def ordinal(self, value: str) -> int | None:
        """Return the ordinal of a value, in any letter case; None if no article has it."""
        return self.ordinals.get(value.lower())

    def find(self, value: str) -> BitMap:
        """Return the articles that a filter by a value finds."""
        return self.matches.get(value.lower(), BitMap())


def tag_values(tags: Sequence[str], postings: Postings, everything: BitMap) -> FieldValues:
    """Return language tags, where each also finds the tags that continue it: basic filtering (RFC 4647, 3.3.1)."""
    matches = {ANY_TAG: BitMap()}
    for tag, posting in zip(tags, postings, strict=True):
        for range_ in (ANY_TAG, *_ranges(tag)):
            matches[range_] = matches.get(range_, BitMap()) | posting
    return FieldValues.of(((tag, tag, matches[tag.lower()]) for tag in tags), matches, everything)


def united_values(values: Iterable[tuple[str, str, BitMap]], everything: BitMap) -> FieldValues:
    """Return values, as (id, name, articles), of which several rows may have the same id."""
    united: dict[str, tuple[str, BitMap]] = {}
    for id_, name, posting in values:
        before = united.get(id_)
        united[id_] = (name, posting if before is None else before[1] | posting)
    matches = {id_: posting for id_, (_, posting) in united.items()}
    return FieldValues.of(((id_, name, posting) for id_, (name, posting) in united.items()), matches, everything)


def _ranges(tag: str) -> list[str]:
    """Return the language ranges that match a tag, in lower case: all its beginnings that end with a subtag."""
    subtags = tag.lower().split("-")
    return ["-".join(subtags[:length]) for length in range(1, len(subtags) + 1)]
