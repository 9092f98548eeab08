"""The delta between two snapshots: articles to add, replace and remove, as columns of numbers."""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from app.search.index.bitmaps import Int64Array
from app.search.index.columns import Columns

# Four bytes each, as there are many millions of some.
Int32Array = NDArray[np.int32]
"""Positions, rows or indexes; -1 stands for none."""


class CategoryEncoder(dict[str | None, int]):
    """Map each name to its code, in order of first lookup; the code of None is -1."""

    def __init__(self) -> None:
        super().__init__({None: -1})

    def __missing__(self, name: str | None) -> int:
        self[name] = code = len(self) - 1
        return code

    def column(self, codes: "array[int]") -> "CategoricalColumn":
        """Return a column of these codes with the names seen so far."""
        return CategoricalColumn([name for name in self if name is not None], np.frombuffer(codes, np.int32))


@dataclass(frozen=True, slots=True)
class CategoricalColumn:
    """A categorical column: each value is the index of its name, and each name is stored once."""

    names: Sequence[str]
    codes: Int32Array

    @classmethod
    def of(cls, values: Iterable[str | None]) -> "CategoricalColumn":
        """Encode these values."""
        encoder = CategoryEncoder()
        return encoder.column(array("i", map(encoder.__getitem__, values)))


@dataclass(frozen=True, slots=True)
class StatementDelta:
    """The statements of the articles of a delta, ordered by row and place in the article.

    `rows` are indexes of articles in the delta. `about` are the entities that each statement names, one list after
    another, with their lengths in `about_lengths`.
    """

    rows: Int32Array
    places: Int32Array
    speaker: CategoricalColumn
    about_lengths: Int32Array
    about: CategoricalColumn

    @classmethod
    def empty(cls) -> "StatementDelta":
        """Return a delta without statements."""
        numbers, names = np.empty(0, np.int32), CategoricalColumn.of(())
        return cls(numbers, numbers, names, numbers, names)


@dataclass(frozen=True, slots=True)
class SnapshotDelta:
    """The articles of a delta, in any order, as columns of one value per article; and the removed articles.

    `entity` are the entities of each article, one list after another, with their lengths in `entity_lengths`.
    """

    columns: Columns
    source: CategoricalColumn
    language: CategoricalColumn
    precision: CategoricalColumn
    entity_lengths: Int32Array
    entity: CategoricalColumn
    statements: StatementDelta = field(default_factory=StatementDelta.empty)
    removed: Int64Array = field(default_factory=lambda: np.empty(0, np.int64))
    """Articles that are no longer served, as the numbers of their ids."""
