"""Names with their owners, and fuzzy matching of a misspelt name against them.

The owner of a name is an ordinal; an index that is built over rows of names has the rows as owners.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from heapq import nsmallest

from rapidfuzz import fuzz, process

from app.text.folding import fold_name

NameOrdinals = Iterable[tuple[str, int]]
"""Folded names, each with the ordinal of its owner; the ordinals ascend."""

WORD = re.compile(r"[^\W_]+")
"""A word of a folded name."""

MAX_NEAREST_NAMES = 5
"""Maximum number of names that an error proposes."""


class NameIndex:
    """The owners of each non-empty name, ascending."""

    def __init__(self, names: NameOrdinals) -> None:
        # Most names have one owner; without a list for each of them there are fewer objects to garbage-collect.
        self._first: dict[str, int] = {}
        self._several: dict[str, list[int]] = {}
        for name, owner in names:
            if (first := self._first.setdefault(name, owner)) != owner:
                several = self._several.setdefault(name, [first])
                if several[-1] != owner:
                    several.append(owner)
        self._first.pop("", None)
        self.names = self._first.keys()

    def owners(self, name: str) -> Sequence[int]:
        """Return the owners of a name; an unknown name has none."""
        return self._several.get(name) or ((self._first[name],) if name in self._first else ())


class FuzzyNames:
    """Whole names and their words, to match a misspelt name against."""

    def __init__(self, names: NameOrdinals) -> None:
        names = list(names)
        words = ((word, owner) for name, owner in names for word in _long_words(name))
        self._names, self._words = NameIndex(names), NameIndex(words)

    def nearest(self, value: str) -> list[int]:
        """Return at most MAX_NEAREST_NAMES ordinals, the nearest first; ties by ordinal, which is by id."""
        folded = fold_name(value)
        scores = defaultdict[int, float](float)
        _add_scores(scores, folded, self._names, weight=1.0)
        for word in _long_words(folded)[:2]:
            _add_scores(scores, word, self._words, weight=0.9)
        cutoff = max(scores.values(), default=0) - 15  # Names far below the best score are noise.
        near = [owner for owner, score in scores.items() if score >= cutoff]
        return nsmallest(MAX_NEAREST_NAMES, near, key=lambda owner: (-scores[owner], owner))


def _add_scores(scores: dict[int, float], query: str, index: NameIndex, *, weight: float) -> None:
    """Raise the scores of the owners whose name is similar to `query`; a similarity below 60 of 100 is chance."""
    # For 93,000 names `ratio` takes 30 ms and `WRatio` 210 ms.
    for name, score, _ in process.extract(query, index.names, scorer=fuzz.ratio, score_cutoff=60 / weight, limit=50):
        for owner in index.owners(name)[:MAX_NEAREST_NAMES]:
            scores[owner] = max(scores[owner], score * weight)


def _long_words(folded: str) -> list[str]:
    """Return the words that can identify a name, the longest first; words of one or two letters are particles."""
    return sorted({word for word in WORD.findall(folded) if len(word) > 2}, key=lambda word: (-len(word), word))
