"""The known names nearest to one that names nothing."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from heapq import nsmallest

from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler

from app.deadline import check_deadline
from app.text.folding import fold_name
from app.text.titles import LINKS, TITLE_WORDS, WORD

MAX_NEAREST_NAMES = 5
"""Maximum number of names that an error proposes."""

# A word such as a given name can have hundreds of owners.
MAX_OWNERS_OF_NAME = 10
"""Maximum number of owners of one name or word to consider: those with the most articles."""

# Each is compared with all words.
MAX_FUZZY_WORDS = 3
"""Maximum number of words of a misspelled name to compare."""

WORD_WEIGHT = 0.9
"""The weight of a similar word, compared with a similar name."""

SHARED_WORD_SCORE = 6
"""What each further word in common adds to the score of a name."""

KNOWN_WORD_SCORE = 96
"""The score of an owner with a name that is one of the words, such as a surname that alone identifies a person."""

OwnersByName = dict[str, list[int]]


class FuzzyNames:
    """Whole names and their words, to match a misspelled name against.

    `articles` returns the number of articles of an owner: of equally near names, those with the most come first.
    """

    def __init__(self, names: Iterable[tuple[str, int]], articles: Callable[[int], int] = lambda _: 0) -> None:
        """Index folded names, each with its owner."""
        self._articles = articles
        by_name, by_word = defaultdict[str, set[int]](set), defaultdict[str, set[int]](set)
        for name, owner in names:
            if name:
                by_name[name].add(owner)
            for word in _long_words(name):
                by_word[word].add(owner)
        self._names, self._words = self._most_frequent(by_name), self._most_frequent(by_word)

    def nearest(self, value: str, *others: str) -> list[int]:
        """Return the nearest owners, at most MAX_NEAREST_NAMES; ties by number of articles, then by ordinal.

        `others` are other orders of the same words.
        """
        folded = fold_name(value)
        words = _long_words(folded)
        # Every person with a title would be near to a name with the same one.
        names = [word for word in words if word not in TITLE_WORDS and word not in LINKS]
        names = names or [word for word in words if word not in LINKS]
        scores = defaultdict[int, float](float)
        for text in dict.fromkeys((folded, *others)):
            for owner, score in _similar(text, self._names, weight=1.0).items():
                scores[owner] = max(scores[owner], score)
        for word in names:
            for owner in self._names.get(word, ()):
                scores[owner] = max(scores[owner], KNOWN_WORD_SCORE)
        shared = [_similar(word, self._words, weight=WORD_WEIGHT) for word in names[:MAX_FUZZY_WORDS]]
        for owner in set().union(*shared):
            by_word = [scores_of[owner] for scores_of in shared if owner in scores_of]
            scores[owner] = max(scores[owner], max(by_word) + SHARED_WORD_SCORE * (len(by_word) - 1))
        cutoff = max(scores.values(), default=0) - 15  # Names far below the best score are noise.
        near = [owner for owner, score in scores.items() if score >= cutoff]
        return nsmallest(MAX_NEAREST_NAMES, near, key=lambda owner: (-scores[owner], -self._articles(owner), owner))

    def _most_frequent(self, owners: dict[str, set[int]]) -> OwnersByName:
        return {
            name: nsmallest(MAX_OWNERS_OF_NAME, some, key=lambda owner: (-self._articles(owner), owner))
            for name, some in owners.items()
        }


def _similar(query: str, owners: OwnersByName, *, weight: float) -> dict[int, float]:
    """Return the score of each owner of a name similar to `query`; a similarity below 60 of 100 is chance."""
    check_deadline()
    scores: dict[int, float] = {}
    # For 93,000 names `ratio` takes 30 ms and `WRatio` 210 ms.
    for name, ratio, _ in process.extract(query, owners.keys(), scorer=fuzz.ratio, score_cutoff=60 / weight, limit=50):
        # Two letters swapped are one mistake, and the first letters are seldom wrong.
        score = (ratio + 100 * JaroWinkler.similarity(query, name)) / 2
        for owner in owners[name]:
            scores[owner] = max(scores.get(owner, 0), score * weight)
    return scores


def _long_words(folded: str) -> Sequence[str]:
    """Return the words that can identify a name, the longest first; words of one or two letters are particles."""
    return sorted({word for word in WORD.findall(folded) if len(word) > 2}, key=lambda word: (-len(word), word))
