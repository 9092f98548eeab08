"""What a publish brings: articles on their way into a snapshot, as columns of numbers."""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from app.search.index.bitmaps import Ids
from app.search.index.columns import Columns

Numbers = NDArray[np.int32]
"""Positions, rows or indexes: four bytes each, as there are many millions of some; -1 is none."""


class Coder(dict[str | None, int]):
    """The number of each name, in the order in which they are first asked for; that of None is -1."""

    def __init__(self) -> None:
        super().__init__({None: -1})

    def __missing__(self, name: str | None) -> int:
        self[name] = number = len(self) - 1
        return number

    def coded(self, codes: "array[int]") -> "Coded":
        """Return these numbers with their names."""
        return Coded([name for name in self if name is not None], np.frombuffer(codes, np.int32))


@dataclass(frozen=True, slots=True)
class Coded:
    """Values, each by the index of its name: a name is kept once, however often it comes."""

    names: Sequence[str]
    codes: Numbers

    @classmethod
    def of(cls, values: Iterable[str | None]) -> "Coded":
        """Number these values."""
        coder = Coder()
        return coder.coded(array("i", map(coder.__getitem__, values)))


@dataclass(frozen=True, slots=True)
class Spoken:
    """The statements of the arrivals, in the order of rows and places, and the lists of entities that they name."""

    rows: Numbers
    places: Numbers
    speaker: Coded
    about_lengths: Numbers
    about: Coded

    @classmethod
    def nothing(cls) -> "Spoken":
        """No statements."""
        none, nobody = np.empty(0, np.int32), Coded.of(())
        return cls(none, none, nobody, none, nobody)


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Articles in any order: a value each a row, the lists of entities, the statements; and who was removed."""

    columns: Columns
    source: Coded
    language: Coded
    precision: Coded
    entity_lengths: Numbers
    entity: Coded
    spoken: Spoken = field(default_factory=Spoken.nothing)
    removed: Ids = field(default_factory=lambda: np.empty(0, np.int64))
    """Articles that are served no more, as the numbers of their ids."""
