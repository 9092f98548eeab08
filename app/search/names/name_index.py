"""What a misspelt name may mean: the names nearest to it, and who bears them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from heapq import nsmallest

from rapidfuzz import fuzz, process

from app.text.folding import fold

Named = Iterable[tuple[str, int]]
"""Names, each with the index of its bearer; indexes ascend."""

TOKEN = re.compile(r"[^\W_]+")
"""A word of a folded name."""

MOST_NEAREST = 5
"""Names that an error proposes."""


class Index:
    """The bearers of each name that is not empty, ascending. A lone one is kept bare: fewer objects to collect."""

    def __init__(self, named: Named) -> None:
        self._first: dict[str, int] = {}
        self._several: dict[str, list[int]] = {}
        for name, bearer in named:
            if (first := self._first.setdefault(name, bearer)) != bearer:
                several = self._several.setdefault(name, [first])
                if several[-1] != bearer:
                    several.append(bearer)
        self._first.pop("", None)
        self.names = self._first.keys()

    def bearers(self, name: str) -> Sequence[int]:
        """Return who bears a name, nobody if it is unknown."""
        return self._several.get(name) or ((self._first[name],) if name in self._first else ())


class Nearest:
    """Whole names and single words, to compare a misspelt one with. For 93,000 `WRatio` takes 210 ms, `ratio` 30."""

    def __init__(self, named: Named) -> None:
        names = list(named)
        words = ((word, bearer) for name, bearer in names for word in _long_words(name))
        self._names, self._words = Index(names), Index(words)

    def to(self, value: str) -> list[int]:
        """Return up to five indexes, the nearest first; ties by index, which is by id."""
        folded = fold(value)
        scores = defaultdict[int, float](float)
        _score(scores, folded, self._names, weight=1.0)
        for word in _long_words(folded)[:2]:
            _score(scores, word, self._words, weight=0.9)
        least = max(scores.values(), default=0) - 15  # what is much further off than the best is noise beside it
        near = [bearer for bearer, score in scores.items() if score >= least]
        return nsmallest(MOST_NEAREST, near, key=lambda bearer: (-scores[bearer], bearer))


def _score(scores: dict[int, float], query: str, index: Index, *, weight: float) -> None:
    """Raise the scores of those whose name is like `query`; under 60 of 100, likeness is chance."""
    for name, score, _ in process.extract(query, index.names, scorer=fuzz.ratio, score_cutoff=60 / weight, limit=50):
        for bearer in index.bearers(name)[:MOST_NEAREST]:
            scores[bearer] = max(scores[bearer], score * weight)


def _long_words(folded: str) -> list[str]:
    """Return the words that can stand for a name, the longest first: shorter ones are particles and initials."""
    return sorted({word for word in TOKEN.findall(folded) if len(word) > 2}, key=lambda word: (-len(word), word))
