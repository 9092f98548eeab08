"""Of candidates that overlap the longest stands."""

import pytest

from app.models import EntityType, MentionKind
from seed.extract.candidates import CandidateMention, resolve_overlaps


def candidate(start: int, end: int, confidence: float = 0.9) -> CandidateMention:
    return CandidateMention(start, end, EntityType.PLACE, MentionKind.NAME, None, "test", confidence)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ([], []),
        ([(0, 2), (2, 4)], [(0, 2), (2, 4)]),
        ([(0, 3), (2, 9)], [(2, 9)]),
        ([(0, 9), (2, 4), (8, 12)], [(0, 9)]),
        ([(0, 4), (3, 9), (8, 10)], [(3, 9)]),
        ([(4, 6), (0, 2), (1, 5)], [(1, 5)]),
        ([(0, 3), (2, 5), (4, 7)], [(0, 3), (4, 7)]),
    ],
)
def test_the_longest_stand_in_order(given: list[tuple[int, int]], kept: list[tuple[int, int]]) -> None:
    assert [(found.start, found.end) for found in resolve_overlaps(candidate(*place) for place in given)] == kept


def test_of_equal_spans_the_surer_stands() -> None:
    assert resolve_overlaps([candidate(0, 3, 0.5), candidate(0, 3, 0.9)]) == [candidate(0, 3, 0.9)]
