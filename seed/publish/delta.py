"""The delta between two snapshots: articles to add, replace and remove, as columns of numbers."""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from app.search.index.bitmaps import Int32Array, Int64Array
from app.search.index.columns import Columns

# Four bytes per number, because some columns have many millions of them.


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
    kind: CategoricalColumn
    about_lengths: Int32Array
    about: CategoricalColumn

    @classmethod
    def empty(cls) -> "StatementDelta":
        """Return a delta without statements."""
        numbers, names = np.empty(0, np.int32), CategoricalColumn.of(())
        return cls(numbers, numbers, names, names, numbers, names)


@dataclass(frozen=True, slots=True)
class SnapshotDelta:
    """The articles of a delta, in any order, as columns; and the removed articles.

    `fields` has the values of each posting field: one per article, or, where an article has several, one list after
    another, with their lengths in `lengths`.
    """

    columns: Columns
    fields: Mapping[str, CategoricalColumn]
    lengths: Mapping[str, Int32Array]
    statements: StatementDelta = field(default_factory=StatementDelta.empty)
    removed: Int64Array = field(default_factory=lambda: np.empty(0, np.int64))
    """Articles that are no longer served, as the numbers of their ids."""
