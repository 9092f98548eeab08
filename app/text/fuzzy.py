"""The known words nearest to a mistyped one."""

from collections.abc import Iterable

from rapidfuzz import fuzz, process

# More would be a list, not a hint.
MAX_NEAREST_WORDS = 3
"""Maximum number of words to propose."""

# `soruce` and `source` have a similarity of 83, `form` and `from` 75, words that only share letters about 60.
MIN_SIMILARITY = 70
"""Minimum similarity of a word to propose, from 0 to 100."""


def nearest(value: str, known: Iterable[str], *, cutoff: int = MIN_SIMILARITY) -> tuple[str, ...]:
    """Return the known words most similar to `value`, the nearest first, ties in alphabetical order."""
    matches = process.extract(
        value.lower(), sorted(known), scorer=fuzz.ratio, score_cutoff=cutoff, limit=MAX_NEAREST_WORDS
    )
    return tuple(word for word, _score, _index in matches)
