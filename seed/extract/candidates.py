"""Candidate mentions, and which of them stand when they overlap."""

from bisect import bisect_right
from collections.abc import Iterable
from operator import itemgetter
from typing import NamedTuple

from app.models import EntityType, MentionKind


class Candidate(NamedTuple):
    """A span that may name an entity; `entity` is None where two readings are left over."""

    start: int
    end: int
    type: EntityType
    kind: MentionKind
    entity: str | None
    rule: str
    confidence: float


def longest(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Returns candidates that don't overlap, in order: the longest wins, then the surer, then the earlier."""
    kept: list[Candidate] = []
    cluster: list[Candidate] = []
    end = 0
    for candidate in sorted(candidates, key=itemgetter(0)):
        if candidate.start >= end and cluster:
            kept += cluster if len(cluster) == 1 else _longest_of(cluster)
            cluster = []
        cluster.append(candidate)
        end = max(end, candidate.end)
    return kept + _longest_of(cluster)


def _longest_of(cluster: Iterable[Candidate]) -> list[Candidate]:
    ordered = sorted(cluster, key=lambda c: (c.start - c.end, -c.confidence, c.start, c.rule, c.entity or ""))
    starts: list[int] = []
    kept: list[Candidate] = []
    for candidate in ordered:
        place = bisect_right(starts, candidate.start)
        if place and kept[place - 1].end > candidate.start:
            continue
        if place < len(kept) and kept[place].start < candidate.end:
            continue
        starts.insert(place, candidate.start)
        kept.insert(place, candidate)
    return kept
