"""Association measures, from counts of articles alone: how much more often things occur than expected by chance."""

from math import log

# The last decimals of a logarithm differ between machines, which would change the order of results.
NPMI_DIGITS = 6
"""Decimals of an NPMI."""


def npmi(together: int, one: int, other: int, articles: int) -> float:
    """Return the normalised pointwise mutual information of two things that occur together in at least one article.

    It is 1 for two that never occur apart, 0 for two that co-occur as often as expected by chance, and approaches -1
    for two that hardly ever co-occur (Bouma, "Normalized (Pointwise) Mutual Information in Collocation Extraction",
    2009). Two that are both in every article have 1, the limit for things that only occur together.
    """
    if together == articles:
        return 1.0
    value = log(together * articles / (one * other)) / -log(together / articles)
    return round(value, NPMI_DIGITS) + 0.0  # The addition turns -0.0 into 0.0.


def lift(count: int, articles: int, corpus_count: int, corpus: int) -> float:
    """Return the share of the articles that have a thing, divided by its share of the corpus.

    Above 1 it is more frequent in the articles than in the corpus. A single division of integers keeps equal shares
    equal.
    """
    return count * corpus / (articles * corpus_count)
