"""The profile of one entity: its surface forms, its members, and its articles by year."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from pyroaring import BitMap
from sqlmodel import Session

from app.labels import EntityLabel
from app.search.index.bitmaps import positions_of
from app.search.index.snapshot import Snapshot
from app.search.query.entities_by_id import FoundEntity
from app.search.query.search import count_before, newest
from app.search.sql import rows

# An entity can be in half a million articles, and its surface forms change slowly.
MAX_SURFACE_ARTICLES = 1_000
"""Maximum number of articles to read surface forms from: the newest ones."""

# Rarer ones are mostly misspellings.
MAX_SURFACES = 20
"""Maximum number of surface forms to return."""


@dataclass(frozen=True, slots=True)
class SurfaceCount:
    """A surface form of an entity, its number of mentions, and the number of articles that use it."""

    text: str
    mentions: int
    articles: int


@dataclass(frozen=True, slots=True)
class Surfaces:
    """The surface forms of an entity in its newest articles: the most frequent first, ties in alphabetical order."""

    articles: int
    counts: list[SurfaceCount]


def top_surfaces(
    session: Session, snapshot: Snapshot, entity: FoundEntity, *, most: int = MAX_SURFACE_ARTICLES
) -> Surfaces:
    """Return the surface forms of an entity in at most `most` of its newest articles, with one SQL statement."""
    positions = positions_of(newest(snapshot, entity.positions, most))
    surface_rows = rows.count_surfaces(session, snapshot.columns.order[positions].tolist(), entity.stored_ids)
    mentions, articles = Counter[str](), Counter[str]()
    for row in surface_rows:
        mentions[row.text] += row.mentions
        articles[row.text] += 1
    counts = [SurfaceCount(text, mentions[text], articles[text]) for text in mentions]
    counts.sort(key=lambda count: (-count.mentions, -count.articles, count.text))
    return Surfaces(len(positions), counts[:MAX_SURFACES])


def members(snapshot: Snapshot, ordinal: int | None) -> Iterator[tuple[EntityLabel, Mapping[str, str]]]:
    """Yield the members of an entity, by id, each with one of its memberships as the lexicon states it."""
    memberships = () if ordinal is None else snapshot.memberships.get(ordinal, ())
    for member in sorted({member for member, _, _ in memberships}):
        label = snapshot.labels.entity[member]
        for membership in label.member_of:
            if snapshot.names.entity_ordinals.get(membership["of"]) == ordinal:
                yield label, membership


def years(snapshot: Snapshot, positions: BitMap) -> list[tuple[int, int, int]]:
    """Return (first day, last day, number of articles) of each year, from the first to the last with an article.

    The date of an article is never less precise than a year, so that each dated article is in exactly one year.
    """
    dated = positions & snapshot.time.dated_positions
    if not dated:
        return []
    days = snapshot.columns.first_day[: snapshot.time.dated_count]
    first, last = (date.fromordinal(int(days[position])).year for position in (dated.min(), dated.max()))
    spans = [(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()) for year in range(first, last + 1)]
    # Positions are in the order of their days: the articles of a year are a range of them.
    starts = np.searchsorted(days, np.array([start for start, _ in spans], days.dtype)).tolist()
    before = [count_before(dated, start) for start in (*starts, snapshot.time.dated_count)]
    return [(*span, before[at + 1] - before[at]) for at, span in enumerate(spans)]
