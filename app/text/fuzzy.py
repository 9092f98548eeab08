"""The nearest of a few known words, for someone who mistyped one."""

from collections.abc import Iterable

from rapidfuzz import fuzz, process

MOST = 3
"""More would be a list, not a hint."""

CUTOFF = 70
"""Of 100: `soruce` and `source` have 83, `form` and `from` 75, words that only share letters about 60."""


def nearest(value: str, known: Iterable[str], *, cutoff: int = CUTOFF) -> tuple[str, ...]:
    """Return the known words most like `value`, the nearest first, equally near ones by alphabet."""
    found = process.extract(value.lower(), sorted(known), scorer=fuzz.ratio, score_cutoff=cutoff, limit=MOST)
    return tuple(word for word, _score, _index in found)
