"""Of candidates that overlap, the longest wins."""

import pytest

from app.models import EntityType, MentionKind
from seed.extract.candidates import CandidateMention, resolve_overlaps


def candidate(start: int, end: int, confidence: float = 0.9) -> CandidateMention:
    return CandidateMention(start, end, EntityType.PLACE, MentionKind.NAME, None, "test", confidence)


@pytest.mark.parametrize(
    ("spans", "resolved"),
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
def test_the_longest_win_and_are_in_order(spans: list[tuple[int, int]], resolved: list[tuple[int, int]]) -> None:
    candidates = resolve_overlaps(candidate(*span) for span in spans)
    assert [(winner.start, winner.end) for winner in candidates] == resolved


def test_of_equal_spans_the_one_with_more_confidence_wins() -> None:
    assert resolve_overlaps([candidate(0, 3, 0.5), candidate(0, 3, 0.9)]) == [candidate(0, 3, 0.9)]
