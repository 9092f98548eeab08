"""A snapshot of 400 articles without a database, with the entities and the source of each."""

from dataclasses import replace

import numpy as np
from pyroaring import BitMap

from app.labels import EntityLabel, Labels, SourceLabel
from app.models import EntityType
from app.search.index.columns import Columns
from app.search.index.snapshot import Snapshot

ARTICLES, ENTITIES, SOURCES = 400, 30, 7

RANDOM = np.random.default_rng(1)
ENTITIES_OF = [sorted({int(ordinal) % ENTITIES for ordinal in RANDOM.zipf(1.4, 6)}) for _ in range(ARTICLES)]
"""The entities of each article; a few are in many articles, as in the press."""

SOURCE_OF = [int(ordinal) % SOURCES for ordinal in RANDOM.zipf(1.6, ARTICLES)]
"""The source of each article."""


def snapshot() -> Snapshot:
    """Return the snapshot; data that counting does not need is empty."""
    sources = tuple(SourceLabel(f"s{n:02}", f"E outlet {n}") for n in range(SOURCES))
    entities = tuple(EntityLabel(f"e{n:02}", EntityType.PERSON, f"E {n}") for n in range(ENTITIES))
    return replace(
        Snapshot.unpublished(),
        columns=replace(Columns.empty(), order=np.arange(ARTICLES, dtype=np.int64)),
        labels=Labels(source=sources, entity=entities),
        postings={
            "entity": tuple(BitMap(at for at in range(ARTICLES) if n in ENTITIES_OF[at]) for n in range(ENTITIES)),
            "source": tuple(BitMap(at for at in range(ARTICLES) if n == SOURCE_OF[at]) for n in range(SOURCES)),
        },
        entity_starts=np.cumsum([0, *map(len, ENTITIES_OF)]),
        entity_lists=np.array([ordinal for ordinals in ENTITIES_OF for ordinal in ordinals], np.int32),
    )
