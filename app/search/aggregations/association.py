"""How much oftener two things come together than by chance: from counts of articles alone."""

from math import log

DIGITS = 6
"""Decimals of what a logarithm gives: its last ones differ between machines, and an order must not."""


def npmi(together: int, one: int, other: int, articles: int) -> float:
    """Return the normalised pointwise mutual information of two things that meet in at least one of the articles.

    It is 1 for two that never come alone, 0 for two that meet by chance, and nears -1 for two that hardly meet
    (Bouma, "Normalized (Pointwise) Mutual Information in Collocation Extraction", 2009). Two that are both in every
    article have 1, as his limit of things that only come together.
    """
    if together == articles:
        return 1.0
    value = log(together * articles / (one * other)) / -log(together / articles)
    return round(value, DIGITS) + 0.0  # What rounds to nothing has no sign.


def lift(count: int, articles: int, corpus_count: int, corpus: int) -> float:
    """Return the share of the articles that have a thing, divided by its share of the corpus.

    Above 1 it is more frequent here than elsewhere. One division of whole numbers, so that equal shares are equal.
    """
    return count * corpus / (articles * corpus_count)
