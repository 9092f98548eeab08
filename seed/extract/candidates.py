"""Candidate mentions, and how overlaps between them are resolved."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import NamedTuple

from app.models import POSTED_KINDS, EntityType, MentionKind


class CandidateMention(NamedTuple):
    """A span that may name an entity; `entity` is None if two readings remain."""

    start: int
    end: int
    type: EntityType
    kind: MentionKind
    entity: str | None
    rule: str
    confidence: float


def resolve_overlaps(candidates: Iterable[CandidateMention]) -> list[CandidateMention]:
    """Return candidates that do not overlap, in order of start.

    Of candidates that overlap, the longest wins, then the one with the highest confidence, then the earliest.
    """
    resolved: list[CandidateMention] = []
    cluster: list[CandidateMention] = []
    end = 0
    for candidate in sorted(candidates, key=itemgetter(0)):
        if candidate.start >= end and cluster:
            resolved += cluster if len(cluster) == 1 else _resolve_cluster(cluster)
            cluster = []
        cluster.append(candidate)
        end = max(end, candidate.end)
    return resolved + _resolve_cluster(cluster)


def split_descriptions(
    candidates: Iterable[CandidateMention],
) -> tuple[list[CandidateMention], list[CandidateMention]]:
    """Return the candidates that can be mentions, and the descriptions, which can only be links."""
    both: tuple[list[CandidateMention], list[CandidateMention]] = ([], [])
    for candidate in candidates:
        both[candidate.kind is MentionKind.DESCRIPTION].append(candidate)
    return both


def find_links(
    mentions: Sequence[CandidateMention], descriptions: Iterable[CandidateMention]
) -> list[CandidateMention]:
    """Return the descriptions that add an entity to the mentions inside them, in order of start.

    The mentions stay as they are. A description that is part of a name, such as that of a longer organization, names
    nothing itself; of descriptions that overlap, the longest wins.
    """
    starts = [mention.start for mention in mentions]
    links = []
    for description in descriptions:
        first = bisect_right(starts, description.start)
        if first and mentions[first - 1].end > description.start:
            first -= 1
        inside = mentions[first : bisect_left(starts, description.end)]
        if description.entity is not None and _contains_names(description, inside):
            links.append(description)
    return resolve_overlaps(links)


def _contains_names(description: CandidateMention, mentions: Sequence[CandidateMention]) -> bool:
    return bool(mentions) and all(
        description.start <= mention.start
        and mention.end <= description.end
        and mention.entity != description.entity
        and mention.kind in POSTED_KINDS
        for mention in mentions
    )


def _resolve_cluster(cluster: Iterable[CandidateMention]) -> list[CandidateMention]:
    by_rank = sorted(cluster, key=lambda c: (c.start - c.end, -c.confidence, c.start, c.rule, c.entity or ""))
    starts: list[int] = []
    resolved: list[CandidateMention] = []
    for candidate in by_rank:
        index = bisect_right(starts, candidate.start)
        if index and resolved[index - 1].end > candidate.start:
            continue
        if index < len(resolved) and resolved[index].start < candidate.end:
            continue
        starts.insert(index, candidate.start)
        resolved.insert(index, candidate)
    return resolved
