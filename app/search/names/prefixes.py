"""The names of entities and sources by their beginnings and those of their words, to be found while they are typed."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.labels import EntityLabel, SourceLabel
from app.models import EntityType
from app.text.folding import fold

KINDS = (*EntityType, "source")
"""What can bear a name: the types of entity, and sources."""

Bearers = NDArray[np.int32]

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Borne:
    """Bearers, ascending, and for each of them the index of a name."""

    bearers: Bearers
    rows: Bearers

    def only(self, wanted: NDArray[np.bool_]) -> "Borne":
        """Return those of them that are wanted."""
        return Borne(self.bearers[wanted], self.rows[wanted])


class Prefixes:
    """The beginnings of names in alphabetical order, so that those with one prefix are a run.

    A bearer is the index of an entity, or that of a source behind all entities.
    """

    def __init__(self, entities: Sequence[EntityLabel], sources: Sequence[SourceLabel]) -> None:
        borne = [*((one.name, *one.aliases) for one in entities), *((one.name, *one.names) for one in sources)]
        kinds = [*(KINDS.index(one.type) for one in entities), *(KINDS.index("source") for _ in sources)]
        self.labels: tuple[EntityLabel | SourceLabel, ...] = (*entities, *sources)
        """What each bearer is called."""
        self.kinds = np.array(kinds, np.int8)
        """Which of KINDS each bearer is."""
        by_id = sorted(range(len(self.labels)), key=lambda bearer: (self.labels[bearer].id, bearer))
        self.places = np.argsort(np.array(by_id, np.int32))
        """Where each bearer stands in the order of ids; an entity before the source of its id."""
        self.names = [name for names in borne for name in names]
        """The names of all bearers, its own before the others."""
        bearers = [bearer for bearer, names in enumerate(borne) for _ in names]
        found = sorted(entry for row, name in enumerate(self.names) for entry in _beginnings(name, row))
        self._texts = [text for text, _, _ in found]
        self._rows = np.array([row for _, _, row in found], np.int32)
        self._bearers = np.array(bearers, np.int32)[self._rows]
        # What begins so itself shows best why it is found, then what has such a word; the first of several.
        self._preference = self._rows + len(bearers) * np.array([inner for _, inner, _ in found], np.int32)

    def exact(self, prefix: str) -> Borne:
        """Return who has a name that begins with a folded prefix, or in which a word does, with the best such name."""
        return self._borne([self._run(prefix)])

    def near(self, prefix: str) -> Borne:
        """Return the same for all that differ from a prefix by one letter: another, added, left out, or two swapped.

        These are read off the names, so that no letter is tried that no name has in this place.
        """
        return self._borne(map(self._run, self._variants(prefix)))

    def _borne(self, runs: Iterable[tuple[int, int]]) -> Borne:
        entries = np.unique(np.concatenate([np.arange(*run) for run in runs]))
        ordered = entries[np.lexsort((self._preference[entries], self._bearers[entries]))]
        bearers, first = np.unique(self._bearers[ordered], return_index=True)
        return Borne(bearers, self._rows[ordered[first]])

    def _run(self, prefix: str) -> tuple[int, int]:
        first = bisect_left(self._texts, prefix)
        return first, bisect_right(self._texts, prefix, lo=first, key=lambda text: text[: len(prefix)])

    def _variants(self, prefix: str) -> Iterator[str]:
        """Yield what is one typo away; to leave out the last letter is none, for that is a prefix, too."""
        for at in range(len(prefix)):
            head, letter, rest = prefix[:at], prefix[at], prefix[at + 1 :]
            yield head + rest
            if rest:
                yield head + rest[0] + letter + rest[1:]
            for other in self._letters(head):
                yield head + other + rest
                yield head + other + letter + rest

    def _letters(self, head: str) -> Iterator[str]:
        """Yield the letters that follow on a beginning."""
        place, end = self._run(head)
        place = bisect_right(self._texts, head, lo=place, hi=end)
        while place < end:
            letter = self._texts[place][len(head)]
            yield letter
            place = bisect_right(
                self._texts, letter, lo=place, hi=end, key=lambda text: text[len(head) : len(head) + 1]
            )


def _beginnings(name: str, row: int) -> Iterator[tuple[str, bool, int]]:
    """Yield what is left of a folded name from its beginning and from that of each word, and whether it is a word's."""
    folded = fold(name)
    if folded:
        yield folded, False, row
    yield from ((folded[word.start() :], True, row) for word in _WORD.finditer(folded) if word.start())
