"""Of candidates that overlap, the longest wins."""

import pytest

from app.models import EntityType, MentionKind
from seed.extract.candidates import CandidateMention, find_links, resolve_overlaps, split_descriptions


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


def named(start: int, end: int, entity: str | None, kind: MentionKind = MentionKind.NAME) -> CandidateMention:
    return candidate(start, end)._replace(entity=entity, kind=kind)


def test_descriptions_are_no_mentions() -> None:
    name, description = named(0, 2, "a"), named(0, 9, "b", MentionKind.DESCRIPTION)
    assert split_descriptions([description, name]) == ([name], [description])


@pytest.mark.parametrize(
    ("mentions", "description", "is_link"),
    [
        ([named(0, 3, "a")], (0, 9, "b"), True),
        ([named(3, 9, "a")], (0, 9, "b"), True),
        ([named(0, 3, "a"), named(5, 9, "c")], (0, 9, "b"), True),
        ([named(0, 3, None)], (0, 9, "b"), True),
        ([], (0, 9, "b"), False),
        ([named(0, 3, "a")], (0, 9, None), False),
        ([named(0, 3, "b")], (0, 9, "b"), False),
        ([named(0, 12, "a")], (0, 9, "b"), False),
        ([named(5, 12, "a")], (0, 9, "b"), False),
        ([named(0, 5, "a")], (3, 9, "b"), False),
        ([named(0, 3, "a", MentionKind.BYLINE)], (0, 9, "b"), False),
        ([named(0, 3, "a"), named(4, 6, "c")], (4, 9, "b"), True),
    ],
)
def test_a_description_adds_an_entity_to_the_names_inside(
    mentions: list[CandidateMention], description: tuple[int, int, str | None], is_link: bool
) -> None:
    link = named(*description, MentionKind.DESCRIPTION)
    assert find_links(mentions, [link]) == ([link] if is_link else [])


def test_of_descriptions_the_longest_wins() -> None:
    links = [named(0, 7, "b"), named(0, 9, "c")]
    assert find_links([named(0, 3, "a")], links) == links[1:]
