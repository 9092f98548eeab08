"""What the corpus says of one entity: who prints it and when, who belongs to it, in which words it is named."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from pyroaring import BitMap
from sqlmodel import Session

from app.labels import EntityLabel
from app.search.index.bitmaps import places_of
from app.search.index.snapshot import Snapshot
from app.search.query.pagination import count_before, newest
from app.search.sql import rows

NEWEST = 1_000
"""Articles whose words are looked at: an entity can be in half a million, and how it is named changes slowly."""

TOP_SURFACES = 20
"""Surfaces that are shown: spellings beyond are slips."""


@dataclass(frozen=True, slots=True)
class SurfaceCount:
    """Words that name an entity, how often they do, and in how many articles."""

    text: str
    mentions: int
    articles: int


@dataclass(frozen=True, slots=True)
class Surfaces:
    """In which words the newest articles of an entity name it: the most frequent first, ties by alphabet."""

    articles: int
    counts: list[SurfaceCount]


def surfaces(session: Session, snapshot: Snapshot, ordinal: int, *, most: int = NEWEST) -> Surfaces:
    """Return how the newest articles of an entity, at most so many, name it, with one statement."""
    label, posting = snapshot.labels.entity[ordinal], snapshot.postings["entity"][ordinal]
    places = places_of(newest(snapshot, posting, most))
    found = rows.surfaces(session, snapshot.columns.order[places].tolist(), (label.id, *label.former_ids))
    mentions, articles = Counter[str](), Counter[str]()
    for row in found:
        mentions[row.text] += row.mentions
        articles[row.text] += 1
    counts = [SurfaceCount(text, mentions[text], articles[text]) for text in mentions]
    counts.sort(key=lambda one: (-one.mentions, -one.articles, one.text))
    return Surfaces(len(places), counts[:TOP_SURFACES])


def members(snapshot: Snapshot, ordinal: int) -> Iterator[tuple[EntityLabel, Mapping[str, str]]]:
    """Yield who belongs to an entity, by id, with each membership as the lexicon has it."""
    for member in sorted({member for member, _, _ in snapshot.memberships.get(ordinal, ())}):
        label = snapshot.labels.entity[member]
        for membership in label.member_of:
            if snapshot.entity_ordinals.get(membership["of"]) == ordinal:
                yield label, membership


def years(snapshot: Snapshot, found: BitMap) -> list[tuple[int, int, int]]:
    """Return the first day, the last day and the articles of each year from the first to the last that has any.

    The interval of an article, if there is one, lies in a single year.
    """
    dated = found & snapshot.dated_positions
    if not dated:
        return []
    days = snapshot.columns.first_day[: snapshot.dated]
    first, last = (date.fromordinal(int(days[place])).year for place in (dated.min(), dated.max()))
    spans = [(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()) for year in range(first, last + 1)]
    # Positions are in the order of their days: the articles of a year are a run of them.
    places = np.searchsorted(days, np.array([start for start, _ in spans], days.dtype)).tolist()
    before = [count_before(dated, place) for place in (*places, snapshot.dated)]
    return [(*span, before[at + 1] - before[at]) for at, span in enumerate(spans)]
