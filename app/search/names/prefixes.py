"""The prefix index for suggestions: the names of entities and sources by the beginning of each of their words.

An **owner** is what a name belongs to: the ordinal of an entity, or the number of all entities plus the ordinal of a
source.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from app.labels import EntityLabel, SourceLabel
from app.models import EntityType
from app.text.folding import fold_name
from app.text.titles import WORD

OWNER_KINDS = (*EntityType, "source")
"""The kinds of name owner: the types of entity, and sources."""

Owners = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class PrefixMatches:
    """Owners, ascending, and for each of them the row of the name that matches."""

    owners: Owners
    rows: NDArray[np.int32]

    def filter(self, mask: NDArray[np.bool_]) -> "PrefixMatches":
        """Return the matches for which the mask is true."""
        return PrefixMatches(self.owners[mask], self.rows[mask])


class Prefixes:
    """All suffixes of names that start at a word, sorted, so that those with the same prefix are a range."""

    def __init__(self, entities: Sequence[EntityLabel], sources: Sequence[SourceLabel]) -> None:
        shown = ((one.name, *one.aliases) if one.hidden is None else () for one in entities)
        names_of = [*shown, *((one.name, *one.names) for one in sources)]
        kinds = [*(OWNER_KINDS.index(one.type) for one in entities), *(OWNER_KINDS.index("source") for _ in sources)]
        self.labels: tuple[EntityLabel | SourceLabel, ...] = (*entities, *sources)
        """The label of each owner."""
        self.kinds = np.array(kinds, np.int8)
        """The kind of each owner, as an index into OWNER_KINDS."""
        by_id = sorted(range(len(self.labels)), key=lambda owner: (self.labels[owner].id, owner))
        self.id_ranks = np.argsort(np.array(by_id, np.int32))
        """The rank of each owner in the order of ids; an entity comes before the source with the same id."""
        self.names = [name for names in names_of for name in names]
        """The names of all owners by row: for each owner its main name, then its other names."""
        owners = [owner for owner, names in enumerate(names_of) for _ in names]
        self._row_owners = np.array(owners, np.int32)
        entries = sorted(entry for row, name in enumerate(self.names) for entry in _suffixes(name, row))
        self._texts = [text for text, _, _ in entries]
        self._rows = np.array([row for _, _, row in entries], np.int32)
        self._owners = self._row_owners[self._rows]
        # Of the matching names of an owner, prefer one that starts with the prefix to one with such a word; then the
        # first row.
        self._preference = self._rows + len(owners) * np.array([is_inner for _, is_inner, _ in entries], np.int32)

    def exact(self, *prefixes: str) -> PrefixMatches:
        """Return the owners of a name that starts with a folded prefix, or has a word that does, with the best name."""
        return self._matches(map(self._range, prefixes))

    def with_words(self, words: Iterable[str]) -> PrefixMatches:
        """Return the owners of a name with words that start with all of these, in any order, and their first name."""
        rows = reduce(np.intersect1d, (self._rows[slice(*self._range(word))] for word in words))
        owners, first = np.unique(self._row_owners[rows], return_index=True)
        return PrefixMatches(owners, rows[first])

    def of(self, owners: Iterable[int]) -> PrefixMatches:
        """Return these owners, which ascend, with their main names."""
        numbers = np.fromiter(owners, np.int32)
        return PrefixMatches(numbers, np.searchsorted(self._row_owners, numbers).astype(np.int32))

    def near(self, prefix: str) -> PrefixMatches:
        """Return the same for all prefixes one typo away: a letter replaced, added or missing, or two swapped.

        The letters to try are read from the names, so that none is tried that no name has at this point.
        """
        return self._matches(map(self._range, self._variants(prefix)))

    def _matches(self, ranges: Iterable[tuple[int, int]]) -> PrefixMatches:
        entries = np.unique(np.concatenate([np.arange(*range_) for range_ in ranges]))
        ordered = entries[np.lexsort((self._preference[entries], self._owners[entries]))]
        owners, first = np.unique(self._owners[ordered], return_index=True)
        return PrefixMatches(owners, self._rows[ordered[first]])

    def _range(self, prefix: str) -> tuple[int, int]:
        first = bisect_left(self._texts, prefix)
        return first, bisect_right(self._texts, prefix, lo=first, key=lambda text: text[: len(prefix)])

    def _variants(self, prefix: str) -> Iterator[str]:
        """Yield the prefixes one typo away; one that only adds a last letter is left out: `exact` matches its names."""
        for at in range(len(prefix)):
            head, letter, tail = prefix[:at], prefix[at], prefix[at + 1 :]
            yield head + tail
            if tail:
                yield head + tail[0] + letter + tail[1:]
            for other in self._next_letters(head):
                yield head + other + tail
                yield head + other + letter + tail

    def _next_letters(self, head: str) -> Iterator[str]:
        """Yield the letters that follow a prefix in any name."""
        at, end = self._range(head)
        at = bisect_right(self._texts, head, lo=at, hi=end)
        while at < end:
            letter = self._texts[at][len(head)]
            yield letter
            at = bisect_right(self._texts, letter, lo=at, hi=end, key=lambda text: text[len(head) : len(head) + 1])


def _suffixes(name: str, row: int) -> Iterator[tuple[str, bool, int]]:
    """Yield the folded name and its suffixes that start at a later word, as (text, whether it is a suffix, row)."""
    folded = fold_name(name)
    if folded:
        yield folded, False, row
    yield from ((folded[word.start() :], True, row) for word in WORD.finditer(folded) if word.start())


class WordPrefixes:
    """The words of all names in alphabetical order, so that those with the same prefix are a range."""

    def __init__(self, names: Iterable[tuple[str, int]]) -> None:
        """Index folded names, each with its owner."""
        self._owners: list[int] = []
        rows: defaultdict[str, list[int]] = defaultdict(list)
        for row, (name, owner) in enumerate(names):
            self._owners.append(owner)
            for word in set(WORD.findall(name)):
                rows[word].append(row)
        self._words = sorted(rows)
        self._rows = [rows[word] for word in self._words]

    def owners(self, prefixes: Iterable[str]) -> BitMap:
        """Return the owners of names that have, for each of these prefixes, a word that starts with it."""
        rows = BitMap.intersection(*map(self._rows_with, prefixes))
        return BitMap([self._owners[row] for row in rows])

    def _rows_with(self, prefix: str) -> BitMap:
        first = bisect_left(self._words, prefix)
        last = bisect_right(self._words, prefix, lo=first, key=lambda word: word[: len(prefix)])
        return BitMap(list(chain.from_iterable(self._rows[first:last])))
