"""Suggestions within small and large sets of articles, compared with counting every article."""

from collections import Counter

import pytest
from pyroaring import BitMap

from app.labels import EntityLabel, SourceLabel
from app.search.aggregations.suggest import Suggestions
from tests.search.named_articles import ARTICLES, ENTITIES_OF, SOURCE_OF, snapshot

SNAPSHOT = snapshot()


@pytest.mark.parametrize("positions", [range(ARTICLES), range(20, ARTICLES), range(5), range(0)], ids=str)
@pytest.mark.parametrize("size", [1, 3, 12, 50])
@pytest.mark.parametrize(
    ("prefix", "kinds"), [("e", ()), ("e 2", ()), ("e", ("source",)), ("outl", ()), ("e 1", ("person",))]
)
def test_large_and_small_sets_are_counted_alike(
    positions: range, size: int, prefix: str, kinds: tuple[str, ...]
) -> None:
    counts = Counter(f"e{ordinal:02}" for at in positions for ordinal in ENTITIES_OF[at])
    counts += Counter(f"s{SOURCE_OF[at]:02}" for at in positions)
    labels: dict[str, tuple[EntityLabel | SourceLabel, ...]] = {
        "person": SNAPSHOT.labels.entity,
        "source": SNAPSHOT.labels.source,
    }
    listed = [label for kind in kinds or labels for label in labels[kind]]
    words = prefix.split()

    def ranked(fitting: list[EntityLabel | SourceLabel]) -> list[tuple[str, int]]:
        return sorted(((label.id, counts[label.id]) for label in fitting), key=lambda pair: (-pair[1], pair[0]))

    def has_words(name: str) -> bool:
        return all(any(part.startswith(word) for part in name.split()) for word in words)

    expected = ranked([label for label in listed if prefix in label.name.lower()])
    expected += ranked(
        [label for label in listed if prefix not in label.name.lower() and has_words(label.name.lower())]
    )
    suggestions = Suggestions(SNAPSHOT, BitMap(positions), kinds).of(prefix, size)
    assert [(suggestion.label.id, suggestion.articles) for suggestion in suggestions] == expected[:size]
