"""Candidate mentions, and how overlaps between them are resolved."""

from bisect import bisect_right
from collections.abc import Iterable
from operator import itemgetter
from typing import NamedTuple

from app.models import EntityType, MentionKind


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
